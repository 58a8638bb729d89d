"""Every work's nearest others in an embedding space."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.progress import NULL, Progress
from artsim.maps.components import components
from artsim.search.neighbours import ExactIndex, Floats, Metric, Neighbours, Rows

_BLOCK = 512  # works that share a product
_MANY = 20_000  # works from which on principal components are looked at first
_COMPONENTS = 256
_CANDIDATES = 64  # works that the components propose beyond those wanted
_CHECKED = 512  # works on which the proposals are held against all
_AGREEMENT = 0.999


@dataclass(frozen=True)
class Nearest:
    """``rows`` int32 [N, k], nearest first, the work itself left out; ``distances`` [N, k]."""

    rows: npt.NDArray[np.int32]
    distances: Floats

    def cut(self, k: int) -> "Nearest":
        """The nearest ``k`` only."""
        return Nearest(
            np.ascontiguousarray(self.rows[:, :k]), np.ascontiguousarray(self.distances[:, :k])
        )


def nearest(space: Floats, k: int, metric: Metric, progress: Progress = NULL) -> Nearest:
    """The ``k`` nearest others of each row of ``space`` float32 [N, D], N > k.

    ``space`` is as ``prepared`` makes it; distances are 1 - cosine or Euclidean. Above 20,000
    works candidates come from the principal components, where these find 99.9 % of the true
    neighbours of a sample, and are then measured in full; all works are compared otherwise.
    """
    index = ExactIndex(space, copies=False)
    scout = None
    if len(space) > _MANY and space.shape[1] > 2 * _COMPONENTS:
        reduced = ExactIndex(components(space, _COMPONENTS, _MANY), copies=False)
        checked = np.linspace(0, len(space) - 1, _CHECKED).astype(np.intp)
        proposed = [one.rows for one in _others(index, checked, k, metric, reduced)]
        true = [one.rows for one in _others(index, checked, k, metric)]
        shared = [len(np.intersect1d(a, b)) for a, b in zip(proposed, true, strict=True)]
        scout = reduced if np.mean(shared) >= _AGREEMENT * k else None
    rows = np.empty((len(space), k), np.int32)
    distances = np.empty((len(space), k), np.float32)
    progress.start(len(space), "Finding neighbours", "works")
    for i, found in enumerate(_others(index, np.arange(len(space)), k, metric, scout)):
        rows[i], distances[i] = found.rows, found.distances
        progress.advance()
    progress.finish()
    return Nearest(rows, distances)


def prepared(matrix: Floats, metric: Metric) -> Floats:
    """The rows as distances are taken of them: of length 1 for cosine, else around their mean.

    Rows must be finite, and not zero for cosine.
    """
    if metric == "cosine":
        norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
        return np.asarray(matrix / norms[:, None].astype(np.float32), np.float32)
    return np.asarray(matrix - matrix.mean(axis=0, dtype=np.float64).astype(np.float32))


def _others(
    index: ExactIndex, asked: Rows, k: int, metric: Metric, scout: ExactIndex | None = None
) -> Iterator[Neighbours]:
    """The nearest ``k`` others of each of the rows ``asked`` of ``index``.

    A ``scout`` over the same rows proposes ``_CANDIDATES`` more, and only these are compared.
    """
    own: list[Rows] = list(asked[:, None])
    points = index.matrix[asked] if scout is None else scout.matrix[asked]
    if scout is None:
        for keys in index.keys(points, metric, exclude=own, block=_BLOCK):
            yield from keys.nearest(k)
        return
    start = 0
    for keys in scout.keys(points, "euclidean", exclude=own, block=_BLOCK):
        queries = index.matrix[asked[start : start + len(keys)]].astype(np.float64)
        start += len(keys)
        yield from index.scored(queries, *keys.candidates(k + _CANDIDATES), k, metric)
