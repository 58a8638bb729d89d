"""Approximate indexes kept beside their collection: what is stored, read and written at once."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.store import Collection, EmbeddingColumn
from artsim.search.approximate import ApproximateIndex
from artsim.search.cells import CellNumbers, Cells
from artsim.search.exact import Floats, Metric
from artsim.search.gallery import Gallery

FORMAT = 1  # of the stored files, raised when their meaning changes
ENOUGH_RECALL = 0.98
MOST_CHANGED = 0.2  # of the works that the cells were learned from
_ABOUT = "index.json"


@dataclass(frozen=True)
class IndexInfo:
    """What is known of a kept index. Its recalls are shares of the exact results that it finds.

    They were measured at ``made`` with ``queries`` works of the collection, their copies left
    out. ``learned`` works were there when its cells were learned, ``changed`` have come, gone or
    been embedded anew from then to ``made``. ``megabytes`` of memory are its own.
    """

    backbone: str
    digest: str
    metric: Metric
    works: int
    cells: int
    probes: int
    looked_at: int
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
        return (
            f"{self.backbone}, {self.metric}: recall@10 {self.recall_at_10:.3f}, recall@100 "
            f"{self.recall_at_100:.3f}, looks at {self.looked_at:,} of {self.works:,} works, "
            f"{self.megabytes:,.0f} MB, made {self.made[:16]}"
        )


@dataclass(frozen=True)
class KeptIndex:
    """An index as it is stored: ``cell_of`` int32 [N] and ``norms`` float32 [N] of ``ids`` [N].

    ``key`` is another one for every index that was ever written.
    """

    key: str
    info: IndexInfo
    cells: Cells
    ids: npt.NDArray[np.bytes_]
    cell_of: CellNumbers
    norms: Floats

    def fitted(self, gallery: Gallery) -> tuple[CellNumbers, int]:
        """The cell of each row of ``gallery``, and how many works changed since it was made.

        A work whose embedding has another length than it had is one that changed.
        """
        names = pa.array(self.ids.astype(str), pa.string())
        places = pc.index_in(pa.array(gallery.ids, pa.string()), value_set=names)
        found = np.asarray(pc.fill_null(places, -1).to_numpy(zero_copy_only=False))
        same = found >= 0
        same[same] = self.norms[found[same]] == gallery.index.norms[same]
        cell_of = np.empty(len(gallery), np.int32)
        cell_of[same] = self.cell_of[found[same]]
        new = np.flatnonzero(~same)
        cell_of[new] = self.cells.of(gallery.matrix[new])
        known = int((found >= 0).sum())
        return cell_of, len(new) + len(self.ids) - known

    def index(self, gallery: Gallery) -> ApproximateIndex | None:
        """The index over ``gallery``; None where too much has changed for its cells."""
        cell_of, changed = self.fitted(gallery)
        if self.info.changed + changed > MOST_CHANGED * self.info.learned:
            return None
        return ApproximateIndex(gallery.index, self.cells, cell_of, self.info.probes)


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
        text = (_folder(collection, column, metric) / _ABOUT).read_text(encoding="utf-8")
        document = json.loads(text)
        if document["format"] != FORMAT or document["of"] != _identity(collection, column):
            return None
        return str(document["key"]), IndexInfo(**document["info"])
    except (OSError, ValueError, KeyError, TypeError):
        return None  # none, a damaged one or one of another format


def read_index(collection: Collection, column: EmbeddingColumn, metric: str) -> KeptIndex | None:
    """The index of a column and metric; None where none can be used."""
    known = about(collection, column, metric)
    if known is None:
        return None
    key, info = known
    try:
        with np.load(_folder(collection, column, metric) / f"{key}.npz") as stored:
            cells = Cells(stored["centres"], info.metric)
            return KeptIndex(key, info, cells, stored["ids"], stored["cell_of"], stored["norms"])
    except (OSError, ValueError, KeyError):
        return None


def write_index(
    collection: Collection, gallery: Gallery, index: ApproximateIndex, info: IndexInfo
) -> None:
    """Keep an index, in place of the one before; whoever reads finds the one or the other.

    The caller holds the collection's lock for indexes.
    """
    folder = _folder(collection, gallery.column, info.metric)
    folder.mkdir(parents=True, exist_ok=True)
    key = os.urandom(8).hex()
    with (folder / f"{key}.npz").open("wb") as file:
        np.savez(
            file,
            centres=index.cells.centres,
            ids=np.array(gallery.ids, "S"),
            cell_of=index.cell_of,
            norms=gallery.index.norms,
        )
        file.flush()
        os.fsync(file.fileno())
    document: dict[str, Any] = {
        "format": FORMAT,
        "key": key,
        "of": _identity(collection, gallery.column),
        "info": asdict(info),
    }
    aside = folder / f".{_ABOUT}"
    aside.write_text(json.dumps(document, indent=1), encoding="utf-8")
    aside.replace(folder / _ABOUT)
    for old in folder.glob("*.npz"):
        if old.stem != key:
            old.unlink(missing_ok=True)


def _folder(collection: Collection, column: EmbeddingColumn, metric: str) -> Path:
    return collection.path / "indexes" / f"{column.column}-{metric}"


def _identity(collection: Collection, column: EmbeddingColumn) -> dict[str, str]:
    created = str(collection.about().get("created", ""))
    return {"created": created, "column": column.column, "digest": column.digest}
