"""What the Evaluate page shows, as a link: the evaluation, the one beside it, and what of it."""

from dataclasses import dataclass, fields, replace

import streamlit as st

from artsim.app.shell import state

LOOKS = {
    "curve": "Over K",
    "classes": "By class",
    "queries": "Queries",
    "pairs": "Pair tests",
    "space": "Space",
}


@dataclass(frozen=True)
class EvaluationView:
    """``run`` is the open evaluation, ``against`` one to show beside it; empty for none.

    ``backbone`` and ``relevance`` choose what is looked at more closely, ``look`` how.
    """

    collection: str = ""
    run: str = ""
    against: str = ""
    relevance: str = ""
    backbone: str = ""
    look: str = "curve"


_NAMES = tuple(f.name for f in fields(EvaluationView))


def current() -> EvaluationView:
    """The view that the URL names; the collection is the last one of the other pages."""
    given = {name: st.query_params[name][:200] for name in _NAMES if name in st.query_params}
    view = EvaluationView(**given)
    if not view.collection:
        view = replace(view, collection=state.remembered().collection)
    return view if view.look in LOOKS else replace(view, look="curve")


def change(**changes: str) -> None:
    """Look at something else; the URL follows."""
    view = replace(current(), **changes)
    empty = EvaluationView()
    st.query_params.from_dict(
        {
            name: value
            for name in _NAMES
            if (value := getattr(view, name)) and value != getattr(empty, name)
        }
    )


def open_run(run_id: str, collection: str) -> None:
    """Open an evaluation alone."""
    change(run=run_id, collection=collection, against="", relevance="", backbone="")
