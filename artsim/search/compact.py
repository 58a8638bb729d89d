"""A copy of a matrix with 8 bits a number, which is read in a quarter of the time of float32.

A row is stood for by whole numbers of -127 to 127 times a scale of its own, after it was brought
to length 1 and the mean of all directions was taken from it: embeddings have much in common, which
would use up the few bits. What a row lost in that is kept, and so every product with a query has a
proved bound on both sides. With v the query, q what its 16-bit codes stand for, z the row's
direction less the centre, y what its codes stand for, by Cauchy and Schwarz

    |<v, z> - <q, y>| = |<v, z - y> + <v - q, y>| <= |v| |z - y| + |v - q| |y|

Whoever looks for the nearest rows takes those whose upper bound reaches the K-th best lower bound.
"""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt

from artsim.core.cores import cores
from artsim.core.first_use import once
from artsim.search.compact_kernels import BLOCK, LARGEST, kernels

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

_ALONE_BYTES = 4 << 20  # what one thread reads sooner than another one is woken
_LARGEST_QUERY = 32_767
_NUMBERS_A_ROW = 3  # scale, loss and size, each float32
_ALL: Rows = np.empty(0, np.intp)


class Compact:
    """int8 codes of ``matrix`` float32 [N, D], whose rows have the lengths ``norms`` float32 [N].

    ``inverse`` float32 [N] is 1 / length, zero for rows whose cosine with everything is 0. Rows
    that are no numbers have the length 0. Making one compiles its loops first, in some seconds.
    Thread-safe.
    """

    def __init__(self, matrix: Floats, norms: Floats, inverse: Floats) -> None:
        rows, width = matrix.shape
        total = np.zeros(width)
        kernels().add(matrix, norms, total)
        self._centre: Floats = (total / max(1, rows)).astype(np.float32)
        self._codes = np.empty((rows, _padded(width)), np.int8)
        self._scales, self._lost, self._sizes = (np.empty(rows, np.float32) for _ in range(3))
        self._norms, self._inverse = norms, inverse
        kernels().encode(
            matrix, norms, self._centre, self._codes, self._scales, self._lost, self._sizes
        )

    def bounds(
        self, query: Doubles, euclidean: bool, rows: Rows | None = None
    ) -> tuple[Floats, Floats]:
        """Lower and upper bounds of the keys of ``query`` [D]: float32 [len(rows) or N] each.

        A key is the product of ``query`` with the row's direction; where ``euclidean``, with the
        row itself, less the square of the row's length.
        """
        step, codes, away = self._asked(query)
        base, length = float(query @ self._centre), float(np.sqrt(query @ query))
        chosen = _ALL if rows is None else rows
        count = len(self._codes) if rows is None else len(rows)
        lower, upper = np.empty(count, np.float32), np.empty(count, np.float32)
        parts = min(cores(), 1 + count * self._codes.shape[1] // _ALONE_BYTES)

        def bound(part: int) -> None:
            start, stop = count * part // parts, count * (part + 1) // parts
            kernels().bound(
                *(self._codes, self._scales, self._lost, self._sizes, self._norms, self._inverse),
                *(codes, step, base, length, away, euclidean),
                *(chosen, start, stop, lower, upper),
            )

        if count:
            others = [_pool().submit(bound, part) for part in range(1, parts)]
            bound(0)
            for other in others:
                other.result()
        return lower, upper

    def _asked(self, query: Doubles) -> tuple[float, npt.NDArray[np.int16], float]:
        """A step, what to multiply by it, and how far that is from ``query`` at most."""
        sizes = np.abs(query)
        # Products are added up in 32 bits: the sum of all of them must have room there.
        room = (2**31 - 1) / LARGEST - len(query)
        step = 1.0001 * max(sizes.max(initial=0) / _LARGEST_QUERY, sizes.sum() / room)
        codes = np.zeros(self._codes.shape[1], np.int16)
        if step > 0:
            codes[: len(query)] = np.rint(query / step)
        left = query - step * codes[: len(query)]
        return step, codes, 1.0001 * float(np.sqrt(left @ left))


def compact_bytes(rows: int, width: int) -> int:
    """Memory that the copy of a matrix [rows, width] takes."""
    return rows * (_padded(width) + _NUMBERS_A_ROW * 4)


def affordable(nbytes: int) -> bool:
    """Whether a copy of so many bytes is at most an eighth of this machine's memory."""
    try:
        return nbytes <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8
    except (AttributeError, ValueError, OSError):  # not every system tells
        return False


def _padded(width: int) -> int:
    return -(-width // BLOCK) * BLOCK


@once
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(cores(), "artsim-search")
