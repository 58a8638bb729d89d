"""Building an approximate index: a graph, its effort, and what it finds of the truth."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from artsim import __version__
from artsim.collection.store import Collection
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.search.approximate import LARGEST_K, SMALL_K, ApproximateIndex
from artsim.search.gallery import Gallery
from artsim.search.graph import Graph
from artsim.search.index_store import (
    AIMED_RECALL,
    MOST_CHANGED,
    IndexInfo,
    read_index,
    write_index,
)
from artsim.search.neighbours import ExactIndex, Metric, Neighbours, Rows, checked_metric

FEWEST_WORKS = 1_000
SEED = 0
_QUERIES = 200
_BLOCK = 65_536
_EFFORTS = (48, 64, 96, 128, 160, 192, 256, 384, 512, 768, 1024)


@dataclass(frozen=True)
class Truth:
    """The exact neighbours, LARGEST_K each, of some rows; ``barred`` rows were left out."""

    rows: Rows
    barred: list[Rows]
    neighbours: list[Neighbours]


def build_index(
    collection: Collection,
    gallery: Gallery,
    metric: str = "cosine",
    progress: Progress = NULL,
    anew: bool = False,
) -> IndexInfo:
    """Build and keep the approximate index of a gallery of ``collection``.

    A graph that is kept is used again, unless ``anew``, where no more than MOST_CHANGED of the
    works have changed: only what is new is added then. Raises InvalidInput where there are too
    few works to need one.
    """
    kind, began = checked_metric(metric), time.monotonic()
    usable = int((gallery.index.norms > 0).sum())
    if usable < FEWEST_WORKS:
        raise InvalidInput(
            f"{collection.name!r} has {count(usable, 'usable embedding')}: from {FEWEST_WORKS:,} "
            "on an approximate index can be built, below that exact search is fast."
        )
    with collection.lock("index", progress):
        kept = None if anew else read_index(collection, gallery.column, kind)
        row_of, learned, changed = np.empty(0, np.intp), len(gallery), 0
        graph = None
        if kept is not None:
            known, newly = kept.fitted(gallery)
            if kept.info.changed + newly <= MOST_CHANGED * kept.info.learned:
                graph, row_of = kept.graph, known
                learned, changed = kept.info.learned, kept.info.changed + newly
        if graph is None:
            graph = Graph.over(gallery.matrix, kind)
        new = np.setdiff1d(np.arange(len(gallery)), row_of)
        progress.start(len(new), "building the graph", "works")
        for start in range(0, len(new), _BLOCK):  # rows are gathered some at a time
            graph.add(gallery.matrix[new[start : start + _BLOCK]], progress)
        progress.finish()
        row_of = np.concatenate([row_of, new])
        progress.start(None, "measuring recall", "works")
        index, recalls = tuned(gallery.index, graph, row_of, sampled_truth(gallery, kind))
        progress.finish()
        info = IndexInfo(
            backbone=gallery.column.backbone,
            digest=gallery.column.digest,
            metric=kind,
            works=len(gallery),
            effort=index.efforts[0],
            effort_above=index.efforts[1],
            recall_at_10=recalls[0],
            recall_at_100=recalls[1],
            queries=_QUERIES,
            learned=learned,
            changed=changed,
            megabytes=0.0,
            seconds=time.monotonic() - began,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            code_version=__version__,
        )
        return write_index(collection, gallery, index, info)


def sampled_truth(gallery: Gallery, metric: Metric, queries: int = _QUERIES) -> Truth:
    """Exact neighbours of ``queries`` works by chance; neither they nor their copies count."""
    usable = np.flatnonzero(gallery.index.norms > 0)
    rows = np.random.default_rng(SEED).choice(usable, min(queries, len(usable)), replace=False)
    members = [gallery.catalog.members(int(gallery.positions[row])) for row in rows]
    barred = [gallery.rows_at(positions) for positions in members]
    found = gallery.index.search_many(gallery.matrix[rows], LARGEST_K, metric, exclude=barred)
    return Truth(rows, barred, found)


def tuned(
    exact: ExactIndex, graph: Graph, row_of: Rows, truth: Truth
) -> tuple[ApproximateIndex, tuple[float, float]]:
    """The index with the least efforts that find enough, with its recall@10 and recall@100."""

    def least(k: int) -> tuple[int, float]:
        for effort in _EFFORTS:
            recall = measured(ApproximateIndex(exact, graph, row_of, (effort, effort)), truth, k)
            if recall >= AIMED_RECALL:
                break
        return effort, recall

    (effort, _), (above, at_100) = least(SMALL_K), least(LARGEST_K)
    index = ApproximateIndex(exact, graph, row_of, (effort, above))
    return index, (measured(index, truth, 10), at_100)


def measured(index: ApproximateIndex, truth: Truth, k: int) -> float:
    """Recall@K: the share of the exact results that ``index`` finds."""
    shares = []
    for row, barred, exact in zip(truth.rows, truth.barred, truth.neighbours, strict=True):
        query, metric = index.exact.matrix[row], index.graph.metric
        found = index.search(query, k, metric, exclude=barred).rows
        shares.append(len(np.intersect1d(found, exact.rows[:k])) / k)
    return float(np.mean(shares))
