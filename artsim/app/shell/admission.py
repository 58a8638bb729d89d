"""Admission of many people: a place for each up to a limit, and less garbage collection."""

import gc
import os
import sys
import threading

import streamlit as st

from artsim.core.settings import setting

_CORES = os.cpu_count() or 1
_PLACES = 50 * _CORES  # sessions, where ARTSIM_SESSIONS does not say otherwise
_LOOK_AGAIN = 5.0  # seconds
_NEW_MODULES = 50  # modules imported since the last settling, after which it is repeated
_lock = threading.Lock()
_taken = 0
_modules = 0


def admitted() -> bool:
    """Whether this session has a place, which it keeps until its browser goes away."""
    try:
        _place()
    except _Full:
        return False
    return True


@st.fragment(run_every=_LOOK_AGAIN)
def wait() -> None:
    """Say that all places are taken, and show the page when one is free."""
    if admitted():
        st.rerun()
    st.info(
        f"Many people are here just now: all {places():,} places are taken. Leave this page open; "
        "it goes on by itself as soon as somebody leaves.",
        icon=":material/hourglass_top:",
    )


def places() -> int:
    """How many sessions are served at once."""
    return int(setting("sessions")) or _PLACES


def taken() -> int:
    """How many places are taken."""
    return _taken


def settle() -> None:
    """Exclude imported objects from garbage collection: they stay alive anyway.

    A collection among the objects of all libraries takes longer than drawing a page.
    """
    global _modules
    with _lock:
        if len(sys.modules) < _modules + _NEW_MODULES:
            return
        _modules = len(sys.modules)
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class _Full(Exception):
    """All places are taken."""


def _leave(_: bool) -> None:
    global _taken
    with _lock:
        _taken -= 1


@st.cache_resource(scope="session", on_release=_leave, show_spinner=False)
def _place() -> bool:
    """The place of this session; a session without one asks again."""
    global _taken
    with _lock:
        if _taken >= places():
            raise _Full
        _taken += 1
    return True
