"""The address that the server has set, until the browser sends it back.

A browser sends its address with every click. A click that was sent before the browser heard of a
change still has the former address, and interrupts the run that was to send the new one: without
this module the change would be lost, in the address or on the page.
"""

from dataclasses import dataclass, replace
from typing import Any, NoReturn

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_SESSION = "pending_address"
_AGAIN = "again"  # instead of a run: the next one, which the server itself begins
Params = dict[str, list[str]]


@dataclass(frozen=True)
class _Pending:
    """A run of the script of ``page`` has changed the address from ``before`` to ``now``."""

    page: str
    run: object
    before: Params
    now: Params


def current() -> Params:
    """The query parameters of the page: the pending ones where the browser lags behind."""
    sent = _sent()
    pending: _Pending | None = st.session_state.get(_SESSION)
    if pending is None:
        return sent
    page, run, returned = _here()
    if sent == pending.now and (run is pending.run or pending.run is _AGAIN):
        st.session_state[_SESSION] = replace(pending, run=run)
        return sent  # the browser may not have heard of it yet
    if page == pending.page and sent == pending.before and not returned:
        st.session_state[_SESSION] = replace(pending, run=run)
        st.query_params.from_dict(pending.now)
        return pending.now
    del st.session_state[_SESSION]
    return sent


def change(params: dict[str, Any]) -> None:
    """Give the address these query parameters."""
    now = {name: v if isinstance(v, list) else [str(v)] for name, v in params.items()}
    sent = _sent()
    pending: _Pending | None = st.session_state.get(_SESSION)
    page, run, _ = _here()
    again = pending is not None and pending.run is run and sent == pending.now
    before = pending.before if pending and again else sent
    # Noted before it is sent: a click that waits ends this run at the sending.
    st.session_state[_SESSION] = _Pending(page, run, before, now)
    st.query_params.from_dict(now)


def rerun() -> NoReturn:
    """Draw the whole page again, by its pending address."""
    pending: _Pending | None = st.session_state.get(_SESSION)
    if pending is not None:
        st.session_state[_SESSION] = replace(pending, run=_AGAIN)
    st.rerun()


def _sent() -> Params:
    return {name: st.query_params.get_all(name) for name in st.query_params}


def _here() -> tuple[str, object, bool]:
    """The page, the run of its script, and whether the browser's Back or Forward began the run."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return "", None, False
    # Streamlit makes new cursors for each run, before its callbacks: they identify the run.
    return context.page_script_hash, context.cursors, context.is_history_navigation
