"""Works like nothing else on the map, and those that move most to the map beside it."""

import streamlit as st

from artsim.app.maps import gallery as map_gallery
from artsim.app.maps.scene import Scene
from artsim.app.widgets.texts import markdown

_MOST = 48


def outliers(scene: Scene) -> None:
    """The works furthest from their neighbours, most unusual first."""
    found = scene.map.clusters
    rows = [row for row in found.outliers if scene.shown[row]][:_MOST]
    if not rows:
        st.info("No such work passes the filters.")
        return
    st.caption(
        "Works like nothing else here: they are further from their neighbours than those are "
        "from each other. Some are treasures, some are bad scans."
    )
    told = {row: f"{found.outlier_scores[row]:.1f} × as far as usual" for row in rows}
    map_gallery.show(
        scene, rows, key="map_outliers", label="Works like nothing else", told=told, card_width=150
    )


def moved(scene: Scene) -> None:
    """The works whose neighbours differ most between the two maps."""
    if scene.aligned is None or scene.second is None:
        st.info("Choose a second map in the sidebar, or draw one of another backbone below.")
        return
    pairs = [
        (int(row), float(share))
        for row, share in zip(scene.aligned.moved, scene.aligned.shares, strict=True)
        if scene.shown[row]
    ][:_MOST]
    first, second = scene.info.config.backbone, scene.second.config.backbone
    st.caption(
        f"Works whose neighbours differ most between {markdown(first)} and {markdown(second)}: "
        "the two see something different in them. The share says how many neighbours stay."
    )
    map_gallery.show(
        scene,
        [row for row, _ in pairs],
        key="map_moved",
        label="Works that move most",
        told={row: f"keeps {share:.0%} of its neighbours" for row, share in pairs},
        card_width=150,
    )
