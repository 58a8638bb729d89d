"""Low-rank adapters to a transformer's attention: few numbers are trained, and merged at the end.

Hu, Shen, Wallis et al., "LoRA: Low-Rank Adaptation of Large Language Models", ICLR 2022.
"""

import re

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize

_ATTENTION = re.compile(r"(^|\.)attn\w*\.(qkv|q|k|v|kv|q_proj|k_proj|v_proj|proj)$")
_SCALE = 2.0  # alpha / rank of the paper


class Adapter(nn.Module):
    """A weight [O, I] plus 2 U D; U [O, rank] begins at zero, D [rank, I] at random."""

    def __init__(self, weight: Tensor, rank: int) -> None:
        super().__init__()
        outputs, inputs = weight.shape
        self.down = nn.Parameter(torch.randn(rank, inputs) / inputs**0.5)
        self.up = nn.Parameter(torch.zeros(outputs, rank))

    def forward(self, weight: Tensor) -> Tensor:
        return weight + _SCALE * (self.up @ self.down)


def attention_layers(trunk: nn.Module) -> list[str]:
    """The linear layers of a timm model's attention, by name; none in a convolutional network."""
    return [
        name
        for name, module in trunk.named_modules()
        if isinstance(module, nn.Linear) and _ATTENTION.search(name)
    ]


def add_adapters(trunk: nn.Module, rank: int) -> None:
    """Put an adapter on each layer of attention; torch's seed draws them."""
    for name in attention_layers(trunk):
        module = trunk.get_submodule(name)
        weight = module.get_parameter("weight")
        parametrize.register_parametrization(module, "weight", Adapter(weight, rank))


def merge_adapters(trunk: nn.Module) -> None:
    """Add every adapter to the weight that it adapts: the same function, and the network's own."""
    for name in attention_layers(trunk):
        module = trunk.get_submodule(name)
        if parametrize.is_parametrized(module, "weight"):
            parametrize.remove_parametrizations(module, "weight")


def is_adapter(name: str) -> bool:
    """Whether the parameter ``name`` is an adapter's.

    >>> is_adapter("blocks.0.attn.qkv.parametrizations.weight.0.up")
    True
    """
    return bool(re.search(r"\.parametrizations\.weight\.\d+\.(up|down)$", name))
