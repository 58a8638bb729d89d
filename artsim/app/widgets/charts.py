"""How every chart looks: readable in light and dark, without colour, and without sight."""

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from artsim.app.widgets.texts import plain

# Colour-blind safe, and at least 3:1 against the backgrounds of both themes.
_COLOURS = ("#0072b2", "#c8550a", "#008f6b", "#b05a92", "#8a6d00", "#6b7780")
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star", "hexagon", "x")
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
GREY = "#858585"
_STATIC = {"displayModeBar": False}


def draw(figure: go.Figure, *, key: str, height: int, alt: str) -> None:
    """Show a chart in the app's own style; ``alt`` says in words what it shows."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "title": None},
        hoverlabel={"align": "left"},
        dragmode=False,
        uirevision=key,
    )
    if figure.layout.showlegend is None:
        figure.update_layout(showlegend=True)
    # The theme's own ticks are small and fall below a contrast of 4.5.
    text = {"size": 13, "color": text_colour()}
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(automargin=True, tickfont=text, title_font=text)
    figure.update_xaxes(zeroline=False)
    figure.update_layout(legend_font=text)
    st.plotly_chart(figure, key=key, config=_STATIC, alt=plain(alt, 4000))


def text_colour() -> str:
    """The theme's colour of text."""
    return "#ece8e0" if dark() else "#23211d"


def dark() -> bool:
    """Whether the dark theme is shown."""
    return bool(st.context.theme.type == "dark")


def colour(i: int) -> str:
    """Colour of series ``i``."""
    return _COLOURS[i % len(_COLOURS)]


def line(i: int) -> dict[str, Any]:
    """Line of series ``i``: told apart by its dashes too."""
    return {"color": colour(i), "width": 2, "dash": _DASHES[i % len(_DASHES)]}


def marker(i: int, size: int = 8) -> dict[str, Any]:
    """Marker of series ``i``: told apart by its form too."""
    return {"symbol": _SYMBOLS[i % len(_SYMBOLS)], "size": size, "color": colour(i)}


def label(text: str, length: int = 60) -> str:
    """Text for a chart; plotly reads some HTML, so angle brackets are taken out of play."""
    return plain(text, length).replace("&", "&amp;").replace("<", "&lt;")
