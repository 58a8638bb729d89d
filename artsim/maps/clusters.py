"""Groups of works that hang together in the embedding space, and works like nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.core.progress import NULL, Progress
from artsim.maps.density import dense_groups
from artsim.maps.nearest import Nearest
from artsim.maps.projection import laid_out
from artsim.search.neighbours import Floats

Labels = npt.NDArray[np.int32]

OUTLIERS = 48
EXAMPLES = 12
CLUSTER_DIMENSIONS = 5
_ROUNDS = 200
_NEIGHBOURS = 15


@dataclass(frozen=True)
class Cluster:
    """A group of ``works`` works. ``name`` describes ``share`` of them.

    ``examples`` are rows, most central first; ``purity`` tells for each label its commonest
    value in the cluster and that value's share; ``words`` set the cluster apart from the others.
    """

    number: int
    name: str
    share: float
    works: int
    examples: list[int] = field(default_factory=list)
    purity: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "Cluster":
        """The cluster that ``asdict`` made plain values of."""
        purity = {label: (value, share) for label, (value, share) in document["purity"].items()}
        return cls(**{**document, "purity": purity})


@dataclass(frozen=True, eq=False)
class Clusters:
    """``labels`` int32 [N]: the number of each work's cluster, -1 for none.

    ``clusters`` stand in order of their number, the largest first. ``outliers`` are rows, oddest
    first; ``outlier_scores`` float32 [N] tell how many times further a work's neighbours lie
    than theirs do.
    """

    labels: Labels
    clusters: list[Cluster]
    outliers: list[int]
    outlier_scores: Floats


@dataclass(frozen=True, eq=False)
class Groups:
    """Clusters before they have names: ``labels`` and ``outlier_scores`` as in Clusters.

    ``examples`` are for each number its rows, most central first.
    """

    labels: Labels
    outlier_scores: Floats
    examples: list[list[int]]


def found_clusters(
    space: Floats, near: Nearest, principal: Floats, seed: int, progress: Progress = NULL
) -> Groups:
    """Clusters of the works with embeddings ``space`` [N, D] and neighbours ``near``.

    HDBSCAN on UMAP's layout in five dimensions, begun at the ``principal`` components [N, 5]: it
    tells dense regions from sparse ones where distances in hundreds of dimensions are all alike.
    """
    near_few = near.cut(min(_NEIGHBOURS, near.rows.shape[1]))
    drawn = laid_out(near_few, principal, 0.0, seed, _ROUNDS, "Looking for clusters", progress)
    labels = dense_groups(drawn, least_size(len(space)))
    return Groups(labels, outlier_scores(near_few), examples(space, labels))


def least_size(works: int) -> int:
    """How many works make a cluster: 5 of a hundred, 33 of 7,000, 126 of 100,000.

    >>> least_size(100), least_size(7_000), least_size(100_000)
    (5, 33, 126)
    """
    smallest: int = max(5, round(0.4 * works**0.5))
    return smallest


def outlier_scores(near: Nearest) -> Floats:
    """How much further a work's neighbours lie than its neighbours' do; 1 is usual; float32 [N].

    The simplified local outlier factor: Schubert, Zimek, Kriegel, DMKD 28 (2014).
    """
    reach = near.distances.mean(axis=1)
    usual = reach[near.rows].mean(axis=1)
    relative: Floats = np.divide(reach, usual, out=np.ones_like(reach), where=usual > 0)
    return relative


def examples(space: Floats, labels: Labels) -> list[list[int]]:
    """For each cluster its rows nearest to its middle, at most twelve."""
    found = []
    for number in range(int(labels.max(initial=-1)) + 1):
        rows = np.flatnonzero(labels == number)
        middle = space[rows].mean(axis=0, dtype=np.float64).astype(np.float32)
        apart = np.square(space[rows] - middle).sum(axis=1)
        found.append(rows[np.argsort(apart, kind="stable")[:EXAMPLES]].tolist())
    return found
