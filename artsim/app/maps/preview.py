"""A first rough look at a space while its map is drawn: two principal components."""

import plotly.graph_objects as go
import streamlit as st

from artsim.app.maps.palette import PALETTES
from artsim.app.shell import resources
from artsim.app.widgets import charts
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.maps.config import MapConfig


def show(config: MapConfig) -> None:
    """The works as grey dots; nothing where the space cannot be read at the moment."""
    try:
        with st.spinner("Taking a first rough look"):
            library = resources.library()
            points = library.map_preview(config.collection, config.backbone, config.metric)
    except ArtsimError:
        return
    figure = go.Figure(
        go.Scattergl(
            x=points[:, 0],
            y=points[:, 1],
            mode="markers",
            marker={
                "size": 4 if len(points) > 5_000 else 6,
                "color": PALETTES["dark" if charts.dark() else "light"]["other"],
                "opacity": 0.6,
            },
            hoverinfo="skip",
        )
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    figure.update_layout(showlegend=False)
    st.caption("A first rough look (two principal components). The map will tell groups apart.")
    charts.draw(
        figure,
        key="map_preview",
        height=440,
        alt=f"{count(len(points), 'work')} as dots, by the two directions in which they differ "
        "most. It stands here until the map is drawn.",
    )
