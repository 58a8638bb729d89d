"""Admission of many people: places for those who ask just now, and less garbage collection."""

import gc
import os
import sys
import threading
import time
from dataclasses import dataclass

import streamlit as st

from artsim.core.settings import setting

_CORES = os.cpu_count() or 1
_PLACES = 50 * _CORES  # sessions, where ARTSIM_SESSIONS does not say otherwise
_LOOK_AGAIN = 5.0  # seconds
_IDLE = 30.0  # seconds without asking: a page that is only left open keeps nobody out
_NEW_MODULES = 50  # modules imported since the last settling, after which it is repeated
_lock = threading.Lock()
_modules = 0


@dataclass(eq=False)
class Session:
    """An open page, and when it asked for something last; None while it waits for a place."""

    asked: float | None = None

    def is_busy(self, now: float) -> bool:
        """Whether it has a place that it needs."""
        return self.asked is not None and now - self.asked < _IDLE


class Places:
    """The open pages, of which a limited number may ask. Thread-safe."""

    def __init__(self) -> None:
        self._open: set[Session] = set()
        self._lock = threading.Lock()

    def enter(self) -> Session:
        """A page that was opened."""
        session = Session()
        with self._lock:
            self._open.add(session)
        return session

    def leave(self, session: Session) -> None:
        """A page that was closed."""
        with self._lock:
            self._open.discard(session)

    def admit(self, session: Session, now: float, most: int) -> bool:
        """Whether this page may ask ``now``, in seconds: at most so many do within half a minute.

        >>> places = Places()
        >>> first, second = places.enter(), places.enter()
        >>> [places.admit(first, 0, 1), places.admit(second, 20, 1), places.admit(second, 31, 1)]
        [True, False, True]
        """
        with self._lock:
            busy = sum(one.is_busy(now) for one in self._open)
            admitted = session.is_busy(now) or busy < most
            session.asked = now if admitted else None
        return admitted

    def taken(self) -> int:
        """How many pages are open and served, those at rest included."""
        with self._lock:
            return sum(one.asked is not None for one in self._open)


_places = Places()


def admitted() -> bool:
    """Whether this session has a place, which it keeps until it has rested for half a minute."""
    return _places.admit(_session(), time.monotonic(), places())


@st.fragment(run_every=_LOOK_AGAIN)
def wait() -> None:
    """Say that all places are taken, and show the page when one is free."""
    if admitted():
        st.rerun()
    st.info(
        f"Many people are here just now: all {places():,} places are taken. Leave this page open; "
        "it goes on by itself as soon as one is free.",
        icon=":material/hourglass_top:",
    )


def places() -> int:
    """How many sessions may ask at once."""
    return int(setting("sessions")) or _PLACES


def taken() -> int:
    """How many pages are open and served."""
    return _places.taken()


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


@st.cache_resource(scope="session", on_release=_places.leave, show_spinner=False)
def _session() -> Session:
    """This session, until its browser goes away."""
    return _places.enter()
