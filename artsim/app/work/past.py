"""The changes made to a work by hand."""

from typing import Any

import streamlit as st

from artsim.app.shell import places, resources
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown
from artsim.collection.edits.history import EDIT, REMOVE, History, Step
from artsim.collection.edits.sentences import sentence
from artsim.people import policy
from artsim.people.roles import Action

_MOST = 12


def show(collection: str, row: dict[str, Any]) -> None:
    """The steps of the collection's history that touch the work, the latest first."""
    if not policy.allows(Action.REPORTS, collection):
        return
    library, work = resources.library(), str(row["id"])
    found = library.pictures(collection, work)
    files = {("file", str(picture["file"])) for picture in found.pictures}
    own = {(EDIT, work), (REMOVE, work), ("file", str(row.get("file") or work))} | files

    def touches(step: Step) -> bool:
        return any(thing[:2] in own for thing in step.touched)

    steps = [s for s in History(library.collection(collection)).steps if touches(s)]
    st.header("History", anchor=False)
    if not steps:
        st.caption("Nobody has changed this work by hand.")
        return
    for step in reversed(steps[-_MOST:]):
        said, when = sentence(step), step.when[:16].replace("T", " ")
        text = markdown(said[:1].upper() + said[1:], 300)
        undone = " · undone" if step.undone else ""
        st.markdown(f"~~{text}~~" if step.undone else text)
        st.caption(f"Step {step.step} · {when} UTC · {markdown(step.who, 60)}{undone}")
    if permitted.leads_to("desk"):
        st.page_link(
            places.DESK,
            label="The whole history",
            icon=":material/history:",
            query_params={"collection": collection, "tab": "History"},
        )
