"""The layers of a network, for learning rates that differ and for parts that stay as they are."""

from timm.models._manipulate import group_with_matcher
from torch import nn

from artsim.backbones.stages import feature_stages


def layers_of(trunk: nn.Module) -> dict[str, int]:
    """The layer of each parameter of a timm model by its name, 0 the first.

    Convolutional networks: the stem is 0, stage i is i + 1, what comes after them is one more.
    Others as timm groups them; all 0 where it does not.
    """
    names = [name for name, _ in trunk.named_parameters()]
    modes = {module: module.training for module in trunk.modules()}
    stages = feature_stages(trunk.eval())
    for module, mode in modes.items():
        module.training = mode
    if stages:
        return _by_stages(names, stages)
    matcher = getattr(trunk, "group_matcher", None)
    if matcher is None:
        return dict.fromkeys(names, 0)
    groups = group_with_matcher(trunk.named_parameters(), matcher(coarse=True), reverse=True)
    return {name: int(layer) for name, layer in groups.items()}


def _by_stages(names: list[str], stages: tuple[str, ...]) -> dict[str, int]:
    layers, last = {}, 0
    for name in names:
        inside = [i + 1 for i, stage in enumerate(stages) if name.startswith(f"{stage}.")]
        if inside:
            last = inside[0]
        layers[name] = inside[0] if inside else (0 if not last else len(stages) + 1)
    return layers
