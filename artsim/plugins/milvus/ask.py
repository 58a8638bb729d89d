"""A query answered by Milvus: it finds and filters, artsim scores what was found in float64."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.collection.artwork import id_key
from artsim.collection.edits.removal import removed_ids
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput
from artsim.plugins.milvus.asker import FURTHEST, SPARE, Asker
from artsim.plugins.milvus.conditions import Conditions, conditions
from artsim.plugins.milvus.publish import Publication
from artsim.plugins.milvus.server import checked_uri, connected
from artsim.plugins.milvus.shape import METADATA, RECORD, id_list, metadata_of, milvus_name
from artsim.search.catalog import Catalog
from artsim.search.index_store import ENOUGH_RECALL
from artsim.search.neighbours import ExactIndex, Floats, Metric, checked_metric
from artsim.search.query import Query, SearchResult, hit_of

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
        if allowed.is_whole:
            rows, candidates = _found(asker, vector, query.k, allowed.parts, publication.works)
        else:
            works = publication.works
            rows, candidates, how = _among(asker, vector, query, allowed, works, matching, catalog)
            notes.append(how)
    rows = sorted((r for r in rows if r["id"] not in gone), key=lambda row: id_key(row["id"]))
    matrix = np.array([row["embedding"] for row in rows], np.float32)
    best = ExactIndex(matrix.reshape(-1, column.dimension)).search(vector, query.k, metric)
    hits = tuple(
        hit_of(rank, float(score), float(distance), metadata_of(rows[row]))
        for rank, (row, score, distance) in enumerate(
            zip(best.rows, best.scores, best.distances, strict=True), start=1
        )
    )
    return SearchResult(
        collection=collection.name,
        backbone=column.backbone,
        digest=column.digest,
        metric=metric,
        index="milvus",
        k=query.k,
        took_ms=(time.perf_counter() - began) * 1000,
        candidates=candidates,
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


def _among(
    asker: Asker,
    vector: Floats,
    query: Query,
    allowed: Conditions,
    works: int,
    matching: Callable[[str], Iterable[str]],
    catalog: Callable[[], Catalog],
) -> tuple[list[dict[str, Any]], int, str]:
    """Rows and how many works pass, where the collection's table says which ids do; and how."""
    ids = _passing(allowed, matching, catalog)
    told = "Part of the filter is none that Milvus knows: "
    if len(ids) <= MAX_IDS:
        parts = (*allowed.parts, id_list(ids))
        rows, count = _found(asker, vector, query.k, parts, works) if ids else ([], 0)
        return rows, count, f"{told}it was given the {len(ids):,} ids that pass."
    wanted = set(ids)
    near = [i for i in asker.furthest(vector, allowed.parts) if i in wanted]
    if len(near) < query.k and works > FURTHEST:
        raise InvalidInput(
            f"The filter is none that Milvus knows, {len(ids):,} works pass it and too few of them "
            "are near: narrow it, write it with =, IN, BETWEEN, AND, OR, NOT and IS NULL over "
            f"{', '.join(METADATA)}, or search with index exact."
        )
    rows = asker.rows(near[: query.k + SPARE])
    how = f"{told}its {FURTHEST:,} nearest works were taken, and those kept that pass."
    return rows, len(ids), how


def _found(
    asker: Asker, vector: Floats, k: int, parts: tuple[str, ...], works: int
) -> tuple[list[dict[str, Any]], int]:
    """Rows of the nearest of all ``works`` for which ``parts`` hold, and how many these hold for.

    A graph does not reach every work: where it gives fewer than it should, all that pass are
    read, as far as Milvus gives them.
    """
    count = asker.count(parts)
    rows = asker.nearest(vector, k, parts, count / max(1, works))
    if len(rows) < min(k, count) and count <= FURTHEST:
        rows = asker.every(parts)
    return rows, count


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
