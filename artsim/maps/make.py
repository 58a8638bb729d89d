"""Making a map: neighbours, layout, clusters and mosaic, measured and kept."""

import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from artsim.core.counts import count
from artsim.core.errors import Cancelled, InvalidInput
from artsim.core.progress import NULL, NullProgress, Progress
from artsim.core.version import code_version
from artsim.maps.clusters import CLUSTER_DIMENSIONS, found_clusters
from artsim.maps.components import components
from artsim.maps.config import MapConfig
from artsim.maps.model import Map, MapInfo
from artsim.maps.mosaic import mosaic
from artsim.maps.naming import described
from artsim.maps.nearest import nearest, prepared
from artsim.maps.projection import laid_out
from artsim.maps.staleness import fingerprints
from artsim.maps.storage import find_map, keep, load_map
from artsim.maps.trust import trust
from artsim.maps.usable import usable_rows
from artsim.search.galleries import Galleries
from artsim.search.gallery import Gallery
from artsim.search.neighbours import Floats, Rows

KEPT_NEIGHBOURS = 15
LEAST = 4  # works that make a map
_METHOD = 1  # raised when the way that maps are made changes: they are made again then


@dataclass(frozen=True)
class MapInput:
    """What a map is made of: the usable works of a gallery and what was left out, in words."""

    gallery: Gallery
    rows: Rows
    matrix: Floats
    fingerprints: np.ndarray
    notes: list[str]


def make_map(galleries: Galleries, config: MapConfig, progress: Progress = NULL) -> MapInfo:
    """Make the map of ``config`` and keep it; the kept one where nothing has changed since.

    With ``beside`` the other map is made too, laid out from this one. Raises ArtsimError in one
    sentence; nothing is kept of a map that was not finished.
    """
    info = find_map(galleries, config)
    if info is None or info.stale:
        first = _made(galleries, config, None, progress)
        keep(galleries, first)
        info = first.info
    if config.beside is not None:
        other = find_map(galleries, config.turned())
        if other is None or other.stale or other.created < info.created:
            first = load_map(galleries, config.collection, info.id)
            keep(galleries, _made(galleries, config.turned(), first, progress))
    return info


def map_input(galleries: Galleries, config: MapConfig) -> MapInput:
    """The works that ``config`` is about; raises InvalidInput where they are too few."""
    gallery = galleries.gallery(config.collection, config.backbone)
    rows = usable_rows(gallery)
    notes = []
    if len(rows) < len(gallery):
        works = count(len(gallery) - len(rows), "work is", "works are")
        notes.append(f"{works} left out: the embedding is zero or not a number.")
    if len(rows) < LEAST:
        raise InvalidInput(
            f"A map needs at least {LEAST} works, and {config.collection!r} has {len(rows)} with "
            f"a usable embedding of {config.backbone!r}."
        )
    matrix = gallery.matrix if len(rows) == len(gallery) else gallery.matrix[rows]
    return MapInput(gallery, rows, matrix, fingerprints(matrix), notes)


def map_id(config: MapConfig, digest: str, ids: list[str], prints: np.ndarray) -> str:
    """The key of a map: which embeddings of which works, the parameters and the method."""
    told = [_METHOD, config.model_dump(), digest, ids]
    key = hashlib.sha256(json.dumps(told, sort_keys=True).encode())
    key.update(np.ascontiguousarray(prints).tobytes())
    return key.hexdigest()[:16]


def _made(galleries: Galleries, config: MapConfig, first: Map | None, progress: Progress) -> Map:
    began = time.monotonic()
    found = map_input(galleries, config)
    ids = [found.gallery.ids[row] for row in found.rows]
    count, notes = len(ids), found.notes
    neighbours = min(config.neighbours, count - 1)
    if neighbours < config.neighbours:
        notes.append(f"Fewer works than neighbours: {neighbours} used.")
    space = prepared(found.matrix, config.metric)
    wanted = min(count - 1, max(neighbours, KEPT_NEIGHBOURS))
    near = nearest(space, wanted, config.metric, progress)
    if not near.distances.any():
        notes.append("All embeddings are the same: where a work lies on this map says nothing.")
    principal = components(space, CLUSTER_DIMENSIONS)
    begin = principal[:, : config.dimensions] if first is None else _begun(first, ids)
    beside = _Beside()
    with ThreadPoolExecutor(1, "clusters") as other:
        groups = other.submit(found_clusters, space, near, principal, config.seed, beside)
        with beside:
            points = laid_out(
                near.cut(neighbours), begin, config.min_distance, config.seed, progress=progress
            )
            measured = trust(space, points, config.seed, progress=progress)
            grid = mosaic(points[:, :2], config.seed, progress=progress)
        progress.start(None, "Looking for clusters", "works")
        positions = found.gallery.positions[found.rows]
        clusters = described(found.gallery.catalog, positions, groups.result())
        progress.finish()
    info = MapInfo(
        id=map_id(config, found.gallery.column.digest, ids, found.fingerprints),
        config=config,
        digest=found.gallery.column.digest,
        works=count,
        trustworthiness=measured.trustworthiness,
        continuity=measured.continuity,
        measured_on=measured.works,
        seconds=round(time.monotonic() - began, 2),
        created=datetime.now(UTC).isoformat(timespec="microseconds"),
        code_version=code_version(),
        version=found.gallery.catalog.version,
        notes=tuple(notes),
    )
    kept = near.cut(min(KEPT_NEIGHBOURS, count - 1)).rows
    return Map(info, ids, points, clusters, grid, kept, found.fingerprints)


class _Beside(NullProgress):
    """Progress of what goes on in another thread: it stops where the map's own work fails."""

    def __init__(self) -> None:
        self._failed = threading.Event()

    def __enter__(self) -> "_Beside":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._failed.set()

    def advance(self, n: int = 1) -> None:
        super().advance(n)
        if self._failed.is_set():
            raise Cancelled


def _begun(first: Map, ids: list[str]) -> Floats:
    """Where to begin a map beside ``first``: where the works lie there; others in the middle."""
    rows = {name: row for row, name in enumerate(first.ids)}
    points = np.asarray(first.points, np.float32)
    begin = np.zeros((len(ids), points.shape[1]), np.float32)
    middle = np.median(points, axis=0)
    for i, name in enumerate(ids):
        if name in rows:
            begin[i] = points[rows[name]] - middle
    return begin
