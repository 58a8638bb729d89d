"""The Map page without a browser: what the URL names, what is chosen, and every state of a map."""

import csv
import io
import re
import shutil
from dataclasses import replace

import numpy as np
import page_kit
import pytest
from collection_kit import add_works, embed_with, make_collection
from map_page_kit import config_of, make_maps, make_works, works_of
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from artsim.app.maps import chosen as map_chosen
from artsim.app.maps import form as map_form
from artsim.app.maps import reading as map_reading
from artsim.app.maps import scene as map_scene
from artsim.app.maps import selection as map_selection
from artsim.app.maps import sidebar as map_sidebar
from artsim.app.maps import table as map_table
from artsim.app.maps.view import MOST_ROWS, Look, from_params
from artsim.app.shell import places, resources
from artsim.app.shell.state import View
from artsim.cli.app import app as cli
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.jobs.table import JobTable
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map
from artsim.maps.storage import list_maps
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.xdist_group("maps")  # one worker compiles UMAP, for 15 seconds


@pytest.fixture(scope="module")
def mapped(tmp_path_factory):
    """A workspace with a collection and two maps of it beside each other. For reading only."""
    workspace = Workspace.open(tmp_path_factory.mktemp("mapped"))
    make_works(workspace)
    make_maps(workspace)
    return workspace


@pytest.fixture
def works(mapped, home):
    """A copy of it in the test's own ARTSIM_HOME."""
    shutil.copytree(mapped.root, home)
    return Workspace.open(home)


@pytest.fixture(autouse=True)
def _no_server_state():
    resources._workspace.clear()
    resources.jobs.clear()


def run(**params):
    app = AppTest.from_file(places.ROUTER, default_timeout=120)
    app.switch_page(str(REPOSITORY / "pages" / "map.py"))
    for name, value in params.items():
        app.query_params[name] = value
    return app.run()


def told(app):
    found = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption]
    found += [*app.info, *app.warning]
    return "\n".join(
        [e.value for e in [*found, *app.error]] + [e.proto.body for e in app.get("html")]
    )


def param(app, name):
    value = app.query_params.get(name, "")
    return value if isinstance(value, str) else str(value[0])


def ids_of(workspace):
    library = Library(workspace)
    return {info.config.backbone: info.id for info in list_maps(library, "works")}


def scene_of(look=None, **view):
    library = resources.library()
    infos = {info.config.backbone: info for info in list_maps(library, "works")}
    view = View("works", "tiny", **view)
    return map_scene.of(view, look or Look(), infos["tiny"], infos["other"])


def test_a_look_survives_its_own_url():
    look = Look(
        *("a1", "b2", "style", "Cubism", "box:0,0,1,1", 1),
        rows=(3, 1_234_567),
        mosaic=True,
        tab="table",
        label="genre",
        sheet=2,
        seen=(-1.25, 2.0, 0.0, 9.5),
    )
    assert from_params(look.to_params()) == look
    assert Look().to_params() == {}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"tab": "nowhere", "pane": "-1", "cluster": "x"}, Look()),
        ({"seen": "1,2,3"}, Look()),
        ({"seen": "1,2,3,nan"}, Look()),
        ({"seen": "1,2,3,1e99"}, Look()),
        ({"rows": "1,,2"}, Look()),
        ({"rows": "7,7,8"}, Look(rows=(7, 8))),
        ({"rows": ",".join(map(str, range(9_999)))}, Look(rows=())),
        ({"mosaic": "yes", "unknown": "1"}, Look()),
        ({"map": "x" * 999}, Look(map="x" * 200)),
    ],
)
def test_parameters_that_cannot_be_read_count_as_not_given(params, expected):
    found = from_params(params)
    assert found == expected or (len(found.rows) <= MOST_ROWS and found.rows)


def test_how_far_a_map_can_be_trusted_is_said_in_words_and_numbers(works):
    info = scene_of().info
    said = map_reading.sentence(info)
    assert f"{info.trustworthiness:.2f}" in said
    assert f"{info.continuity:.2f}" in said
    few = map_reading.sentence(replace(info, trustworthiness=None))
    assert "too few here" in few
    low = map_reading.sentence(replace(info, trustworthiness=0.6))
    assert "only sometimes" in low


def test_maps_are_called_by_what_tells_them_apart(works):
    infos = list_maps(resources.library(), "works")
    names = [map_sidebar.name(info, infos) for info in infos]
    assert sorted(names) == ["other", "tiny"]
    config = infos[0].config
    drawn = replace(infos[0], config=config.model_copy(update={"seed": 4, "dimensions": 3}))
    told = map_sidebar.name(drawn, [drawn, infos[0]])
    assert told == f"{config.backbone} · 3-D · seed 4"


def test_the_command_has_only_options_that_there_are():
    config = config_of(metric="euclidean", min_distance=0.3, dimensions=3, seed=4, beside="other")
    command = map_form.command(config)
    assert command.startswith("artsim map works --backbone tiny --metric euclidean")
    shown = CliRunner().invoke(cli, ["map", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    for flag in re.findall(r"--[a-z-]+", command):
        assert flag in shown.output


def test_an_outline_chooses_works_that_pass_the_filters(works):
    scene = scene_of()
    assert not map_chosen.of(scene)
    everything = "box:-1e3,-1e3,1e3,1e3"
    assert len(map_chosen.of(scene_of(Look(shape=everything))).rows) == 60
    cubist = map_chosen.of(scene_of(Look(shape=everything), styles=("Cubism",)))
    assert {int(row) % 3 for row in cubist.rows} == {1}
    alone = map_chosen.of(scene_of(Look(shape=everything, colour="style", only="Ukiyo-e")))
    assert {int(row) % 3 for row in alone.rows} == {2}
    second = map_chosen.of(scene_of(Look(shape=everything, pane=1)))
    assert len(second.rows) == 60
    assert not map_chosen.of(scene_of(Look(shape="lasso:not,a,shape")))
    assert not len(map_chosen.of(scene_of(Look(shape="box:900,900,901,901"))).rows)


def test_clusters_rows_legend_and_filters_choose_too(works):
    scene = scene_of()
    cluster = scene.map.clusters.clusters[0]
    chosen = map_chosen.of(scene_of(Look(cluster=cluster.number)))
    assert (chosen.by, len(chosen.rows)) == ("cluster", cluster.works)
    assert chosen.rows[: len(cluster.examples)].tolist() == cluster.examples
    assert not map_chosen.of(scene_of(Look(cluster=99)))
    assert map_chosen.of(scene_of(Look(rows=(5, 3, 999)))).rows.tolist() == [5, 3]
    assert map_chosen.of(scene_of(Look(colour="style", only="Cubism"))).by == "legend"
    assert map_chosen.of(scene_of(artists=("Artist 1",))).by == "filters"


def test_the_work_in_the_middle_asks_for_a_selection(works):
    scene = scene_of()
    rows = np.arange(0, 60, 3)
    asked = map_chosen.central(scene, rows)
    assert scene.map.ids.index(asked) in rows
    assert map_chosen.central(scene, rows[:0]) is None


def test_a_selection_is_a_table(works):
    scene = scene_of()
    lines = list(
        csv.reader(io.StringIO(map_selection.csv(scene, np.array([4, 0])).decode("utf-8-sig")))
    )
    assert len(lines) == 3
    line = dict(zip(lines[0], lines[1], strict=True))
    assert (line["id"], line["title"], line["year"]) == ("w04", "Work 4", "")
    assert float(line["map_x"]) == pytest.approx(float(scene.map.points[4, 0]), abs=1e-3)


def test_works_marked_on_other_sheets_stay_chosen():
    sheet = np.array([10, 11, 12])
    assert map_table.merged((3, 11), sheet, [0, 2]) == (3, 10, 12)
    assert map_table.merged((), sheet, [99]) == ()
    many = map_table.merged((), np.arange(500), list(range(500)))
    assert len(many) == MOST_ROWS


def test_the_map_of_the_link_is_shown_and_named_in_the_url(works):
    app = run()
    assert not app.exception
    assert app.title[0].value == "Map of Works"
    assert param(app, "map") in ids_of(works).values()
    assert "trustworthiness" in told(app)
    other = ids_of(works)["other"]
    app = run(collection="works", map=other)
    assert app.selectbox(key="map_map").value == other
    assert param(app, "backbone") == "other"


def test_what_is_chosen_stands_beside_the_map(works):
    app = run(collection="works", map=ids_of(works)["tiny"], cluster="0", page="1")
    assert not app.exception
    assert any("of the cluster" in s.value for s in app.header)
    assert "In all" in told(app)
    app.button(key="map_let_go").click().run()
    assert "cluster" not in app.query_params
    assert param(app, "map") == ids_of(works)["tiny"]


def test_filters_leave_the_map_in_the_url_and_fill_the_gallery(works):
    app = run(collection="works", map=ids_of(works)["tiny"], colour="genre", tab="table")
    app.text_input(key="filter_text").set_value("Artist 3").run()
    assert not app.exception
    assert (param(app, "text"), param(app, "colour"), param(app, "tab")) == (
        *("Artist 3", "genre"),
        "table",
    )
    assert any("pass the filters" in s.value for s in app.header)
    app.slider(key="map_years").set_range(1750, 1800).run()
    assert param(app, "year_from") == "1750"


def test_another_collection_has_maps_of_its_own(works):
    make_collection(works, "second", works_of(8))
    app = run(collection="works", map=ids_of(works)["tiny"], cluster="0", colour="genre")
    app.selectbox(key="sidebar_collection").set_value("second").run()
    assert not app.exception
    assert [n for n in ("map", "cluster", "colour") if n in app.query_params] == []
    assert app.button(key="map_start").label == "Draw the map"


def test_a_query_lists_its_nearest(works):
    app = run(collection="works", map=ids_of(works)["tiny"], query="w03", k="5")
    assert not app.exception
    assert "5 nearest works by cosine similarity" in told(app)
    app.button(key="clear_query").click().run()
    assert "query" not in app.query_params
    assert param(app, "map") == ids_of(works)["tiny"]


def test_two_maps_and_the_works_that_move_most(works):
    ids = ids_of(works)
    app = run(collection="works", map=ids["tiny"], beside=ids["other"], tab="moved", query="w03")
    assert not app.exception
    assert not app.error
    assert "neighbours differ most between tiny and other" in told(app)


@pytest.mark.parametrize("tab", ["clusters", "outliers", "moved", "table"])
def test_every_tab_is_shown(works, tab):
    app = run(collection="works", map=ids_of(works)["tiny"], tab=tab)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize(
    "params",
    [
        {"map": "../../etc"},
        {"map": "0" * 16, "cluster": "1"},
        {"beside": "nothing"},
        {"colour": "nothing", "only": "nobody"},
        {"shape": "box:1,2"},
        {"rows": "99999"},
        {"seen": "a,b"},
        {"page": "99", "artists": ["Artist 1"]},
    ],
)
def test_a_link_that_names_what_is_not_there_shows_the_map(works, params):
    app = run(collection="works", **params)
    assert not app.exception
    assert not app.error
    assert "trustworthiness" in told(app)


@pytest.mark.parametrize("params", [{"query": "gone"}, {"upload": "f" * 64}])
def test_a_query_that_is_gone_is_told_once(works, params):
    app = run(collection="works", **params)
    assert not app.exception
    assert len(app.error) == 1
    assert "trustworthiness" in told(app)


def test_without_a_map_there_is_a_form_and_without_embeddings_the_way_to_them(workspace):
    make_works(workspace)
    app = run(collection="works")
    assert not app.exception
    assert "There is no map of this collection yet" in told(app)
    assert app.button(key="map_start").disabled is False
    assert any("artsim map works" in code.value for code in app.code)
    add_works(Collection.create(workspace, "raw", "folder", ""), [{"id": "r1", "title": "A"}])
    app = run(collection="raw")
    assert "not embedded with any backbone" in told(app)
    assert not app.exception
    make_collection(workspace, "one", [{"id": "1", "title": "Alone"}])
    app = run(collection="one")
    assert "needs at least 4 works, and 1 work of One" in told(app)
    assert not app.exception


def test_works_without_labels_and_years_make_a_map_too(workspace):
    make_collection(workspace, "bare", [{"id": f"b{i}", "title": "Untitled"} for i in range(6)])
    info = make_map(Library(workspace), MapConfig(collection="bare", backbone="tiny"))
    app = run(collection="bare", tab="outliers", rows="0,1")
    assert not app.exception
    assert not app.error
    assert [s for s in app.slider if s.key == "map_years"] == []
    assert "Fewer works than neighbours" in told(app)
    assert "sets them apart" in told(app)
    assert param(app, "map") == info.id


def test_while_a_map_is_drawn_there_is_a_rough_one(workspace):
    make_works(workspace)
    JobTable(workspace).add("map", config_of().model_dump(mode="json"))
    JobTable(workspace).claim_next("a-host")
    app = run(collection="works")
    assert not app.exception
    assert "first rough look" in told(app)
    assert not [b for b in app.button if b.key == "map_start"]


def test_a_job_that_failed_is_told_with_a_way_to_go_on(workspace):
    make_works(workspace)
    jobs = JobTable(workspace)
    jobs.add("map", config_of().model_dump(mode="json"))
    job = jobs.claim_next("a-host")
    app = run(collection="works")
    job.log.write_text("the last words\n")
    jobs.finish(job, "failed", "The disk is full.")
    app.run()
    assert not app.exception
    assert any("The disk is full" in e.value for e in app.error)
    assert app.button(key="map_start").label == "Draw the map"


def test_a_job_that_was_cancelled_leaves_the_form(workspace):
    make_works(workspace)
    jobs = JobTable(workspace)
    jobs.add("map", config_of().model_dump(mode="json"))
    job = jobs.claim_next("a-host")
    app = run(collection="works")
    jobs.finish(job, "cancelled")
    app.run()
    assert not app.exception
    assert "The map was cancelled; nothing of it is kept." in told(app)
    assert app.button(key="map_start").disabled is False


def test_one_label_and_one_place_make_a_map_that_says_so(workspace):
    works = [{"id": f"s{i}", "title": f"T{i}", "style": "Cubism", "year": 1912} for i in range(9)]
    collection = Collection.create(workspace, "same", "folder", "")
    add_works(collection, works)
    embed_with(collection, "tiny", "d" * 64, {w["id"]: np.ones(16) for w in works})
    make_map(Library(workspace), MapConfig(collection="same", backbone="tiny"))
    app = run(collection="same", tab="table", rows="0,1")
    assert not app.exception
    assert not app.error
    assert "All embeddings are the same" in told(app)
    assert app.selectbox(key="map_colour").options == ["Title"]
    assert [s for s in app.slider if s.key == "map_years"] == []


def test_a_map_that_is_no_longer_of_today_says_so_and_offers_to_be_drawn_anew(works):
    collection = Collection.open(works, "works")
    add_works(collection, [{"id": "new", "title": "New", "style": "Cubism"}])
    column = collection.info().embeddings[0].column
    collection.write_embeddings(column, ["new"], np.ones((1, 16), np.float32))
    app = run(collection="works", map=ids_of(works)["tiny"])
    assert not app.exception
    assert any("1 work was added" in w.value for w in app.warning)
    assert app.button(key="map_update").label == "Bring it up to date"


def test_texts_from_outside_are_data(works):
    app = run(collection="works", map=ids_of(works)["tiny"], query="w00", k="3")
    assert not app.exception
    assert re.search(r"(?<!\\)<img src=x", told(app)) is None


def test_a_map_leaves_search_what_it_asks_with(works):
    app = page_kit.run(collection="works", backbone="tiny", metric="euclidean")
    app.switch_page(str(places.MAP))
    app.query_params.clear()
    app.query_params["collection"] = "works"
    app.run()
    assert param(app, "map")
    assert param(app, "metric") == ""  # cosine, as the map is
    app.switch_page(str(places.SEARCH))
    app.query_params.clear()
    app.run()
    assert param(app, "metric") == "euclidean"
