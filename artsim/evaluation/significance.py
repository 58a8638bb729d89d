"""Is one backbone better on the same queries? Sign-flip permutations, corrected after Holm."""

from collections.abc import Sequence

import numpy as np

from artsim.evaluation.bootstrap import Codes, Doubles, cluster_sums

PERMUTATIONS = 10_000
_CELLS = 4 << 20  # signs held at once


def paired_p(
    differences: Doubles,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
    clusters: Codes | None = None,
) -> Doubles:
    """Two-sided p of the mean of each column of ``differences`` [Q, M]: float64 [M].

    Under the hypothesis of no difference the sign of each cluster of queries is a coin
    (``clusters`` [Q] numbers them from 0; without it each query is its own): p = (1 +
    permutations whose mean is at least as far from 0) / (1 + permutations). Sources: Smucker,
    Allan and Carterette, CIKM 2007; Canay, Romano and Shaikh, Econometrica 85(3), 2017, for the
    signs of clusters.
    """
    sums, _ = cluster_sums(differences, clusters)
    n, columns = sums.shape
    total = sums.sum(axis=0)
    observed = np.abs(total)
    margin = 1e-12 * np.abs(differences).sum(axis=0)  # sums of the same terms differ by rounding
    rng = np.random.default_rng(seed)
    as_far = np.zeros(columns, np.int64)
    step = max(1, _CELLS // max(1, n))
    for start in range(0, permutations, step):
        count = min(step, permutations - start)
        packed = rng.integers(0, 256, (count, (n + 7) // 8), dtype=np.uint8)
        positive = np.unpackbits(packed, axis=1, count=n).astype(np.float64)
        # Signs are 2 * positive - 1.
        flipped = 2 * (positive @ sums) - total
        as_far += (np.abs(flipped) >= observed - margin).sum(axis=0)
    return (1 + as_far) / (1 + permutations)


def holm(p: Sequence[float] | Doubles) -> Doubles:
    """``p`` values corrected for their number, in the same order: float64.

    The i-th smallest of m is multiplied by m - i + 1, made monotone and cut at 1. Source: Holm,
    Scandinavian Journal of Statistics 6(2), 1979.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p, np.float64)
    order = np.argsort(values, kind="stable")
    factors = np.arange(len(values), 0, -1)
    raised = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    corrected = np.empty_like(values)
    corrected[order] = raised
    return corrected
