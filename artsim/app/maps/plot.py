"""The map in the browser: one component for one map or two beside each other.

Points, colours and metadata come over HTTP (``artsim.api.maps``), where the browser keeps them;
what goes through Streamlit is what changes: which works are in sight, chosen, or looked for.
"""

import base64
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal
from urllib.parse import quote, urlencode

import numpy as np
import numpy.typing as npt
import plotly
import streamlit as st

from artsim.app.maps.palette import PALETTES, SOLID_SYMBOLS, SYMBOLS
from artsim.app.widgets.components import component

MOST_THUMBNAILS = 150
FIRST, SECOND, MOSAIC = 0, 1, 2  # what a shape is drawn on
Rows = Sequence[int] | npt.NDArray[np.integer[Any]]
Tool = Literal["pan", "box", "lasso"]
_MAP = component("map")


@dataclass(frozen=True)
class Neighbour:
    """One of a query's nearest works; ``torn``: the map shows it far away from the query."""

    row: int
    torn: bool = False


@dataclass(frozen=True)
class Asked:
    """The query on the map: its point, what it is called, its picture and its neighbours.

    ``row`` is its own where it is a work of the map, else -1.
    """

    point: Sequence[float]
    label: str
    thumb: str = ""
    neighbours: Sequence[Neighbour] = ()
    row: int = -1


@dataclass(frozen=True)
class Label:
    """A name written on the map, such as a cluster's, in map coordinates."""

    x: float
    y: float
    text: str
    z: float = 0.0


@dataclass(frozen=True)
class Pane:
    """One map of ``count`` works; ``alt`` says in words what it shows, ``title`` names it.

    ``rows`` pass the filters (None: all), the others are drawn faint; ``selected`` stand out.
    Where ``points_of`` names another map, its points are shown, laid over the map at
    ``address``: every row is one of the map at ``address``, and the panes are linked by it.
    """

    title: str
    address: str
    version: str
    count: int
    dimensions: int
    alt: str
    colour_by: str
    points_of: str = ""
    query: Asked | None = None
    rows: Rows | None = None
    selected: Rows | None = None
    labels: Sequence[Label] = ()


def address(collection: str, map_id: str) -> str:
    """Where the routes of a map are."""
    name, kept = quote(collection, safe=""), quote(map_id, safe="")
    return f"/api/v1/collections/{name}/maps/{kept}"


def show(
    panes: Sequence[Pane],
    *,
    key: str,
    height: int,
    tool: Tool = "pan",
    thumbnails: bool = True,
    mosaic: bool = False,
    only: int | None = None,
    shape: str = "",
    shape_pane: int = 0,
    view: Sequence[float] = (),
    view_param: str = "",
    years: Sequence[int] = (),
    renderer: Literal["auto", "webgl", "canvas"] = "auto",
    on_select: Callable[[str, int], None],
    on_open: Callable[[str], None],
    on_query: Callable[[str], None],
    on_view: Callable[[float, float, float, float], None] | None = None,
    on_years: Callable[[int, int], None] | None = None,
) -> None:
    """Show the maps.

    ``only``: the one code of the colouring that is not faint. ``shape``: the outline that was
    drawn on ``shape_pane`` (FIRST, SECOND or MOSAIC), as text. ``view``: x0, x1, y0, y1 of what
    is seen, which the browser itself writes into the address as ``view_param`` where that is
    given: then no run of the script follows a movement, and ``on_view`` is not called. ``years``:
    first and last year of the collection, where decades can be played. ``renderer``: how flat
    maps are drawn, "auto" takes WebGL where there is a graphics card. Callbacks: ``on_select``
    gets a shape ("" for none) and what it was drawn on, ``on_open`` and ``on_query`` the id of
    a work, ``on_view`` what is seen when a movement has ended, ``on_years`` the decade at which
    the playing was stopped (0, 0 for all years).
    """

    def sent(name: str) -> Any:
        return getattr(st.session_state[key], name)

    def selected() -> None:
        value = sent("select")
        if isinstance(value, dict):
            pane = value.get("pane")
            on_select(str(value.get("shape") or ""), pane if pane in (SECOND, MOSAIC) else FIRST)

    def viewed() -> None:
        numbers = _numbers(sent("view"), 4)
        if on_view and numbers:
            on_view(*numbers)

    def dated() -> None:
        numbers = _numbers(sent("years"), 2)
        if on_years and numbers:
            on_years(int(numbers[0]), int(numbers[1]))

    _MAP(
        key=key,
        data={
            "panes": [_document(pane) for pane in panes],
            "height": height,
            "tool": tool,
            "thumbnails": MOST_THUMBNAILS if thumbnails else 0,
            "mosaic": mosaic,
            "only": only,
            "shape": shape,
            "shape_pane": shape_pane,
            "view_param": view_param,
            "view": [float(number) for number in view],
            "years": [int(year) for year in years],
            "renderer": renderer,
            "palettes": PALETTES,
            "symbols": symbols(panes[0].dimensions),
            "plotly": f"/plotly.min.js?v={plotly.__version__}",
        },
        on_select_change=selected,
        on_open_change=lambda: on_open(str(sent("open"))),
        on_query_change=lambda: on_query(str(sent("query"))),
        on_view_change=viewed,
        on_years_change=dated,
    )


def symbols(dimensions: int) -> Sequence[str]:
    """The forms of the named colours on a map."""
    return SOLID_SYMBOLS if dimensions == 3 else SYMBOLS


def bits(rows: Rows | None, count: int) -> str | None:
    """One bit a row, lowest first, as base64: 12 kB at 100,000 works. None stays None."""
    if rows is None:
        return None
    inside = np.zeros(count, bool)
    inside[np.asarray(rows, np.intp)] = True
    return base64.b64encode(np.packbits(inside, bitorder="little").tobytes()).decode()


def _document(pane: Pane) -> dict[str, Any]:
    """What the browser is told of a pane."""
    version = {"v": pane.version}
    other = {"onto": pane.address.rpartition("/")[2]} if pane.points_of else {}
    of = f"{pane.address.rpartition('/')[0]}/{quote(pane.points_of)}" if other else pane.address
    return {
        "title": pane.title,
        "alt": pane.alt,
        "count": pane.count,
        "dimensions": pane.dimensions,
        "points": f"{of}/points?{urlencode(other | version)}",
        "colours": f"{pane.address}/colours?{urlencode({'by': pane.colour_by} | version)}",
        "works": f"{pane.address}/works?{urlencode(version)}",
        "order": f"{pane.address}/order?{urlencode(version)}",
        "years": f"{pane.address}/years?{urlencode(version)}",
        "grid": f"{pane.address}/grid?{urlencode(version)}",
        "picture": f"{pane.address}/mosaic.webp?{urlencode(version)}",
        "query": asdict(pane.query) if pane.query else None,
        "rows": bits(pane.rows, pane.count),
        "selected": bits(pane.selected, pane.count),
        "labels": [asdict(label) for label in pane.labels],
    }


def _numbers(value: Any, count: int) -> list[float]:
    """As many finite numbers as expected, else none: the browser is outside."""
    if not isinstance(value, list) or len(value) != count:
        return []
    numbers = [v for v in value if isinstance(v, int | float) and abs(v) < 1e6]
    return numbers if len(numbers) == count else []
