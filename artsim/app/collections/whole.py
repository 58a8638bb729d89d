"""Dialogs about a collection as a whole."""

import streamlit as st

from artsim.app.collections.desk import work
from artsim.app.collections.naming import name_of
from artsim.app.shell import resources, state
from artsim.app.shell.places import COLLECTIONS, DESK
from artsim.collection.store import CollectionInfo
from artsim.core.names import MAX_TITLE, checked_title


@st.dialog("Rename this collection")
def ask_new_name(info: CollectionInfo, at_desk: bool = False) -> None:
    """Ask for another name; its uploads, maps, votes, evaluations and trainings follow it."""
    typed = st.text_input(
        "New name",
        info.heading,
        max_chars=MAX_TITLE,
        help="In any letters. Links with the old name lead to a page that names the new one.",
    )
    title = checked_title(typed)
    if st.button("Rename", key="rename_yes", type="primary", width="stretch", disabled=not title):
        others = [one for one in resources.library().collections() if one.name != info.name]
        new = name_of(title, others)
        if not work.rename(info.name, new, title):
            work.show()
            return
        state.forget(info.name)
        if at_desk:
            st.switch_page(DESK, query_params={"collection": new})
        st.switch_page(COLLECTIONS)
