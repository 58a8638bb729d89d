"""The order in which a page is drawn: from its top, or pictures first."""

import streamlit as st

_LAYOUT = "drawn_layout"
_FIRST = "drawn_pictures_first"


def begin(layout: str) -> None:
    """Note that a page of this layout is drawn now.

    If the layout is on the screen already, nothing moves when the pictures are drawn first.
    """
    st.session_state[_FIRST] = st.session_state.get(_LAYOUT) == layout
    st.session_state[_LAYOUT] = layout


def pictures_first() -> bool:
    """Whether pictures are drawn before what stands around them."""
    return bool(st.session_state.get(_FIRST))
