"""What is below the map: clusters, odd works, works that move most, and the table."""

import streamlit as st

from ui import map_clusters, map_odd, map_table, map_view
from ui.map_chosen import Chosen
from ui.map_scene import Scene


def show(scene: Scene, chosen: Chosen) -> None:
    """One of the tabs at a time."""
    tabs = dict(map_view.TABS)
    if scene.second is None:
        tabs.pop("moved")
    tab = scene.look.tab if scene.look.tab in tabs else "clusters"
    st.segmented_control(
        "Below the map",
        list(tabs),
        format_func=tabs.get,
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
