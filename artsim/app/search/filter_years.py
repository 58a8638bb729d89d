"""The filter by years: a slider, the two years typed beside it, and works of no known year."""

import time
from typing import Any

import streamlit as st

from artsim.app.shell import state

_SLIDER, _FROM, _TO, _UNDATED = (f"filter_{n}" for n in ("years", "from", "to", "undated"))
_TOLD = "filter_years_told"  # each widget's value before the page changed it, and when
_HEARS = 1.5  # seconds after which a browser has heard of the change


def show(view: state.View, years: tuple[int, int], undated: int) -> None:
    """The filter for years within ``years``, which can let ``undated`` works through too."""
    first, last = years
    low = min(max(first if view.year_from is None else view.year_from, first), last)
    high = max(min(last if view.year_to is None else view.year_to, last), low)
    values = {_SLIDER: (low, high), _FROM: low, _TO: high, _UNDATED: view.undated}
    for key, value in values.items():
        _tell(key, value)

    def slid() -> None:
        if _is_meant(_SLIDER):
            choose(*st.session_state[_SLIDER])

    def typed() -> None:
        choose(
            *(
                st.session_state[key] if _is_meant(key) else known
                for key, known in ((_FROM, low), (_TO, high))
            )
        )

    def choose(low: int, high: int) -> None:
        low, high = min(low, high), max(low, high)
        whole = (low, high) == (first, last)
        state.change(
            year_from=None if low == first else low,
            year_to=None if high == last else high,
            undated=state.current().undated and not whole,
        )

    st.slider(
        "Years",
        first,
        last,
        key=_SLIDER,
        on_change=slid,
    )
    columns = st.columns(2)
    for column, key, label in zip(columns, (_FROM, _TO), ("From", "To"), strict=True):
        column.number_input(
            label,
            first,
            last,
            key=key,
            on_change=typed,
        )
    if undated:
        st.checkbox(
            f"+ undated ({undated:,})",
            key=_UNDATED,
            disabled=(low, high) == (first, last),
            help="Works without a known year are left out if years are chosen, unless this is on.",
            on_change=lambda: state.change(undated=st.session_state[_UNDATED]),
        )


def _tell(key: str, value: Any) -> None:
    """Let a widget show a value; not again, for that would overwrite what is being typed."""
    shown = st.session_state.get(key)
    if shown != value:
        st.session_state[key] = value
        st.session_state.setdefault(_TOLD, {})[key] = (shown, time.monotonic())


def _is_meant(key: str) -> bool:
    """Whether a person chose the value of a widget.

    A browser that has not heard of its new value yet sends the one before with the next click.
    """
    before, when = st.session_state.get(_TOLD, {}).get(key, (None, 0.0))
    return bool(st.session_state[key] != before or time.monotonic() - when > _HEARS)


def in_words(view: state.View) -> str:
    """The years that are shown, in short."""
    years = f"{view.year_from or '…'} to {view.year_to or '…'}"
    return f"{years} + undated" if view.undated else years
