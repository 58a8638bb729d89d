"""What is below the map: clusters, odd works, works that move most, and the table."""

import streamlit as st

from artsim.app.maps import clusters as map_clusters
from artsim.app.maps import outliers as map_odd
from artsim.app.maps import table as map_table
from artsim.app.maps import view as map_view
from artsim.app.maps.chosen import Chosen
from artsim.app.maps.scene import Scene


def show(scene: Scene, chosen: Chosen) -> None:
    """One of the tabs at a time."""
    tabs = dict(map_view.TABS)
    if scene.second is None:
        tabs.pop("moved")
    tab = scene.look.tab if scene.look.tab in tabs else "clusters"
    st.segmented_control(
        "Below the map",
        list(tabs),
        format_func=tabs.__getitem__,
        label_visibility="collapsed",
        **map_view.chosen_key("tab", tab, lambda value: value or tab),
    )
    if tab == "clusters":
        map_clusters.show(scene)
    elif tab == "outliers":
        map_odd.outliers(scene)
    elif tab == "moved":
        map_odd.moved(scene)
    else:
        map_table.show(scene, chosen)
