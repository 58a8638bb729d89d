"""What the Map page shows beside the view of the collection, as a link."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st

from artsim.app.shell import state

TABS = {
    "clusters": "Clusters",
    "outliers": "Like nothing else",
    "moved": "Moved most",
    "table": "Table of works",
}
MOST_ROWS = 300
_SESSION = "map_look"
_LENGTHS = {"shape": 8_000, "rows": 3_200}
_ROWS = re.compile(r"\d{1,9}(,\d{1,9})*")
_QUIET = {"map", "seen", "tab", "label", "mosaic", "sheet"}
_NOTHING_CHOSEN: dict[str, Any] = {"shape": "", "pane": 0, "cluster": -1, "rows": ()}


@dataclass(frozen=True)
class Look:
    """How a map is looked at; every part is in the URL where it is no default.

    ``map`` and ``beside`` are ids of maps, ``only`` one entry of the legend, ``shape`` an outline
    drawn on ``pane`` (the first map, the second or the mosaic), ``cluster`` a number, ``rows``
    works chosen one by one; of these three, one holds. ``label`` is the label that clusters are
    compared with, ``sheet`` the one of the table, ``seen`` the part of the map in sight: x0, x1,
    y0, y1.
    """

    map: str = ""
    beside: str = ""
    colour: str = ""
    only: str = ""
    shape: str = ""
    pane: int = 0
    cluster: int = -1
    rows: tuple[int, ...] = ()
    mosaic: bool = False
    tab: str = "clusters"
    label: str = ""
    sheet: int = 1
    seen: tuple[float, ...] = ()

    def to_params(self) -> dict[str, str]:
        """Query parameters of what is no default."""
        return {
            name: ",".join(map(_written, value)) if isinstance(value, tuple) else str(value)
            for name in state.MAP_PARAMS
            if (value := getattr(self, name)) != getattr(_EMPTY, name)
        }


_EMPTY = Look()


def from_params(params: dict[str, str]) -> Look:
    """A look from query parameters; what cannot be read counts as not given."""
    values: dict[str, Any] = {}
    for field in fields(Look):
        given = params.get(field.name, "")[: _LENGTHS.get(field.name, 200)]
        default = getattr(_EMPTY, field.name)
        if not given:
            continue
        if field.name == "seen":
            values["seen"] = _numbers(given)
        elif field.name == "rows":
            named = given.split(",")[:MOST_ROWS] if _ROWS.fullmatch(given) else []
            values["rows"] = tuple(dict.fromkeys(map(int, named)))
        elif isinstance(default, bool):
            values[field.name] = given == "True"
        elif isinstance(default, int):
            values[field.name] = int(given) if re.fullmatch(r"\d{1,6}", given) else default
        else:
            values[field.name] = given
    look = Look(**values)
    return look if look.tab in TABS else replace(look, tab=_EMPTY.tab)


def _written(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:.5g}"


def _numbers(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        return ()
    finite = all(abs(number) < 1e6 for number in found)
    return found if len(found) == 4 and finite else ()


def current() -> Look:
    """The look that the URL names."""
    look = from_params({n: st.query_params[n] for n in state.MAP_PARAMS if n in st.query_params})
    st.session_state[_SESSION] = (state.remembered().collection, look)
    return look


def restore() -> None:
    """Put the last look back into the URL where the page is entered without one."""
    if st.query_params:
        return
    collection, look = st.session_state.get(_SESSION, ("", _EMPTY))
    view = state.remembered()
    if view.collection:
        kept = look if collection == view.collection else _EMPTY
        st.query_params.from_dict(view.to_params() | kept.to_params())


def change(**changes: Any) -> None:
    """Change the look of the same view; the URL follows.

    The gallery goes back to its first page, unless what is chosen stays the same.
    """
    look = replace(current(), **changes)
    view = state.current()
    if set(changes) - _QUIET:
        view = replace(view, page=1)
    st.query_params.from_dict(view.to_params() | look.to_params())


def choose(**chosen: Any) -> None:
    """Choose by a shape, a cluster or rows, instead of any earlier choice; none by default."""
    change(**(_NOTHING_CHOSEN | chosen))


def open_map(map_id: str, beside: str = "") -> None:
    """Open a map, and one beside it: what was chosen on another one is not on this one."""
    look = current()
    kept = Look(map_id, beside, look.colour, look.only, mosaic=look.mosaic, tab=look.tab)
    change(**{field.name: getattr(kept, field.name) for field in fields(Look)})


def chosen_key(name: str, value: Any, read: Callable[[Any], Any] = lambda v: v) -> dict[str, Any]:
    """``key`` and ``on_change`` of a widget that shows the part ``name`` of the look."""
    key = f"map_{name}"
    st.session_state[key] = value

    def changed() -> None:
        change(**{name: read(st.session_state[key])})

    return {"key": key, "on_change": changed}
