"""An embedding column put into Milvus: only what differs is sent, what is gone is removed."""

import itertools
import json
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.core.version import code_version
from artsim.plugins.milvus.asker import LISTS, Asker
from artsim.plugins.milvus.recall import QUERIES, Sample
from artsim.plugins.milvus.server import connected
from artsim.plugins.milvus.shape import (
    METADATA,
    RECORD,
    create,
    id_list,
    index_for,
    milvus_name,
    record_row,
    rows_of,
)
from artsim.search.index_store import AIMED_RECALL
from artsim.search.neighbours import Metric

if TYPE_CHECKING:
    import grpc
else:
    grpc = lazy("grpc")

BATCH = 1_000
_BATCH_BYTES = 8 << 20
_REMOVE = 10_000
_WRITE_SECONDS = 300.0
_INDEX_SECONDS = 0.5
_SMALLEST_INDEXED = 5_000  # works: fewer, all or new ones, are compared one by one, or nearly so
_IN_USE_SECONDS = 60.0
_SEALED = 3  # the state of a segment in Milvus's protocol


@dataclass(frozen=True)
class Publication:
    """What Milvus holds of a column: ``works`` of them, as of ``version`` of the collection.

    ``lists`` of an IVF index are looked through in a search, as many as find enough.
    """

    collection: str
    backbone: str
    digest: str
    metric: Metric
    name: str
    kind: str
    works: int
    recall: float | None
    version: int
    published: str
    code_version: str
    lists: int = LISTS[0]


@dataclass(frozen=True)
class Published:
    """A publication, and what it took: works sent, works removed, seconds."""

    publication: Publication
    sent: int
    removed: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return {
            **asdict(self.publication),
            "index": "milvus",
            "sent": self.sent,
            "removed": self.removed,
            "seconds": round(self.seconds, 2),
        }


def publish(
    collection: Collection,
    column: EmbeddingColumn,
    metric: Metric,
    uri: str,
    progress: Progress = NULL,
) -> Published:
    """Make Milvus hold exactly the works that have an embedding in ``column``.

    Stopped or killed, the same call goes on from what was sent. Raises Unavailable.
    """
    began = time.perf_counter()
    with collection.lock("milvus", progress), connected(uri) as client:
        pinned = collection.pinned()
        name = milvus_name(pinned, column, metric)
        kind, _ = index_for(column.count)
        if client.has_collection(name):
            described = client.describe_index(name, client.list_indexes(name)[0])
            kind = str(described["index_type"])
        else:
            create(client, name, column.dimension, metric, column.count)
        client.load_collection(name, timeout=_WRITE_SECONDS)
        sent, ids = _send(client, name, pinned, column, metric, progress)
        removed = _remove(client, name, ids, progress)
        if sent or removed:
            _settle(client, name, progress)
            _wait_for_index(client, name, len(ids))
        asker = Asker(client, name, kind)
        progress.start(None, "Measuring what it finds", "works")
        sample = Sample(pinned, column, metric, asker.rows(_sample(ids)))
        for lists in LISTS if kind != "HNSW" else LISTS[:1]:
            asker.lists = lists
            found = sample.recall(asker.others)
            if found is None or found >= AIMED_RECALL:
                break
        progress.finish()
        publication = Publication(
            collection=pinned.name,
            backbone=column.backbone,
            digest=column.digest,
            metric=metric,
            name=name,
            kind=kind,
            works=len(ids),
            recall=found,
            lists=asker.lists,
            version=pinned.version,
            published=datetime.now(UTC).isoformat(timespec="seconds"),
            code_version=code_version(),
        )
        client.upsert(name, [record_row(json.dumps(asdict(publication)), column.dimension)])
        _count(client, name)
    return Published(publication, sent, removed, time.perf_counter() - began)


def withdraw(collection: Collection, column: EmbeddingColumn, metric: Metric, uri: str) -> bool:
    """Remove from Milvus what was published of ``column``; False where nothing was."""
    with collection.lock("milvus"), connected(uri) as client:
        name = milvus_name(collection, column, metric)
        there = bool(client.has_collection(name))
        if there:
            client.drop_collection(name, timeout=_WRITE_SECONDS)
    return there


def _send(
    client: Any,
    name: str,
    collection: Collection,
    column: EmbeddingColumn,
    metric: Metric,
    progress: Progress,
) -> tuple[int, set[str]]:
    """Send the rows that Milvus lacks or has otherwise: how many, and the ids it has then."""
    size = max(1, min(BATCH, _BATCH_BYTES // (4 * column.dimension)))
    progress.start(column.count, "Publishing to Milvus", "works")
    is_new = _count(client, name) == 0
    sent = 0
    ids: set[str] = set()
    for rows in _rows(collection, column, metric, size):
        there = {} if is_new else _stamps(client, name, [row["id"] for row in rows])
        changed = [
            {**row, "embedding": row["embedding"].tolist()}  # the client packs lists twice as fast
            for row in rows
            if there.get(row["id"]) != row["stamp"]
        ]
        if changed:
            client.upsert(name, changed, timeout=_WRITE_SECONDS)
        sent += len(changed)
        ids.update(row["id"] for row in rows)
        progress.advance(len(rows))
    progress.finish()
    return sent, ids


def _rows(
    collection: Collection, column: EmbeddingColumn, metric: Metric, size: int
) -> Iterator[list[dict[str, Any]]]:
    for batch in collection.embedded(column.column, list(METADATA), size):
        if rows := rows_of(batch, column.column, metric):
            yield rows


def _stamps(client: Any, name: str, ids: list[str]) -> dict[str, int]:
    found = client.query(name, filter=id_list(ids), output_fields=["stamp"], timeout=_WRITE_SECONDS)
    return {row["id"]: row["stamp"] for row in found}


def _remove(client: Any, name: str, ids: set[str], progress: Progress) -> int:
    """Delete what is in Milvus and not among ``ids``; returns how many works that were."""
    recorded = len(_stamps(client, name, [RECORD]))
    if _count(client, name) - recorded == len(ids):
        return 0
    progress.start(None, "Looking for works that are gone", "works")
    gone: list[str] = []
    rows = client.query_iterator(name, batch_size=_REMOVE, filter="", output_fields=["id"])
    while batch := rows.next():
        gone += [row["id"] for row in batch if row["id"] not in ids and row["id"] != RECORD]
        progress.advance(len(batch))
    rows.close()
    for start in range(0, len(gone), _REMOVE):
        client.delete(name, ids=gone[start : start + _REMOVE], timeout=_WRITE_SECONDS)
    progress.finish()
    return len(gone)


def _settle(client: Any, name: str, progress: Progress) -> None:
    """Wait until what was sent is on disk and indexed."""
    client.flush(name, timeout=_WRITE_SECONDS)
    index = client.list_indexes(name)[0]
    progress.start(None, "Milvus builds its index", "works")
    done = 0
    for _ in itertools.count():
        state = client.describe_index(name, index)
        indexed = int(state.get("indexed_rows", 0))
        progress.advance(max(0, indexed - done))
        done = max(done, indexed)
        # The number pending alone may stay above 0 for good after a merge of segments.
        pending = int(state.get("pending_index_rows", 0))
        if not pending or indexed >= int(state.get("total_rows", indexed + 1)):
            break
        time.sleep(_INDEX_SECONDS)
    progress.finish()


def _wait_for_index(client: Any, name: str, works: int) -> None:
    """Wait until searches use the index: Milvus goes on with what it had before for a while."""
    end, indexed = time.monotonic() + _IN_USE_SECONDS, 0
    while works - indexed >= _SMALLEST_INDEXED and time.monotonic() < end:
        time.sleep(_INDEX_SECONDS)
        try:
            segments = client.list_loaded_segments(name, timeout=_WRITE_SECONDS)
        except grpc.RpcError:  # milvus-lite has none
            return
        indexed = sum(s.num_rows for s in segments if s.state == _SEALED and s.index_name)


def _sample(ids: set[str]) -> list[str]:
    """Ids of the works that recall is measured on, the same ones each time."""
    return random.Random(0).sample(sorted(ids), min(QUERIES, len(ids)))  # noqa: S311


def _count(client: Any, name: str) -> int:
    """Rows in Milvus, all writes so far counted: later reads see them too."""
    counted = client.query(
        name,
        filter="",
        output_fields=["count(*)"],
        consistency_level="Strong",
        timeout=_WRITE_SECONDS,
    )
    return int(counted[0]["count(*)"])
