"""How far a map can be trusted: whose neighbours on the map are neighbours in the space."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.progress import NULL, Progress
from artsim.search.neighbours import Floats

SAMPLE = 5_000
NEIGHBOURS = 15
_BLOCK = 512


@dataclass(frozen=True)
class Trust:
    """Both in [0, 1], None where there are too few works; ``works`` were measured.

    ``trustworthiness`` falls where works lie together on the map that are no neighbours,
    ``continuity`` where neighbours are torn apart. Venna and Kaski, ICANN 2001.
    """

    trustworthiness: float | None
    continuity: float | None
    works: int


def trust(
    space: Floats, points: Floats, seed: int = 0, k: int = NEIGHBOURS, progress: Progress = NULL
) -> Trust:
    """Compare a map [N, d] with the space [N, D] that it shows, by Euclidean neighbours.

    The definitions of scikit-learn's ``trustworthiness``; continuity is the same with the two
    swapped. Above 5,000 works a sample drawn by ``seed`` stands for all.
    """
    count = len(space)
    if count > SAMPLE:
        chosen = np.sort(np.random.default_rng(seed).permutation(count)[:SAMPLE])
        space, points = space[chosen], points[chosen]
    works = len(space)
    k = min(k, (works - 1) // 2)
    if k < 1:
        return Trust(None, None, works)
    progress.start(works, "Measuring the map", "works")
    false = torn = 0
    for start in range(0, works, _BLOCK):
        asked = np.arange(start, min(start + _BLOCK, works))
        there, here = _keys(space, asked), _keys(points, asked)
        false += _penalty(there, here, k)
        torn += _penalty(here, there, k)
        progress.advance(len(asked))
    progress.finish()
    most = works * k * (2 * works - 3 * k - 1) / 2
    return Trust(1 - false / most, 1 - torn / most, works)


def _keys(points: Floats, asked: npt.NDArray[np.intp]) -> Floats:
    """Numbers that order as the distances of ``asked`` to all points do, inf to itself; [n, N]."""
    keys = np.einsum("ij,ij->i", points, points) - 2 * (points[asked] @ points.T)
    keys[np.arange(len(asked)), asked] = np.inf
    return np.asarray(keys)


def _penalty(keys: Floats, other: Floats, k: int) -> int:
    """How far beyond k the k nearest by ``other`` stand in the order of ``keys``, summed."""
    nearest = np.argpartition(other, k - 1, axis=1)[:, :k]
    found = np.take_along_axis(keys, nearest, 1)
    ordered = np.sort(keys, axis=1)
    pairs = zip(ordered, found, strict=True)
    beyond = np.array([np.searchsorted(row, mine) for row, mine in pairs]) + 1 - k
    return int(beyond[beyond > 0].sum())
