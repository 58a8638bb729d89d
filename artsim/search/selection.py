"""Which of many float32 keys are among the largest, told so that rounding hides none of them."""

from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

_GROUP = 64  # keys a group when looking for the K-th largest
_INFINITY, _LOWEST = np.float32(np.inf), np.finfo(np.float32).min


def kth_largest(keys: Floats, k: int) -> np.float32:
    """The k-th largest of ``keys`` [n], or -inf where there are no more than k.

    >>> float(kth_largest(np.array([3, 1, 2], np.float32), 2))
    2.0
    """
    if k >= len(keys):
        return np.float32(-np.inf)
    groups = len(keys) // _GROUP
    if groups > 2 * k:
        # The k largest lie in the k groups with the largest maxima (and in the rest).
        whole = keys[: groups * _GROUP].reshape(_GROUP, groups)
        best = np.argpartition(whole.max(axis=0), groups - k)[groups - k :]
        keys = np.concatenate([whole[:, best].ravel(), keys[groups * _GROUP :]])
    return cast(np.float32, np.partition(keys, len(keys) - k)[len(keys) - k])


def reaching(keys: Floats, bound: np.float32) -> Mask:
    """Whether each key is at least ``bound``, or the number next below it; never -inf."""
    return cast(Mask, keys >= max(np.nextafter(bound, -_INFINITY), _LOWEST))


def above(keys: Floats, bound: np.float32) -> Mask:
    """Whether each key is above ``bound``, and above the number next to it."""
    return cast(Mask, keys > np.nextafter(bound, _INFINITY))


def positions_in(rows: Rows, wanted: Rows) -> Rows:
    """Where the values of ``wanted`` stand in ascending ``rows``; those absent are dropped."""
    places = np.searchsorted(rows, wanted)
    inside = places < len(rows)
    places, wanted = places[inside], wanted[inside]
    return cast(Rows, places[rows[places] == wanted])
