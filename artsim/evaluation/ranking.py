"""Rankings of many queries in blocks: the top K of each, and the hits in its top R."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.progress import NULL, Progress
from artsim.evaluation.judgement import Counts, Judgement
from artsim.search.neighbours import ExactIndex, Keys, Metric, Rows

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]

BLOCK = 256
_THREADS, _WAITING = 2, 4
_NONE = -1


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
    in_top_r = tuple(np.zeros(len(queries), np.int64) for _ in judgements)
    rows_apart = None if apart is None else np.full_like(rows, _NONE)

    def look_through(keys: Keys, first: int) -> int:
        for query, best in enumerate(keys.nearest(k), first):
            rows[query, : len(best.rows)] = best.rows
            cosines = best.scores
            if metric != "cosine":
                cosines = index.cosines(keys.queries[query - first], best.rows)
            found[query, : len(best.rows)] = cosines
            for hits, (judgement, n_relevant) in zip(in_top_r, judgements, strict=True):
                if n_relevant[query]:
                    r, relevant = int(n_relevant[query]), judgement.rows(query)
                    hits[query] = keys.hits_in_top(query - first, r, relevant)
        if apart is not None and rows_apart is not None:
            keys.leave_out(apart[first : first + len(keys)])
            for query, best in enumerate(keys.nearest(k), first):
                rows_apart[query, : len(best.rows)] = best.rows
        return len(keys)

    first, waiting = 0, deque[Future[int]]()
    with ThreadPoolExecutor(_THREADS) as pool:
        for keys in index.keys(queries, metric, exclude=exclude, block=block):
            waiting.append(pool.submit(look_through, keys, first))
            first += len(keys)
            if len(waiting) > _WAITING:  # the keys of all queries would not fit into memory
                progress.advance(waiting.popleft().result())
        for one in waiting:
            progress.advance(one.result())
    return Ranking(rows, found, in_top_r, rows_apart)
