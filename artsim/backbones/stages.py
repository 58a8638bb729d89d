"""Reading a network's stages during a pass: mean and deviation of what each one gives."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from artsim.core.errors import InvalidInput

_EPSILON = 1e-5  # keeps the slope of a deviation finite where a channel is constant


@dataclass(frozen=True)
class Seen:
    """What the watched modules gave in a pass, by their names.

    ``summaries`` are their means and deviations [N, 2C], ``centred`` their maps without the mean
    [N, H W, C], of those that were asked for.
    """

    summaries: dict[str, Tensor] = field(default_factory=dict)
    centred: dict[str, Tensor] = field(default_factory=dict)


# One for the current pass of each thread: threads share one network.
_seen: ContextVar[Seen | None] = ContextVar("seen", default=None)


def watch(
    trunk: nn.Module, names: Sequence[str], architecture: str, centred: Collection[str] = ()
) -> None:
    """Let ``looking`` see the modules ``names``, and the maps of those that are ``centred``.

    Raises InvalidInput where there is none such.
    """
    if names and _channels_last(trunk):
        raise InvalidInput(
            f"The network {architecture!r} gives no feature maps [N, C, H, W]: leave out stages."
        )
    for name in names:
        try:
            module = trunk.get_submodule(name)
        except AttributeError as error:
            raise InvalidInput(
                f"The network {architecture!r} has no stage {name!r}: choose modules that it has."
            ) from error
        module.register_forward_hook(_summary(name, name in centred))


@contextmanager
def looking() -> Iterator[Seen]:
    """What the watched modules give that this thread runs inside."""
    seen = Seen()
    before = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(before)


@contextmanager
def at_rest(model: nn.Module) -> Iterator[None]:
    """The model in eval mode for a while, each of its modules in its own mode afterwards."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def blank_image(trunk: nn.Module) -> Tensor:
    """A black image [1, 3, S, S] of the size that a timm model was made for, on its device."""
    size = getattr(trunk, "pretrained_cfg", {}).get("input_size", (3, 224, 224))
    return torch.zeros(1, *size, device=next(trunk.parameters()).device)


def feature_stages(trunk: nn.Module) -> tuple[str, ...]:
    """The modules of a timm model in eval mode that are worth watching, () where there are none.

    Every child of ``blocks``, as EfficientNets have them, else what timm lists as features;
    only where all give feature maps [N, C, H, W].
    """
    listed = tuple(str(one["module"]) for one in getattr(trunk, "feature_info", ()))
    blocks = getattr(trunk, "blocks", None)
    if isinstance(blocks, nn.Sequential):
        inside = tuple(f"blocks.{child}" for child, _ in blocks.named_children())
        if _give_maps(trunk, inside):
            return inside
    return listed if _give_maps(trunk, listed) else ()


def _summary(name: str, centred: bool) -> Callable[[nn.Module, Any, Any], None]:
    def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
        seen = _seen.get()
        if seen is None:
            return
        if not _is_map(output):
            raise InvalidInput(
                f"The stage {name!r} gives no feature maps [N, C, H, W]: choose another stage."
            )
        # At once: a later module may change the output in place.
        positions = output.float().permute(0, 2, 3, 1).flatten(1, 2)
        # Ten times as fast as torch.var_mean on a CPU where the channels come last.
        mean = positions.mean(1, keepdim=True)
        apart = positions - mean
        variance = apart.square().mean(1)
        seen.summaries[name] = torch.cat([mean[:, 0], (variance + _EPSILON).sqrt()], dim=1)
        if centred:
            seen.centred[name] = apart

    return hook


def _give_maps(trunk: nn.Module, names: Sequence[str]) -> bool:
    found: dict[str, bool] = {}

    def note(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(_module: nn.Module, _inputs: Any, output: Any) -> None:
            found[name] = _is_map(output)

        return hook

    if not names or _channels_last(trunk):
        return False
    handles = []
    try:
        for name in names:
            handles.append(trunk.get_submodule(name).register_forward_hook(note(name)))
    except AttributeError:
        return False
    with torch.inference_mode():
        trunk(blank_image(trunk))
    for handle in handles:
        handle.remove()
    return len(found) == len(names) and all(found.values())


def _is_map(output: Any) -> bool:
    return isinstance(output, Tensor) and output.ndim == 4


def _channels_last(trunk: nn.Module) -> bool:
    # Swin and its like have maps of four dimensions too, but [N, H, W, C], and say so.
    return getattr(trunk, "output_fmt", "NCHW") != "NCHW"
