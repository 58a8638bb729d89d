"""How far a map can be trusted: whose neighbours on the map are neighbours in the space."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.jobs.progress import NULL, Progress
from artsim.search.exact import Floats

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
        near, far = _order(space, asked), _order(points, asked)
        false += _penalty(near, far, k)
        torn += _penalty(far, near, k)
        progress.advance(len(asked))
    progress.finish()
    most = works * k * (2 * works - 3 * k - 1) / 2
    return Trust(1 - false / most, 1 - torn / most, works)


def _order(points: Floats, asked: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """All others of each row of ``asked``, nearest first; [n, N - 1]."""
    squares = np.einsum("ij,ij->i", points, points)
    keys = squares - 2 * (points[asked] @ points.T)
    keys[np.arange(len(asked)), asked] = -np.inf
    return np.argsort(keys, axis=1, kind="stable")[:, 1:]


def _penalty(order: npt.NDArray[np.intp], other: npt.NDArray[np.intp], k: int) -> int:
    """How far down ``order`` the first k of ``other`` stand, beyond k, summed."""
    ranks = np.empty((len(order), order.shape[1] + 1), np.int64)
    np.put_along_axis(ranks, order, np.arange(1, order.shape[1] + 1)[None, :], 1)
    found = np.take_along_axis(ranks, other[:, :k], 1) - k
    return int(found[found > 0].sum())
