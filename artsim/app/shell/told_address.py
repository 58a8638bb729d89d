"""The address as the browser was last told it, which it may not have heard yet.

A browser sends its address with everything that is clicked. What it sends before it hears of a
change still has the former address, and a run that such a click interrupts never gets to tell it:
without this the change would be lost, in the address or on the page.
"""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_SESSION = "told_address"
Params = dict[str, list[str]]


@dataclass(frozen=True)
class _Told:
    """On ``page`` the address ``before`` was to become ``now``, said by a ``run``."""

    page: str
    run: object
    before: Params
    now: Params


def current() -> Params:
    """The query parameters of the page, as they were last told where the browser lags behind."""
    sent = _sent()
    told: _Told | None = st.session_state.get(_SESSION)
    if told is None:
        return sent
    page, run, returned = _here()
    if sent == told.now and run is told.run:
        return sent  # the browser may not have heard it yet
    if page == told.page and sent == told.before and not returned:
        st.session_state[_SESSION] = replace(told, run=run)
        st.query_params.from_dict(told.now)
        return told.now
    del st.session_state[_SESSION]
    return sent


def tell(params: dict[str, Any]) -> None:
    """Let the address have these query parameters."""
    now = {name: v if isinstance(v, list) else [str(v)] for name, v in params.items()}
    sent = _sent()
    told: _Told | None = st.session_state.get(_SESSION)
    page, run, _ = _here()
    again = told is not None and told.run is run and sent == told.now
    before = told.before if told and again else sent
    # First, for a click that waits ends this run before the address is sent.
    st.session_state[_SESSION] = _Told(page, run, before, now)
    st.query_params.from_dict(now)


def _sent() -> Params:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _here() -> tuple[str, object, bool]:
    """The page and the run of its script, and whether the browser's Back or Forward began it."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return "", None, False
    # Each run has cursors of its own from before its callbacks.
    return context.page_script_hash, context.cursors, context.is_history_navigation
