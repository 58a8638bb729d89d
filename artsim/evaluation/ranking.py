"""Rankings of many queries in blocks: the top K of each, and the hits in its top R."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.evaluation.relevance import Counts, Judgement
from artsim.jobs.progress import NULL, Progress
from artsim.search.exact import ExactIndex, Metric, Rows, cosines

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

BLOCK = 256
_KEY_BYTES = 64 << 20  # keys held at once
_NONE = -1


@dataclass(frozen=True)
class Ranking:
    """The ``k`` best works of each query: rows of the gallery intp [Q, K], -1 for none.

    ``cosines`` float64 [Q, K] is NaN for none, whatever the metric; ``hits_in_top_r`` int64
    [Q] for each judgement, in their order.
    """

    rows: Rows
    cosines: Doubles
    hits_in_top_r: tuple[Counts, ...]


def rank(
    index: ExactIndex,
    queries: Floats,
    exclude: Sequence[Rows],
    k: int,
    metric: Metric = "cosine",
    judgements: Sequence[tuple[Judgement, Counts]] = (),
    block: int = BLOCK,
    progress: Progress = NULL,
) -> Ranking:
    """Rank the rows of ``index`` for each of ``queries`` float32 [Q, D].

    ``exclude`` names for each query the rows that never appear. ``judgements`` come with the
    number of relevant works of each query [Q], which is the R of its R-precision. Exact, equal
    scores by lower row; the result does not depend on ``block``.
    """
    rows = np.full((len(queries), k), _NONE, np.intp)
    found = np.full((len(queries), k), np.nan)
    block = max(1, min(block, _KEY_BYTES // (4 * max(1, len(index)))))
    in_top_r = [np.zeros(len(queries), np.int64) for _ in judgements]
    for start in range(0, len(queries), block):
        part = slice(start, min(start + block, len(queries)))
        nearest = index.search_many(queries[part], k, metric, exclude=exclude[part])
        for i, neighbours in enumerate(nearest, start):
            count = len(neighbours.rows)
            rows[i, :count] = neighbours.rows
            found[i, :count] = neighbours.scores
            if metric != "cosine":
                vectors = index.matrix[neighbours.rows].astype(np.float64)
                found[i, :count] = cosines(vectors, queries[i].astype(np.float64))
        if judgements:
            keys = _Keys(index, queries[part], exclude[part], metric)
            for hits, (judgement, n_relevant) in zip(in_top_r, judgements, strict=True):
                hits[part] = _hits_in_top_r(keys, start, judgement, n_relevant[part])
        progress.advance(part.stop - part.start)
    return Ranking(rows, found, tuple(in_top_r))


def _hits_in_top_r(keys: "_Keys", start: int, judgement: Judgement, n_relevant: Counts) -> Counts:
    asked = np.flatnonzero(n_relevant > 0)
    tops = [keys.top(int(i), int(n_relevant[i])) for i in asked]
    if not tops:
        return np.zeros(len(n_relevant), np.int64)
    owners = np.repeat(asked, [len(top) for top in tops])
    relevant = judgement.relevant(owners + start, np.concatenate(tops))
    return np.bincount(owners[relevant], minlength=len(n_relevant)).astype(np.int64)


class _Keys:
    """float32 keys of every row for a block of queries, and how far rounding may have moved them.

    The set of the R best needs no order: only rows whose key is within rounding error of the R-th
    are scored in float64.
    """

    def __init__(
        self, index: ExactIndex, queries: Floats, exclude: Sequence[Rows], metric: Metric
    ) -> None:
        self._index, self._queries, self._metric = index, queries, metric
        norms = index.norms.astype(np.float64)
        lengths = np.sqrt(np.square(queries.astype(np.float64)).sum(axis=1))
        unit = float(np.finfo(np.float32).eps) / 2 * (index.dimension / 4 + 16)
        if metric == "cosine":
            scaled = queries / np.maximum(lengths, 1e-30)[:, None]
            self.keys: Floats = scaled.astype(np.float32) @ index.matrix.T
            self.keys *= (1.0 / np.maximum(norms, 1e-30)).astype(np.float32)
            self._error = np.full(len(queries), unit)
        else:
            self.keys = queries @ index.matrix.T
            self.keys *= np.float32(2)
            self.keys -= np.square(norms).astype(np.float32)
            largest = norms.max(initial=0.0)
            self._error = (largest + 2 * lengths) * largest * unit
        for i, rows in enumerate(exclude):
            self.keys[i, rows] = -np.inf
        self._allowed = index.matrix.shape[0] - np.array([len(rows) for rows in exclude])

    def top(self, query: int, r: int) -> Rows:
        """The ``r`` best rows, in no order; equal scores by lower row."""
        keys = self.keys[query]
        r = min(r, int(self._allowed[query]))
        if r == 0:
            return np.empty(0, np.intp)
        bound = np.partition(keys, len(keys) - r)[len(keys) - r]
        margin = np.float32(2 * self._error[query])
        sure = np.flatnonzero(keys > bound + margin)
        doubtful = np.flatnonzero((keys <= bound + margin) & (keys >= bound - margin))
        if len(sure) + len(doubtful) > r:
            scores = self._scores(query, doubtful)
            doubtful = doubtful[np.lexsort((doubtful, -scores))[: r - len(sure)]]
        return np.concatenate([sure, doubtful])

    def _scores(self, query: int, rows: Rows) -> Doubles:
        vectors = self._index.matrix[rows].astype(np.float64)
        asked = self._queries[query].astype(np.float64)
        if self._metric == "cosine":
            return cosines(vectors, asked)
        return -np.sqrt(np.square(vectors - asked).sum(axis=1))
