"""The figures that rankings are compared by: one entry each, artsim's own and those of packages.

A package registers a ``Metric`` under the entry points ``artsim.metrics``; every table, report,
command and page then has it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from artsim.core.average_precision import average_precision_at_k
from artsim.core.errors import InvalidInput
from artsim.core.plugins import Registry
from artsim.evaluation import metrics
from artsim.evaluation.metrics import Counts, Doubles, Flags


@dataclass(frozen=True)
class Retrieved:
    """What Q queries retrieved, K works each, best first; only queries with a relevant work.

    ``relevant`` bool [Q, K]; ``n_relevant`` int64 [Q], the relevant works of the gallery;
    ``hits_in_top_r`` int64 [Q], the hits among the first n_relevant; ``candidates`` int64 [Q],
    the works that can be found; ``cosines`` float64 [Q, K], NaN where fewer than K exist. Where
    works are more and less relevant, ``grades`` float64 [Q, K] says how much, and ``ideal``
    float64 [Q, K] holds the grades of a perfect list; else both are None.
    """

    relevant: Flags
    n_relevant: Counts
    hits_in_top_r: Counts
    candidates: Counts
    cosines: Doubles
    grades: Doubles | None = None
    ideal: Doubles | None = None


@dataclass(frozen=True)
class Metric:
    """One figure: ``measure`` gives a finite number for each query, float64 [Q]; its mean is shown.

    ``title`` and ``definition`` are what people read: @K and {k} stand for the K of a run;
    ``short`` is a few words for a table.

    >>> Metric("p_at_1", "P@1", lambda found: found.relevant[:, 0], "The first work is a hit.").name
    'p_at_1'
    """

    name: str
    title: str
    measure: Callable[[Retrieved], Any]
    definition: str
    short: str = ""
    higher_is_better: bool = True
    decimals: int = 3

    def measured(self, found: Retrieved) -> Doubles:
        """float64 [Q]; raises InvalidInput where ``measure`` gives no such thing."""
        try:
            values = np.asarray(self.measure(found), np.float64)
        except Exception as error:
            raise InvalidInput(
                f"The metric {self.name!r} fails ({type(error).__name__}: {error}): correct its "
                "function."
            ) from error
        if values.shape != found.n_relevant.shape or not np.isfinite(values).all():
            raise InvalidInput(
                f"The metric {self.name!r} gives no finite number for each query: correct its "
                "function."
            )
        return values

    def text(self, value: float | None) -> str:
        """A value as people read it."""
        return "–" if value is None else f"{value:.{self.decimals}f}"


_OWN = (
    Metric(
        "precision_at_k",
        "Precision@K",
        lambda found: metrics.precision_at_k(found.relevant, found.n_relevant),
        "Hits in the top {k} / {k}, also where fewer exist.",
        "share of the {k} works found that are hits",
    ),
    Metric(
        "recall_at_k",
        "Recall@K",
        lambda found: metrics.recall_at_k(found.relevant, found.n_relevant),
        "Hits in the top {k} / relevant works in the gallery.",
        "share of all relevant works that are found",
    ),
    Metric(
        "map_at_k",
        "mAP@K",
        lambda found: average_precision_at_k(found.relevant, found.n_relevant),
        "Mean over queries of AP@K = sum of the precision at each hit / "
        "min({k}, relevant works in the gallery).",
        "hits count more the earlier they come; AP divides by min(K, relevant)",
    ),
    Metric(
        "ndcg_at_k",
        "nDCG@K",
        lambda found: metrics.ndcg_at_k(
            found.relevant, found.n_relevant, found.grades, found.ideal
        ),
        "Hits discounted by 1 / log2(rank + 1), against an ideal list.",
        "like mAP, with a gentler discount by rank",
    ),
    Metric(
        "mrr",
        "MRR@K",
        lambda found: metrics.reciprocal_rank(found.relevant, found.n_relevant),
        "1 / rank of the first hit in the top {k}, 0 without one.",
        "1 / rank of the first hit",
    ),
    Metric(
        "r_precision",
        "R-precision",
        lambda found: metrics.r_precision(found.hits_in_top_r, found.n_relevant),
        "Hits in the top R / R, R the relevant works in the gallery.",
        "precision where as many are found as are relevant",
    ),
    Metric(
        "hit_at_k",
        "Hit@K",
        lambda found: metrics.hit_at_k(found.relevant, found.n_relevant),
        "Share of queries with a hit in the top {k}.",
        "share of queries with a hit at all",
    ),
)
# Figures that have parts of their own, beside those of METRICS.
OTHERS = {
    "chance_precision": "Chance precision",
    "mean_similarity": "Mean similarity",
    "feature_precision": "Feature precision",
    "above_random": "Above random pairs",
    "combined": "Combined",
    "quality_metric": "Quality metric",
}


def _accepted(name: str, thing: Any) -> Metric:
    if not isinstance(thing, Metric):
        raise InvalidInput(f"{type(thing).__name__} is no metric: make one with Metric(...)")
    if name in OTHERS or not name.isidentifier():
        raise InvalidInput("a metric has a name of its own, of letters, digits and _")
    return replace(thing, name=name)


METRICS: Registry[Metric] = Registry(
    "artsim.metrics", "metric", {m.name: partial(replace, m) for m in _OWN}, _accepted
)


def metric_of(name: str) -> Metric | None:
    """The metric ``name``; None for one of OTHERS, and for one that is not installed any more."""
    return METRICS.get(name) if name in METRICS.usable() else None


def title_of(figure: str) -> str:
    """What a figure is called."""
    metric = metric_of(figure)
    return metric.title if metric else OTHERS.get(figure, figure.replace("_", " ").capitalize())
