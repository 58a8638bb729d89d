"""One question to a gallery and its answer, which can be shown and scored without the model."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.core.csvfile import csv_bytes
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.lazy import lazy
from artsim.images.query_pictures import QueryPicture
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.index import INDEXES, Index
from artsim.search.neighbours import Rows, checked_k, checked_metric

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

DEFAULT_K = 12


@dataclass(frozen=True)
class Query:
    """Search by an artwork's ``id`` or by a ``picture``, not by both; see ``query_picture``.

    An artwork asked with never appears among its own results, nor do its copies. Raises
    InvalidInput where a value cannot be used.
    """

    backbone: str
    id: str | None = None
    picture: QueryPicture | None = None
    metric: str = "cosine"
    k: int = DEFAULT_K
    filters: Filters = field(default_factory=Filters)
    index: str = "auto"
    exclude_ids: tuple[str, ...] = ()
    exclude_groups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.backbone:
            raise InvalidInput("Name the backbone to search with.")
        if (self.id is None) == (self.picture is None):
            raise InvalidInput("Ask with either an artwork's id or an image, one of the two.")
        checked_metric(self.metric)
        checked_k(self.k)
        if self.index not in INDEXES:
            raise InvalidInput(f"{self.index[:40]!r} is no index: use {', '.join(INDEXES)}.")


@dataclass(frozen=True)
class Hit:
    """One artwork found; ``score`` rises with similarity, for euclidean it is -distance."""

    rank: int
    id: str
    score: float
    distance: float
    title: str
    artist: str
    year: int | None
    duplicate_group: str | None


@dataclass(frozen=True)
class SearchResult:
    """Hits best first. ``candidates`` artworks passed the filters and could have been found.

    ``index`` is the one that answered; ``note`` says why where another one might be expected.
    """

    collection: str
    backbone: str
    digest: str
    metric: str
    index: str
    k: int
    took_ms: float
    candidates: int
    hits: tuple[Hit, ...]
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The search document of the contract, with a ``note`` where there is one."""
        note = {"note": self.note} if self.note else {}
        return {
            "collection": self.collection,
            "backbone": self.backbone,
            "digest": self.digest,
            "metric": self.metric,
            "index": self.index,
            "k": self.k,
            "took_ms": round(self.took_ms, 2),
            **note,
            "results": [asdict(hit) for hit in self.hits],
        }

    def to_pandas(self) -> "pd.DataFrame":
        """One line a hit, best first: the fields of Hit; ``year`` may be missing."""
        names = [f.name for f in fields(Hit)]
        return pd.DataFrame(self.hits, columns=names).astype({"year": "Int64"})

    def to_csv(self) -> bytes:
        """One line a hit, safe to open in a spreadsheet."""
        return csv_bytes(self.to_pandas())


def search(
    gallery: Gallery,
    query: Query,
    matching: Callable[[str], Iterable[str]],
    embedding: npt.ArrayLike | None = None,
    began: float | None = None,
    index: Index | None = None,
    note: str = "",
) -> SearchResult:
    """Answer ``query``; ``embedding`` [D] is that of its picture where it asks with one.

    ``index`` finds the neighbours, the gallery's exact one where none is given; what the query
    says about the index was heeded by whoever chose it, and ``note`` tells what came of that.

    ``matching`` gives the ids for which a SQL expression holds; ``began`` (perf_counter) is when
    the question came in. Raises NotFound, Conflict or InvalidInput.
    """
    began = time.perf_counter() if began is None else began
    rows = gallery.rows_where(query.filters.mask(gallery.catalog, matching))
    exclude = _excluded(gallery, query)
    if embedding is None:
        row = _query_row(gallery, query)
        embedding = gallery.matrix[row]
        exclude = np.union1d(
            exclude, gallery.rows_at(gallery.catalog.members(int(gallery.positions[row])))
        )
    found = (index or gallery.index).search(embedding, query.k, query.metric, rows, exclude)
    allowed = len(gallery) if rows is None else len(rows)
    barred = len(exclude) if rows is None else int(np.isin(exclude, rows).sum())
    metadata = gallery.catalog.labels(gallery.positions[found.rows])
    hits = tuple(
        hit_of(rank, float(score), float(distance), row)
        for rank, (score, distance, row) in enumerate(
            zip(found.scores, found.distances, metadata, strict=True), start=1
        )
    )
    return SearchResult(
        collection=gallery.catalog.name,
        backbone=gallery.column.backbone,
        digest=gallery.column.digest,
        metric=query.metric,
        index=found.index,
        k=query.k,
        took_ms=(time.perf_counter() - began) * 1000,
        candidates=allowed - barred,
        hits=hits,
        note=note,
    )


def _query_row(gallery: Gallery, query: Query) -> int:
    name, backbone = gallery.catalog.name, gallery.column.backbone
    position = gallery.catalog.positions.get(query.id or "")
    if position is None:
        raise NotFound(f"There is no artwork {(query.id or '')[:80]!r} in {name!r}.")
    row = gallery.row_of(position)
    if row is not None:
        return row
    if not gallery.catalog.table.column("has_image")[position].as_py():
        raise InvalidInput(
            f"Artwork {query.id!r} has no image to search with: upload one, or choose another."
        )
    if gallery.column.elsewhere:
        raise Conflict(
            f"Artwork {query.id!r} has no embedding of {backbone!r}, which were made elsewhere: "
            "add its embedding too, or ask with another work."
        )
    raise Conflict(
        f"Artwork {query.id!r} is not embedded with {backbone!r} yet: "
        f"run 'artsim embed {name} --backbone {backbone}'."
    )


def _excluded(gallery: Gallery, query: Query) -> Rows:
    """Rows that the query names to be left out, by id or by duplicate group."""
    catalog = gallery.catalog
    positions = [catalog.positions[i] for i in query.exclude_ids if i in catalog.positions]
    rows = gallery.rows_at(np.array(positions, np.intp))
    for group in query.exclude_groups:
        rows = np.union1d(rows, gallery.rows_at(catalog.group_members(group)))
    return rows


def hit_of(rank: int, score: float, distance: float, row: dict[str, Any]) -> Hit:
    """A hit from the metadata of an artwork."""
    return Hit(
        rank=rank,
        id=row["id"],
        score=score,
        distance=distance,
        title=row["title"] or "",
        artist=row["artist"] or "",
        year=row["year"],
        duplicate_group=row["duplicate_group"],
    )
