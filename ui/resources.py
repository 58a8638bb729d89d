"""What all sessions share: the engine with its models and arrays, and the job store."""

from concurrent.futures import Future, ThreadPoolExecutor

import streamlit as st

from artsim.engine import Engine
from artsim.engine import engine as engine_of
from artsim.jobs.store import JobStore
from artsim.workspace import Workspace


def workspace() -> Workspace:
    """The workspace of this server (ARTSIM_HOME)."""
    return engine().workspace


def engine() -> Engine:
    """The one engine of this process, which the HTTP routes use too."""
    return engine_of(_workspace())


@st.cache_resource(max_entries=1)
def _workspace() -> Workspace:
    return Workspace.open()


@st.cache_resource(max_entries=1)
def jobs() -> JobStore:
    """The job store of this workspace."""
    return JobStore(_workspace())


def nga_reason(wait: bool = False) -> str | None:
    """Why the National Gallery of Art cannot be reached, "" where it can, None while asking."""
    answer = _nga_answer()
    return answer.result() if wait or answer.done() else None


def ask_nga_again() -> None:
    """Forget the last answer."""
    _nga_answer.clear()


@st.cache_resource(max_entries=1, ttl=600)
def _nga_answer() -> "Future[str]":
    from artsim.collection.sources.nga import NgaConfig, reachable

    pool = ThreadPoolExecutor(1)
    answer = pool.submit(reachable, NgaConfig(), 5.0)
    pool.shutdown(wait=False)
    return answer


def metadata_csv(name: str) -> bytes:
    """All metadata of a collection as a CSV file that is safe to open in a spreadsheet."""
    from artsim.search.csvfile import csv_bytes

    table = engine().catalog(name).table
    return csv_bytes(table.column_names, (row.values() for row in table.to_pylist()))
