"""The first page of an empty workspace: what artsim is and what to do next."""

import streamlit as st

from artsim.app.shell import jobs
from artsim.app.shell.places import COLLECTIONS
from artsim.people import policy
from artsim.people.roles import Action
from artsim.tasks.configs import DemoConfig


def show() -> None:
    """Say what to do where there is no collection yet."""
    st.title("Find works that look alike", anchor=False)
    st.write(
        "artsim searches a collection by what its works look like: choose a work, or bring a "
        "picture, and it shows the most similar ones. There is no collection here yet."
    )
    if not policy.allows(Action.IMPORT):
        st.caption("A curator brings them in.")
        return
    config = DemoConfig()
    if jobs.is_active("demo", config):
        st.info("The demo collection is being drawn and embedded. It appears here when it is done.")
        return
    if st.button("Build the demo collection", type="primary", key="welcome_demo"):
        jobs.submit("demo", config)
        st.rerun()
    st.caption(
        "It is drawn by code, embedded, mapped and evaluated here: it needs no network and takes a "
        "minute or two."
    )
    st.write("Or bring your own pictures, or the National Gallery of Art's, on the next page.")
    st.page_link(COLLECTIONS, label="Go to Collections", icon=":material/arrow_forward:")
