"""Which engine embeds: what is asked for, else the faster of those that give the same."""

import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import numpy as np

from artsim.backbones.runtime import export
from artsim.backbones.runtime.agreement import Works
from artsim.backbones.runtime.base import Inference
from artsim.backbones.runtime.openvino import OpenVinoInference, processor
from artsim.backbones.runtime.samples import samples
from artsim.backbones.spec import BackboneSpec
from artsim.backbones.weights import cached_digest, others
from artsim.core.errors import InvalidInput, Unavailable
from artsim.core.lazy import lazy
from artsim.core.settings import Runtime, setting

if TYPE_CHECKING:
    from artsim.backbones.runtime import pytorch as torch_engine
    from artsim.backbones.runtime.pytorch import TorchInference
else:
    torch_engine = lazy("artsim.backbones.runtime.pytorch")

Wish = Runtime
_ACCELERATORS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")


def wished(inference: str | None = None) -> Wish:
    """``inference``, else what ARTSIM_ENGINE says, else auto; raises InvalidInput."""
    if not inference:
        return cast(Wish, setting("engine"))
    if inference not in get_args(Wish):
        raise InvalidInput(
            f"{inference[:40]!r} is no inference engine: use {', '.join(get_args(Wish))}."
        )
    return cast(Wish, inference)


def choose(
    spec: BackboneSpec,
    device: str,
    wish: Wish,
    cache: Path | None,
    pictures: Callable[[], np.ndarray] | None,
    works: Works | None = None,
) -> tuple[Inference, str, str]:
    """The engine for a backbone, a sentence where it is not the one to be expected, its loss.

    ``cache`` is where exports are kept; without it torch embeds. ``pictures`` gives those that
    a new export is verified with; without it auto takes OpenVINO only where it was exported
    before. ``works`` are those of a collection that a reduced precision is judged by; the loss
    is what that found. Raises what loading raises, and Unavailable where OpenVINO is asked for and
    refused.
    """
    if cache is None or wish == "torch" or device not in ("auto", "cpu"):
        return _torch(spec, device), "", ""
    torch: TorchInference | None = None
    if wish == "auto" and device == "auto" and _accelerator_possible():
        torch = _torch(spec, device)
        if torch.device != "cpu":
            return torch, "", ""
    refused = ""
    for hint in _hints(wish):
        folder = export.folder_of(spec, cache, hint)
        verdict = export.verdict_on(folder, hint, works)
        if verdict is None and (pictures or wish == "openvino"):
            torch = torch or _torch(spec, "cpu")
            shown = pictures() if pictures else samples(spec)
            verdict = export.export(spec, folder, hint, torch, shown, works)
        if verdict is None:
            continue
        if not verdict.trusted:
            refused = verdict.reason
        elif verdict.faster or wish == "openvino":
            _check_weights(spec, cache)
            engine = OpenVinoInference(folder / export.MODEL, spec.dimension, hint)
            why = f"OpenVINO embeds with {spec.name!r} in {engine.precision}: {refused}."
            return engine, why if refused else "", str(verdict.agreement or "")
        else:
            refused = ""  # torch embeds because it is faster
    note = f"OpenVINO is not used for {spec.name!r}: {refused}." if refused else ""
    if wish == "openvino":
        raise Unavailable(f"{note.removesuffix('.')}; use torch or auto.")
    return torch or _torch(spec, "cpu"), note, ""


def _check_weights(spec: BackboneSpec, cache: Path) -> None:
    """Raise InvalidInput where somebody has changed the weights that an export was made of.

    The export is of the weights that the description names, and whoever changed them expects
    others. Read anew only where the file's size or time has changed.
    """
    file = spec.weights_file
    if file is None or file.suffix != ".safetensors" or not file.is_file():
        return
    if cached_digest(file, cache) != spec.weights:
        raise others(spec.name)


def _torch(spec: BackboneSpec, device: str) -> "TorchInference":
    return torch_engine.load(spec, device)


def _hints(wish: Wish) -> tuple[str, ...]:
    """The precisions to try, the fastest first."""
    stated = setting("precision")
    try:
        native = processor()[1]
    except Unavailable:
        if wish == "openvino":
            raise
        return ()
    return {"auto": native, "float32": ("f32",), "bfloat16": ("bf16", "f32")}[stated]


def _accelerator_possible() -> bool:
    """Whether to ask torch, which takes seconds to load, for an accelerator."""
    return platform.system() == "Darwin" or any(os.path.exists(p) for p in _ACCELERATORS)
