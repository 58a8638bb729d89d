"""How much of what exact search finds Milvus finds, measured on works of the collection."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.search.neighbours import LARGEST_NORM, Doubles, Floats, Metric

K = 10
QUERIES = 100
_BATCH = 8_192
_ROUNDING = 1e-9  # of sums in another order, relative


class Sample:
    """Works whose exact neighbours are known: ``queries`` are their rows, with id and embedding.

    Reads the column once, a block at a time.
    """

    def __init__(
        self,
        collection: Collection,
        column: EmbeddingColumn,
        metric: Metric,
        queries: Sequence[dict[str, Any]],
    ) -> None:
        self._queries, self._metric = queries, metric
        vectors = np.array([row["embedding"] for row in queries], np.float32)
        self._asked = vectors.reshape(len(queries), column.dimension)
        ids = [row["id"] for row in queries]
        self._bounds = _tenth_best(collection, column, metric, ids, self._asked)

    def recall(self, nearest: Callable[[dict[str, Any]], Iterable[npt.ArrayLike]]) -> float | None:
        """Mean recall@10; None where there is no query.

        ``nearest`` gives the embeddings of the works found for a query, itself left out, of which
        the best 10 count. Whatever is as near as the tenth does, so equally near works do no harm.
        """
        shares = []
        for row, vector, bound in zip(self._queries, self._asked, self._bounds, strict=True):
            found = np.array(list(nearest(row)), np.float32).reshape(-1, len(vector))
            keys = _keys(vector[None], found, self._metric)[0]
            reached = keys >= bound - _ROUNDING * max(1.0, abs(bound))
            shares.append(min(K, reached.sum()) / K if np.isfinite(bound) else 1.0)
        return float(np.mean(shares)) if shares else None


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
    nearest: Doubles = best.min(axis=1)
    return nearest


def _keys(asked: Floats, rows: Floats, metric: Metric) -> Doubles:
    """What rises with similarity, float64 [queries, rows]; -inf for rows that are never found."""
    queries, works = asked.astype(np.float64), rows.astype(np.float64)
    with np.errstate(all="ignore"):
        squares = np.square(works).sum(axis=1)
        keys = queries @ works.T
        keys = keys / np.sqrt(squares) if metric == "cosine" else 2 * keys - squares
    keys[:, ~(squares <= LARGEST_NORM**2)] = -np.inf
    usable: Doubles = np.nan_to_num(keys, nan=-np.inf)
    return usable
