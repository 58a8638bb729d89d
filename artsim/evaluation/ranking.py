"""Rankings of many queries in blocks: the top K of each, and the hits in its top R."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.blas import single_threaded
from artsim.core.cores import cores
from artsim.core.progress import NULL, Progress
from artsim.evaluation.judgement import Counts, Judgement
from artsim.search.neighbours import ExactIndex, Keys, Metric, Rows
from artsim.search.selection_kernels import look_for

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

BLOCK = 256
_MOST_THREADS = 8  # each holds the keys of a block
_NONE = -1
_NO_ROWS: Rows = np.empty(0, np.intp)


@dataclass(frozen=True)
class Ranking:
    """The ``k`` best works of each query: rows of the gallery intp [Q, K], -1 for none.

    ``cosines`` float64 [Q, K] is NaN for none, with either metric; ``hits_in_top_r`` int64 [Q] for
    each judgement, in their order. ``apart`` are the rows of the second ranking, which leaves out
    more works.
    """

    rows: Rows
    cosines: Doubles
    hits_in_top_r: tuple[Counts, ...]
    apart: Rows | None = None


def rank(
    index: ExactIndex,
    queries: Floats,
    exclude: Sequence[Rows],
    k: int,
    metric: Metric = "cosine",
    judgements: Sequence[tuple[Judgement, Counts]] = (),
    block: int = BLOCK,
    progress: Progress = NULL,
    apart: Sequence[Rows] | None = None,
) -> Ranking:
    """Rank the rows of ``index`` for each of ``queries`` float32 [Q, D].

    ``exclude`` names for each query the rows that never appear. ``judgements`` come with the
    number of relevant works of each query [Q], which is the R of its R-precision. Exact, equal
    scores by lower row, as ExactIndex.search; the result does not depend on ``block``. Every row
    and query has a usable embedding: finite, and of a length above 1e-12. ``apart`` names for each
    query rows to be left out too in a second ranking of the same products.
    """
    rows = np.full((len(queries), k), _NONE, np.intp)
    found = np.full((len(queries), k), np.nan)
    ranks = np.array([n for _, n in judgements], np.int64).reshape(-1, len(queries))
    hits = np.zeros_like(ranks)
    look = look_for(ranks.size * len(index))
    rows_apart = None if apart is None else np.full_like(rows, _NONE)

    def look_through(start: int) -> int:
        some = slice(start, start + block)
        for keys in index.keys(queries[some], metric, exclude=exclude[some]):
            look_at(keys, start)
            start += len(keys)
        return len(queries[some])

    def look_at(keys: Keys, first: int) -> None:
        asked = slice(first, first + len(keys))
        relevant = [
            [
                one.rows(query) if ranks[i, query] else _NO_ROWS
                for i, (one, _) in enumerate(judgements)
            ]
            for query in range(asked.start, asked.stop)
        ]
        others = () if apart is None else apart[asked]
        tops, told = keys.nearest_and_hits(k, ranks[:, asked].T, relevant, others, look)
        hits[:, asked] = told.T
        for query, best in enumerate(tops[0], first):
            rows[query, : len(best.rows)] = best.rows
            cosines = best.scores
            if metric != "cosine":
                cosines = index.cosines(keys.queries[query - first], best.rows)
            found[query, : len(best.rows)] = cosines
        if rows_apart is not None:
            for query, best in enumerate(tops[1], first):
                rows_apart[query, : len(best.rows)] = best.rows

    threads = min(_MOST_THREADS, cores())
    with single_threaded(), ThreadPoolExecutor(threads) as pool:
        for done in pool.map(look_through, range(0, len(queries), block)):
            progress.advance(done)
    return Ranking(rows, found, tuple(hits), rows_apart)
