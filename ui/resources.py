"""What all sessions share: the engine with its models and arrays, and the job store."""

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


@st.cache_data(ttl=60)
def nga_unreachable() -> str:
    """Why the National Gallery of Art cannot be reached, "" where it can."""
    from artsim.collection.sources.nga import NgaConfig, reachable

    return reachable(NgaConfig(), timeout=5.0)


def metadata_csv(name: str) -> bytes:
    """All metadata of a collection as a CSV file that is safe to open in a spreadsheet."""
    from artsim.search.csvfile import csv_bytes

    table = engine().catalog(name).table
    return csv_bytes(table.column_names, (row.values() for row in table.to_pylist()))
