"""Rankings of many queries in blocks: the top K of each, and the hits in its top R."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.progress import NULL, Progress
from artsim.evaluation.relevance import Counts, Judgement
from artsim.search.neighbours import SMALLEST_NORM, ExactIndex, Metric, Rows

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
    scores by lower row, as ExactIndex.search; the result does not depend on ``block``. Every row
    and query has a usable embedding: finite, and of a length above SMALLEST_NORM.
    """
    rows = np.full((len(queries), k), _NONE, np.intp)
    found = np.full((len(queries), k), np.nan)
    in_top_r = tuple(np.zeros(len(queries), np.int64) for _ in judgements)
    block = max(1, min(block, _KEY_BYTES // (4 * max(1, len(index)))))
    for start in range(0, len(queries), block):
        part = slice(start, min(start + block, len(queries)))
        keys = _Keys(index, queries[part], exclude[part], metric)
        for i in range(part.stop - start):
            query = start + i
            best = keys.best(i, k)
            rows[query, : len(best)] = best
            found[query, : len(best)] = keys.cosines(i, best)
            for hits, (judgement, n_relevant) in zip(in_top_r, judgements, strict=True):
                if n_relevant[query]:
                    relevant = judgement.rows(query)
                    hits[query] = keys.hits_in_top(i, int(n_relevant[query]), relevant)
        progress.advance(part.stop - start)
    return Ranking(rows, found, in_top_r)


class _Keys:
    """float32 keys of every row for a block of queries, and how far rounding may have moved them.

    Whether a row is among the best r is sure where its key is further from the r-th than rounding
    reaches; the others are scored in float64, as ExactIndex does.
    """

    def __init__(
        self, index: ExactIndex, queries: Floats, exclude: Sequence[Rows], metric: Metric
    ) -> None:
        self._index, self._queries, self._metric = index, queries, metric
        norms = index.norms.astype(np.float64)
        lengths = np.sqrt(np.square(queries.astype(np.float64)).sum(axis=1))
        # Rounding of a product of unit vectors: BLAS adds in lanes, so D / 4 is generous.
        unit = float(np.finfo(np.float32).eps) / 2 * (index.dimension / 4 + 16)
        if metric == "cosine":
            scaled = queries / np.maximum(lengths, SMALLEST_NORM)[:, None]
            self._keys: Floats = scaled.astype(np.float32) @ index.matrix.T
            self._keys *= (1.0 / np.maximum(norms, SMALLEST_NORM)).astype(np.float32)
            error = np.full(len(queries), unit)
        else:
            self._keys = queries @ index.matrix.T
            self._keys *= np.float32(2)
            self._keys -= np.square(norms).astype(np.float32)
            largest = norms.max(initial=0.0)
            error = (largest + 2 * lengths) * largest * unit
        for i, rows in enumerate(exclude):
            self._keys[i, rows] = -np.inf
        self._sorted: Floats = np.sort(self._keys, axis=1)
        self._margin: Floats = (2 * error).astype(np.float32)
        self._allowed = [len(index) - len(rows) for rows in exclude]

    def best(self, query: int, k: int) -> Rows:
        """The ``k`` best rows, best first; equal scores by lower row."""
        k = min(k, self._allowed[query])
        if k == 0:
            return np.empty(0, np.intp)
        possible = np.flatnonzero(self._keys[query] >= self._reach(query, k)[0])
        return self._ordered(query, possible)[:k]

    def hits_in_top(self, query: int, r: int, relevant: Rows) -> int:
        """How many of the rows ``relevant`` are among the ``r`` best."""
        r = min(r, self._allowed[query])
        if r == 0:
            return 0
        keys, ordered = self._keys[query], self._sorted[query]
        low, high = self._reach(query, r)
        mine = keys[relevant]
        if len(ordered) - int(np.searchsorted(ordered, low)) == r:
            return int(np.count_nonzero(mine >= low))
        sure = len(ordered) - int(np.searchsorted(ordered, high, side="right"))
        doubtful = np.flatnonzero((keys >= low) & (keys <= high))
        winners = self._ordered(query, doubtful)[: r - sure]
        return int(np.count_nonzero(mine > high) + np.isin(winners, relevant).sum())

    def cosines(self, query: int, rows: Rows) -> Doubles:
        """Cosines of a query with ``rows``, whatever the metric; float64."""
        return self._index.cosines(self._queries[query].astype(np.float64), rows)

    def _reach(self, query: int, r: int) -> tuple[np.float32, np.float32]:
        """Keys below the first are not among the ``r`` best, those above the second are."""
        bound, margin = self._sorted[query, -r], self._margin[query]
        return bound - margin, bound + margin

    def _ordered(self, query: int, rows: Rows) -> Rows:
        """``rows`` best first by their scores in float64; equal ones by lower row."""
        if self._metric == "cosine":
            scores = self.cosines(query, rows)
        else:
            vectors = self._index.matrix[rows].astype(np.float64)
            scores = -np.sqrt(np.square(vectors - self._queries[query]).sum(axis=1))
        return rows[np.lexsort((rows, -scores))]
