"""The losses of training: labels, the metric between works, the distance to a teacher."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional as F

from artsim.core.lazy import lazy
from artsim.training.recipes import Recipe

if TYPE_CHECKING:
    from pytorch_metric_learning import losses, miners
else:
    losses = lazy("pytorch_metric_learning.losses")
    miners = lazy("pytorch_metric_learning.miners")


def label_loss(cosines: Tensor, codes: Tensor, recipe: Recipe) -> Tensor:
    """Cross-entropy of cosines [N, C] against codes [N], those of -1 left out; 0 where all are.

    The recipe's margin is taken from the right class first; its scale sharpens the softmax.
    """
    known = codes >= 0
    if recipe.margin:
        right = F.one_hot(codes.clamp(min=0), cosines.shape[1])
        cosines = cosines - recipe.margin * right
    scale = recipe.scale if recipe.name == "artsim" else 1.0
    each = F.cross_entropy(
        cosines.float() * scale,
        codes,
        ignore_index=-1,
        label_smoothing=recipe.label_smoothing,
        reduction="sum",
    )
    return each / known.sum().clamp(min=1)


class MetricLoss:
    """Works of one class near each other, others apart: multi-similarity loss."""

    def __init__(self) -> None:
        self._loss, self._miner = losses.MultiSimilarityLoss(), miners.MultiSimilarityMiner()

    def __call__(self, embeddings: Tensor, codes: Tensor) -> Tensor:
        """The loss of embeddings [N, D] by codes [N]; works of -1 are left out."""
        known = codes >= 0
        embeddings, codes = embeddings[known], codes[known]
        if len(codes) < 2:
            return embeddings.sum() * 0.0
        pairs = self._miner(embeddings, codes)
        loss: Tensor = self._loss(embeddings, codes, pairs)
        return loss


def distance_to(teacher: Tensor, student: Tensor) -> Tensor:
    """Mean cosine distance between two embeddings [N, D] of the same pictures."""
    return 1 - F.cosine_similarity(student.float(), teacher.float(), dim=1).mean()


def joined(projections: Mapping[str, Tensor]) -> Tensor:
    """All projections of a work as one embedding [N, sum of D], each of the same length."""
    return torch.cat([F.normalize(p, dim=1) for p in projections.values()], dim=1)
