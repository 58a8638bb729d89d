"""An affine map of the pooled layer: what a head of an embedding is once it is fitted."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class AffineMap:
    """``weight`` float64 [D, P] and ``bias`` [D].

    >>> AffineMap(np.array([[2.0, 0.0]]), np.array([1.0])).apply(np.array([[3.0, 5.0]]))
    array([[7.]], dtype=float32)
    """

    weight: Doubles = field(repr=False)
    bias: Doubles = field(repr=False)

    def apply(self, pooled: npt.NDArray[np.floating]) -> Floats:
        """float32 [N, D] of pooled layers [N, P]."""
        weight, bias = self.weight.T.astype(np.float32), self.bias.astype(np.float32)
        return (pooled @ weight + bias).astype(np.float32)

    def padded(self, length: int) -> "AffineMap":
        """The same of pooled layers [N, length] that begin as those [N, P] do."""
        more = length - self.weight.shape[1]
        return AffineMap(np.pad(self.weight, ((0, 0), (0, more))), self.bias)

    def of_length(self, length: float, pooled: npt.NDArray[np.floating]) -> "AffineMap":
        """The same directions, the results for ``pooled`` [N, P] as long as ``length`` (median)."""
        typical = float(np.median(np.linalg.norm(self.apply(pooled), axis=1)))
        factor = length / typical if typical > 0 else 1.0
        return AffineMap(self.weight * factor, self.bias * factor)
