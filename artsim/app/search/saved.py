"""Saved searches: saving the present one, opening others, and what is new in each."""

import time
from dataclasses import dataclass, replace

import streamlit as st

from artsim.app.shell import resources, state, title
from artsim.app.widgets.texts import advice, markdown, plain
from artsim.core.counts import count
from artsim.core.errors import ArtsimError, NewerFormat, Unreadable
from artsim.desk.saved_search import SavedSearch
from artsim.desk.tray import MAX_NAME
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.view import View

_OPENED, _SAID, _NAME = "saved_opened", "saved_said", "saved_name"


@dataclass(frozen=True)
class _Opened:
    """The search that was opened last, with what was new in it since ``looked``."""

    name: str
    view: View
    new: tuple[str, ...]
    looked: float


def menu(view: View) -> None:
    """The popover with all saved searches, and the form that saves the present one."""
    if not policy.allows(Action.REPORTS):
        return
    with st.container(key="saved_box", width="content"):
        opened = st.popover(
            "Saved",
            icon=":material/bookmark:",
            type="tertiary",
            key="saved_menu",
            on_change="rerun",
        )
    if not opened.open:
        return
    with opened:
        said, wrong = st.session_state.pop(_SAID, ("", False))
        if said:
            (st.error if wrong else st.success)(markdown(said, 400))
        try:
            found = resources.library().searches.all()
        except Unreadable as error:
            _damaged(error)
            return
        st.markdown("**Saved searches**")
        for search in found:
            _line(search)
        if not found:
            st.caption("A search that you save is one click away, and tells what is new in it.")
        _form(view)


def show_opened(view: View) -> None:
    """While a saved search is shown, say what was new in it."""
    opened = _shown(view)
    if opened is None:
        return
    since = time.strftime("%d %B %Y", time.gmtime(opened.looked)).lstrip("0")
    new = count(len(opened.new), "new work") if opened.new else "nothing new"
    st.caption(f":material/bookmark: {markdown(opened.name, MAX_NAME)} · {new} since {since}")


def new_in(view: View) -> frozenset[str]:
    """Ids of the works that were new when the saved search that is shown was opened."""
    opened = _shown(view)
    return frozenset(opened.new) if opened else frozenset()


def _shown(view: View) -> _Opened | None:
    opened: _Opened | None = st.session_state.get(_OPENED)
    return opened if opened and opened.view == replace(view, page=1) else None


def _line(search: SavedSearch) -> None:
    """One saved search to open or delete, with what is new, or why it cannot be run."""
    trouble, new = "", 0
    try:
        new = resources.library().new_in_search(search)
    except ArtsimError as error:
        trouble = advice(error)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label = markdown(search.name, 60) + (f" · **{new:,} new**" if new else "")
        st.button(
            label,
            key=f"saved_open_{search.id}",
            width="stretch",
            disabled=bool(trouble),
            help=f"In {plain(resources.library().called(search.collection), 60)}",
            on_click=_open,
            args=(search,),
        )
        st.button(
            "Forget",
            key=f"saved_delete_{search.id}",
            icon=":material/delete:",
            type="tertiary",
            help=f"Forget “{plain(search.name, 60)}”",
            on_click=_delete,
            args=(search,),
        )
    if trouble:
        st.caption(markdown(trouble, 300))


def _form(view: View) -> None:
    if not policy.allows(Action.TRAYS):
        return
    if not view.is_asked and not view.is_filtered:
        st.caption("Search or filter first, then save it here.")
        return
    with st.form("saved_form", border=False):
        suggested = title.asked(view) or resources.library().called(view.collection)
        st.text_input("Save this search as", key=_NAME, max_chars=MAX_NAME, placeholder=suggested)
        st.form_submit_button(
            "Save", icon=":material/bookmark_add:", on_click=_save, args=(view, suggested)
        )


def _save(view: View, suggested: str) -> None:
    name = st.session_state[_NAME].strip() or suggested
    try:
        saved = resources.library().save_search(name, view)
    except ArtsimError as error:
        st.session_state[_SAID] = (advice(error), True)
        return
    st.session_state[_NAME] = ""
    st.session_state[_SAID] = (f"“{saved.name}” is saved.", False)


def _open(search: SavedSearch) -> None:
    try:
        answer = resources.library().open_search(search.id)
    except ArtsimError as error:
        st.session_state[_SAID] = (advice(error), True)
        return
    st.session_state[_OPENED] = _Opened(
        search.name, replace(state.settled(search.view), page=1), answer.new, search.looked
    )
    st.session_state["saved_menu"] = False
    state.show(search.view)


def _delete(search: SavedSearch) -> None:
    try:
        resources.library().searches.delete(search.id)
    except ArtsimError as error:
        st.session_state[_SAID] = (advice(error), True)


def _damaged(error: Unreadable) -> None:
    st.error(markdown(error, 500), icon=":material/error:")
    if not isinstance(error, NewerFormat):
        st.button(
            "Set it aside and begin a new list",
            key="saved_begin_anew",
            on_click=_begin_anew,
        )


def _begin_anew() -> None:
    resources.library().searches.set_aside()
