"""What the works of a map are coloured by, and the legend: an entry chosen in it stands alone."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from artsim.app.maps.palette import PALETTES
from artsim.app.widgets.components import component
from artsim.app.widgets.texts import plain
from artsim.collection.columns import title_of
from artsim.core.counts import count
from artsim.maps.colouring import MATCH, NONE, OTHER, UNKNOWN, Colouring

_LEGEND = component("map_legend")
_WORDS = {MATCH: "Likeness to the query", NONE: "Nothing"}


def label(by: str) -> str:
    """What a colouring is called."""
    return _WORDS.get(by.partition(":")[0], plain(title_of(by), 60))


def spaced(value: str) -> str:
    """A value as people read it: data sets write words_like_this."""
    return value.replace("_", " ")


def entries(colouring: Colouring) -> list[dict[str, Any]]:
    """The entries of a legend: code, name, works; in the order in which they are shown."""
    found = [
        {"code": code, "name": name, "works": works}
        for code, (name, works) in enumerate(zip(colouring.names, colouring.counts, strict=False))
    ]
    alone = "In no cluster" if colouring.by == "cluster" else "Not known"
    for code, name in ((OTHER, "Other"), (UNKNOWN, alone)):
        works = int((np.asarray(colouring.codes) == code).sum())
        if works and colouring.kind != "none":
            found.append({"code": code, "name": name, "works": works})
    return found


def code_of(colouring: Colouring | None, name: str) -> int | None:
    """The code of an entry of the legend, None where there is no such entry."""
    if not name or colouring is None:
        return None
    return next((e["code"] for e in entries(colouring) if e["name"] == name), None)


def show(
    colouring: Colouring, only: str, symbols: Sequence[str], on_only: Callable[[str], None]
) -> None:
    """The legend; ``on_only`` gets the entry that is to stand alone, "" for all."""

    def chosen() -> None:
        on_only(str(st.session_state["map_legend"].only or ""))

    found = entries(colouring)
    _LEGEND(
        key="map_legend",
        data={
            "entries": [
                {
                    "name": plain(entry["name"], 200),
                    "words": plain(spaced(entry["name"]), 200),
                    "works": f"{entry['works']:,}",
                    "colours": _colours(colouring, entry["code"]),
                    "symbol": _symbol(colouring, entry["code"], symbols),
                }
                for entry in found
            ],
            "scale": _scale(colouring),
            "only": only if code_of(colouring, only) is not None else "",
            "labels": {
                "legend": f"Works by {label(colouring.by).lower()}",
                "only": "Show alone",
                "all": "Show all again",
            },
        },
        on_only_change=chosen,
    )


def said(colouring: Colouring) -> str:
    """The legend in words, for alt texts."""
    if colouring.kind == "none":
        return ""
    if colouring.kind == "sequence" and not colouring.names:
        return f"Coloured by {label(colouring.by).lower()}, {_ends(colouring)}."
    told = [f"{spaced(e['name'])} {e['works']:,}" for e in entries(colouring)]
    by = label(colouring.by).lower()
    return f"Coloured by {by}: {', '.join(told)} of {count(len(colouring.codes), 'work')}."


def _colours(colouring: Colouring, code: int) -> list[str]:
    part = {OTHER: "other", UNKNOWN: "unknown"}.get(code)
    if part:
        return [p[part] for p in PALETTES.values()]
    if colouring.kind == "category":
        return [p["named"][code] for p in PALETTES.values()]
    where = _along(colouring, code)
    return [_between(p["sequence"], where) for p in PALETTES.values()]


def _symbol(colouring: Colouring, code: int, symbols: Sequence[str]) -> str:
    return symbols[code] if colouring.kind == "category" and code < len(symbols) else ""


def _along(colouring: Colouring, code: int) -> float:
    """Where the works of an entry lie on the scale of a sequence, in [0, 1]."""
    low, high = colouring.low or 0.0, colouring.high or 0.0
    if colouring.values is None or high <= low:
        return 0.5
    middle = float(np.nanmedian(colouring.values[np.asarray(colouring.codes) == code]))
    return min(1.0, max(0.0, (middle - low) / (high - low)))


def _between(stops: tuple[str, ...], where: float) -> str:
    """The colour ``where`` in [0, 1] along ``stops``."""
    parts = np.array([[int(stop[i : i + 2], 16) for i in (1, 3, 5)] for stop in stops])
    places = np.linspace(0, 1, len(stops))
    return "#" + "".join(f"{round(np.interp(where, places, parts[:, i])):02x}" for i in range(3))


def _scale(colouring: Colouring) -> dict[str, Any] | None:
    if colouring.kind != "sequence" or colouring.low is None or colouring.names:
        return None
    stops = zip(*(p["sequence"] for p in PALETTES.values()), strict=True)
    low, high = _number(colouring.low), _number(colouring.high)
    return {"low": low, "high": high, "stops": [list(pair) for pair in stops]}


def _ends(colouring: Colouring) -> str:
    return f"from {_number(colouring.low)} to {_number(colouring.high)}"


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if float(value).is_integer() else f"{value:.3g}"
