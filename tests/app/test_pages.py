"""The pages without a browser: what the URL names is shown, what is wrong is told."""

import os
import subprocess
import sys

import pytest
from collection_kit import make_collection
from page_kit import alerts, param, run, texts

from artsim.app.collections.naming import name_of
from artsim.app.shell import resources
from artsim.app.shell.state import View, from_params
from artsim.app.widgets.texts import markdown, markup, plain
from artsim.collection.store import list_collections
from artsim.core.workspace import Workspace
from tests.conftest import BACKBONE

WORKS = [
    {"id": str(i), "title": f"Work {i}", "artist": f"Artist {i % 3}", "year": 1800 + i}
    for i in range(1, 41)
]
BROKEN = [
    {"collection": "../../etc/passwd"},
    {"collection": "nowhere"},
    {"collection": "works", "query": "' OR 1=1 --"},
    {"collection": "works", "query": "999"},
    {"collection": "works", "query": "<script>alert(4)</script>"},
    {"collection": "works", "upload": "zz"},
    {"collection": "works", "upload": "0" * 64},
    {"collection": "works", "backbone": "nothing", "query": "1"},
]


@pytest.fixture(autouse=True)
def _no_server_state() -> None:
    """Each test has a workspace of its own: what an earlier one cached is not of this one."""
    resources._workspace.clear()
    resources.jobs.clear()


@pytest.fixture
def works(workspace: Workspace) -> Workspace:
    """A workspace with a small collection whose backbone needs no weights."""
    make_collection(workspace, "works", WORKS)
    return workspace


def test_the_first_collection_is_shown_and_named_in_the_url(works: Workspace) -> None:
    app = run()
    assert not app.exception
    assert app.title[0].value == "Works"
    assert "40 works" in texts(app)
    assert param(app, "collection") == "works"


def test_the_workspace_says_which_collection_comes_first(works: Workspace) -> None:
    make_collection(works, "another", WORKS[:2])
    assert run().title[0].value == "Another"
    works.show_first("works")
    assert run().title[0].value == "Works"


def test_the_view_in_the_url_is_in_the_sidebar(works: Workspace) -> None:
    app = run(collection="works", backbone="tiny", metric="euclidean", k="7", query="3")
    assert not app.exception
    assert app.selectbox(key="sidebar_backbone").value == "tiny"
    assert app.number_input(key="sidebar_k").value == 7
    assert "7 works of 39" in texts(app)
    assert "euclidean" in texts(app)


def test_a_choice_in_the_sidebar_goes_into_the_url(works: Workspace) -> None:
    app = run(collection="works", backbone="tiny", query="3", page="2")
    app.number_input(key="sidebar_k").set_value(5).run()
    assert param(app, "k") == "5"
    assert param(app, "query") == "3"
    assert "page" not in app.query_params
    assert "5 works of 39" in texts(app)


def test_filters_in_the_url_narrow_what_is_found_and_what_is_searched(works: Workspace) -> None:
    app = run(collection="works", artists=["Artist 1"], year_to="1820")
    assert "7 works match" in texts(app)
    app = run(collection="works", backbone="tiny", query="1", artists=["Artist 1"], year_to="1820")
    assert "6 works of 6" in texts(app)
    assert app.button(key="chip_artists-Artist 1").label == "Artist 1"
    app.button(key="chip_artists-Artist 1").click().run()
    assert "artists" not in app.query_params


def test_nothing_found_offers_a_way_out(works: Workspace) -> None:
    app = run(collection="works", text="no such words")
    assert any("No work matches" in said for said in alerts(app))
    next(b for b in app.button if b.label == "Show everything").click().run()
    assert "text" not in app.query_params
    assert not app.info


@pytest.mark.parametrize("params", BROKEN)
def test_a_wrong_link_is_told_in_one_sentence(works: Workspace, params: dict[str, str]) -> None:
    app = run(**params)
    assert not app.exception
    said = alerts(app)
    assert len(said) == 1, said
    assert len(said[0]) < 400
    assert "Traceback" not in said[0]
    assert "Something went wrong" not in said[0]


def test_a_page_beyond_the_last_is_the_last(works: Workspace) -> None:
    app = run(collection="works", page="99")
    assert not app.exception
    assert param(app, "page") == "2"


def test_a_collection_that_is_not_embedded_offers_it(works: Workspace) -> None:
    app = run(collection="works", query="1", backbone=BACKBONE)
    assert any(BACKBONE in said.replace("\\", "") for said in alerts(app))
    assert app.button(key="sidebar_embed").label == "Embed this collection"
    assert "Embed 40 pictures" in app.button(key=f"unembedded_embed_{BACKBONE}").label
    app.button(key="unembedded_switch").click().run()
    assert param(app, "backbone") == "tiny"
    assert "12 works of 39" in texts(app)
    app = run(collection="works", query="1", backbone="gone")  # of a link
    assert ["There is no backbone" in said for said in alerts(app)] == [True]
    app.button(key="unembedded_switch").click().run()
    assert "12 works of 39" in texts(app)


def test_the_best_backbone_is_the_default_and_another_collection_is_shown_with_its_own(
    works: Workspace,
) -> None:
    make_collection(works, "others", WORKS[:9], backbone="another", digest="e" * 64)
    app = run(collection="works")
    assert param(app, "backbone") == "tiny"
    app.selectbox(key="sidebar_collection").set_value("others").run()
    assert param(app, "backbone") == "another"
    assert any("not embedded with tiny" in said for said in alerts(app))
    app.run()
    assert not any("not embedded" in said for said in alerts(app))


def test_the_collections_page_lists_and_asks_before_deleting(works: Workspace) -> None:
    app = run("collections")
    assert not app.exception
    assert app.header[0].value == "Works"
    app.button(key="delete_works").click().run()
    assert list_collections(works) == ["works"]
    assert app.button(key="delete_yes").label == "Delete it"
    assert not app.exception


def test_a_form_of_records_says_what_is_missing_and_takes_no_hosts_for_none(
    works: Workspace,
) -> None:
    app = run("collections")
    assert app.text_input(key="source_iiif_allow_hosts").value == ""
    assert app.button(key="source_iiif_import").disabled
    app.text_input(key="source_iiif_place").set_value("/nowhere/m.json")
    app.text_input(key="source_iiif_name").set_value("日本画").run()
    app.button(key="source_iiif_import").click().run()
    assert not app.exception
    (job,) = resources.jobs().list()
    assert (job.config["title"], job.config["allow_hosts"]) == ("日本画", [])
    assert job.config["embed"]
    resources.jobs().cancel(job.id)


def test_what_is_typed_names_the_collection_that_is_called_so(works: Workspace) -> None:
    """Two that are called otherwise are two, though one name would be made of both."""
    make_collection(works, "muller", WORKS[:2])
    library = resources.library()
    library.rename("muller", "muller", "ana", title="Müller")
    infos = library.collections()
    assert [name_of(typed, infos) for typed in ("müller", "muller", "Works")] == [
        *("muller", "muller"),
        "works",
    ]
    assert name_of("Muller!", infos).startswith("muller-")
    assert name_of("Мои рисунки", infos) == "moi-risunki"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"k": ["0"]}, View(k=1)),
        ({"k": ["1e3"]}, View()),
        ({"k": ["99999"]}, View(k=100)),
        ({"page": ["-4"]}, View()),
        ({"metric": ["manhattan"]}, View()),
        ({"year_from": ["soon"], "year_to": ["1900"]}, View(year_to=1900)),
        ({"has_image": ["yes"], "unknown": ["1"]}, View()),
        ({"artists": ["A", "B, C"]}, View(artists=("A", "B, C"))),
    ],
)
def test_parameters_that_cannot_be_read_count_as_not_given(
    params: dict[str, list[str]], expected: View
) -> None:
    assert from_params(params) == expected


def test_a_view_survives_its_own_url() -> None:
    view = View(
        collection="c",
        backbone="b",
        metric="euclidean",
        k=7,
        query="q",
        text="t",
        artists=("A", "B"),
        year_from=-50,
        has_image=True,
    )
    params = view.to_params()
    given = {k: v if isinstance(v, list) else [v] for k, v in params.items()}
    assert from_params(given) == view


def test_texts_from_outside_are_data() -> None:
    assert "<" not in markup("<script>")
    assert markdown("**b** [l](u)") == r"\*\*b\*\* \[l\]\(u\)"
    assert plain("a\u202eb\nc") == "a b c"


def test_a_run_of_a_page_leaves_the_import_path_of_other_threads_alone(workspace):
    """A folder that comes and goes made packages unfindable for threads that imported meanwhile."""
    script = """
import sys
from streamlit.runtime.scriptrunner.exec_code import modified_sys_path
from artsim.app.server import parts
run = modified_sys_path(parts()["script_path"])
before = list(sys.path)
with run:
    assert sys.path == before
"""
    environment = os.environ | {"ARTSIM_HOME": str(workspace.root)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
