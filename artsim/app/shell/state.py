"""The present view. The URL holds all of it: every view is a link."""

from dataclasses import replace
from typing import Any

import streamlit as st

from artsim.app.shell import pending_address, resources
from artsim.core.errors import ArtsimError
from artsim.search.view import FIELD_NAMES, MAX_K, METRICS, View, from_params

__all__ = ["MAX_K", "METRICS", "View", "from_params"]
_SESSION = "view"
SWITCHED = "switched_backbone"  # the former and the new backbone, if a collection lacks the former
_SEARCHED = "searched_with"  # by collection: the backbone and the metric of the Search page
_UNDO, _MOST_UNDONE = "views_before", 50
# The parameters that the Map page adds to the URL (app/maps/view.py) and other changes keep.
_MAPS, _CHOSEN = ("map", "beside", "colour", "only"), ("shape", "pane", "cluster", "rows")
MAP_PARAMS = (*_MAPS, *_CHOSEN, "mosaic", "tab", "label", "sheet", "seen")


def current() -> View:
    """The view that the URL names, else the one that this session looked at last."""
    params = pending_address.current()
    view = from_params(params) if params else st.session_state.get(_SESSION, View())
    st.session_state[_SESSION] = view
    return view


def remembered() -> View:
    """The last view of this session, whatever the URL of another page says."""
    view: View = st.session_state.get(_SESSION, View())
    return view


def show(view: View) -> None:
    """Show ``view``; the URL follows. Another collection drops the parameters of its maps."""
    kept: dict[str, Any] = {}
    if st.query_params.get("collection", view.collection) == view.collection:
        given = [name for name in MAP_PARAMS if name in st.query_params]
        kept = {name: st.query_params.get_all(name) for name in given}
    before = st.session_state.get(_SESSION)
    if before is not None and before != view:
        undone = [*st.session_state.get(_UNDO, ()), before]
        st.session_state[_UNDO] = undone[-_MOST_UNDONE:]
    st.session_state[_SESSION] = view
    pending_address.change(view.to_params() | kept)


def change(**changes: Any) -> None:
    """Change parts of the view; anything but a page turn goes back to the first page.

    Another query drops the marks and the words that led to it; the filters stay.
    """
    if changes.keys() & {"query", "upload", "collection"}:
        changes = {
            **{"marks": (), "rounds": (), "round": 0, "text": "", "recognise": False},
            **changes,
        }
    show(replace(current(), **{"page": 1, **changes}))


def can_undo() -> bool:
    """Whether this session has a view of the same collection to go back to."""
    before = st.session_state.get(_UNDO)
    return before is not None and before[-1].collection == remembered().collection


def undo() -> None:
    """Show the view from before the last change."""
    before = st.session_state.get(_UNDO, [])
    if before:
        *rest, last = before
        show(last)
        st.session_state[_UNDO] = rest


def keep_searched(view: View) -> None:
    """Store the backbone and metric of the Search page, which other pages do not change."""
    kept = st.session_state.get(_SEARCHED, {})
    st.session_state[_SEARCHED] = {**kept, view.collection: (view.backbone, view.metric)}


def searched(view: View) -> View:
    """``view`` with the last backbone and metric of Search, else with the best backbone."""
    kept = st.session_state.get(_SEARCHED, {})
    backbone, metric = kept.get(view.collection, ("", View.metric))
    return settled(replace(view, backbone=backbone, metric=metric))


def search_of(collection: str) -> dict[str, Any]:
    """The query parameters of Search as it was left, or of all of another collection."""
    last = remembered()
    return searched(last if last.collection == collection else View(collection)).to_params()


def settled(view: View) -> View:
    """``view`` with the best backbone of its collection where it names none."""
    try:
        return resources.library().settled(view)
    except ArtsimError:  # the page itself reports a missing collection
        return view


def link(collection: str, **view: Any) -> dict[str, Any]:
    """The query parameters of a view of a collection, to be opened on another page."""
    return replace(searched(View(collection)), **view).to_params()


def say(view: View) -> None:
    """Write the view into the address, whichever way led to the page."""
    said = {name: st.query_params.get_all(name) for name in FIELD_NAMES if name in st.query_params}
    told = {k: v if isinstance(v, list) else [v] for k, v in view.to_params().items()}
    st.session_state[_SESSION] = view  # first, so that there is nothing to undo
    if said != told:
        show(view)


def open_collection(name: str) -> None:
    """Show another collection; with its best backbone if it lacks this one, and say so."""
    view = replace(current(), collection=name, query="", upload="", marks=(), rounds=(), round=0)
    view = view.unfiltered()
    library = resources.library()
    embedded = library.embedded_with(library.info(name))
    if embedded and view.backbone not in embedded:
        instead = replace(view, backbone=library.best_backbone(name))
        st.session_state[SWITCHED] = (view.backbone, instead.backbone)
        view = instead
    show(view)


def forget(collection: str) -> None:
    """Leave a collection that is gone."""
    if current().collection == collection:
        st.session_state.pop(_SESSION, None)
        st.query_params.clear()
