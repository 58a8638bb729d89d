"""``selection.near`` compiled: each row of keys is sorted into buckets once, for all its ranks.

The key of a rank falls into a bucket that the sizes of all tell, and what rounding leaves open
about it lies there or close by: only that little is picked out of the row and sorted.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from artsim.core.first_use import once
from artsim.core.lazy import lazy
from artsim.search.selection import Counts, Floats, Look, Near, Rows, near

if TYPE_CHECKING:
    import numba
else:
    numba = lazy("numba")

_WORTH_COMPILING = 1 << 31  # keys: fewer are looked through by NumPy meanwhile
_BUCKETS = 4096  # their sizes stay in the nearest cache
_EVERY = 61  # so manieth key tells how wide buckets should be
_TOGETHER = 128  # numbers compared at once
_log = logging.getLogger(__name__)


def look_for(keys: int) -> Look:
    """``selection.near``, or what is sooner done with so many keys; the answers are the same.

    Keys count once for each rank that is asked of them.
    """
    if keys >= _WORTH_COMPILING:
        try:
            return compiled()
        except Exception:  # whatever the compiler has here: NumPy only takes longer
            _log.warning("keys are looked through by NumPy: nothing compiles here", exc_info=True)
    return near


@once
def compiled() -> Look:
    """Compile ``selection.near``, once a process, in some seconds; raises what Numba raises.

    It lets other threads run.
    """
    look = _kernel()

    def found(keys: Floats, k: int, ranks: Counts, margin: Floats, apart: Sequence[Rows]) -> Near:
        columns = 1 + ranks.shape[1] + bool(len(apart))
        asked = np.full((len(keys), columns), k, np.int64)
        asked[:, 1 : 1 + ranks.shape[1]] = ranks
        ends = np.cumsum([len(rows) for rows in apart], dtype=np.int64)
        without = np.concatenate([np.empty(0, np.intp), *apart])
        low, high = np.full((2, *asked.shape), np.inf, np.float32)
        surely, counts = np.zeros((2, *asked.shape), np.int64)
        places = look(keys, asked, margin, ends, without, low, high, surely, counts)
        owners = np.repeat(np.arange(counts.size), counts.ravel())
        told = slice(1, 1 + ranks.shape[1])
        return Near(low[:, told], high[:, told], surely[:, told], owners, places)

    return found


def _kernel() -> Callable[..., Any]:
    types: Any = numba.types
    single, short, whole = types.float32, types.uint16, types.int32
    inf, lowest = np.float32(np.inf), np.finfo(np.float32).min
    last, every, together, nowhere = _BUCKETS - 1, _EVERY, _TOGETHER, 2 * _BUCKETS
    floats, counts, rows = types.float32[:, ::1], types.int64[:, ::1], types.intp[::1]
    each = types.float32[::1], types.int64[::1], rows
    signature = rows(floats, counts, *each, floats, floats, counts, counts)
    called = numba.njit(nogil=True, fastmath={"nnan", "nsz"})
    compiled_now: Callable[[Callable[..., Any]], Callable[..., Any]]
    compiled_now = numba.njit(signature, nogil=True)

    @called
    def bucket(key: Any, least: Any, scale: Any) -> Any:
        place = (key - least) * scale
        place = place if place > single(0) else single(0)
        return whole(place if place < single(last) else single(last))

    @called
    def sort_in(keys: Any, codes: Any, sizes: Any) -> Any:
        """The bucket of each key, the larger the higher, and how many there are in each."""
        least, most = inf, -inf
        for i in range(0, len(keys), every):
            if keys[i] > -inf:
                least, most = min(least, keys[i]), max(most, keys[i])
        scale = single(last) / max(most - least, single(1e-30)) if most > least else single(1)
        for i in range(len(keys)):
            codes[i] = short(bucket(keys[i], least, scale))
        sizes[:] = 0
        for i in range(len(codes)):
            sizes[codes[i]] += 1
        return least, scale

    @called
    def pick(codes: Any, first: Any, end: Any, found: Any) -> Any:
        """The places of the keys in the buckets from ``first`` to before ``end``."""
        count, base, span = 0, short(first), short(end - first)
        for start in range(0, len(codes), together):
            part = codes[start : start + together]
            inside = False
            for i in range(len(part)):
                inside |= short(part[i] - base) < span
            if inside:
                for i in range(len(part)):
                    if short(part[i] - base) < span:
                        found[count] = start + i
                        count += 1
        return found[:count]

    @compiled_now
    def look(
        values: Any, ranks: Any, margins: Any, ends: Any, apart: Any,
        lows: Any, highs: Any, surely: Any, counts: Any,
    ) -> Any:  # fmt: skip
        codes, columns = np.empty(values.shape[1], np.uint16), ranks.shape[1]
        sizes = np.empty(last + 1, np.int32)
        # Memory that nothing is written to is none.
        found, used = np.empty(ranks.size * values.shape[1], np.intp), 0
        for row in range(len(values)):
            keys, margin = values[row], margins[row]
            least, scale = sort_in(keys, codes, sizes)
            many = len(keys)
            for column in range(columns):
                lists = column == 0
                if len(ends) and column == columns - 1:
                    lists = True
                    for place in apart[ends[row - 1] if row else 0 : ends[row]]:
                        if codes[place] != nowhere:
                            sizes[codes[place]] -= 1
                            codes[place] = nowhere
                            many -= 1
                rank = min(ranks[row, column], many)
                if rank <= 0:
                    continue
                there, above = last, 0
                while above + sizes[there] < rank:
                    above += sizes[there]
                    there -= 1
                around = 1 + whole(min(margin * scale, single(last)))
                while True:
                    first, end = max(there - around, 0), min(there + around, last) + 1
                    if lists:
                        end = last + 1
                    places = pick(codes, first, end, found[used:])
                    above = sizes[end:].sum()
                    some = keys[places]
                    some.sort()
                    bound = some[len(some) - (rank - above)] if rank < many else -inf
                    low = max(np.nextafter(bound - margin, -inf), lowest)
                    high = np.nextafter(bound + margin, inf)
                    if bucket(low, least, scale) >= first and bucket(high, least, scale) < end:
                        break
                    around = last  # the numbers next to a bound may be buckets away
                if lists:
                    high = inf
                elif (some >= low).sum() + above <= rank:  # they are that many, in any order
                    high = np.nextafter(low, -inf)
                kept = 0
                for place in places:
                    if keys[place] > high:
                        above += 1
                    elif keys[place] >= low:
                        places[kept] = place
                        kept += 1
                lows[row, column], highs[row, column] = low, high
                surely[row, column], counts[row, column] = above, kept
                used += kept
        return found[:used].copy()

    return look
