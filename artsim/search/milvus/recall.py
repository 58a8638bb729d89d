"""How much of what exact search finds Milvus finds, measured on works of the collection."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.collection.store import Collection, EmbeddingColumn
from artsim.search.exact import LARGEST_NORM, Doubles, Floats, Metric

K = 10
QUERIES = 100
_BATCH = 8_192
_ROUNDING = 1e-9  # of sums in another order, relative


def recall(
    collection: Collection,
    column: EmbeddingColumn,
    metric: Metric,
    queries: Sequence[dict[str, Any]],
    nearest: Callable[[dict[str, Any]], Iterable[npt.ArrayLike]],
) -> float | None:
    """Mean recall@10 of ``queries``, rows with id and embedding; None where there are none.

    ``nearest`` gives the embeddings of the 10 works found for a query, itself left out. Whatever
    is as near as the tenth counts, so works that are equally near do no harm. Reads the column
    once, a block at a time.
    """
    if not queries:
        return None
    asked = np.array([row["embedding"] for row in queries], np.float32)
    bounds = _tenth_best(collection, column, metric, [row["id"] for row in queries], asked)
    shares = []
    for row, vector, bound in zip(queries, asked, bounds, strict=True):
        found = np.array(list(nearest(row)), np.float32).reshape(-1, column.dimension)
        keys = _keys(vector[None], found, metric)[0]
        reached = keys >= bound - _ROUNDING * max(1.0, abs(bound))
        shares.append(reached.sum() / K if np.isfinite(bound) else 1.0)
    return float(np.mean(shares))


def _tenth_best(
    collection: Collection,
    column: EmbeddingColumn,
    metric: Metric,
    ids: list[str],
    asked: Floats,
) -> Doubles:
    """The tenth best key of each query over the whole column, itself left out."""
    own = {name: i for i, name in enumerate(ids)}
    best = np.full((len(ids), K), -np.inf)
    for batch in collection.embedded(column.column, [], _BATCH):
        rows = batch.column(column.column).flatten().to_numpy().reshape(-1, column.dimension)
        keys = _keys(asked, rows, metric)
        for place, name in enumerate(batch.column("id").to_pylist()):
            if name in own:
                keys[own[name], place] = -np.inf
        best = np.partition(np.hstack([best, keys]), -K, axis=1)[:, -K:]
    return best.min(axis=1)


def _keys(asked: Floats, rows: Floats, metric: Metric) -> Doubles:
    """What rises with similarity, float64 [queries, rows]; -inf for rows that are never found."""
    queries, works = asked.astype(np.float64), rows.astype(np.float64)
    with np.errstate(all="ignore"):
        squares = np.square(works).sum(axis=1)
        keys = queries @ works.T
        keys = keys / np.sqrt(squares) if metric == "cosine" else 2 * keys - squares
    keys[:, ~(squares <= LARGEST_NORM**2)] = -np.inf
    return np.nan_to_num(keys, nan=-np.inf)
