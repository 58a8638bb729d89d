"""The sidebar of the Evaluate page: the collection."""

from dataclasses import replace

import streamlit as st

from artsim.app.evaluation import view as evaluation_view
from artsim.app.shell import resources, sidebar, state
from artsim.core.errors import ArtsimError


def show() -> None:
    """Show the collection of the open evaluation, or of the next one, in the URL too."""
    collections = sidebar.by_name()
    if not collections:
        return
    view = evaluation_view.current()
    name = view.collection
    if view.run and "collection" not in st.query_params:
        name = _evaluated(view.run) or name
    if not name:
        first = resources.workspace().first_collection
        name = first if first in collections else next(iter(collections))
    if st.query_params.get("collection") != name:
        evaluation_view.change(collection=name)
    with st.sidebar:
        # Another collection closes the evaluation: its figures are of this one.
        sidebar.choose_collection(replace(state.remembered(), collection=name), collections)


def _evaluated(run_id: str) -> str:
    try:
        return resources.library().evaluation(run_id).collection
    except ArtsimError:
        return ""
