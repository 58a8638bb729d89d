"""Approximate indexes kept beside their collection: what is stored, read and written at once."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.core import atomic
from artsim.core.counts import count
from artsim.search.approximate import ApproximateIndex
from artsim.search.gallery import Gallery
from artsim.search.graph import Graph
from artsim.search.neighbours import Floats, Metric, Rows

FORMAT = 3  # of the stored files, raised when their meaning changes
ENOUGH_RECALL = 0.98
AIMED_RECALL = 0.985  # for which effort is spent: a little more than what is enough
MOST_CHANGED = 0.2  # of the works that it was built from, before it is built anew
MOST_NEW = 0.05  # of the works may be missing in the graph: each is compared in every search
_ABOUT = "index.json"


@dataclass(frozen=True)
class IndexInfo:
    """What is known of a kept index. Its recalls are shares of the exact results that it finds.

    They were measured at ``made`` with ``queries`` works of the collection, their copies left
    out. Searches keep ``effort`` nodes in view, ``effort_above`` where K is large. ``learned``
    works were there when it was built, ``changed`` have come, gone or been embedded anew from
    then to ``made``. ``megabytes`` is its size on disk and in memory.
    """

    backbone: str
    digest: str
    metric: Metric
    works: int
    effort: int
    effort_above: int
    recall_at_10: float
    recall_at_100: float
    queries: int
    learned: int
    changed: int
    megabytes: float
    seconds: float
    made: str
    code_version: str

    @property
    def trusted(self) -> bool:
        """Whether it finds enough to be used."""
        return min(self.recall_at_10, self.recall_at_100) >= ENOUGH_RECALL

    def __str__(self) -> str:
        used = "" if self.trusted else ", too little to be used"
        return (
            f"{self.backbone}, {self.metric}: recall@10 {self.recall_at_10:.3f}, recall@100 "
            f"{self.recall_at_100:.3f}{used}, {count(self.works, 'work')}, {self.megabytes:,.0f} "
            f"MB, made {self.made[:16]}"
        )


@dataclass(frozen=True)
class StoredIndex:
    """An index as it is stored: a graph whose nodes are ``ids`` [N] with ``norms`` float32 [N].

    The id of a node whose work is gone or was embedded anew is empty.
    """

    info: IndexInfo
    graph: Graph
    ids: npt.NDArray[np.bytes_]
    norms: Floats

    def fitted(self, gallery: Gallery) -> tuple[Rows, int]:
        """The row of each node in ``gallery``, -1 where it is gone; how many works changed since.

        A work whose embedding has another length than it had is one that changed.
        """
        names = pa.array(self.ids.astype(str), pa.string())
        places = pc.index_in(pa.array(gallery.ids, pa.string()), value_set=names)
        nodes = np.asarray(pc.fill_null(places, -1).to_numpy(zero_copy_only=False))
        same = np.flatnonzero(nodes >= 0)
        same = same[self.norms[nodes[same]] == gallery.index.norms[same]]
        row_of = np.full(len(self.ids), -1, np.intp)
        row_of[nodes[same]] = same
        gone = int((self.ids != b"").sum()) - len(same)
        return row_of, gone + len(gallery) - len(same)

    def index(self, gallery: Gallery) -> ApproximateIndex | None:
        """The index over ``gallery``; None where too many works are not in its graph."""
        row_of, _ = self.fitted(gallery)
        if len(gallery) - int((row_of >= 0).sum()) > MOST_NEW * len(gallery):
            return None
        efforts = self.info.effort, self.info.effort_above
        return ApproximateIndex(gallery.index, self.graph, row_of, efforts)


def list_indexes(collection: Collection) -> list[IndexInfo]:
    """What is known of every index of ``collection`` whose embeddings are still there."""
    columns = collection.info().embeddings
    found = (about(collection, c, m) for c in columns for m in ("cosine", "euclidean"))
    return [known[1] for known in found if known is not None]


def about(
    collection: Collection, column: EmbeddingColumn, metric: str
) -> tuple[str, IndexInfo] | None:
    """Key and info of the index of a column and metric; None where none can be used."""
    try:
        key, of, info = _parsed(_folder(collection, column, metric) / _ABOUT)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none, a damaged one or one of another format
    return (key, info) if of == _identity(collection, column) else None


def _parsed(path: Path) -> tuple[str, dict[str, str], IndexInfo]:
    """Key, identity and info as they were written; raises where this is something else."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if document["format"] != FORMAT:
        raise ValueError("another format")
    return str(document["key"]), document["of"], IndexInfo(**document["info"])


def read_index(collection: Collection, column: EmbeddingColumn, metric: str) -> StoredIndex | None:
    """The index of a column and metric; None where none can be used."""
    known = about(collection, column, metric)
    if known is None:
        return None
    key, info = known
    folder = _folder(collection, column, metric)
    try:
        with np.load(folder / f"{key}.npz") as stored:
            graph = Graph.read(folder / f"{key}.faiss", info.metric)
            return StoredIndex(info, graph, stored["ids"], stored["norms"])
    except (OSError, RuntimeError, ValueError, KeyError):
        return None


def write_index(
    collection: Collection, gallery: Gallery, index: ApproximateIndex, info: IndexInfo
) -> IndexInfo:
    """Keep an index, in place of the one before; whoever reads finds the one or the other.

    Returns ``info`` with its size. The caller holds the collection's lock for indexes.
    """
    folder = _folder(collection, gallery.column, info.metric)
    folder.mkdir(parents=True, exist_ok=True)
    key = os.urandom(8).hex()
    index.graph.write(folder / f"{key}.faiss")
    alive = index.row_of >= 0
    ids, norms = np.array(gallery.ids, "S")[index.row_of], gallery.index.norms[index.row_of]
    np.savez(folder / f"{key}.npz", ids=np.where(alive, ids, b""), norms=norms)
    size = 0
    for file in folder.glob(f"{key}.*"):
        size += file.stat().st_size
        with file.open("rb") as written:
            os.fsync(written.fileno())
    info = replace(info, megabytes=round(size / 1e6, 1))
    document: dict[str, Any] = {
        "format": FORMAT,
        "key": key,
        "of": _identity(collection, gallery.column),
        "info": asdict(info),
    }
    atomic.write(folder / _ABOUT, json.dumps(document, indent=1))
    for old in (*folder.glob("*.npz"), *folder.glob("*.faiss")):
        if old.stem != key:
            old.unlink(missing_ok=True)
    return info


def _folder(collection: Collection, column: EmbeddingColumn, metric: str) -> Path:
    return collection.path / "indexes" / f"{column.column}-{metric}"


def _identity(collection: Collection, column: EmbeddingColumn) -> dict[str, str]:
    created = str(collection.about().get("created", ""))
    return {"created": created, "column": column.column, "digest": column.digest}
