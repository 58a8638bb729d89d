"""Places of two pictures that correspond: those that are each other's best match."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.search.query_item import Box

Floats = npt.NDArray[np.float32]

MOST = 8
_LEAST = 0.5  # cosine of two places below which nobody sees what they share
_APART = 2  # least distance, in positions, of two reported places of one picture


@dataclass(frozen=True)
class Match:
    """A place of each picture, as left, top, width, height in fractions, and their cosine."""

    a: Box
    b: Box
    score: float


def matches(
    a: Floats, b: Floats, heat_a: npt.ArrayLike, heat_b: npt.ArrayLike
) -> tuple[Match, ...]:
    """The best pairs of places of two pictures, best first, MOST at most.

    ``a`` and ``b`` are their directions, float32 [rows, columns, K] of length 1. Only places that
    are each other's best count, those that the score depends on (``heat`` [rows, columns], 0 to 1)
    before others as alike, and no two that lie beside one another in the same picture. Places at an
    edge do not count: there the network sees the edge, which all pictures have.
    """
    x, y = a.reshape(-1, a.shape[-1]), b.reshape(-1, b.shape[-1])
    cosines = np.where(_within(a.shape)[:, None] & _within(b.shape), x @ y.T, -1)
    there, back = cosines.argmax(1), cosines.argmax(0)
    own = np.flatnonzero(back[there] == np.arange(len(x)))
    own = own[cosines[own, there[own]] >= _LEAST]
    hot = _at(heat_a, a.shape)[own] + _at(heat_b, b.shape)[there[own]]
    own = own[np.argsort(-cosines[own, there[own]] * (1 + hot), kind="stable")]
    found: list[Match] = []
    taken: list[tuple[int, int, int, int]] = []
    for i in own.tolist():
        j = int(there[i])
        if len(found) == MOST:
            break
        place = (*divmod(i, a.shape[1]), *divmod(j, b.shape[1]))
        if any(_near(place[:2], t[:2]) or _near(place[2:], t[2:]) for t in taken):
            continue
        taken.append(place)
        found.append(
            Match(
                _cell(place[:2], a.shape), _cell(place[2:], b.shape), round(float(cosines[i, j]), 4)
            )
        )
    return tuple(found)


def _at(heat: npt.ArrayLike, shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """The heat of each position of a grid, flat."""
    known = np.asarray(heat, np.float64)
    down = np.arange(shape[0]) * known.shape[0] // shape[0]
    across = np.arange(shape[1]) * known.shape[1] // shape[1]
    return np.asarray(known[down[:, None], across[None, :]].ravel())


def _within(shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which positions of a grid, flat, lie at no edge; all of a grid that has nothing else."""
    rows, columns = shape[:2]
    inner = np.zeros((rows, columns), bool)
    inner[1:-1, 1:-1] = True
    return inner.ravel() if inner.any() else ~inner.ravel()


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
