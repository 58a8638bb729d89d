"""What all sessions share: the engine with its models and arrays, and the job store."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from artsim.app.shell.job_store import PageJobs
from artsim.core.errors import ArtsimError
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.library import Library, open_library
from artsim.people import paths

if TYPE_CHECKING:
    from artsim.app.training import labels
    from artsim.collection import export
    from artsim.collection.sources import nga
else:
    export = lazy("artsim.collection.export")
    labels = lazy("artsim.app.training.labels")
    nga = lazy("artsim.collection.sources.nga")


def workspace() -> Workspace:
    """The workspace of this server (ARTSIM_HOME)."""
    return library().workspace


def library() -> Library:
    """The one engine of this process, which the HTTP routes use too."""
    return open_library(_workspace())


@st.cache_resource(max_entries=1)
def _workspace() -> Workspace:
    return Workspace.open()


@st.cache_resource(max_entries=1)
def jobs() -> PageJobs:
    """The job store of this workspace."""
    return PageJobs(_workspace())


def folder_source(folder: str) -> "labels.Source | None":
    """What a folder on this server offers to learn from, None where it is no such folder."""
    try:
        paths.check_path(workspace(), folder)
        root = Path(folder).expanduser()
        if not root.is_dir():
            return None
        told = root / labels.MANIFEST
        return _folder_source(str(root), (told if told.is_file() else root).stat().st_mtime)
    except (ArtsimError, OSError, ValueError, RuntimeError):
        return None


@st.cache_resource(max_entries=8, ttl=300, show_spinner="Counting the works of this folder")
def _folder_source(folder: str, changed: float) -> "labels.Source | None":  # noqa: ARG001 - in the key
    return labels.of_folder(folder)


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
    return nga.reachable(nga.NgaConfig(), timeout=5.0)


def metadata_file(name: str, ending: str) -> bytes:
    """All metadata of a collection as a file of one of EXPORTS."""
    return export.export_bytes(library().catalog(name).table, ending)
