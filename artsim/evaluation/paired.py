"""Backbones against each other on the same queries."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from artsim.evaluation.bootstrap import Codes, confidence
from artsim.evaluation.clusters import Clusters
from artsim.evaluation.metrics import Doubles
from artsim.evaluation.results import Comparison
from artsim.evaluation.significance import holm, paired_p

Values = Mapping[tuple[str, str], Mapping[str, Doubles]]


def compare(
    values: Values, seed: int = 0, clusters: Mapping[str, Clusters] | None = None
) -> tuple[Comparison, ...]:
    """Every pair of backbones by every relevance and metric.

    ``values`` maps (backbone, relevance) to per-query arrays [Q] by metric, of the same queries for
    all backbones. ``clusters`` maps a relevance to the cluster of each of its queries; without it
    each query is a cluster of its own. Holm's correction is over all comparisons of one metric:
    pairs times relevances.
    """
    found: list[Comparison] = []
    for relevance in dict.fromkeys(relevance for _, relevance in values):
        mine = clusters[relevance].codes if clusters else None
        found += _by_one_relevance(relevance, values, seed, mine)
    corrected: list[Comparison] = []
    for metric in dict.fromkeys(name for each in values.values() for name in each):
        family = [c for c in found if c.metric == metric]
        for comparison, p in zip(family, holm([c.p for c in family]), strict=True):
            corrected.append(replace(comparison, p_holm=float(p)))
    return tuple(corrected)


def _by_one_relevance(
    relevance: str, values: Values, seed: int, clusters: Codes | None
) -> list[Comparison]:
    """All pairs at once: the signs and the resamples are drawn only once."""
    pairs = list(combinations([b for b, r in values if r == relevance], 2))
    tests = [(a, b, metric) for a, b in pairs for metric in values[a, relevance]]
    if not tests:
        return []
    differences = np.column_stack(
        [values[a, relevance][metric] - values[b, relevance][metric] for a, b, metric in tests]
    )
    many = len(differences) > 1
    spread = differences.std(axis=0, ddof=1) if many else np.zeros(len(tests))
    many_clusters = len(differences) if clusters is None else len(np.unique(clusters))
    chances = paired_p(differences, seed=seed, clusters=clusters)
    ends = confidence(differences, seed=seed, clusters=clusters).tolist()
    intervals = [(low, high) if many_clusters > 1 else None for low, high in ends]
    found = []
    for i, (a, b, metric) in enumerate(tests):
        column = differences[:, i]
        mean = float(column.mean())
        found.append(
            Comparison(
                relevance=relevance,
                metric=metric,
                a=a,
                b=b,
                queries=len(column),
                clusters=many_clusters,
                difference=mean,
                ci95=intervals[i],
                effect=mean / float(spread[i]) if spread[i] > 0 else None,
                better=int((column > 0).sum()),
                worse=int((column < 0).sum()),
                same=int((column == 0).sum()),
                p=float(chances[i]),
                p_holm=float(chances[i]),
            )
        )
    return found
