"""Stored things that cannot be read: a sentence for each, and a button to delete it."""

from collections.abc import Callable, Mapping

import streamlit as st

from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.people.roles import Action

_DONE = "unreadable_deleted"


def show(found: Mapping[str, str], what: str, delete: Callable[[str], object]) -> None:
    """Say why each of ``found`` cannot be read, by name; ``delete`` is called with a name."""
    for name, why in found.items():
        key = f"unreadable_{what}_{name}"
        with st.container(horizontal=True, vertical_alignment="center", key=key):
            st.error(markdown(why, 500), icon=":material/error:")
            if permitted.button(
                Action.DELETE, "Delete", key=f"{key}_delete", icon=":material/delete:", help=name
            ):
                _confirm(name, what, delete)


@st.dialog("Delete it for good?")
def _confirm(name: str, what: str, delete: Callable[[str], object]) -> None:
    st.write(f"The {what} {markdown(name, 80)} is removed from this server.")
    keep, drop = st.columns(2)
    if keep.button("Keep it", key=f"unreadable_{what}_no", width="stretch"):
        st.rerun()
    drop.button(
        "Delete it",
        key=f"unreadable_{what}_yes",
        type="primary",
        width="stretch",
        on_click=_delete,
        args=(name, delete),
    )
    if st.session_state.pop(_DONE, False):
        st.rerun()


def _delete(name: str, delete: Callable[[str], object]) -> None:
    """Delete it, or show why that failed: another page may have been faster."""
    try:
        delete(name)
    except ArtsimError as error:
        st.toast(markdown(error, 300), icon=":material/info:")
    st.session_state[_DONE] = True
