"""Networks of timm: built for a size of pictures, what they give, and weights made for others.

Imports torch.
"""

import sys
from collections.abc import Mapping
from typing import Any

import timm
import torch
from torch import Tensor, nn

from artsim.backbones.pooling import GEM, pool_by_generalised_mean
from artsim.core.errors import InvalidInput

_CANNOT = (RuntimeError, TypeError, AssertionError, ValueError, AttributeError, KeyError)


def timm_model(architecture: str, pooling: str = "", side: int | None = None) -> nn.Module:
    """A timm model without a classifier, its weights random: images [N, 3, S, S] to [N, D].

    ``pooling`` is timm's name of a way to pool (avg, token for the class token, map for attention
    pooling ...), ``gem`` for generalised means, or empty for the architecture's own way. ``side``
    is S for a network that is built for one size; the others take any. Raises InvalidInput where
    timm has no such network or cannot build it so.
    """
    options: dict[str, Any] = {}
    if pooling:
        options["global_pool"] = "avg" if pooling == GEM else pooling
    if side is not None and takes_one_size(architecture):
        options["pretrained_cfg_overlay"] = {"input_size": (3, side, side)}
        options["img_size"] = side
    try:
        model = timm.create_model(architecture, pretrained=False, num_classes=0, **options)
        if pooling == GEM:
            pool_by_generalised_mean(model)
    except _CANNOT as error:
        at = f" for pictures of {side} pixels" if "img_size" in options else ""
        raise InvalidInput(
            f"timm cannot build the architecture {architecture!r} with pooling "
            f"{pooling!r}{at}: choose another backbone."
        ) from error
    return model


def takes_one_size(architecture: str) -> bool:
    """Whether a network is built for one size of pictures, as most transformers are.

    >>> takes_one_size("vit_small_patch14_dinov2"), takes_one_size("convnext_tiny")
    (True, False)
    """
    try:
        config = timm.get_pretrained_cfg(architecture)
    except RuntimeError:  # an unknown tag
        return False
    return bool(config and config.fixed_input_size)


def patch_side(model: nn.Module) -> int:
    """How many pixels a patch of a transformer is wide and high; 1 for networks without patches."""
    size = getattr(getattr(model, "patch_embed", None), "patch_size", 1)
    return int(max(size)) if isinstance(size, tuple | list) else int(size)


def output_of(architecture: str, pooling: str, side: int) -> tuple[str, int]:
    """How a network pools to one vector a picture, and how long that is: pooling and D.

    ``pooling`` where the network can be built so and gives [N, D], else the architecture's own
    way, else the mean. Raises InvalidInput where none gives one vector.
    """
    trouble: Exception | None = None
    for way in dict.fromkeys((pooling, "", "avg")):
        try:
            shape = _shape(architecture, way, side)
        except (InvalidInput, *_CANNOT) as error:
            trouble = trouble or error
            continue
        if len(shape) == 2:
            return way, shape[1]
    if isinstance(trouble, InvalidInput):
        raise trouble
    raise InvalidInput(
        f"The network {architecture!r} makes no one vector of a picture of {side} pixels: choose "
        "another backbone."
    ) from trouble


def converted(trunk: nn.Module, found: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """Tensors as ``trunk`` names and shapes them, by timm's conversion where they differ.

    It renames those of older layouts and interpolates positions that were learnt for another size
    of pictures. What timm cannot convert comes back as it is.
    """
    wanted = trunk.state_dict()
    if all(name in found and found[name].shape == own.shape for name, own in wanted.items()):
        return found
    convert = getattr(sys.modules[type(trunk).__module__], "checkpoint_filter_fn", None)
    if convert is None:
        return found
    try:
        with torch.no_grad():
            made = convert({name: one.float() for name, one in found.items()}, trunk)
    except (*_CANNOT, IndexError):
        return found
    return {str(name): one for name, one in made.items() if isinstance(one, Tensor)}


def blank_model(architecture: str, pooling: str, side: int) -> nn.Module:
    """``timm_model`` without memory for its weights, where timm can do that: its build is seen."""
    try:
        with torch.device("meta"):
            return timm_model(architecture, pooling, side)
    except InvalidInput:
        return timm_model(architecture, pooling, side)


def takes(architecture: str, pooling: str, side: int) -> bool:
    """Whether a network makes one vector of a picture of ``side`` pixels."""
    try:
        return len(_shape(architecture, pooling, side)) == 2
    except (InvalidInput, *_CANNOT):
        return False


def _shape(architecture: str, pooling: str, side: int) -> tuple[int, ...]:
    """The shape of what a network gives of one picture; without any arithmetic where it can."""
    for device in ("meta", "cpu"):
        with torch.device(device), torch.inference_mode():
            try:
                model = timm_model(architecture, pooling, side).eval()
                return tuple(model(torch.zeros(1, 3, side, side)).shape)
            except (InvalidInput, *_CANNOT):
                if device == "cpu":
                    raise
    raise AssertionError("the loop returns or raises")
