"""The panel beside the map: the query with its nearest works, and what is chosen."""

import streamlit as st

from artsim.app.maps import query as map_query
from artsim.app.maps import selection as map_selection
from artsim.app.maps.chosen import Chosen
from artsim.app.maps.scene import Scene
from artsim.maps.out_of_sample import Placed


def show(scene: Scene, chosen: Chosen, placed: Placed | None) -> None:
    """The query where there is one, then what is chosen, else ways to begin."""
    asked = bool(scene.view.query or scene.view.upload)
    with st.container(key="map_panel"):
        if asked:
            map_query.show(scene, placed)
        if chosen:
            map_selection.show(scene, chosen)
            if not asked:
                with st.popover("Place a work or a picture", icon=":material/add_location:"):
                    map_query.ask(scene.view)
        elif not asked:
            _begin(scene)


def _begin(scene: Scene) -> None:
    around, belong = (
        st.columns(2, gap="large") if scene.second is not None else (st.container(), st.container())
    )
    nearer = (
        "Drag it to turn it, and scroll to come nearer"
        if scene.info.config.dimensions == 3
        else "Zoom in until the works themselves appear"
    )
    with around:
        st.header("Look around", anchor=False)
        st.markdown(
            f"- {nearer}\n"
            "- Click a work to look closer\n"
            "- Draw a box or an outline: what lies in it is shown here, and what sets it apart\n"
            "- Choose an entry of the legend, a cluster or filters: the same happens"
        )
    with belong:
        map_query.ask(scene.view)
