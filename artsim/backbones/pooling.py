"""Generalised means of feature maps, a way to pool that timm does not have."""

from timm.layers.adaptive_avgmax_pool import SelectAdaptivePool2d
from torch import Tensor, nn

GEM = "gem"
_POWER, _LEAST = 3.0, 1e-6


class GeneralisedMean(nn.Module):
    """[N, C, H, W] to [N, C, 1, 1]: the root of the mean of the cubes of each channel.

    Values below 1e-6 count as that. Radenović, Tolias and Chum, *TPAMI* 41(7), 2019, with p = 3.

    >>> import torch
    >>> round(float(GeneralisedMean()(torch.tensor([[[[0.0, 2.0]]]])).squeeze()), 4)
    1.5874
    """

    def forward(self, maps: Tensor) -> Tensor:
        cubes = maps.clamp(min=_LEAST).pow(_POWER)
        return cubes.mean((2, 3), keepdim=True).pow(1 / _POWER)


def pool_by_generalised_mean(model: nn.Module) -> None:
    """Let a timm model that pools its last feature map by the mean pool it so instead.

    Raises ValueError for one that pools no feature map [N, C, H, W].
    """
    pools = [m for m in model.modules() if isinstance(m, SelectAdaptivePool2d) and m.pool_type]
    if len(pools) != 1 or getattr(model, "output_fmt", None) not in (None, "NCHW"):
        raise ValueError("it has no feature map to pool")
    pools[0].add_module("pool", GeneralisedMean())
