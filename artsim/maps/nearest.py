"""Every work's nearest others, exactly: the same however the machine is set up."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.jobs.progress import NULL, Progress
from artsim.search.exact import Floats, Metric

Neighbours = npt.NDArray[np.int32]

_KEY_BYTES = 64 << 20  # keys held at once


@dataclass(frozen=True)
class Nearest:
    """``rows`` int32 [N, k], nearest first, the work itself left out; ``distances`` [N, k]."""

    rows: Neighbours
    distances: Floats

    def cut(self, k: int) -> "Nearest":
        """The nearest ``k`` only."""
        return Nearest(
            np.ascontiguousarray(self.rows[:, :k]), np.ascontiguousarray(self.distances[:, :k])
        )


def nearest(matrix: Floats, k: int, metric: Metric, progress: Progress = NULL) -> Nearest:
    """The ``k`` nearest others of each row of float32 [N, D], N > k; equal ones by lower row.

    Distances are 1 - cosine or Euclidean. Rows must be finite, and not zero for cosine.
    """
    points = prepared(matrix, metric)
    count = len(points)
    squares = np.einsum("ij,ij->i", points, points)
    rows = np.empty((count, k), np.int32)
    distances = np.empty((count, k), np.float32)
    block = max(1, min(1024, _KEY_BYTES // (4 * count)))
    progress.start(count, "Finding neighbours", "works")
    for start in range(0, count, block):
        part = slice(start, min(start + block, count))
        keys = points[part] @ points.T
        if metric == "euclidean":
            keys *= 2
            keys -= squares
        here = np.arange(part.stop - start)
        keys[here, start + here] = -np.inf
        best = np.argpartition(keys, count - k, axis=1)[:, count - k :]
        rows[part], distances[part] = _ordered(points, points[part], best, metric)
        progress.advance(part.stop - start)
    progress.finish()
    return Nearest(rows, distances)


def prepared(matrix: Floats, metric: Metric) -> Floats:
    """The rows as distances are taken of them: of length 1 for cosine, else around their mean."""
    if metric == "cosine":
        norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
        return np.asarray(matrix / norms[:, None].astype(np.float32), np.float32)
    return np.asarray(matrix - matrix.mean(axis=0, dtype=np.float64), np.float32)


def _ordered(
    points: Floats, asked: Floats, best: npt.NDArray[np.intp], metric: Metric
) -> tuple[Neighbours, Floats]:
    """``best`` [n, k] nearest first with distances that do not suffer from cancellation."""
    best = np.sort(best, axis=1)
    apart = points[best] - asked[:, None, :]
    squares = np.einsum("ijk,ijk->ij", apart, apart)
    found = squares / 2 if metric == "cosine" else np.sqrt(squares)
    order = np.argsort(found, axis=1, kind="stable")
    return (
        np.take_along_axis(best, order, 1).astype(np.int32),
        np.take_along_axis(found, order, 1).astype(np.float32),
    )
