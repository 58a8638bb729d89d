"""Building an approximate index: cells, how many to look at, and what that finds of the truth."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from artsim import __version__
from artsim.collection.store import Collection
from artsim.errors import InvalidInput
from artsim.jobs.progress import NULL, Progress
from artsim.search.approximate import LARGEST_K, ApproximateIndex
from artsim.search.cells import CellNumbers, Cells, learn_cells
from artsim.search.exact import ExactIndex, Metric, Neighbours, Rows, checked_metric
from artsim.search.gallery import Gallery
from artsim.search.kept_index import MOST_CHANGED, IndexInfo, read_index, write_index

FEWEST_WORKS = 1_000
SEED = 0
_QUERIES = 200
_AIM = 0.99  # recall for which cells are added: some more than what is enough
_LARGEST_SHARE = 0.1  # of the works that a search may look at: exact search is soon as fast


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

    Cells that are kept are used again, unless ``anew``, where no more than MOST_CHANGED of the
    works have changed: only new works are put into cells then. Raises InvalidInput where there
    are too few works to need one.
    """
    kind, began = checked_metric(metric), time.monotonic()
    usable = int((gallery.index.norms > 0).sum())
    if usable < FEWEST_WORKS:
        raise InvalidInput(
            f"{collection.name!r} has {usable:,} usable embeddings: from {FEWEST_WORKS:,} on an "
            "approximate index can be built, below that exact search is fast."
        )
    with collection.lock("index", progress):
        kept = None if anew else read_index(collection, gallery.column, kind)
        changed = 0
        if kept is not None:
            cell_of, newly = kept.fitted(gallery)
            changed = kept.info.changed + newly
        if kept is None or changed > MOST_CHANGED * kept.info.learned:
            cells = learn_cells(gallery.index, kind, cell_count(usable), SEED, progress)
            progress.start(len(gallery), "putting works into cells", "works")
            cell_of, learned, changed = cells.of(gallery.matrix, progress), len(gallery), 0
            progress.finish()
        else:
            cells, learned = kept.cells, kept.info.learned
        progress.start(None, "measuring recall", "works")
        index, recalls = tuned(gallery.index, cells, cell_of, sampled_truth(gallery, kind))
        progress.finish()
        info = IndexInfo(
            backbone=gallery.column.backbone,
            digest=gallery.column.digest,
            metric=kind,
            works=len(gallery),
            cells=len(cells),
            probes=index.probes,
            looked_at=index.looked_at,
            recall_at_10=recalls[0],
            recall_at_100=recalls[1],
            queries=_QUERIES,
            learned=learned,
            changed=changed,
            megabytes=index.nbytes / 1e6,
            seconds=time.monotonic() - began,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            code_version=__version__,
        )
        write_index(collection, gallery, index, info)
    return info


def cell_count(works: int) -> int:
    """About twice the square root of the works, so that finding cells costs as little as works."""
    return int(2 ** round(np.log2(2 * works**0.5)))


def sampled_truth(gallery: Gallery, metric: Metric, queries: int = _QUERIES) -> Truth:
    """Exact neighbours of ``queries`` works by chance; neither they nor their copies count."""
    usable = np.flatnonzero(gallery.index.norms > 0)
    rows = np.random.default_rng(SEED).choice(usable, min(queries, len(usable)), replace=False)
    members = [gallery.catalog.members(int(gallery.positions[row])) for row in rows]
    barred = [gallery.rows_at(positions) for positions in members]
    found = gallery.index.search_many(gallery.matrix[rows], LARGEST_K, metric, exclude=barred)
    return Truth(rows, barred, found)


def tuned(
    exact: ExactIndex, cells: Cells, cell_of: CellNumbers, truth: Truth
) -> tuple[ApproximateIndex, tuple[float, float]]:
    """The index that looks at the fewest cells of 1, 2, 4 ... with which it finds enough.

    With its recall@10 and recall@100.
    """
    index, recalls = ApproximateIndex(exact, cells, cell_of, 1), (0.0, 0.0)
    while min(recalls) < _AIM and index.looked_at <= _LARGEST_SHARE * len(exact):
        recalls = measured(index, truth)
        if min(recalls) < _AIM:
            index = ApproximateIndex(exact, cells, cell_of, 2 * index.probes)
    return index, recalls


def measured(index: ApproximateIndex, truth: Truth) -> tuple[float, float]:
    """Recall@10 and recall@100: shares of the exact results that ``index`` finds."""
    shares = []
    for row, barred, exact in zip(truth.rows, truth.barred, truth.neighbours, strict=True):
        query = index.exact.matrix[row]
        found = index.search(query, LARGEST_K, index.cells.metric, exclude=barred)
        shares.append(
            [len(np.intersect1d(found.rows[:k], exact.rows[:k])) / k for k in (10, LARGEST_K)]
        )
    at_10, at_100 = np.mean(shares, axis=0)
    return float(at_10), float(at_100)
