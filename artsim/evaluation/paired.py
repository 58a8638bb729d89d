"""Backbones against each other on the same queries."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np

from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.metrics import Doubles
from artsim.evaluation.results import FIGURES, Comparison
from artsim.evaluation.significance import holm, paired_p


def compare(
    values: Mapping[tuple[str, str], Mapping[str, Doubles]], seed: int = 0
) -> tuple[Comparison, ...]:
    """Every pair of backbones by every relevance and metric of FIGURES.

    ``values`` maps (backbone, relevance) to per-query arrays [Q] of the same queries for all
    backbones. Holm's correction is over all comparisons of one metric: pairs times relevances.
    """
    found: list[Comparison] = []
    relevances = dict.fromkeys(relevance for _, relevance in values)
    for relevance in relevances:
        backbones = [b for b, r in values if r == relevance]
        for a, b in combinations(backbones, 2):
            found += _pair(relevance, a, b, values[a, relevance], values[b, relevance], seed)
    corrected: list[Comparison] = []
    for metric in FIGURES:
        family = [c for c in found if c.metric == metric]
        for comparison, p in zip(family, holm([c.p for c in family]), strict=True):
            corrected.append(replace(comparison, p_holm=float(p)))
    return tuple(corrected)


def _pair(
    relevance: str,
    a: str,
    b: str,
    ours: Mapping[str, Doubles],
    theirs: Mapping[str, Doubles],
    seed: int,
) -> list[Comparison]:
    differences = np.column_stack([ours[name] - theirs[name] for name in FIGURES])
    p = paired_p(differences, seed=seed)
    intervals = confidence(differences, seed=seed)
    spread = differences.std(axis=0, ddof=1) if len(differences) > 1 else np.zeros(len(FIGURES))
    found = []
    for i, name in enumerate(FIGURES):
        column = differences[:, i]
        mean = float(column.mean())
        found.append(
            Comparison(
                relevance=relevance,
                metric=name,
                a=a,
                b=b,
                queries=len(column),
                difference=mean,
                ci95=(float(intervals[i, 0]), float(intervals[i, 1])),
                effect=mean / float(spread[i]) if spread[i] > 0 else None,
                better=int((column > 0).sum()),
                worse=int((column < 0).sum()),
                same=int((column == 0).sum()),
                p=float(p[i]),
                p_holm=float(p[i]),
            )
        )
    return found
