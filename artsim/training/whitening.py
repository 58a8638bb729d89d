"""Directions that tell classes apart and nothing else: shrunk linear discriminants.

Directions in which works of one class differ from each other count little, those in which
classes differ count much. By artist, with strong shrinkage, this is what carries over to other
artists (within-class covariance normalisation, Hatch et al. 2006); with weak shrinkage and as
few directions as there are classes it is Fisher's discriminant analysis. Float64 throughout.
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy
from artsim.training.affine import AffineMap
from artsim.training.split import Codes

if TYPE_CHECKING:
    from scipy import linalg
else:
    linalg = lazy("scipy.linalg")

_SMALLEST = 1e-6
_CONSTANT = 1e-5  # deviation of a number that is as good as the same for all works


def whiten(
    pooled: npt.NDArray[np.floating],
    codes: Codes,
    dimension: int,
    shrinkage: float,
    general: bool = False,
) -> AffineMap | None:
    """Discriminants of works [N, P] with classes ``codes`` int64 [N], -1 for none.

    Each number is standardised; the covariance within classes is shrunk by ``shrinkage`` times
    its mean variance, and made round; then the ``dimension`` directions are kept (fewer where
    there are not so many) in which the class means differ most, each mean counted by its works;
    with ``general``, where there are fewer classes than that, those in which all works do. The
    bias puts the mean of all works [N] at 0. None where no two classes have two works.

    >>> pooled = np.array([[0.0, 1], [0, -1], [4, 1], [4, -1]])
    >>> found = whiten(pooled, np.array([0, 0, 1, 1]), dimension=1, shrinkage=0.1)
    >>> np.sign(found.apply(pooled)[:, 0] * found.apply(pooled)[0, 0])
    array([ 1.,  1., -1., -1.], dtype=float32)
    """
    counts = np.bincount(codes[codes >= 0])
    paired = np.flatnonzero(counts >= 2)
    if len(paired) < 2:
        return None
    known = np.flatnonzero(codes >= 0)
    values = np.asarray(pooled, np.float64)
    mean = values.mean(axis=0)
    deviation = values.std(axis=0)
    varying = deviation > _CONSTANT
    deviation = np.where(varying, deviation, 1.0)
    values = (values - mean) / deviation * varying
    means = np.zeros((len(counts), values.shape[1]))
    np.add.at(means, codes[known], values[known])
    means /= np.maximum(counts, 1)[:, None]
    inside = known[np.isin(codes[known], paired)]
    apart = values[inside] - means[codes[inside]]
    within = apart.T @ apart / max(1, len(inside) - len(paired))
    size = within.shape[0]
    within[np.diag_indices(size)] += max(shrinkage * np.trace(within) / size, _SMALLEST)
    root = np.linalg.cholesky(within)
    there = counts > 0
    if general and there.sum() <= dimension:
        solved = linalg.solve_triangular(root, values.T, lower=True)
        most = [max(0, size - dimension), size - 1]
        spread = linalg.eigh(solved @ solved.T, subset_by_index=most)[1][:, ::-1].T
    else:
        centred = means[there] - np.average(means[there], axis=0, weights=counts[there])
        weighted = centred * np.sqrt(counts[there])[:, None]
        solved = linalg.solve_triangular(root, weighted.T, lower=True)
        spread = np.linalg.svd(solved.T, full_matrices=False)[2]
        spread = spread[: there.sum() - 1]  # the means of so many classes differ in no more
    solved = linalg.solve_triangular(root, spread[:dimension].T, lower=True, trans="T")
    weight = solved.T / deviation * varying
    return AffineMap(weight, -weight @ mean)
