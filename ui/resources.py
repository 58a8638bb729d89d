"""What all sessions share: the engine with its models and arrays, and the job store."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from artsim.engine import Engine
from artsim.engine import engine as engine_of
from artsim.jobs.store import JobStore
from artsim.workspace import Workspace

if TYPE_CHECKING:
    from artsim.evaluation.results import Evaluation
    from artsim.evaluation.runs import KeptRun
    from ui.train_labels import Source


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


def kept_runs() -> "list[KeptRun]":
    """The kept evaluations, latest first."""
    return _kept_runs(tuple(sorted(path.name for path in workspace().runs.glob("*"))))


@st.cache_resource(max_entries=2, show_spinner=False)
def _kept_runs(names: tuple[str, ...]) -> "list[KeptRun]":
    from artsim.evaluation.runs import list_runs

    return [run for run in list_runs(_workspace()) if run.id in names]


@st.cache_resource(max_entries=8, show_spinner=False)
def evaluation(run_id: str) -> "Evaluation":
    """A kept evaluation, which never changes; raises NotFound."""
    from artsim.evaluation.runs import load_run

    return load_run(_workspace(), run_id)


@st.cache_data(max_entries=32, show_spinner=False)
def health(
    name: str, version: int, backbone: str, digest: str, metric: str, k: int, seed: int
) -> dict[str, Any]:
    """The state of an embedding space; see artsim.evaluation.health."""
    from artsim.evaluation.health import health as look

    gallery = engine().gallery(name, backbone, digest)
    return {**look(gallery, metric, k, seed).to_json(), "version": version}


def folder_source(folder: str) -> "Source | None":
    """What a folder on this server offers to learn from, None where it is no such folder."""
    from ui.train_labels import MANIFEST

    try:
        root = Path(folder).expanduser()
        if not root.is_dir():
            return None
        told = root / MANIFEST
        return _folder_source(str(root), (told if told.is_file() else root).stat().st_mtime)
    except (OSError, ValueError, RuntimeError):
        return None


@st.cache_resource(max_entries=8, ttl=300, show_spinner="Counting the works of this folder")
def _folder_source(folder: str, changed: float) -> "Source | None":  # noqa: ARG001 - in the key
    from ui.train_labels import of_folder

    return of_folder(folder)


def nga_reason(wait: bool = False) -> str | None:
    """Why the National Gallery of Art cannot be reached, "" where it can, None while asking."""
    answer = _nga_answer()
    return answer.result() if wait or answer.done() else None


def ask_nga_again() -> None:
    """Forget the last answer."""
    _nga_answer.clear()


@st.cache_resource(max_entries=1, ttl=600)
def _nga_answer() -> "Future[str]":
    pool = ThreadPoolExecutor(1)
    answer = pool.submit(_ask_nga)
    pool.shutdown(wait=False)
    return answer


def _ask_nga() -> str:
    time.sleep(1.0)  # the first page comes first: loading an HTTP client would hold it up
    from artsim.collection.sources.nga import NgaConfig, reachable

    return reachable(NgaConfig(), timeout=5.0)


def metadata_csv(name: str) -> bytes:
    """All metadata of a collection as a CSV file that is safe to open in a spreadsheet."""
    from artsim.search.csvfile import csv_bytes

    table = engine().catalog(name).table
    return csv_bytes(table.column_names, (row.values() for row in table.to_pylist()))
