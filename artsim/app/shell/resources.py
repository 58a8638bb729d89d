"""The things that all sessions share: the library with its models and arrays, and the job store."""

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
    """The one library of this process, which the HTTP routes use too."""
    return open_library(_workspace())


@st.cache_resource(max_entries=1)
def _workspace() -> Workspace:
    return Workspace.open()


@st.cache_resource(max_entries=1)
def jobs() -> PageJobs:
    """The job store of this workspace."""
    return PageJobs(_workspace())


def folder_source(folder: str) -> "labels.Source | None":
    """What a folder on this server offers to learn from, None if it is not a training folder."""
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


def ask_nga() -> str:
    """Why the National Gallery of Art cannot be reached, "" where it can.

    Contacts outside hosts: call it only when a person has asked for it.
    """
    return nga.reachable(nga.NgaConfig(), timeout=5.0)


def metadata_file(name: str, ending: str) -> bytes:
    """All metadata of a collection as a file of one of EXPORTS."""
    return export.export_bytes(library().catalog(name).listed(), ending)
