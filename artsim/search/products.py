"""Products of queries with rows of a matrix, and the lengths of vectors."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

_GATHER_SHARE = 0.27  # above this share of rows one full scan beats gathering (measured)
_GATHER_BYTES = 1 << 20  # gathered rows are read again from the cache
_SQUARE_BYTES = 1 << 20  # in float64, while the cache holds them


def gathers(rows: int, among: int) -> bool:
    """Whether so many rows of a matrix are gathered, because a scan of all would cost more."""
    return rows <= _GATHER_SHARE * among


def products_of(matrix: Floats, query: Floats, rows: Rows | None = None) -> Floats:
    """Products of ``query`` [D] with ``rows`` of ``matrix`` [N, D]; float32 [len(rows) or N]."""
    with np.errstate(all="ignore"):
        if rows is None:
            return matrix @ query
        if not gathers(len(rows), len(matrix)):
            return (matrix @ query)[rows]
        products = np.empty(len(rows), np.float32)
        for start, part in _gathered(matrix, rows):
            np.dot(part, query, out=products[start : start + len(part)])
    return products


def products_of_many(matrix: Floats, queries: Floats, rows: Rows | None = None) -> Floats:
    """As ``products_of`` for queries [M, D]: float32 [M, len(rows) or N]."""
    with np.errstate(all="ignore"):
        if rows is None:
            return queries @ matrix.T
        products = np.empty((len(queries), len(rows)), np.float32)
        for start, part in _gathered(matrix, rows):
            products[:, start : start + len(part)] = queries @ part.T
    return products


def lengths_of(vectors: Doubles) -> Any:
    """Euclidean norm of float64 [D], or of each of [M, D]; NaN or inf where a value is."""
    return np.sqrt(np.vecdot(vectors, vectors))


def squares_of(matrix: Floats) -> Doubles:
    """Product of each row with itself in float64 [N], in blocks; NaN or inf where a value is."""
    squares = np.empty(len(matrix))
    step = max(1, _SQUARE_BYTES // (8 * max(1, matrix.shape[1])))
    with np.errstate(all="ignore"):
        for start in range(0, len(matrix), step):
            part = matrix[start : start + step].astype(np.float64)
            np.vecdot(part, part, out=squares[start : start + step])
    return squares


def _gathered(matrix: Floats, rows: Rows) -> Iterator[tuple[int, Floats]]:
    """The ``rows`` of the matrix in blocks, each valid until the next: (start, block)."""
    step = max(1, _GATHER_BYTES // (4 * max(1, matrix.shape[1])))
    buffer = np.empty((min(step, len(rows)), matrix.shape[1]), np.float32)
    for start in range(0, len(rows), step):
        chosen = rows[start : start + step]
        # mode="clip" lets take write straight into the buffer; rows are known to be valid.
        yield start, matrix.take(chosen, 0, out=buffer[: len(chosen)], mode="clip")
