"""Where a work lies on the newest map of its collection."""

import base64
from typing import Any

import numpy as np
import streamlit as st

from artsim.app.shell import places, resources, state
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError
from artsim.maps.model import Map

_HERE = "#c07a3a"  # seen on the backgrounds of both themes
_SIDE, _EDGE, _MOST = 400, 14, 4000  # pixels, and dots: a thinned-out map keeps its shape


def show(info: CollectionInfo, row: dict[str, Any]) -> None:
    """A small map with the work on it, and the way to the large one."""
    st.header("Its place on the map", anchor=False)
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
    """The map as a picture: every work a dot, this one ringed."""
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
        at = f'cx="{x:.1f}" cy="{y:.1f}"'
        here = (
            f'<circle {at} r="9" fill="none" stroke="{_HERE}" stroke-width="3"/>'
            f'<circle {at} r="4" fill="{_HERE}"/>'
        )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}">'
        f'<path d="{dots}" fill="none" stroke="#8a857c" stroke-width="3" '
        f'stroke-linecap="round" stroke-opacity=".55"/>{here}</svg>'
    )
    # As a picture, because st.html removes SVG elements.
    source = base64.b64encode(drawing.encode()).decode("ascii")
    return (
        f'<img class="artsim-place" src="data:image/svg+xml;base64,{source}" '
        'alt="A map of the collection with this work ringed">'
    )
