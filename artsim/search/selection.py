"""Which of many float32 keys are among the largest, so that rounding hides none of them."""

import itertools
from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
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


def reaching(keys: Floats, bound: Floats) -> Mask:
    """Whether each key is at least ``bound``, or the number next below it; never -inf."""
    return keys >= np.maximum(np.nextafter(bound, -_INFINITY), _LOWEST)


def above(keys: Floats, bound: Floats) -> Mask:
    """Whether each key is above ``bound``, and above the number next to it."""
    return keys > np.nextafter(bound, _INFINITY)


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


def best_first(owners: Rows, rows: Rows, scores: Doubles, queries: int, k: int) -> list[Rows]:
    """Places of the ``k`` best of ``rows`` [n] of each of ``queries``, by score; ties by lower row.

    ``owners`` [n], ascending, tells whose each row is: 0 to ``queries`` - 1.
    """
    order = np.lexsort((rows, -scores, owners))
    edges = np.searchsorted(owners, np.arange(queries + 1)).tolist()
    return [order[first : min(first + k, end)] for first, end in itertools.pairwise(edges)]
