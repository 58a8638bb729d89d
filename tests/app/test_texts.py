"""What the library says, as a browser tells it: what is wrong, and no command to type."""

import re

import pytest

from artsim.app.shell.jobs import plain_lines
from artsim.app.widgets.details import fields
from artsim.app.widgets.texts import advice, markdown, plain
from artsim.core.errors import Conflict, NeedsConsent
from artsim.training.memory import too_little_memory

SAID = [
    (
        "'a' is not embedded with 'b' yet: run 'artsim embed a --backbone b'.",
        "'a' is not embedded with 'b' yet.",
    ),
    (
        "The weights of 'b' are not on this machine, and a search fetches none: embed a "
        "collection with it first ('artsim embed NAME --backbone b').",
        "The weights of 'b' are not on this machine, and a search fetches none: embed a "
        "collection with it first.",
    ),
    (
        "This search was exact: 'artsim index a --backbone b' builds an index that is faster.",
        "This search was exact.",
    ),
    (
        "No approximate index of 'a' is built: run 'artsim index a', or search with index exact.",
        "No approximate index of 'a' is built: search with index exact.",
    ),
    (
        "There is no map 'x' of 'a' (any more): make it again with 'artsim map a'.",
        "There is no map 'x' of 'a' (any more): make it again.",
    ),
    (
        "The folder in that 'a' came from is not there: bring it back, or say where it is now "
        "with 'artsim collection import folder DIR --name a'; its pictures are recognised by their "
        "content.",
        "The folder in that 'a' came from is not there: bring it back, or say where it is now; "
        "its pictures are recognised by their content.",
    ),
    (
        "It is not known where 'a' came from: import it once more with 'artsim collection import "
        "... --name a'; what is there stays.",
        "It is not known where 'a' came from: import it once more; what is there stays.",
    ),
    (
        "The sub-folders may be artists or styles (x, y): import again with --folders artist, or "
        "--folders style, to record them.",
        "The sub-folders may be artists or styles (x, y): import again to record them.",
    ),
    (
        "Where letters are wrong, name the encoding ('Encoding' under 'How it is read', or "
        "--encoding 'cp1252') and import it again.",
        "Where letters are wrong, name the encoding ('Encoding' under 'How it is read') and "
        "import it again.",
    ),
    (
        "Nothing was made: all 3 files were left out, and 'artsim quality a' says why.",
        "Nothing was made: all 3 files were left out.",
    ),
    (
        "Use fewer --devices, a larger --batch-size, or more pictures.",
        "Use fewer devices, a larger batch size, or more pictures.",
    ),
    (
        "There is no backbone 'x': 'artsim backbones' lists them.",
        "There is no backbone 'x'.",
    ),
    ("'a': 3 works left out; check the source, or say that it may (--yes).", None),
    (str(too_little_memory(8, 224)), None),
    (NeedsConsent.REMEDY, "check the source, or say that it may."),
]


@pytest.mark.parametrize(("said", "told"), SAID)
def test_a_browser_is_told_what_is_wrong_without_commands(said: str, told: str | None) -> None:
    shown = advice(said)
    assert told is None or shown == told
    assert not re.search(r"'artsim |--[a-z]", shown)
    assert shown.endswith(".")
    assert plain(Conflict(said)) == shown
    assert "artsim " not in markdown(Conflict(said)).replace("\\", "")
    assert re.search("--[a-z]", plain_lines(said)) is None


def test_what_is_no_error_stays_as_it_is() -> None:
    assert plain("Still life --unfinished") == "Still life --unfinished"
    assert advice("A work (fragment), of 1888: see the note.") == (
        "A work (fragment), of 1888: see the note."
    )


def test_identifiers_of_authorities_are_links_and_what_is_none_stays_text() -> None:
    shown = fields(
        {"ulan": "500115588; 500010879", "iconclass": "25F23(LION)", "aat": "<b>", "wikidata": "Q1"}
    )
    assert "<dt>ULAN</dt>" in shown
    assert re.findall('href="([^"]*)"', shown) == [
        "http://vocab.getty.edu/ulan/500115588",
        "http://vocab.getty.edu/ulan/500010879",
        "https://iconclass.org/25F23(LION)",
        "https://www.wikidata.org/entity/Q1",
    ]
    assert "<dd dir='auto'>&lt;b&gt;</dd>" in shown
