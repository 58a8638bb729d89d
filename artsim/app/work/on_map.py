"""Where a work lies on the newest map of its collection."""

from typing import Any

import numpy as np
import streamlit as st

from artsim.app.shell import places, resources, state
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError
from artsim.maps.model import Map

_SIDE, _EDGE, _MOST = 400, 14, 4000  # pixels, and dots: a thinned-out map keeps its shape


def show(info: CollectionInfo, row: dict[str, Any]) -> None:
    """A small map with the work on it, and the way to the large one."""
    st.subheader("Its place on the map", anchor=False)
    library = resources.library()
    maps = [m for m in library.maps(info.name) if m.config.dimensions == 2]
    if not maps:
        st.caption("There is no flat map of this collection yet.")
        st.page_link(
            places.MAP,
            label="Draw one",
            icon=":material/scatter_plot:",
            query_params=state.link(info.name),
        )
        return
    newest = maps[0]
    try:
        drawn = library.map(info.name, newest.id)
    except ArtsimError as error:
        st.caption(markdown(error, 300))
        return
    place = drawn.ids.index(str(row["id"])) if str(row["id"]) in drawn.ids else -1
    if place < 0:
        st.caption("The newest map was drawn without this work.")
    st.html(_picture(drawn, place))
    st.page_link(
        places.MAP,
        label="Open the map there",
        icon=":material/scatter_plot:",
        query_params={
            **state.link(info.name, query=row["id"], backbone=newest.config.backbone),
            "map": newest.id,
        },
    )


def _picture(drawn: Map, place: int) -> str:
    """The map as SVG: every work a dot, this one ringed."""
    points = np.asarray(drawn.points, np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = (_SIDE - 2 * _EDGE) / max(float((high - low).max()), 1e-9)
    placed = (points - low) * scale + _EDGE
    width, height = (high - low) * scale + 2 * _EDGE
    placed[:, 1] = height - placed[:, 1]
    step = max(1, len(placed) // _MOST)
    dots = "".join(f"M{x:.0f} {y:.0f}h0" for x, y in placed[::step])
    here = ""
    if place >= 0:
        x, y = placed[place]
        here = (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" class="ring"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" class="here"/>'
        )
    return (
        f'<svg class="artsim-place" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="A map of the collection with this work ringed">'
        f'<path d="{dots}"/>{here}</svg>'
    )
