"""Bringing works in from the browser: own pictures, the National Gallery of Art, the demo."""

from collections.abc import Callable, Sequence

import streamlit as st

from artsim.app.collections import nga, other_sources, own_pictures
from artsim.app.shell import jobs
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.tasks.configs import DemoConfig, NgaFirstConfig
from artsim.tasks.sources import SOURCES


def show(infos: Sequence[CollectionInfo]) -> None:
    """The ways to add a collection, each in a tab."""
    kinds = SOURCES.usable()
    forms: dict[str, Callable[[], None]] = {
        "folder": lambda: own_pictures.show(infos),
        "nga": _nga_tab,
        "demo": lambda: _demo({info.name for info in infos}),
    }
    tabs = st.tabs([markdown(kind.title, 60) for kind in kinds.values()])
    for tab, (name, kind) in zip(tabs, kinds.items(), strict=True):
        with tab:
            forms[name]() if name in forms else other_sources.show(kind, infos)


def _nga_tab() -> None:
    st.write(
        "The National Gallery of Art in Washington gives its collection's data and many of its "
        "pictures freely. Bring in paintings from there:"
    )
    limit = st.number_input("How many paintings", 10, 5000, 400, step=50, key="nga_limit")
    config = NgaFirstConfig(limit=int(limit))
    if jobs.is_active("import_and_embed", config):
        st.info("They are on their way: see the jobs in the sidebar.")
        return
    nga.show_reason()
    if st.button("Bring them in", key="nga_import", type="primary"):
        nga.start(config)


def _demo(taken: set[str]) -> None:
    st.write(
        "A collection drawn by code, with invented schools and artists: to try artsim without "
        "any pictures of your own. It needs no network."
    )
    config = DemoConfig()
    if "demo" in taken:
        st.caption("It is here already.")
    elif jobs.is_active("demo", config):
        st.info("It is being drawn: see the jobs in the sidebar.")
    elif st.button("Build the demo collection", key="demo_build", type="primary"):
        jobs.submit("demo", config)
        st.rerun()
