"""The nearest of different things: at most one result for each value of a code."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from artsim.core.limits import MAX_K
from artsim.search.neighbours import Rows

Codes = npt.NDArray[np.integer]


class Found(Protocol):
    """Rows of a gallery, best first."""

    @property
    def rows(self) -> Rows: ...

    def taken(self, places: Rows) -> "Found":
        """Those at ``places`` alone."""


F = TypeVar("F", bound=Found)


def distinct(find: Callable[[int], F], k: int, codes: Codes) -> F:
    """The best ``k`` rows that share no code, of what ``find`` gives when asked for so many.

    ``codes`` [N] has a number for every row of the gallery; a negative one is shared by none. More
    rows are asked for until there are enough, so that copies take nobody's place.
    """
    ask = k
    while True:
        found = find(ask)
        first = first_of_each(codes[found.rows])
        if len(first) >= k or len(found.rows) < ask or ask >= MAX_K:
            return found.taken(first[:k])  # type: ignore[return-value]
        ask = min(MAX_K, 2 * ask + k)


def first_of_each(codes: Codes) -> Rows:
    """Where each code occurs first, and every negative one, ascending.

    >>> first_of_each(np.array([4, -1, 4, 2, -1, 2])).tolist()
    [0, 1, 3, 4]
    """
    alone = np.where(codes < 0, -1 - np.arange(len(codes)), codes)
    return np.sort(np.unique(alone, return_index=True)[1])
