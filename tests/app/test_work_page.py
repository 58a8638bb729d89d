"""The page of one work, without a browser."""

import pytest
from face_kit import make_demo
from page_kit import alerts, run, texts

from artsim.app.shell import resources
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.exchange.iiif.content_state import decoded
from artsim.library import open_library


@pytest.fixture(autouse=True)
def _demo(workspace: Workspace) -> Workspace:
    resources._workspace.clear()
    resources.jobs.clear()
    make_demo(workspace)
    return workspace


def test_a_work_is_shown_with_its_nearest_its_history_and_how_to_cite_it(
    workspace: Workspace,
) -> None:
    library = open_library(workspace)
    library.desk("demo", "Ada").edit(["w03"], {"artist": "Anna <b>"})
    library.refresh("demo")
    app = run("work", collection="demo", id="w03", version="1")
    assert not app.exception
    assert app.title[0].value == "Work 3"
    assert "4 of 24 works" in texts(app)
    assert any("for version 1" in said for said in alerts(app))
    assert [s.value for s in app.header][:2] == ["Most like it", "Its place on the map"]
    assert "Ada" in texts(app)
    version = Collection.open(workspace, "demo").version
    assert f"collection=demo&id=w03&version={version}" in app.code[0].value
    app.button(key="work_next").click().run()
    assert app.title[0].value == "Work 4"
    assert "Nobody has changed this work by hand" in texts(app)


def test_ends_and_what_is_gone_are_said() -> None:
    app = run("work", collection="demo", id="w00")
    assert app.button(key="work_previous").disabled
    app = run("work", collection="demo", id="w23")
    assert app.button(key="work_next").disabled
    for wrong in ({"id": "gone"}, {"id": "<b>"}, {}):
        app = run("work", collection="demo", **wrong)
        assert not app.exception
        assert len(alerts(app)) == 1


def test_a_work_opens_in_the_viewer_that_the_operator_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = run("work", collection="demo", id="w03")
    assert "No viewer is set up here" in texts(app)
    assert not [one for one in app.get("link_button") if "Open in" in one.proto.label]
    monkeypatch.setenv("ARTSIM_IIIF_VIEWER", "https://view.museum.example/mirador/")
    monkeypatch.setenv("ARTSIM_PUBLIC_URL", "https://art.museum.example")
    app = run("work", collection="demo", id="w03")
    assert "No viewer is set up here" not in texts(app)
    (link,) = [one.proto for one in app.get("link_button") if one.proto.label == "Open in Mirador"]
    viewer, _, state = link.url.partition("?iiif-content=")
    assert viewer == "https://view.museum.example/mirador/"
    work = "https://art.museum.example/iiif/3/demo/w03"
    assert decoded(state) == {
        "id": f"{work}/canvas/w03",
        "type": "Canvas",
        "partOf": [{"id": f"{work}/manifest.json", "type": "Manifest"}],
    }
