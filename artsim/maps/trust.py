"""How far a map can be trusted: whose neighbours on the map are neighbours in the space."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.search.neighbours import Floats

if TYPE_CHECKING:
    from sklearn import manifold
else:
    manifold = lazy("sklearn.manifold")

SAMPLE = 5_000
NEIGHBOURS = 15


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

    scikit-learn's ``trustworthiness``; continuity is the same with the two swapped. Above 5,000
    works a sample drawn by ``seed`` stands for all.
    """
    count = len(space)
    if count > SAMPLE:
        chosen = np.sort(np.random.default_rng(seed).permutation(count)[:SAMPLE])
        space, points = space[chosen], points[chosen]
    works = len(space)
    k = min(k, (works - 1) // 2)
    if k < 1:
        return Trust(None, None, works)
    progress.start(2, "Measuring the map", "figures")
    found = []
    for true, shown in ((space, points), (points, space)):
        found.append(float(manifold.trustworthiness(true, shown, n_neighbors=k)))
        progress.advance()
    progress.finish()
    return Trust(found[0], found[1], works)
