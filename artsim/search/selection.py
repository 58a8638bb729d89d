"""Which of many float32 keys are among the largest, told so that rounding hides none of them."""

from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
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
