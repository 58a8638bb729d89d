import math

import numpy as np
import pytest
from collection_kit import add_works, embed_with, make_collection
from evaluation_kit import alike, config_of, works_of
from pydantic import ValidationError

from artsim.core.errors import ArtsimError, Cancelled, Conflict, InvalidInput, NotFound
from artsim.core.progress import NullProgress
from artsim.evaluation.evaluate import evaluate
from artsim.library import Library


@pytest.fixture
def library(workspace):
    make_collection(workspace, "mine", works_of(), dimension=6)
    return Library(workspace)


def test_zero_and_broken_embeddings_are_left_out_by_name(workspace):
    collection = make_collection(workspace, "mine", works_of(20))
    broken = {"w1": np.zeros(8), "w2": np.full(8, np.nan), "w3": np.full(8, np.inf)}
    embed_with(collection, "tiny", "d" * 64, broken)
    found = evaluate(Library(workspace), config_of())
    assert {run.gallery for run in found.runs} == {17}
    assert found.notes[0] == (
        "Left out of 'mine': w1, w2, w3, whose embedding from 'tiny' is zero or not finite."
    )
    retrieved = {i for row in found.per_query.column("retrieved").to_pylist() for i in row}
    assert not retrieved & set(broken)


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        (
            {"relevances": ("school",)},
            InvalidInput,
            "No embedded work of 'mine' has a school, so "
            "school cannot be the relevance: it has title, style, artist.",
        ),
        (
            {"collection": "nowhere"},
            NotFound,
            "There is no collection 'nowhere' (there are: mine).",
        ),
        ({"queries": "nowhere"}, NotFound, "There is no collection 'nowhere' (there are: mine)."),
        (
            {"backbones": ("resnet18",)},
            Conflict,
            "'mine' is not embedded with 'resnet18' yet: run "
            "'artsim embed mine --backbone resnet18'.",
        ),
    ],
)
def test_bad_input(library, monkeypatch, values, kind, message):
    monkeypatch.setattr(Library, "resolve", lambda *_, **__: None)  # weights need a network
    with pytest.raises(kind) as raised:
        evaluate(library, config_of(**values))
    assert str(raised.value) == message


def test_queries_of_another_digest_say_what_to_embed(library, workspace):
    make_collection(workspace, "guests", works_of(5, "q"), digest="c" * 64, dimension=6)
    with pytest.raises(Conflict) as raised:
        evaluate(library, config_of(queries="guests"))
    assert str(raised.value) == (
        "The embeddings of 'guests' are of other weights of 'tiny' (cccccccccccc, now "
        "dddddddddddd): run 'artsim embed guests --backbone tiny' again."
    )


@pytest.mark.parametrize(
    ("works", "relevances", "message"),
    [
        (
            alike(1, title="Dawn"),
            ("title",),
            "'mine' has 1 work with a usable embedding from every "
            "backbone asked for, and an evaluation needs at least 2.",
        ),
        (
            alike(6, title="Dawn"),
            ("title",),
            "By title every work of 'mine' that can be found is "
            "relevant to every query, so any ranking would be perfect: choose another relevance.",
        ),
        (
            alike(6, artist="Monet"),
            ("artist",),
            "By artist every work of 'mine' that can be found is relevant to every query, so any "
            "ranking would be perfect: choose another relevance.",
        ),
        (
            alike(6),
            (),
            "Nothing in 'mine' says which works are related: give its works a title, "
            "style, genre, school or artist, with two works sharing one at least.",
        ),
        (
            [{"id": f"w{i}", "style": f"s{i}"} for i in range(6)],
            ("style",),
            "No query has a relevant work by style in 'mine', its own copies left out: choose "
            "another relevance.",
        ),
        (
            [{"id": f"w{i}", "title": "Dawn", "duplicate_group": "g-w0"} for i in range(3)]
            + [{"id": "x", "title": "Sea"}],
            ("title",),
            "No query has a relevant work by title in 'mine', its own copies left out: choose "
            "another relevance.",
        ),
    ],
)
def test_collections_that_say_nothing(workspace, works, relevances, message):
    make_collection(workspace, "mine", works)
    with pytest.raises(ArtsimError) as raised:
        evaluate(Library(workspace), config_of(k=1, relevances=relevances))
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title_weight": -0.1}, "A weight cannot be negative (-0.1): use 0 or more"),
        ({"title_weight": 0, "visual_weight": 0}, "The weights of title and visual are both zero"),
        ({"visual_weight": math.nan}, "finite number"),
        ({"k": 0}, "greater than or equal to 1"),
        ({"backbones": ()}, "at least 1 item"),
        ({"backbones": ("a", "a")}, "The backbone 'a' is named twice"),
        (
            {"relevances": ("colour",)},
            "'title', 'style', 'genre', 'school', 'artist', 'votes', 'marks' or 'trays'",
        ),
        ({"queries": "mine"}, "leave out --queries mine"),
        ({"title_threshold": 0}, "greater than 0"),
        ({"collection": "../up"}, "cannot name a collection"),
    ],
)
def test_configs_that_make_no_sense(values, message):
    with pytest.raises(ValidationError) as raised:
        config_of(**values)
    assert message in str(raised.value)


def test_it_can_be_cancelled(library):
    class Stop(NullProgress):
        def advance(self, n=1):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        evaluate(library, config_of(), Stop())


def test_two_works_are_enough(workspace):
    collection = make_collection(workspace, "mine", alike(2, artist="Monet"))
    add_works(collection, [{"id": "x", "artist": "Manet", "has_image": False}])
    with pytest.raises(InvalidInput, match="any ranking would be perfect"):
        evaluate(Library(workspace), config_of(k=2))
