"""On a narrow screen, the way from the map to what is chosen on it."""

import streamlit as st

from artsim.app.maps.chosen import Chosen
from artsim.app.maps.scene import Scene
from artsim.app.widgets.components import component
from artsim.core.counts import count

_REACH = component("map_reach")


def show(scene: Scene, chosen: Chosen) -> None:
    """A bar at the foot of the screen while the map is in sight; a style hides it elsewhere."""
    if chosen:
        label = f"See the {count(len(chosen.rows), 'chosen work')}"
    elif scene.view.query or scene.view.upload:
        label = "See its nearest works"
    else:
        return
    with st.container(key="map_reach"):
        _REACH(key="map_reach_bar", data={"label": label})
