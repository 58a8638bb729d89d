"""Groups of works that hang together in the embedding space, and works like nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.jobs.progress import NULL, Progress
from artsim.maps.nearest import Nearest
from artsim.maps.projection import components, laid_out
from artsim.search.exact import Floats

Labels = npt.NDArray[np.int32]


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
    first; ``outlier_scores`` float32 [N] rise with how far a work lies from its neighbours.
    """

    labels: Labels
    clusters: list[Cluster]
    outliers: list[int]
    outlier_scores: Floats


OUTLIERS = 48
EXAMPLES = 12


@dataclass(frozen=True, eq=False)
class Groups:
    """Clusters before they have names: ``labels`` and ``outlier_scores`` as in Clusters.

    ``examples`` are for each number its rows, most central first.
    """

    labels: Labels
    outlier_scores: Floats
    examples: list[list[int]]


def found_clusters(space: Floats, near: Nearest, seed: int, progress: Progress = NULL) -> Groups:
    """Clusters of the works whose embeddings are ``space`` [N, D] and neighbours ``near``."""
    from sklearn.cluster import HDBSCAN

    count = len(space)
    progress.start(None, "Finding clusters", "works")
    drawn = laid_out(near.cut(min(15, near.rows.shape[1])), components(space, 5), 0.0, seed)
    least = max(3, min(50, count // 150))
    raw = HDBSCAN(min_cluster_size=least, min_samples=min(5, least), copy=True).fit_predict(drawn)
    progress.finish()
    sizes = np.bincount(raw[raw >= 0])
    order = np.argsort(-sizes, kind="stable")
    number = np.full(len(sizes) + 1, -1, np.int32)
    number[order] = np.arange(len(order))
    labels = number[raw]
    return Groups(labels, outlier_scores(near), examples(space, labels, len(order)))


def outlier_scores(near: Nearest) -> Floats:
    """How much further a work's neighbours are than theirs are from each other; float32 [N]."""
    reach = near.distances.mean(axis=1)
    usual = reach[near.rows].mean(axis=1)
    return np.divide(reach, usual, out=np.ones_like(reach), where=usual > 0)


def examples(space: Floats, labels: Labels, clusters: int) -> list[list[int]]:
    """For each cluster its rows nearest to its middle, at most twelve."""
    found = []
    for number in range(clusters):
        rows = np.flatnonzero(labels == number)
        middle = space[rows].mean(axis=0)
        apart = np.square(space[rows] - middle).sum(axis=1)
        found.append(rows[np.argsort(apart, kind="stable")[:EXAMPLES]].tolist())
    return found
