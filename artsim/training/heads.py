"""What stands on the pooled layer while training: projections, and classifiers on them."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from artsim.training.affine import AffineMap

_MOMENTUM = 0.02  # of the running mean and deviation: slow enough for small batches


class Heads(nn.Module):
    """A projection of the pooled layer [N, P] for each label, classified by cosine.

    ``classes`` counts those of each label, ``dimension`` is D; ``teacher`` is the length of a
    teacher's embedding.
    """

    norm: nn.BatchNorm1d
    teacher: nn.Linear | None

    def __init__(
        self, pooled: int, classes: Mapping[str, int], dimension: int, teacher: int = 0
    ) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(pooled, affine=False, momentum=_MOMENTUM)
        self.linear = nn.ModuleDict({k: nn.Linear(pooled, dimension, bias=False) for k in classes})
        self.prototypes = nn.ParameterDict(
            {k: nn.Parameter(torch.randn(n, dimension) * 0.05) for k, n in classes.items()}
        )
        self.teacher = nn.Linear(pooled, teacher) if teacher else None

    def standard(self, pooled: Tensor) -> Tensor:
        """The pooled layer with every number standardised over the works [N, P]."""
        found: Tensor = self.norm(pooled.float())
        return found

    def projections(self, standard: Tensor) -> dict[str, Tensor]:
        """Each label's projection [N, D], of length 1."""
        return {k: F.normalize(linear(standard), dim=1) for k, linear in self.linear.items()}

    def cosines(self, projections: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Each label's cosines [N, C] with its classes."""
        return {k: p @ F.normalize(self.prototypes[k], dim=1).T for k, p in projections.items()}

    def affine(self) -> dict[str, AffineMap]:
        """Each label's projection as one affine map of the pooled layer: [D, P] and [D]."""
        mean, deviation = _statistics(self.norm)
        found = {}
        for label, linear in self.linear.items():
            assert isinstance(linear, nn.Linear)  # noqa: S101
            weight = linear.weight.detach().cpu().double().numpy() / deviation
            found[label] = AffineMap(weight, -weight @ mean)
        return found


class SeedHeads(nn.Module):
    """The earlier work's head: one layer of D numbers, and a linear classifier on it."""

    def __init__(self, pooled: int, classes: Mapping[str, int], dimension: int) -> None:
        super().__init__()
        self.label = next(iter(classes))
        self.layer = nn.Linear(pooled, dimension)
        self.classifier = nn.Linear(dimension, classes[self.label])

    def standard(self, pooled: Tensor) -> Tensor:
        """The pooled layer as it is [N, P]."""
        return pooled.float()

    def projections(self, standard: Tensor) -> dict[str, Tensor]:
        """The head's numbers [N, D]."""
        return {self.label: self.layer(standard)}

    def cosines(self, projections: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Logits [N, C] of the only label."""
        return {self.label: self.classifier(F.relu(projections[self.label]))}

    def affine(self) -> dict[str, AffineMap]:
        """The head as an affine map of the pooled layer: [D, P] and [D]."""
        weight = self.layer.weight.detach().cpu().double().numpy()
        bias = self.layer.bias.detach().cpu().double().numpy()
        return {self.label: AffineMap(weight, bias)}


def _statistics(norm: nn.BatchNorm1d) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    assert norm.running_mean is not None  # noqa: S101
    assert norm.running_var is not None  # noqa: S101
    mean = norm.running_mean.cpu().double().numpy()
    return mean, np.sqrt(norm.running_var.cpu().double().numpy() + norm.eps)
