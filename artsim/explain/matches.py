"""Places of two pictures that correspond: those that are each other's best match."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.search.query_item import Box

Floats = npt.NDArray[np.float32]

MOST = 8
_LEAST = 0.5  # cosine of two places below which nobody sees what they share
_APART = 2  # positions between two places of one picture that are both told


@dataclass(frozen=True)
class Match:
    """A place of each picture, as left, top, width, height in fractions, and their cosine."""

    a: Box
    b: Box
    score: float


def matches(a: Floats, b: Floats) -> tuple[Match, ...]:
    """The best pairs of places of two pictures, best first, MOST at most.

    ``a`` and ``b`` are their directions, float32 [rows, columns, K] of length 1. Only places that
    are each other's best count, and no two that lie beside one another in the same picture.
    """
    x, y = a.reshape(-1, a.shape[-1]), b.reshape(-1, b.shape[-1])
    cosines = x @ y.T
    there, back = cosines.argmax(1), cosines.argmax(0)
    own = np.flatnonzero(back[there] == np.arange(len(x)))
    own = own[np.argsort(-cosines[own, there[own]], kind="stable")]
    found: list[Match] = []
    taken: list[tuple[int, int, int, int]] = []
    for i in own.tolist():
        j = int(there[i])
        score = float(cosines[i, j])
        if score < _LEAST or len(found) == MOST:
            break
        place = (*divmod(i, a.shape[1]), *divmod(j, b.shape[1]))
        if any(_near(place[:2], t[:2]) or _near(place[2:], t[2:]) for t in taken):
            continue
        taken.append(place)
        found.append(Match(_cell(place[:2], a.shape), _cell(place[2:], b.shape), round(score, 4)))
    return tuple(found)


def _near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1])) < _APART


def _cell(place: tuple[int, ...], shape: tuple[int, ...]) -> Box:
    rows, columns = shape[:2]
    return (
        round(place[1] / columns, 4),
        round(place[0] / rows, 4),
        round(1 / columns, 4),
        round(1 / rows, 4),
    )
