"""The filter by years: a slider, the two years typed beside it, and works of no known year."""

import streamlit as st

from artsim.app.shell import state

_SLIDER, _FROM, _TO, _UNDATED = (f"filter_{n}" for n in ("years", "from", "to", "undated"))


def show(view: state.View, years: tuple[int, int], undated: int) -> None:
    """Every year between ``years`` exactly; ``undated`` works can be shown too."""
    first, last = years
    low = min(max(first if view.year_from is None else view.year_from, first), last)
    high = max(min(last if view.year_to is None else view.year_to, last), low)
    values = {_SLIDER: (low, high), _FROM: low, _TO: high, _UNDATED: view.undated}
    for key, value in values.items():
        # What is set anew is sent anew, over the year that a person types at that moment.
        if st.session_state.get(key) != value:
            st.session_state[key] = value

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
        on_change=lambda: choose(*st.session_state[_SLIDER]),
    )
    typed = st.columns(2)
    for column, key, label in zip(typed, (_FROM, _TO), ("From", "To"), strict=True):
        column.number_input(
            label,
            first,
            last,
            key=key,
            on_change=lambda: choose(st.session_state[_FROM], st.session_state[_TO]),
        )
    if undated:
        st.checkbox(
            f"+ undated ({undated:,})",
            key=_UNDATED,
            disabled=(low, high) == (first, last),
            help="Works of no known year are left out where years are chosen, unless this is on.",
            on_change=lambda: state.change(undated=st.session_state[_UNDATED]),
        )


def in_words(view: state.View) -> str:
    """The years that are shown, in short."""
    years = f"{view.year_from or '…'} to {view.year_to or '…'}"
    return f"{years} + undated" if view.undated else years
