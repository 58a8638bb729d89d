"""Search by some parts of an embedding more than by others, exactly, over the stored vectors."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from artsim.core.errors import InvalidInput
from artsim.core.per_object import PerObject
from artsim.search import products
from artsim.search.dials import EVERY, EXTRAS
from artsim.search.neighbours import (
    LARGEST_NORM,
    SMALLEST_NORM,
    Doubles,
    ExactIndex,
    Floats,
    Neighbours,
    Rows,
    checked_k,
    checked_metric,
)
from artsim.search.selection import best_first, leave_out, possible

_BLOCK_BYTES = 32 << 20
_SQUARES: PerObject[Doubles] = PerObject(2)  # of every row's parts, beside the index of the rows

Layout = Mapping[str, int]  # the dimensions of the parts of an embedding, in their order


def part_weights(wanted: Mapping[str, float], layout: Layout, backbone: str) -> Doubles:
    """The weight of each number of an embedding, float64 [D]; 1 in parts that are not ``wanted``.

    The name EVERY stands for all parts that are not named.

    Raises InvalidInput where the backbone has no such part or nothing would be left to compare.

    >>> part_weights({"style": 0}, {"style": 1, "general": 2}, "mine").tolist()
    [0.0, 1.0, 1.0]
    """
    if not layout:
        raise InvalidInput(
            f"The embeddings of {backbone!r} have no parts that could be weighed: search without "
            "'parts', or with a backbone that artsim trained."
        )
    for name, weight in wanted.items():
        if name not in layout and name != EVERY and not (name in EXTRAS and not weight):
            raise InvalidInput(
                f"{backbone!r} has no part {name[:40]!r}: it has {', '.join(layout)}."
            )
    each = np.array([wanted.get(name, wanted.get(EVERY, 1.0)) for name in layout], np.float64)
    if not each.any():
        raise InvalidInput("Every part has weight 0: leave one above 0 to compare works by.")
    return np.repeat(each, list(layout.values()))


class PartsIndex:
    """Exact search over the rows of ``exact``, each number of a vector counted by its weight.

    ``layout`` tells the parts, ``weights`` float64 [D] are equal within a part. Scores are the
    cosine, or the negative distance, of vectors times the root of the weights, in float64; the
    matrix is neither copied nor changed, only each row's length is worked out of those of its
    parts. Ties go to the lower row. Thread-safe.
    """

    kind = "exact"

    def __init__(self, exact: ExactIndex, layout: Layout, weights: Doubles) -> None:
        self.exact, self.weights = exact, weights
        starts = np.concatenate([[0], np.cumsum(list(layout.values()))[:-1]]).astype(np.intp)
        squares = _SQUARES.get(
            exact, tuple(layout.values()), lambda: _part_squares(exact.matrix, starts)
        )
        # As of ExactIndex: what the whole embedding cannot be found by, its parts cannot.
        with np.errstate(all="ignore"):
            lengths = np.sqrt(squares @ weights[starts])
            whole = np.sqrt(squares.sum(axis=1))
        usable = np.isfinite(lengths) & (whole <= LARGEST_NORM)
        self._unusable: Rows = np.flatnonzero(~usable)
        lengths[~usable] = 0
        self._longest = float(lengths.max(initial=0))
        self._squares: Floats = np.square(lengths).astype(np.float32)
        inverse = np.divide(1, lengths, out=np.zeros_like(lengths), where=lengths > SMALLEST_NORM)
        self._inverse: Floats = inverse.astype(np.float32)
        # As of ExactIndex: no product of weighted vectors is larger than that of their lengths.
        self._unit = float(np.finfo(np.float32).eps) / 2 * (exact.dimension / 4 + 16)

    def __len__(self) -> int:
        return len(self.exact)

    @property
    def matrix(self) -> Floats:
        return self.exact.matrix

    @property
    def nbytes(self) -> int:
        return self.exact.nbytes

    def search(
        self,
        query: npt.ArrayLike,
        k: int,
        metric: str = "cosine",
        rows: Rows | None = None,
        exclude: Sequence[int] | Rows = (),
    ) -> Neighbours:
        """As ``ExactIndex.search``, by the weighted vectors."""
        kind, count, vector = checked_metric(metric), checked_k(k), self.exact.checked(query)
        length = float(np.sqrt(np.vecdot(vector, vector * self.weights)))
        if kind == "cosine":
            scale = 1 / length if length > SMALLEST_NORM else 0.0
            margin = 2 * self._unit
        else:
            scale = 2.0
            margin = 2 * (self._longest + 2 * length) * self._longest * self._unit
        direction = (vector * self.weights * scale).astype(np.float32)
        keys = products.products_of(self.matrix, direction, rows)
        pick = slice(None) if rows is None else rows
        with np.errstate(invalid="ignore"):
            keys = keys * self._inverse[pick] if kind == "cosine" else keys - self._squares[pick]
        leave_out(keys, rows, np.union1d(self._unusable, np.asarray(exclude, np.intp)))
        owners, places = possible(keys[None], count, np.array([margin], np.float32))
        found = places if rows is None else rows[places]
        scores, distances = self._scored(vector, found, kind)
        (best,) = best_first(owners, found, scores, 1, count)
        return Neighbours(found[best], scores[best], distances[best])

    def _scored(self, vector: Doubles, rows: Rows, metric: str) -> tuple[Doubles, Doubles]:
        vectors = self.matrix[rows].astype(np.float64)
        if metric == "euclidean":
            away = vectors - vector
            distances = np.sqrt(np.vecdot(away, away * self.weights))
            return np.subtract(0.0, distances), distances
        # All three in one order of adding, so that equal vectors come out as equal.
        weighted = vectors * self.weights
        squares = np.vecdot(vectors, weighted) * np.vecdot(vector, vector * self.weights)
        scores = np.divide(
            np.vecdot(vector, weighted),
            np.sqrt(squares),
            out=np.zeros(len(rows)),
            where=squares > SMALLEST_NORM**4,
        )
        scores = np.clip(scores, -1.0, 1.0)
        return scores, np.subtract(1.0, scores)


def _part_squares(matrix: Floats, starts: Rows) -> Doubles:
    """Square of the length of each part of each row, float64 [N, P], in blocks."""
    found = np.empty((len(matrix), len(starts)))
    step = max(1, _BLOCK_BYTES // (8 * max(1, matrix.shape[1])))
    with np.errstate(all="ignore"):
        for start in range(0, len(matrix), step):
            squares = np.square(matrix[start : start + step], dtype=np.float64)
            found[start : start + step] = np.add.reduceat(squares, starts, axis=1)
    return found
