"""What all sessions share: the engine with its models and arrays, and the job store."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from artsim.core.workspace import Workspace
from artsim.jobs.store import JobStore
from artsim.library import Library, open_library

if TYPE_CHECKING:
    from artsim.app.training.labels import Source
    from artsim.evaluation.results import Evaluation
    from artsim.evaluation.runs import KeptRun
    from artsim.maps.alignment import Aligned
    from artsim.maps.colouring import Colouring
    from artsim.maps.composition import Part
    from artsim.maps.out_of_sample import Placed
    from artsim.maps.storage import Map, MapInfo
    from artsim.search.exact import Floats, Rows
    from artsim.search.filters import Filters


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

    gallery = library().gallery(name, backbone, digest)
    return {**look(gallery, metric, k, seed).to_json(), "version": version}


def maps(name: str) -> "list[MapInfo]":
    """The kept maps of a collection, newest first, each with whether it is still of today."""
    from artsim.maps.storage import list_maps

    return list_maps(library(), name)


@st.cache_resource(max_entries=4, show_spinner=False)
def map_of(name: str, map_id: str) -> "Map":
    """A kept map; its id names what is in it. Raises NotFound."""
    from artsim.maps.storage import load_map

    return load_map(library(), name, map_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def map_places(name: str, map_id: str, version: int) -> "Rows":  # noqa: ARG001 - in the key
    """Where each work of a map stands in the catalog, intp [N]; -1 for those that are gone."""
    from artsim.maps.labels import positions_of

    return positions_of(library().catalog(name), map_of(name, map_id))


@st.cache_resource(max_entries=16, show_spinner=False)
def map_colouring(name: str, map_id: str, by: str, version: int) -> "Colouring":  # noqa: ARG001
    """What the works of a map are coloured by; ``version`` is that of the metadata."""
    from artsim.maps.colouring import colour_by

    return colour_by(library(), map_of(name, map_id), by)


@st.cache_resource(max_entries=16, show_spinner=False)
def map_choices(name: str, map_id: str, version: int) -> "list[str]":  # noqa: ARG001 - in the key
    """What the works of a map can be coloured by."""
    from artsim.maps.colouring import choices

    return choices(library(), map_of(name, map_id))


@st.cache_resource(max_entries=32, show_spinner=False)
def map_makeup(name: str, map_id: str, version: int, rows: bytes) -> "list[Part]":  # noqa: ARG001
    """What the works at ``rows`` (intp) of a map are made of."""
    from artsim.maps.composition import makeup

    return makeup(library(), map_of(name, map_id), np.frombuffer(rows, np.intp))


@st.cache_resource(max_entries=4, show_spinner="Laying one map over the other")
def aligned_maps(name: str, first: str, second: str) -> "Aligned":
    """Two maps of a collection, one laid over the other."""
    from artsim.maps.alignment import aligned

    return aligned(library(), map_of(name, first), map_of(name, second))


@st.cache_resource(max_entries=32, show_spinner=False)
def placed(
    name: str,
    map_id: str,
    version: int,  # noqa: ARG001 - in the key
    query: str,
    upload: str,
    k: int,
    filters: "Filters",
) -> "Placed":
    """Where a work, or the kept picture ``upload``, lies on a map; raises ArtsimError."""
    from artsim.images import query_pictures as pictures
    from artsim.maps.out_of_sample import place
    from artsim.search.query import Query

    found = map_of(name, map_id)
    config = found.info.config
    image = pictures.read(workspace(), upload) if upload else None
    asked = Query(
        backbone=config.backbone,
        id=None if image else query,
        image=image,
        metric=config.metric,
        k=k,
        filters=filters,
    )
    return place(library(), found, asked)


def map_preview(name: str, backbone: str, metric: str) -> "Floats":
    """A first rough map, float32 [N, 2]; raises ArtsimError where it cannot be made."""
    return _map_preview(name, backbone, metric, library().collection(name).version)


@st.cache_resource(max_entries=4, show_spinner="Taking a first rough look")
def _map_preview(name: str, backbone: str, metric: str, version: int) -> "Floats":  # noqa: ARG001
    from artsim.maps.preview import pca_points

    return pca_points(library(), name, backbone, metric)[1]


def folder_source(folder: str) -> "Source | None":
    """What a folder on this server offers to learn from, None where it is no such folder."""
    from artsim.app.training.labels import MANIFEST

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
    from artsim.app.training.labels import of_folder

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
    from artsim.core.csvfile import csv_bytes

    table = library().catalog(name).table
    return csv_bytes(table.column_names, (row.values() for row in table.to_pylist()))
