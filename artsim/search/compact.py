"""A copy of a matrix with 16 bits a number, which is read in half the time of float32.

Whole numbers with one scale a row, rather than float16: they take the same memory, lose less and
become float32 again in one instruction, which a compiler finds for every processor. How much each
row lost is kept, so that whoever looks for the nearest knows how wrong a product can be.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from artsim.core.first_use import once
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import numba
else:
    numba = lazy("numba")

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

_LARGEST = 32_767
_ALONE_BYTES = 4 << 20  # what one thread reads sooner than another one is woken


class _Kernels(NamedTuple):
    encode: Callable[..., None]
    multiply: Callable[..., None]
    multiply_at: Callable[..., None]


class Compact:
    """int16 codes [N, D] of ``matrix`` float32 [N, D]; rows not ``usable`` [N] become zero.

    ``lost`` float32 [N] is at least the Euclidean distance between each row and what its codes
    stand for. Making one compiles its loops first, in a second or two. Thread-safe.
    """

    def __init__(self, matrix: Floats, usable: npt.NDArray[np.bool_]) -> None:
        self.codes = np.empty(matrix.shape, np.int16)
        self._width = matrix.shape[1]
        self._scales: Floats = np.empty(len(matrix), np.float32)
        self.lost: Floats = np.empty(len(matrix), np.float32)
        _kernels().encode(matrix, usable, self.codes, self._scales, self.lost)

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes + self._scales.nbytes + self.lost.nbytes

    def products(self, query: Floats, rows: Rows | None = None) -> Floats:
        """Products of ``query`` [D] with what the codes stand for: float32 [len(rows) or N].

        Besides what the codes lost, they are as exact as those of a float32 product.
        """
        count = len(self.codes) if rows is None else len(rows)
        found: Floats = np.empty(count, np.float32)
        size = count * self._width * self.codes.itemsize
        parts = min(threads(), 1 + size // _ALONE_BYTES)

        def multiply(part: int) -> None:
            start, stop = count * part // parts, count * (part + 1) // parts
            if rows is None:
                _kernels().multiply(self.codes, self._scales, query, start, stop, found)
            else:
                _kernels().multiply_at(self.codes, self._scales, query, rows, start, stop, found)

        others = [_pool().submit(multiply, part) for part in range(1, parts)]
        multiply(0)
        for other in others:
            other.result()
        return found


def affordable(nbytes: int) -> bool:
    """Whether a copy of so many bytes is at most an eighth of this machine's memory."""
    try:
        return nbytes <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 8
    except (AttributeError, ValueError, OSError):  # not every system tells
        return False


def threads() -> int:
    """How many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


@once
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads(), "artsim-search")


@once
def _kernels() -> _Kernels:
    """The loops, compiled once a process; they let other threads run."""
    types = numba.types

    def read(kind: Any, dimensions: int) -> Any:
        return types.Array(kind, dimensions, "C", readonly=True)

    def compiled(*arguments: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
        made: Callable[[Callable[..., None]], Callable[..., None]]
        made = numba.njit(types.void(*arguments), nogil=True, fastmath={"reassoc", "contract"})
        return made

    floats, number = types.float32[::1], types.intp

    @compiled(read(types.float32, 2), read(types.boolean, 1), types.int16[:, ::1], floats, floats)
    def encode(matrix: Any, usable: Any, codes: Any, scales: Any, lost: Any) -> None:
        for row in range(matrix.shape[0]):
            largest = np.float32(0)
            if usable[row]:
                for i in range(matrix.shape[1]):
                    largest = max(largest, abs(matrix[row, i]))
            scale = largest / np.float32(_LARGEST)
            # A row so small that its scale has no inverse is lost whole.
            inverse = np.float32(1) / scale if scale > np.float32(1e-37) else np.float32(0)
            total = 0.0
            for i in range(matrix.shape[1]):
                value = matrix[row, i] if usable[row] else np.float32(0)
                code = np.int16(np.rint(value * inverse))
                codes[row, i] = code
                away = np.float64(value) - np.float64(scale) * np.float64(code)
                total += away * away
            scales[row] = scale
            lost[row] = np.float32(1.0001 * np.sqrt(total))

    codes_kind, query_kind, rows_kind = types.int16[:, ::1], read(types.float32, 1), read(number, 1)

    @compiled(codes_kind, floats, query_kind, number, number, floats)
    def multiply(codes: Any, scales: Any, query: Any, start: Any, stop: Any, out: Any) -> None:
        for row in range(start, stop):
            total = np.float32(0)
            for i in range(codes.shape[1]):
                total += np.float32(codes[row, i]) * query[i]
            out[row] = total * scales[row]

    @compiled(codes_kind, floats, query_kind, rows_kind, number, number, floats)
    def multiply_at(
        codes: Any, scales: Any, query: Any, rows: Any, start: Any, stop: Any, out: Any
    ) -> None:
        # Four rows at a time: memory that is scattered comes faster when more of it is awaited.
        last = stop - 1
        for place in range(start, stop, 4):
            second, third, fourth = min(place + 1, last), min(place + 2, last), min(place + 3, last)
            a, b, c, d = rows[place], rows[second], rows[third], rows[fourth]
            of_a, of_b, of_c, of_d = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
            for i in range(codes.shape[1]):
                value = query[i]
                of_a += np.float32(codes[a, i]) * value
                of_b += np.float32(codes[b, i]) * value
                of_c += np.float32(codes[c, i]) * value
                of_d += np.float32(codes[d, i]) * value
            out[place], out[second] = of_a * scales[a], of_b * scales[b]
            out[third], out[fourth] = of_c * scales[c], of_d * scales[d]

    return _Kernels(encode, multiply, multiply_at)
