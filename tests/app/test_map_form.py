"""The form of the Map page keeps what was typed for each collection apart."""

from collection_kit import make_collection
from map_page_kit import config_of, make_works, works_of
from streamlit.testing.v1 import AppTest

from artsim.app.shell import places, resources
from artsim.library import Library
from artsim.maps.make import make_map
from tests.conftest import REPOSITORY


def test_how_a_map_was_drawn_does_not_fill_in_the_form_of_another_collection(workspace):
    resources._workspace.clear()
    resources.jobs.clear()
    make_works(workspace)
    info = make_map(Library(workspace), config_of())
    make_collection(workspace, "second", works_of(8))
    app = AppTest.from_file(places.ROUTER, default_timeout=120)
    app.switch_page(str(REPOSITORY / "pages" / "map.py"))
    app.query_params["collection"] = "works"
    app.query_params["map"] = info.id
    app.run()
    app.session_state["map_again"] = True
    app.run()
    assert app.number_input(key="mapform_neighbours").value == 8
    app.number_input(key="mapform_neighbours").set_value(11).run()
    app.number_input(key="mapform_seed").set_value(5).run()
    app.selectbox(key="sidebar_collection").set_value("second").run()
    assert not app.exception
    names = ("neighbours", "min_distance", "seed")
    assert [app.number_input(key=f"mapform_{name}").value for name in names] == [15, 0.1, 0]
    assert any(code.value == "artsim map second --backbone tiny" for code in app.code)
    app.selectbox(key="sidebar_collection").set_value("works").run()
    app.session_state["map_again"] = True
    app.run()
    assert app.number_input(key="mapform_neighbours").value == 11, "what was typed is lost"
