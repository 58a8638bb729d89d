"""Which of many float32 keys are among the largest, so that rounding hides none of them."""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Counts = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_GROUP = 64  # keys a group when looking for the K-th largest
_INFINITY, _LOWEST = np.float32(np.inf), np.finfo(np.float32).min


def kth_largest(keys: Floats, k: int) -> Floats:
    """The k-th largest of each row of ``keys`` [M, n]; -inf where n is not above k; float32 [M].

    >>> kth_largest(np.array([[3, 1, 2], [5, 5, 4]], np.float32), 2).tolist()
    [2.0, 5.0]
    """
    many, count = keys.shape
    if k >= count:
        return np.full(many, -np.inf, np.float32)
    groups = count // _GROUP
    if groups > 2 * k:
        # The k largest lie in the k groups with the largest maxima (and in the rest).
        whole = keys[:, : groups * _GROUP].reshape(many, _GROUP, groups)
        best = np.argpartition(whole.max(axis=1), groups - k, axis=1)[:, groups - k :]
        inside = np.take_along_axis(whole, best[:, None, :], axis=2).reshape(many, -1)
        keys = np.concatenate([inside, keys[:, groups * _GROUP :]], axis=1)
    place = keys.shape[1] - k
    return np.partition(keys, place, axis=1)[:, place]


def lowest(bound: Floats) -> Floats:
    """The lowest key that is at least ``bound``, or the number next below it; never -inf."""
    return np.maximum(np.nextafter(bound, -_INFINITY), _LOWEST)


def reaching(keys: Floats, bound: Floats) -> Mask:
    """Whether each key is at least ``bound``, or the number next below it; never -inf."""
    return keys >= lowest(bound)


def positions_in(rows: Rows, wanted: Rows) -> Rows:
    """Where the values of ``wanted`` stand in ascending ``rows``; those absent are dropped."""
    places = np.searchsorted(rows, wanted)
    inside = places < len(rows)
    places, wanted = places[inside], wanted[inside]
    return cast(Rows, places[rows[places] == wanted])


def leave_out(keys: Floats, rows: Rows | None, some: Rows) -> None:
    """Set the keys [..., n] of the rows ``some`` to -inf; they are those of ``rows``, or of all."""
    keys[..., some if rows is None else positions_in(rows, some)] = -np.inf


def possible(keys: Floats, k: int, margin: Floats) -> tuple[Rows, Rows]:
    """Every place that may be among the ``k`` largest of a row of ``keys`` [M, n].

    Two keys of a row may be wrong against each other by its ``margin`` [M]. Rows and places, both
    ascending, the places for each row.
    """
    bound = kth_largest(keys, k) - margin
    return np.divmod(np.flatnonzero(reaching(keys, bound[:, None])), max(1, keys.shape[1]))


class Near(NamedTuple):
    """What rounding leaves open of the largest keys of each row [M, n].

    For each of a row's ranks [M, J] the keys above ``high`` float32 [M, J] are among the largest:
    ``surely`` int64 [M, J] of them. Those below ``low`` are not. ``places`` are those between,
    ascending for each of ``owners``, ascending: row * columns + column. The first column is of
    every key that may be among the ``k`` largest, then there is one for each rank, and where rows
    are ``apart`` one more for the ``k`` largest without them.
    """

    low: Floats
    high: Floats
    surely: Counts
    owners: Rows
    places: Rows


Look = Callable[[Floats, int, Counts, Floats, Sequence[Rows]], Near]


def near(keys: Floats, k: int, ranks: Counts, margin: Floats, apart: Sequence[Rows]) -> Near:
    """What is open of the ``k`` largest keys of each row [M, n], and of its ``ranks`` [M, J].

    Two keys of a row may be wrong against each other by its ``margin`` [M]. A rank of 0 asks
    nothing. ``apart`` names for each row places that its last column leaves out.
    """
    low, high = np.full((2, *ranks.shape), np.inf, np.float32)
    surely, columns = np.zeros(ranks.shape, np.int64), 1 + ranks.shape[1] + bool(len(apart))
    rows, places = possible(keys, k, margin)
    owners, found = [rows * columns], [places]
    if len(apart):
        others = keys.copy()
        for row, some in enumerate(apart):
            leave_out(others[row], None, some)
        rows, places = possible(others, k, margin)
        owners.append(rows * columns + columns - 1)
        found.append(places)
    for row, rank in np.argwhere(ranks > 0):
        mine, most = keys[row], int(ranks[row, rank])
        bound = kth_largest(mine[None], most)[0]
        least, largest = lowest(bound - margin[row]), np.nextafter(bound + margin[row], _INFINITY)
        enough = mine >= least
        if np.count_nonzero(enough) <= most:  # they are that many, in whatever order
            with np.errstate(over="ignore"):
                largest = np.nextafter(least, -_INFINITY)
        larger = mine > largest
        low[row, rank], high[row, rank] = least, largest
        surely[row, rank] = np.count_nonzero(larger)
        found.append(np.flatnonzero(enough & ~larger))
        owners.append(np.full(len(found[-1]), row * columns + 1 + rank))
    whose = np.concatenate(owners)
    order = np.argsort(whose, kind="stable")
    return Near(low, high, surely, whose[order], np.concatenate(found)[order])


def best_first(
    owners: Rows, rows: Rows, scores: Doubles, queries: int, k: int | Counts
) -> list[Rows]:
    """Places of the ``k`` best of ``rows`` [n] of each of ``queries``, by score; ties by lower row.

    ``owners`` [n], ascending, tells whose each row is: 0 to ``queries`` - 1; each may have a ``k``
    of its own.
    """
    order = np.lexsort((rows, -scores, owners))
    edges = np.searchsorted(owners, np.arange(queries + 1)).tolist()
    most = np.broadcast_to(k, queries).tolist()
    pairs = zip(itertools.pairwise(edges), most, strict=True)
    return [order[first : min(first + one, end)] for (first, end), one in pairs]
