"""Average precision, whose one implementation evaluation, training and marks share."""

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


def average_precision_at_k(relevant: Flags, n_relevant: Counts) -> Doubles:
    """Sum of the precision at each hit / min(K, relevant works in the gallery); float64 [Q].

    ``relevant`` bool [Q, K] says which of the K best works of each query are relevant, best first;
    ``n_relevant`` int [Q] counts those of the gallery. A query without any has no value: NaN.
    The mean over queries is mAP@K. At K = size of the gallery it is the average precision of
    Manning et al., 8.4, and of scikit-learn; the smaller denominator lets a perfect list reach 1
    where more than K works are relevant.

    >>> average_precision_at_k(np.array([[True, False, True]]), np.array([2])).round(3).tolist()
    [0.833]
    >>> average_precision_at_k(np.array([[False, False, False]]), np.array([0])).tolist()
    [nan]
    """
    ranks = np.arange(1, relevant.shape[1] + 1)
    at_hits = np.where(relevant, np.cumsum(relevant, axis=1) / ranks, 0.0)
    reachable = np.minimum(relevant.shape[1], np.maximum(n_relevant, 1))
    return np.where(n_relevant > 0, at_hits.sum(axis=1) / reachable, np.nan)


def average_precision(scores: Doubles, relevant: Flags) -> float:
    """Of a ranking by ``scores`` [n]; of equal ones those that are not relevant come first.

    >>> round(average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True])), 3)
    0.833
    """
    ranked = relevant[np.lexsort((relevant, -scores))]
    return float(average_precision_at_k(ranked[None], np.array([ranked.sum()]))[0])
