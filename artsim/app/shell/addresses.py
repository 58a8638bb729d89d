"""The links of the navigation: each has the query parameters of what its page will show."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from artsim.app.shell import places, state
from artsim.app.widgets.components import component

_SESSION = "addresses"
_SCROLL = component("scroll")
_COMPARE = ("columns", "blind")
_VIEWS = ("search", "compare", "map")  # pages that show the view of a collection


def remember(page: StreamlitPage) -> None:
    """Store the query parameters of the shown page."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    st.session_state[_SESSION] = {**_known(), _name(page): params}


def navigation(pages: Sequence[StreamlitPage]) -> None:
    """Links to ``pages``, and the script that lets Back return to the former scroll position."""
    for page in pages:
        st.page_link(page, query_params=_params(_name(page)), width="stretch")
    _SCROLL(key="scroll")


def _params(name: str) -> dict[str, Any]:
    """The query parameters of a page as it was left, for the present collection."""
    view = state.remembered()
    last = _known().get(name, {})
    if name == "train":
        return dict(last)
    if not view.collection or name == "collections":
        return {}
    same = last.get("collection") == [view.collection]
    if name not in _VIEWS:
        return dict(last) if same else {"collection": view.collection}
    own = {"compare": _COMPARE, "map": state.MAP_PARAMS}.get(name, ())
    shared = state.searched(view).to_params()
    kept = {n: last[n] for n in own if n in last} if same else {}
    return {n: value for n, value in shared.items() if n in own or n not in _COMPARE} | kept


def _known() -> dict[str, dict[str, list[str]]]:
    known: dict[str, dict[str, list[str]]] = st.session_state.get(_SESSION, {})
    return known


def _name(page: StreamlitPage) -> str:
    return page.url_path or places.first()
