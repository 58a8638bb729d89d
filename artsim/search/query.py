"""One question to a gallery and its answer, which can be shown and scored without the model."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.core.csvfile import csv_bytes
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.images.query_pictures import QueryPicture
from artsim.search.dials import Dials
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.index import INDEXES, Index
from artsim.search.neighbours import Rows, checked_k, checked_metric
from artsim.search.order import LIKENESS, ORDERED_BY, checked_order, places_in_order
from artsim.search.parts import Layout
from artsim.search.query_item import Item, checked_marks
from artsim.search.question import Question
from artsim.search.region_search import AskedRegions

if TYPE_CHECKING:
    import pandas as pd
else:
    pd = lazy("pandas")

DEFAULT_K = 12
COLLAPSED, ALL, NONE = COPIES = ("collapsed", "all", "none")


@dataclass(frozen=True)
class Query:
    """Search by what is liked: artworks and pictures, and by what is not (``unlike``).

    ``id`` or ``picture`` (see ``query_picture``) is one thing that is liked, ``like`` any number.
    ``dials`` say what likeness means here and how results are to vary.

    ``copies`` says what becomes of artworks that show the same picture: ``collapsed`` is one hit,
    with the ids of the others, ``none`` the one without them, ``all`` a hit each.

    ``order`` is that in which the K best are listed: by likeness, date, artist or accession.

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
    copies: str = COLLAPSED
    like: tuple[Item, ...] = ()
    unlike: tuple[Item, ...] = ()
    dials: Dials = field(default_factory=Dials)
    order: str = LIKENESS

    def __post_init__(self) -> None:
        checked_order(self.order)
        if not self.backbone:
            raise InvalidInput("Name the backbone to search with.")
        if (self.id is None) == (self.picture is None) and not self.like:
            if self.unlike and self.id is None:
                checked_marks((), self.unlike)
            raise InvalidInput("Ask with either an artwork's id or an image, one of the two.")
        checked_marks(self.liked, self.unlike)
        if checked_metric(self.metric) != "cosine" and self.dials.rerank:
            raise InvalidInput("Re-ranking by neighbours goes with cosine: choose one of the two.")
        checked_k(self.k)
        if self.words and self.metric != "cosine":
            raise InvalidInput("Words are compared with pictures by cosine: choose this metric.")
        if self.index not in INDEXES:
            raise InvalidInput(f"{self.index[:40]!r} is no index: use {', '.join(INDEXES)}.")
        if self.copies not in COPIES:
            raise InvalidInput(
                f"Copies can be shown as {', '.join(COPIES)}, not as {self.copies[:40]!r}."
            )

    @property
    def liked(self) -> tuple[Item, ...]:
        """All that is liked, ``id`` and ``picture`` first, each once."""
        own = [Item(id=self.id)] if self.id is not None else []
        own += [Item(picture=self.picture)] if self.picture is not None else []
        return tuple({item.key: item for item in (*own, *self.like)}.values())

    @property
    def pictures(self) -> tuple[QueryPicture, ...]:
        """The pictures that are marked as a whole, each once."""
        found = [item.picture for item in (*self.liked, *self.unlike) if item.box is None]
        return tuple({picture.digest: picture for picture in found if picture}.values())

    @property
    def concepts(self) -> tuple[str, ...]:
        """The names of the concepts that are marked."""
        found = [item.concept for item in (*self.liked, *self.unlike)]
        return tuple(dict.fromkeys(name for name in found if name is not None))

    @property
    def words(self) -> tuple[str, ...]:
        """What pictures are searched for by words, each once."""
        found = [item.words for item in (*self.liked, *self.unlike)]
        return tuple(dict.fromkeys(text for text in found if text is not None))

    @property
    def is_plain(self) -> bool:
        """Whether one work or picture asks, and likeness is as the backbone gives it."""
        one = len(self.liked) == 1 and not self.unlike and self.dials == Dials()
        return one and not self.concepts and not self.regions and not self.words

    @property
    def regions(self) -> tuple[Item, ...]:
        """The marks that are on a region of a picture."""
        return tuple(item for item in (*self.liked, *self.unlike) if item.box is not None)

    def to_json(self) -> dict[str, Any]:
        """What was asked, as the contract's search document names it."""
        like, unlike = ([item.name for item in items] for items in (self.liked, self.unlike))
        return {"like": like, "unlike": unlike, **self.dials.to_json()}


@dataclass(frozen=True)
class Hit:
    """One artwork found; ``score`` rises with similarity, for euclidean it is -distance.

    ``image`` is the file of the picture that matched, None for the one that the artwork is shown
    by; ``box`` the part of it that did, None for all of it. ``copies`` are the ids of the artworks
    that show the same picture and are not listed. ``rank`` is by likeness, in whatever order.
    """

    rank: int
    id: str
    score: float
    distance: float
    title: str
    artist: str
    year: int | None
    duplicate_group: str | None
    image: str | None = None
    box: tuple[float, float, float, float] | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class SearchResult:
    """Hits in the query's order.

    ``candidates`` artworks passed the filters and could have been found. ``index`` is the one that
    answered; ``note`` says why where another one might be expected, and what a dial costs.
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
    query: dict[str, Any] = field(default_factory=dict, compare=False)

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
            "query": self.query,
            "results": [asdict(hit) | {"copies": list(hit.copies)} for hit in self.hits],
        }

    def to_pandas(self) -> "pd.DataFrame":
        """One line a hit, best first: the fields of Hit; ``year`` may be missing."""
        names = [f.name for f in fields(Hit)]
        return pd.DataFrame(self.hits, columns=names).astype({"year": "Int64"})

    def to_csv(
        self, works: Sequence[Mapping[str, Any]] = (), link: Callable[[str], str] | None = None
    ) -> bytes:
        """One line a hit, safe to open in a spreadsheet; ids of copies with semicolons between.

        Scores have four digits. All fields of ``works``, those of the hits in their order, follow,
        and ``link`` of each id.
        """
        table = self.to_pandas().round({"score": 4, "distance": 4})
        table["copies"] = ["; ".join(hit.copies) for hit in self.hits]
        for name in dict.fromkeys(name for work in works for name in work):
            if name not in table:
                table[name] = [work.get(name) for work in works]
        if link is not None:
            table["link"] = [link(hit.id) for hit in self.hits]
        return csv_bytes(table)


def search(
    gallery: Gallery,
    query: Query,
    matching: Callable[[str], Iterable[str]],
    embedding: npt.ArrayLike | None = None,
    began: float | None = None,
    index: Index | None = None,
    note: str = "",
    pictures: Mapping[str, npt.ArrayLike] | None = None,
    layout: Layout | None = None,
    regions: AskedRegions | None = None,
) -> SearchResult:
    """Answer ``query``; ``embedding`` [D] is that of its picture where it asks with one.

    ``pictures`` are the embeddings of all its pictures by digest, ``layout`` the dimensions of the
    parts of the backbone's embeddings, ``regions`` the patches where it asks with regions.
    ``index`` finds the neighbours, the gallery's exact one
    where none is given; what the query says about the index was heeded by whoever chose it, and
    ``note`` tells what came of that.

    ``matching`` gives the ids for which a SQL expression holds; ``began`` (perf_counter) is when
    the question came in. Raises NotFound, Conflict or InvalidInput.
    """
    began = time.perf_counter() if began is None else began
    rows = gallery.rows_where(query.filters.mask(gallery.catalog, matching))
    known = dict(pictures or {})
    if query.picture is not None and embedding is not None:
        known[query.picture.digest] = embedding
    question = Question.of(
        gallery,
        query,
        index or gallery.index,
        known,
        layout or {},
        _excluded(gallery, query),
        regions,
    )
    exclude = question.exclude
    found, cost = question.find(rows)
    allowed = len(gallery) if rows is None else len(rows)
    barred = len(exclude) if rows is None else int(np.isin(exclude, rows).sum())
    metadata = gallery.catalog.labels(gallery.positions[found.rows])
    hits = tuple(
        replace(
            hit_of(rank, float(score), float(distance), row),
            image=gallery.further.files[picture] if gallery.further and picture >= 0 else None,
            box=question.regions.box(int(place), int(picture)) if question.regions else None,
            copies=_copies(gallery, query, int(place), rows, exclude),
        )
        for rank, (score, distance, row, picture, place) in enumerate(
            zip(found.scores, found.distances, metadata, found.pictures, found.rows, strict=True),
            start=1,
        )
    )
    in_order: Iterable[int] = range(len(hits))
    if query.order != LIKENESS:
        columns = gallery.catalog.table.select(ORDERED_BY)
        works = columns.take(pa.array(gallery.positions[found.rows])).to_pylist()
        in_order = places_in_order(works, query.order)
    return SearchResult(
        collection=gallery.catalog.name,
        backbone=gallery.column.backbone,
        digest=gallery.column.digest,
        metric=query.metric,
        index=found.index,
        k=query.k,
        took_ms=(time.perf_counter() - began) * 1000,
        candidates=allowed - barred,
        hits=tuple(hits[i] for i in in_order),
        note=" ".join(filter(None, (question.note or note, cost))),
        query=query.to_json(),
    )


def _copies(
    gallery: Gallery, query: Query, row: int, rows: Rows | None, exclude: Rows
) -> tuple[str, ...]:
    """Ids of the works that show what the one at ``row`` shows, and could have been found."""
    if query.copies != COLLAPSED or gallery.groups is None or gallery.groups[row] < 0:
        return ()
    others = np.setdiff1d(np.flatnonzero(gallery.groups == gallery.groups[row]), exclude)
    if rows is not None:
        others = np.intersect1d(others, rows)
    return tuple(gallery.ids[i] for i in others.tolist() if i != row)


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
