"""A query answered by Milvus: it finds and filters, artsim scores what was found in float64."""

import json
import time
from collections.abc import Callable, Iterable
from collections.abc import Collection as Collection_
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.collection.artwork import id_key
from artsim.collection.edits.removal import removed_ids
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.core.counts import count
from artsim.core.errors import Conflict, InvalidInput
from artsim.core.limits import MAX_K
from artsim.plugins.milvus.asker import FURTHEST, SPARE, Asker
from artsim.plugins.milvus.conditions import Conditions, any_of, conditions
from artsim.plugins.milvus.publish import Publication
from artsim.plugins.milvus.server import checked_uri, connected
from artsim.plugins.milvus.shape import METADATA, RECORD, id_list, metadata_of, milvus_name
from artsim.search.catalog import Catalog
from artsim.search.index_store import ENOUGH_RECALL
from artsim.search.neighbours import ExactIndex, Floats, Metric, checked_metric
from artsim.search.query import ALL, COLLAPSED, Query, SearchResult, hit_of

MAX_IDS = 10_000  # ids in one condition: half a second


def ask(
    collection: Collection,
    column: EmbeddingColumn,
    query: Query,
    uri: str | None,
    matching: Callable[[str], Iterable[str]],
    catalog: Callable[[], Catalog],
    embedding: npt.ArrayLike | None = None,
    began: float | None = None,
) -> SearchResult:
    """Answer ``query`` from what was published of ``column``; no embedding of it is read here.

    ``matching`` gives the ids for which a SQL expression holds, ``catalog`` all metadata: they
    are asked only where a filter is none that Milvus knows. Raises ArtsimError.
    """
    began = time.perf_counter() if began is None else began
    metric = checked_metric(query.metric)
    uri = checked_uri(uri)
    if collection.pictures.embedded_count(column.column):
        raise InvalidInput(
            f"Works of {collection.name!r} have further pictures, and Milvus holds one picture a "
            "work: search with index auto, which compares them all."
        )
    gone = removed_ids(collection)  # Milvus has them until 'artsim index' is run again
    if query.id in gone:
        collection.artwork(query.id or "")
    name = milvus_name(collection, column, metric)
    with connected(uri) as client:
        asker = Asker(client, name)
        publication, own = _start(asker, collection, column, query)
        asker.kind, asker.lists = publication.kind, publication.lists
        notes = [_stale(collection, publication), _doubtful(publication)]
        vector = _checked(embedding if own is None else own["embedding"], column, metric)
        allowed = conditions(query, None if own is None else own["duplicate_group"] or None)
        reach = _Reach(asker, vector, query, allowed, publication.works)
        if not allowed.is_whole:
            reach.passing = _passing(allowed, matching, catalog)
        answers = _distinct(reach, gone)
        copies = _copies(reach, answers, gone)
        if reach.how:
            notes.append(reach.how)
    hits = tuple(
        replace(
            hit_of(rank, one.score, one.distance, metadata_of(one.row)),
            copies=copies.get(one.row["id"], ()),
        )
        for rank, one in enumerate(answers, start=1)
    )
    return SearchResult(
        collection=collection.name,
        backbone=column.backbone,
        digest=column.digest,
        metric=metric,
        index="milvus",
        k=query.k,
        took_ms=(time.perf_counter() - began) * 1000,
        candidates=reach.candidates,
        hits=hits,
        note=" ".join(note for note in notes if note),
        query=query.to_json(),
    )


def _start(
    asker: Asker, collection: Collection, column: EmbeddingColumn, query: Query
) -> tuple[Publication, dict[str, Any] | None]:
    """What is published, and the row of the work that is asked with, where one is."""
    ids = [RECORD] if query.id is None else [RECORD, query.id]
    rows = {row["id"]: row for row in asker.rows_if_there(ids)}
    command = f"artsim index {collection.name} --backbone {column.backbone} --index milvus"
    command += "" if query.metric == "cosine" else f" --metric {query.metric}"
    publication = _recorded(rows.get(RECORD))
    if publication is None:
        raise Conflict(
            f"{collection.name!r} is not published to Milvus with {column.backbone!r} for "
            f"{query.metric}: run '{command}'."
        )
    if query.id is None or query.id in rows:
        return publication, rows.get(query.id or "")
    if not collection.artwork(query.id)["has_image"]:
        raise InvalidInput(
            f"Artwork {query.id!r} has no image to search with: upload one, or choose another."
        )
    raise Conflict(
        f"Artwork {query.id!r} has no embedding in Milvus that can be compared: run 'artsim embed "
        f"{collection.name} --backbone {column.backbone}', then '{command}'."
    )


def _recorded(row: dict[str, Any] | None) -> Publication | None:
    """What the record says; None where there is none, or one that another artsim wrote."""
    try:
        return None if row is None else Publication(**json.loads(row["title"]))
    except (ValueError, TypeError):
        return None


@dataclass(frozen=True)
class _Answer:
    """A row of Milvus with its score and distance in float64."""

    row: dict[str, Any]
    score: float
    distance: float


@dataclass
class _Reach:
    """The works that a query may find: those for which ``allowed`` holds.

    ``passing`` are their ids where only the collection's table knows them, else None; ``how`` says
    then how Milvus was asked, and ``candidates`` how many works pass.
    """

    asker: Asker
    vector: Floats
    query: Query
    allowed: Conditions
    works: int
    passing: list[str] | None = None
    how: str = ""
    candidates: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The conditions that Milvus can check."""
        if self.passing is not None and len(self.passing) <= MAX_IDS:
            return (*self.allowed.parts, id_list(self.passing))
        return self.allowed.parts

    def nearest(self, k: int) -> list[dict[str, Any]]:
        """Rows of the nearest works, some more than ``k``."""
        if self.passing is None:
            rows, self.candidates = _found(self.asker, self.vector, k, self.parts, self.works)
            return rows
        told = "Milvus does not know part of the filter: "
        passing = len(self.passing)
        if passing <= MAX_IDS:
            self.how = f"{told}it got {count(passing, 'id')} of works that pass."
            if not self.passing:
                return []
            rows, self.candidates = _found(self.asker, self.vector, k, self.parts, self.works)
            return rows
        self.candidates = passing
        wanted = set(self.passing)
        near = [i for i in self.asker.furthest(self.vector, self.parts) if i in wanted]
        if len(near) < self.query.k and self.works > FURTHEST:
            raise InvalidInput(
                f"Milvus does not know this filter, and of the {passing:,} works that pass it too "
                "few are near: narrow it, write it with =, IN, BETWEEN, AND, OR, NOT and IS NULL "
                f"over {', '.join(METADATA)}, or search with index exact."
            )
        self.how = f"{told}the filter was applied to its {FURTHEST:,} nearest works."
        return self.asker.rows(near[: k + SPARE])


def _distinct(reach: _Reach, gone: Collection_[str]) -> list[_Answer]:
    """The best works, of those that show the same picture the first, as the query wants it."""
    query, k = reach.query, reach.query.k
    ask = k
    while True:
        rows = [row for row in reach.nearest(ask) if row["id"] not in gone]
        rows.sort(key=lambda row: id_key(row["id"]))
        matrix = np.array([row["embedding"] for row in rows], np.float32)
        index = ExactIndex(matrix.reshape(len(rows), -1 if rows else len(reach.vector)))
        best = index.search(reach.vector, max(1, min(ask, MAX_K)), query.metric)
        found = [
            _Answer(rows[i], float(score), float(distance))
            for i, score, distance in zip(best.rows, best.scores, best.distances, strict=True)
        ]
        if query.copies == ALL:
            return found[:k]
        names = [answer.row["duplicate_group"] or answer.row["id"] for answer in found]
        first = [answer for i, answer in enumerate(found) if names[i] not in names[:i]]
        if len(first) >= k or len(rows) < ask or ask >= MAX_K:
            return first[:k]
        ask = min(MAX_K, 2 * ask + k)


def _copies(
    reach: _Reach, answers: list[_Answer], gone: Collection_[str]
) -> dict[str, tuple[str, ...]]:
    """By id of a work the ids of those that show the same picture and could have been found."""
    groups = {a.row["duplicate_group"]: a.row["id"] for a in answers if a.row["duplicate_group"]}
    if reach.query.copies != COLLAPSED or not groups:
        return {}
    rows = reach.asker.every((*reach.parts, any_of("duplicate_group", tuple(groups))))
    passing = None if reach.passing is None else set(reach.passing)
    found: dict[str, list[str]] = {}
    for row in rows:
        shown, other = groups.get(row["duplicate_group"]), row["id"]
        if shown and other not in (shown, *gone) and (passing is None or other in passing):
            found.setdefault(shown, []).append(other)
    return {shown: tuple(sorted(others, key=id_key)) for shown, others in found.items()}


def _found(
    asker: Asker, vector: Floats, k: int, parts: tuple[str, ...], works: int
) -> tuple[list[dict[str, Any]], int]:
    """Rows of the nearest of all ``works`` for which ``parts`` hold, and how many these hold for.

    A graph does not reach every work: where it gives fewer than it should, all that pass are
    read, as far as Milvus gives them.
    """
    passing = asker.count(parts)
    rows = asker.nearest(vector, k, parts, passing / max(1, works))
    if len(rows) < min(k, passing) and passing <= FURTHEST:
        rows = asker.every(parts)
    return rows, passing


def _passing(
    allowed: Conditions,
    matching: Callable[[str], Iterable[str]],
    catalog: Callable[[], Catalog],
) -> list[str]:
    rest = allowed.rest
    if not rest.text.split():
        return list(matching(rest.where))
    known = catalog()
    mask = rest.mask(known, matching)
    ids = known.table.column("id")
    return list(ids.to_pylist() if mask is None else ids.filter(mask).to_pylist())


def _checked(embedding: Any, column: EmbeddingColumn, metric: Metric) -> Floats:
    """The embedding as float32 [D]; raises what exact search raises for it."""
    ExactIndex(np.empty((0, column.dimension), np.float32)).search(embedding, 1, metric)
    return np.asarray(embedding, np.float32)


def _doubtful(publication: Publication) -> str:
    if publication.recall is None or publication.recall >= ENOUGH_RECALL:
        return ""
    return f"Milvus finds {publication.recall:.0%} of what exact search finds here."


def _stale(collection: Collection, publication: Publication) -> str:
    if collection.version == publication.version:
        return ""
    return (
        f"{collection.name!r} has changed since it was published to Milvus (version "
        f"{publication.version}, now {collection.version}): 'artsim index' brings it up to date."
    )
