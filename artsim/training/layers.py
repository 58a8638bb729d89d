"""The layers of a network, for learning rates that differ and for parts that stay as they are."""

import re

from timm.models._manipulate import group_with_matcher
from torch import nn

from artsim.backbones.stages import at_rest, feature_stages

_NUMBERED = re.compile(r"\.\d+\.")


def layers_of(trunk: nn.Module) -> dict[str, int]:
    """The layer of each parameter of a timm model by its name, 0 the first.

    Convolutional networks: the stem is 0, stage i is i + 1, what comes after them is one more.
    Others as timm groups them; all 0 where it does not.
    """
    names = [name for name, _ in trunk.named_parameters()]
    with at_rest(trunk):
        stages = feature_stages(trunk)
    if stages:
        return _by_stages(names, stages)
    matcher = getattr(trunk, "group_matcher", None)
    if matcher is None:
        return dict.fromkeys(names, 0)
    groups = group_with_matcher(trunk.named_parameters(), matcher(coarse=True), reverse=True)
    return {name: int(layer) for name, layer in groups.items()}


def before_last_blocks(layers: dict[str, int], count: int) -> set[str]:
    """The parameters, by name, that come before the last ``count`` blocks (or stages).

    What comes after the blocks, such as a last norm, has no number in its name.

    >>> layers = {"stem.weight": 0, "blocks.0.weight": 1, "blocks.1.weight": 2, "norm.weight": 3}
    >>> sorted(before_last_blocks(layers, 1))
    ['blocks.0.weight', 'stem.weight']
    """
    last = max((layer for name, layer in layers.items() if _NUMBERED.search(name)), default=0)
    return {name for name, layer in layers.items() if layer <= last - count}


def _by_stages(names: list[str], stages: tuple[str, ...]) -> dict[str, int]:
    layers, last = {}, 0
    for name in names:
        inside = [i + 1 for i, stage in enumerate(stages) if name.startswith(f"{stage}.")]
        if inside:
            last = inside[0]
        layers[name] = inside[0] if inside else (0 if not last else len(stages) + 1)
    return layers
