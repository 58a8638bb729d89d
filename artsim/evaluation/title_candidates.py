"""Pairs of titles that may be similar by ratio: every pair that is, and few that are not.

The ratio of two titles is 1 - d / (n + m), with n and m their lengths and d how many letters must
be taken out and put in to make one of the other. Each of these changes how often one letter occurs
by one, and how often pairs of neighbouring letters occur by three at most: one pair goes and two
come, or two go and one comes. So d is at least the sum of what the counts of letters differ by, and
at least a third of that of the pairs. Counts are written as bits, one for each occurrence up to a
few: two titles differ by as many as stand in one and not in the other, which takes a processor two
nanoseconds to tell. Letters that share a bin, and occurrences beyond the bits, make the difference
smaller, never larger: no pair is lost. For the pairs that remain, d itself is computed where the
shorter title has at most 64 letters, by the longest common subsequence in the bits of one number
(Hyyro).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.core.first_use import once
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import numba
    from numba import extending
else:
    numba = lazy("numba")
    extending = lazy("numba.extending")

Rows = npt.NDArray[np.intp]
Bits = npt.NDArray[np.uint64]

_LETTERS, _OCCURRENCES = 32, 4  # bins, and bits of each
_PAIRS = 256  # bins of one bit
_CHANGED = 3  # pairs of letters by one letter
_ROUNDING = 1e-6  # of the letters that two titles may differ by
_TITLES_AT_ONCE = 8_192
_FOUND_AT_ONCE = 1 << 18
_TITLES_A_BLOCK = 256
_THREADS = 2


def bits_of(titles: Sequence[str]) -> Bits:
    """What letters and pairs of letters each title has: uint64 [N, 6], letters in the first two."""
    found = []
    for start in range(0, len(titles), _TITLES_AT_ONCE):
        some = titles[start : start + _TITLES_AT_ONCE]
        text = "".join(some).encode("utf-32-le", "surrogatepass")
        letters = np.frombuffer(text, "<u4").astype(np.int64)
        owners = np.repeat(np.arange(len(some)), [len(title) for title in some])
        counts = _counted(owners, letters % _LETTERS, len(some), _LETTERS)
        inside = owners[1:] == owners[:-1]
        pairs = ((letters[:-1] * 37 + letters[1:]) % _PAIRS)[inside]
        there = _counted(owners[:-1][inside], pairs, len(some), _PAIRS) > 0
        occurs = (counts[:, :, None] > np.arange(_OCCURRENCES)).reshape(len(some), -1)
        bits = np.packbits(np.concatenate([occurs, there], axis=1), axis=1)
        found.append(bits.view(np.uint64))
    return np.concatenate(found)


def candidates(
    titles: Sequence[str], threshold: float, asked: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, Rows, Rows]]:
    """For some of the ``asked`` titles at a time: how many, and pairs (i, j) that may be similar.

    ``titles`` are in order of their lengths, ``asked`` [N] says which are compared with all. Each
    pair comes once, and of two that are asked the longer one is j.
    """
    lengths = np.array([len(title) for title in titles])
    bits, rows = bits_of(titles), np.flatnonzero(asked)
    letters = np.frombuffer("".join(titles).encode("utf-32-le", "surrogatepass"), "<u4")
    codes = np.unique(letters, return_inverse=True)[1].astype(np.int32)
    begins = np.concatenate([[0], np.cumsum(lengths)])
    most = (1 - threshold) * np.arange(2 * int(lengths.max(initial=0)) + 1) + _ROUNDING
    # At least as many letters as the lengths differ by must be put in.
    reach = lengths * (2 - threshold) / threshold
    ends = np.searchsorted(lengths, reach + 1, side="right")
    starts = np.searchsorted(reach, lengths - 1)
    kernel = _kernel()

    def search(some: Rows) -> tuple[int, Rows, Rows]:
        parts, place, column = [], 0, 0
        first, second = (np.empty(_FOUND_AT_ONCE, np.intp) for _ in range(2))
        while place < len(some):
            found, place, column = kernel(
                *(bits, codes, begins, most.astype(np.int64)),
                *(some, starts[some], ends[some], asked),
                *(place, column, first, second),
            )
            parts.append((first[:found].copy(), second[:found].copy()))
        i, j = (np.concatenate(side) for side in zip(*parts, strict=True))
        return len(some), i, j

    blocks = [
        rows[start : start + _TITLES_A_BLOCK] for start in range(0, len(rows), _TITLES_A_BLOCK)
    ]
    with ThreadPoolExecutor(_THREADS) as pool:
        yield from pool.map(search, blocks)


def _counted(
    owners: npt.NDArray[np.int64], bins: npt.NDArray[np.int64], count: int, width: int
) -> npt.NDArray[np.int64]:
    return np.bincount(owners * width + bins, minlength=count * width).reshape(count, width)


@once
def _kernel() -> Callable[..., tuple[int, int, int]]:
    """The loop over pairs, compiled once a process, in half a second; other threads may run."""
    types: Any = numba.types
    changed, one = _CHANGED, np.uint64(1)
    letters = _LETTERS * _OCCURRENCES // 64
    words = letters + _PAIRS // 64

    def popcount(_: Any, number: Any) -> tuple[Any, Callable[..., Any]]:  # noqa: ARG001
        """How many bits of an uint64 are 1."""

        def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:  # noqa: ARG001
            return builder.ctpop(given[0])

        return types.uint64(types.uint64), generate

    ones: Any = extending.intrinsic(popcount)

    @numba.njit(nogil=True)
    def shared(places: Any, codes: Any, begin: Any, end: Any) -> Any:
        """Letters of the longest common subsequence; ``places`` are the bits of each letter."""
        free = ~np.uint64(0)
        for k in range(begin, end):
            met = free & places[codes[k]]
            free = (free + met) | (free - met)
        return np.int64(ones(~free))

    @numba.njit(nogil=True)
    def search(
        bits: Any, codes: Any, begins: Any, most: Any,
        rows: Any, starts: Any, ends: Any, asked: Any,
        place: Any, column: Any, first: Any, second: Any,
    ) -> Any:  # fmt: skip
        found = 0
        places = np.zeros(codes.max() + 1 if len(codes) else 1, np.uint64)
        while place < len(rows):
            i = rows[place]
            length = begins[i + 1] - begins[i]
            fits = length <= 64
            if fits:
                for k in range(length):
                    places[codes[begins[i] + k]] |= one << np.uint64(k)
            # Two that are both asked meet once; all others are met where they stand.
            for j in range(max(column, starts[place]), ends[place]):
                if j <= i and (j == i or asked[j]):
                    continue
                room = most[length + begins[j + 1] - begins[j]]
                apart = np.int64(0)
                for word in range(letters):
                    apart += np.int64(ones(bits[i, word] ^ bits[j, word]))
                if apart > room:
                    continue
                pairs = np.int64(0)
                for word in range(letters, words):
                    pairs += np.int64(ones(bits[i, word] ^ bits[j, word]))
                if pairs > changed * room:
                    continue
                if fits:
                    longest = shared(places, codes, begins[j], begins[j + 1])
                    if length + begins[j + 1] - begins[j] - 2 * longest > room:
                        continue
                if found == len(first):
                    return found, place, j
                first[found], second[found] = i, j
                found += 1
            if fits:
                for k in range(length):
                    places[codes[begins[i] + k]] = 0
            place, column = place + 1, 0
        return found, place, column

    compiled: Callable[..., tuple[int, int, int]] = search
    return compiled
