"""The order in which a page is drawn: from its top, or pictures first."""

import time

import streamlit as st

_LAYOUT = "drawn_layout"
_FIRST = "drawn_pictures_first"
_PICTURED = "drawn_pictured"
# Without it the browser draws the pictures together with all that follows: results of a search were
# seen after 197 ms, with it after 135 to 158 (benchmarks app, two cores).
_AHEAD = 0.05  # seconds


def begin(layout: str) -> None:
    """Note that a page of this layout is drawn now.

    If the layout is on the screen already, nothing moves when the pictures are drawn first.
    """
    st.session_state[_FIRST] = st.session_state.get(_LAYOUT) == layout
    st.session_state[_LAYOUT] = layout


def pictures_first() -> bool:
    """Whether pictures are drawn before what stands around them."""
    return bool(st.session_state.get(_FIRST))


def let_pictures_ahead(view: object) -> None:
    """Give the browser the time to draw the pictures of a new ``view``, which were just sent."""
    if pictures_first() and st.session_state.get(_PICTURED) != view:
        time.sleep(_AHEAD)
    st.session_state[_PICTURED] = view
