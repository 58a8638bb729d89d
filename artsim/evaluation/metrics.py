"""Retrieval metrics: arrays in, one number a query out.

Throughout, ``relevant`` bool [Q, K] says which of the K best works of each query are relevant,
best first, False where fewer than K works exist; ``n_relevant`` int [Q] counts the relevant works
of the gallery without the query and its copies. Equal scores rank by the lower artwork id. A
query without a relevant work (``n_relevant`` 0) has no value: NaN, for the caller to skip.
"""

from typing import cast

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

QUALITY_NOTE = (
    "The quality metric is recall divided by the number of works retrieved: it can tell which of "
    "two backbones finds more on the same queries at the same K, but never exceeds 1/n, shrinks "
    "as K or the number of relevant works grows, and says nothing across collections or K."
)


def precision_at_k(relevant: Flags, n_relevant: Counts) -> Doubles:
    """Hits in the top K / K, also where fewer than K works exist; float64 [Q].

    Source: Manning, Raghavan and Schütze, Introduction to Information Retrieval, 8.4.

    >>> precision_at_k(np.array([[True, False, True]]), np.array([4])).round(3).tolist()
    [0.667]
    """
    return _valid(_hits(relevant) / relevant.shape[1], n_relevant)


def recall_at_k(relevant: Flags, n_relevant: Counts) -> Doubles:
    """Hits in the top K / relevant works in the gallery; float64 [Q], never falls with K.

    Source: Manning et al., 8.4.

    >>> recall_at_k(np.array([[True, False, True]]), np.array([4])).tolist()
    [0.5]
    """
    return _valid(_hits(relevant) / np.maximum(n_relevant, 1), n_relevant)


def ndcg_at_k(
    relevant: Flags,
    n_relevant: Counts,
    grades: Doubles | None = None,
    ideal: Doubles | None = None,
) -> Doubles:
    """Sum over hits of gain / log2(rank + 1), divided by that of an ideal list; float64 [Q].

    Gains are 0 or 1, and the ideal list begins with min(K, relevant works in the gallery) hits.
    Where works are graded, ``grades`` [Q, K] are the gains and ``ideal`` [Q, K] those of the
    ideal list, both float64.
    Source: Järvelin and Kekäläinen, ACM TOIS 20(4), 2002.

    >>> ndcg_at_k(np.array([[False, True], [True, True]]), np.array([1, 2])).round(3).tolist()
    [0.631, 1.0]
    """
    discounts = 1.0 / np.log2(np.arange(2, relevant.shape[1] + 2))
    if grades is not None and ideal is not None:
        best = (ideal * discounts).sum(axis=1)
        gained = (grades * discounts).sum(axis=1) / np.where(best > 0, best, 1.0)
        return _valid(gained, n_relevant)
    best = np.cumsum(discounts)[_reachable(relevant, n_relevant) - 1]
    gains: Doubles = (relevant * discounts).sum(axis=1)
    return _valid(gains / best, n_relevant)


def reciprocal_rank(relevant: Flags, n_relevant: Counts) -> Doubles:
    """1 / rank of the first hit, 0 where the top K holds none; float64 [Q]. Its mean is MRR@K.

    Source: Voorhees, TREC-8 Question Answering Track, 1999.

    >>> reciprocal_rank(np.array([[False, True], [False, False]]), np.array([1, 1])).tolist()
    [0.5, 0.0]
    """
    first: Doubles = relevant.argmax(axis=1) + 1.0
    return _valid(np.where(relevant.any(axis=1), 1.0 / first, 0.0), n_relevant)


def hit_at_k(relevant: Flags, n_relevant: Counts) -> Doubles:
    """1 where the top K holds a hit, else 0; float64 [Q]. Its mean is the hit rate.

    >>> hit_at_k(np.array([[False, True], [False, False]]), np.array([1, 1])).tolist()
    [1.0, 0.0]
    """
    return _valid((_hits(relevant) > 0).astype(np.float64), n_relevant)


def r_precision(hits_in_top_r: Counts, n_relevant: Counts) -> Doubles:
    """Hits among the top R / R, R the relevant works in the gallery, whatever K; float64 [Q].

    Source: Manning et al., 8.4.

    >>> r_precision(np.array([3]), np.array([4])).tolist()
    [0.75]
    """
    return _valid(hits_in_top_r / np.maximum(n_relevant, 1), n_relevant)


def chance_precision(n_relevant: Counts, candidates: Counts) -> Doubles:
    """Expected precision of a ranking by chance: relevant works / works that can be found [Q].

    ``candidates`` int [Q] counts the gallery without the query and its copies.

    >>> chance_precision(np.array([4]), np.array([100])).tolist()
    [0.04]
    """
    return _valid(n_relevant / np.maximum(candidates, 1), n_relevant)


def feature_precision(cosines: Doubles, threshold: float) -> Doubles:
    """Share of the top K whose cosine with the query is at least ``threshold``; float64 [Q].

    ``cosines`` [Q, K] is NaN where fewer than K works exist; the denominator is K all the same.
    Two backbones can be compared only where ``threshold`` means the same for both, such as a
    percentile of their random pairs.

    >>> feature_precision(np.array([[0.9, 0.8, 0.7, np.nan]]), threshold=0.8).tolist()
    [0.5]
    """
    with np.errstate(invalid="ignore"):
        return cast(Doubles, (cosines >= threshold).mean(axis=1))


def mean_similarity(cosines: Doubles) -> Doubles:
    """Mean cosine between the query and its top K, over the works there are; float64 [Q].

    ``cosines`` [Q, K] is NaN where fewer than K works exist; NaN where there is none at all.

    >>> mean_similarity(np.array([[0.9, 0.7, np.nan]])).round(3).tolist()
    [0.8]
    """
    there = ~np.isnan(cosines)
    total = np.where(there, cosines, 0.0).sum(axis=1)
    count = there.sum(axis=1)
    return cast(Doubles, np.where(count > 0, total / np.maximum(count, 1), np.nan))


def combined(
    title: Doubles, visual: Doubles, title_weight: float = 0.4, visual_weight: float = 0.6
) -> Doubles:
    """``title_weight`` * title precision@K + ``visual_weight`` * mean cosine of the top K [Q].

    As the earlier work combined them; weights are used as given, not scaled to 1.

    >>> combined(np.array([0.5]), np.array([0.9])).round(3).tolist()
    [0.74]
    """
    return title_weight * title + visual_weight * visual


def quality_metric(k: Counts, n: Counts, k_approximate: Counts) -> Doubles:
    """k / (n * k_approximate) a query, as the earlier work specified it; float64 [Q].

    ``k`` relevant works were retrieved among ``n`` retrieved; ``k_approximate`` is the estimated
    number of relevant works. See QUALITY_NOTE for what it shows and what it does not.

    >>> quality_metric(np.array([2]), np.array([10]), np.array([4])).tolist()
    [0.05]
    """
    return _valid(k / (np.maximum(n, 1) * np.maximum(k_approximate, 1)), k_approximate)


def hits(relevant: Flags) -> Counts:
    """Relevant works among the top K; int64 [Q]."""
    return _hits(relevant)


def _hits(relevant: Flags) -> Counts:
    return cast(Counts, relevant.sum(axis=1, dtype=np.int64))


def _reachable(relevant: Flags, n_relevant: Counts) -> Counts:
    return np.maximum(np.minimum(n_relevant, relevant.shape[1]), 1)


def _valid(values: Doubles, n_relevant: Counts) -> Doubles:
    return np.where(n_relevant > 0, values, np.nan)
