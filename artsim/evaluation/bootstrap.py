"""Confidence intervals of means over queries: percentile bootstrap, vectorised and seeded."""

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]

RESAMPLES = 1_000
_CELLS = 4 << 20  # weights held at once


def resampled_means(values: Doubles, resamples: int = RESAMPLES, seed: int = 0) -> Doubles:
    """Means of ``values`` [Q] or [Q, M] over queries drawn with replacement: [resamples, M].

    The same Q and seed draw the same queries, so that means of two backbones pair up.
    Raises ValueError for no query or for NaN.
    """
    columns = values[:, None] if values.ndim == 1 else values
    if not len(columns) or np.isnan(columns).any():
        raise ValueError("there must be at least one query, and no NaN")
    n = len(columns)
    rng = np.random.default_rng(seed)
    means = np.empty((resamples, columns.shape[1]))
    step = max(1, _CELLS // n)
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        drawn = rng.integers(0, n, (count, n), dtype=np.int32)
        drawn += np.arange(count, dtype=np.int32)[:, None] * n
        times = np.bincount(drawn.ravel(), minlength=count * n).reshape(count, n)
        means[start : start + count] = times.astype(np.float64) @ columns / n
    return means


def interval(means: Doubles, level: float = 0.95) -> Doubles:
    """Lower and upper percentile of resampled means [resamples, M]: float64 [M, 2]."""
    tail = 100 * (1 - level) / 2
    return np.percentile(means, [tail, 100 - tail], axis=0).T


def confidence(
    values: Doubles, resamples: int = RESAMPLES, seed: int = 0, level: float = 0.95
) -> Doubles:
    """Percentile interval of the mean of each column of ``values`` [Q, M]: float64 [M, 2].

    A single query gives an interval of no width, which says nothing. Source: Efron and
    Tibshirani, An Introduction to the Bootstrap, 1993, 13.
    """
    return interval(resampled_means(values, resamples, seed), level)
