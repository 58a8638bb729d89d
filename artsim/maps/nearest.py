"""Every work's nearest others in an embedding space."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.progress import NULL, Progress
from artsim.maps.components import components
from artsim.search.neighbours import Floats, Metric

Neighbours = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]

_KEY_BYTES = 128 << 20  # keys held at once
_GROUP = 64  # keys a group when looking for the best
_MANY = 20_000  # works from which on principal components are looked at first
_COMPONENTS = 256
_CANDIDATES = 64  # works that the components propose beyond those wanted
_CHECKED = 512  # works on which the proposals are held against all
_AGREEMENT = 0.999


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


def nearest(space: Floats, k: int, metric: Metric, progress: Progress = NULL) -> Nearest:
    """The ``k`` nearest others of each row of ``space`` float32 [N, D], N > k.

    ``space`` is as ``prepared`` makes it; distances are 1 - cosine or Euclidean. Above 20,000
    works candidates come from the principal components, where these find 99.9 % of the true
    neighbours of a sample, and are then measured in full; all works are compared otherwise.
    """
    scout, spare = space, 0
    if len(space) > _MANY and space.shape[1] > 2 * _COMPONENTS:
        reduced = components(space, _COMPONENTS, _MANY)
        checked = np.linspace(0, len(space) - 1, _CHECKED).astype(np.intp)
        proposed, _ = _best(reduced, space, checked, k, _CANDIDATES)
        true, _ = _best(space, space, checked, k, 0)
        shared = [len(np.intersect1d(a, b)) for a, b in zip(proposed, true, strict=True)]
        if np.mean(shared) >= _AGREEMENT * k:
            scout, spare = reduced, _CANDIDATES
    return _all(scout, space, k, spare, metric, progress)


def prepared(matrix: Floats, metric: Metric) -> Floats:
    """The rows as distances are taken of them: of length 1 for cosine, else around their mean.

    Rows must be finite, and not zero for cosine.
    """
    if metric == "cosine":
        norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
        return np.asarray(matrix / norms[:, None].astype(np.float32), np.float32)
    return np.asarray(matrix - matrix.mean(axis=0, dtype=np.float64).astype(np.float32))


def _all(
    scout: Floats, space: Floats, k: int, spare: int, metric: Metric, progress: Progress
) -> Nearest:
    count = len(space)
    rows, distances = np.empty((count, k), np.int32), np.empty((count, k), np.float32)
    block = max(1, min(512, _KEY_BYTES // (4 * count)))
    progress.start(count, "Finding neighbours", "works")
    for start in range(0, count, block):
        asked = np.arange(start, min(start + block, count))
        found, squares = _best(scout, space, asked, k, spare)
        rows[asked] = found
        distances[asked] = squares / 2 if metric == "cosine" else np.sqrt(squares)
        progress.advance(len(asked))
    progress.finish()
    return Nearest(rows, distances)


def _best(
    scout: Floats, space: Floats, asked: Places, k: int, spare: int
) -> tuple[Neighbours, Floats]:
    """The nearest ``k`` others of each of ``asked`` by squared distance in ``space``; [n, k] both.

    ``scout`` [N, d] proposes ``k + spare`` of them. Equal ones go by lower row.
    """
    keys = scout[asked] @ scout.T
    keys *= 2
    keys -= np.einsum("ij,ij->i", scout, scout)
    keys[np.arange(len(asked)), asked] = -np.inf
    proposed = np.sort(_largest(keys, min(k + spare, len(space) - 1)), axis=1)
    squares = np.empty(proposed.shape, np.float32)
    for i, row in enumerate(asked):  # measured as differences: a product would cancel out
        apart = space[proposed[i]] - space[row]
        squares[i] = np.einsum("ij,ij->i", apart, apart)
    order = np.argsort(squares, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(proposed, order, 1).astype(np.int32)
    return found, np.take_along_axis(squares, order, 1)


def _largest(keys: Floats, k: int) -> Places:
    """Places of the ``k`` largest of each row of ``keys`` [n, N], in no order; [n, k]."""
    count = keys.shape[1]
    groups = count // _GROUP
    if groups <= 4 * k:
        return np.argpartition(keys, count - k, axis=1)[:, count - k :]
    # The k largest lie in the k groups with the largest maxima, or behind the last whole group.
    whole = keys[:, : groups * _GROUP].reshape(len(keys), _GROUP, groups)
    best = np.argpartition(whole.max(axis=1), groups - k, axis=1)[:, groups - k :]
    inside = best[:, None, :] + groups * np.arange(_GROUP)[None, :, None]
    rest = np.broadcast_to(np.arange(groups * _GROUP, count), (len(keys), count % _GROUP))
    places = np.concatenate([inside.reshape(len(keys), -1), rest], axis=1)
    chosen = np.argpartition(np.take_along_axis(keys, places, 1), -k, axis=1)[:, -k:]
    return np.take_along_axis(places, chosen, 1)
