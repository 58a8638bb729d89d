"""Confidence intervals of means over queries that depend on each other: a cluster bootstrap.

Queries of one artist are not independent, so the bootstrap draws whole clusters of queries, and the
number of clusters, not of queries, decides how wide an interval is.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = lazy("scipy.stats")

Doubles = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

RESAMPLES = 1_000
_CELLS = 4 << 20  # weights held at once


def resampled_means(
    values: Doubles, resamples: int = RESAMPLES, seed: int = 0, clusters: Codes | None = None
) -> Doubles:
    """Means of ``values`` [Q] or [Q, M] over clusters drawn with replacement: [resamples, M].

    ``clusters`` [Q] numbers the cluster of each query from 0; without it each query is its own.
    The same clusters and seed give the same draws, so that the means of two backbones pair up.
    Raises ValueError for no query or for NaN.
    """
    columns = values[:, None] if values.ndim == 1 else values
    if not len(columns) or np.isnan(columns).any():
        raise ValueError("there must be at least one query, and no NaN")
    sums, sizes = cluster_sums(columns, clusters)
    n = len(sums)
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, columns.shape[1]))
    step = max(1, _CELLS // n)
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        drawn = rng.integers(0, n, (count, n), dtype=np.int32)
        drawn += np.arange(count, dtype=np.int32)[:, None] * n
        times = np.bincount(drawn.ravel(), minlength=count * n).reshape(count, n)
        weights = times.astype(np.float64)
        means[start : start + count] = (weights @ sums) / (weights @ sizes)[:, None]
    return means


def interval(means: Doubles, level: float = 0.95, tail: float | None = None) -> Doubles:
    """Lower and upper percentile of resampled means [resamples, M]: float64 [M, 2].

    ``tail`` is the share cut off at each end, by default (1 - ``level``) / 2.
    """
    out = 100 * ((1 - level) / 2 if tail is None else tail)
    return np.percentile(means, [out, 100 - out], axis=0).T


def confidence(
    values: Doubles,
    resamples: int = RESAMPLES,
    seed: int = 0,
    level: float = 0.95,
    clusters: Codes | None = None,
) -> Doubles:
    """Interval of the mean of each column of ``values`` [Q, M]: float64 [M, 2].

    ``clusters`` as in ``resampled_means``. A single cluster gives an interval of no width, which
    says nothing. Source: the cluster bootstrap of Field and Welsh, JRSS B 69(3), 2007, with the
    percentiles of ``expanded_tail``.
    """
    _, sizes = cluster_sums(values, clusters)
    means = resampled_means(values, resamples, seed, clusters)
    return interval(means, tail=expanded_tail(sizes, level))


def expanded_tail(sizes: Doubles, level: float = 0.95) -> float:
    """The share to leave out at each end of resampled means of clusters of ``sizes`` [C].

    A percentile interval of few draws is too narrow: it has the spread of C - 1 and the ends of a
    normal distribution where those of Student's t are due. Clusters of uneven sizes count as fewer.
    Sources: Hesterberg, The American Statistician 69(4), 2015, section 5.3; Kish, Survey Sampling,
    1965, for the effective number of clusters, (sum of sizes)^2 / sum of squared sizes.

    >>> round(expanded_tail(np.ones(20)), 4), round(expanded_tail(np.ones(100_000)), 4)
    (0.0159, 0.025)
    """
    weights = np.asarray(sizes, np.float64)
    effective = float(weights.sum() ** 2 / np.square(weights).sum())
    if effective <= 1 + 1e-9:
        return 0.0
    widened = np.sqrt(effective / (effective - 1)) * stats.t.isf((1 - level) / 2, effective - 1)
    return float(stats.norm.sf(widened))


def cluster_sums(columns: Doubles, clusters: Codes | None) -> tuple[Doubles, Doubles]:
    """Sums [C, M] and sizes [C] of the clusters of queries [Q, M]."""
    if clusters is None:
        return columns, np.ones(len(columns))
    sizes = np.bincount(clusters).astype(np.float64)
    sums: Doubles = np.column_stack([np.bincount(clusters, column) for column in columns.T])
    return sums, sizes
