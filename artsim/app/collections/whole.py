"""What can be done with a collection as a whole, asked in a dialog."""

import streamlit as st

from artsim.app.collections.desk import work
from artsim.app.shell import state
from artsim.app.shell.places import COLLECTIONS, DESK


@st.dialog("Rename this collection")
def ask_new_name(name: str, at_desk: bool = False) -> None:
    """Ask for another name; its uploads, maps, votes, evaluations and trainings follow it."""
    new = st.text_input(
        "New name",
        name,
        max_chars=63,
        help="Lower-case letters, digits, '-' and '_'. Links with the old name end here.",
    ).strip()
    if st.button("Rename", key="rename_yes", type="primary", width="stretch"):
        if not work.rename(name, new):
            work.show()
            return
        state.forget(name)
        if at_desk:
            st.switch_page(DESK, query_params={"collection": new})
        st.switch_page(COLLECTIONS)
