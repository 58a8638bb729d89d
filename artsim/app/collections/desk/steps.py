"""The history of a collection: who changed what, with a way back from each step."""

import streamlit as st

from artsim.app.collections.desk import work
from artsim.app.shell import resources
from artsim.app.shell.places import DESK
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown
from artsim.collection.edits.history import REMOVE, UNDO, History, Step
from artsim.collection.edits.sentences import sentence
from artsim.people.roles import Action

_MOST = 100


def show(name: str) -> None:
    """The steps, the latest first."""
    steps = History(resources.library().collection(name)).steps
    if not steps:
        st.info("Nobody has changed this collection by hand yet.", icon=":material/history:")
    for step in reversed(steps[-_MOST:]):
        _line(name, step)
    if len(steps) > _MOST:
        st.caption(f"The latest {_MOST} of {len(steps):,}.")


def _line(name: str, step: Step) -> None:
    with st.container(border=True):
        about, action = st.columns([5, 1], vertical_alignment="center")
        said = sentence(step)
        text = markdown(said[:1].upper() + said[1:], 300)
        when = step.when[:16].replace("T", " ")
        reason = next((r.get("reason") for r in step.after.values() if isinstance(r, dict)), "")
        why = f" · {markdown(reason, 200)}" if step.what == REMOVE and reason else ""
        about.markdown(f"~~{text}~~" if step.undone else text)
        undone = " · undone" if step.undone else ""
        about.caption(f"Step {step.step} · {when} UTC · {markdown(step.who, 60)}{why}{undone}")
        if step.undone:
            return
        label = {UNDO: "Do again", REMOVE: "Let come back"}.get(step.what, "Undo")
        if action.button(
            f"{label} (step {step.step})",
            key=f"desk_undo_{step.step}",
            width="stretch",
            # Restoring needs the same permission as taking down.
            **(permitted.grey(Action.DELETE, name) if step.what == REMOVE else {}),
        ):
            now = work.undo(name, step.step)
            if now != name:
                st.switch_page(DESK, query_params={"collection": now, "tab": "History"})
            st.rerun()
