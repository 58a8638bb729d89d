"""A checkpoint: a folder with model.safetensors and backbone.json, and nothing executable."""

from pathlib import Path
from typing import TYPE_CHECKING

from artsim.backbones.spec import BackboneSpec
from artsim.backbones.weights import tensors_digest
from artsim.core import atomic
from artsim.core.errors import Conflict, InvalidInput, NotFound, Unreadable
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import torch
    from safetensors import torch as safetensors_torch
else:
    safetensors_torch = lazy("safetensors.torch")

WEIGHTS = "model.safetensors"
SPEC = "backbone.json"
CARD = "README.md"
_PICKLES = {".pth", ".pt", ".pkl", ".pickle", ".bin", ".ckpt"}
_MAX_SPEC = 1_000_000


def read_checkpoint(folder: Path) -> BackboneSpec:
    """The backbone in ``folder``, under the folder's name; reads no weights.

    Raises NotFound or InvalidInput with the reason why it is refused.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no checkpoint {folder.name!r}.")
    pickles = sorted(p.name for p in folder.iterdir() if p.suffix.lower() in _PICKLES)
    if pickles:
        raise InvalidInput(
            f"The checkpoint {folder.name!r} is refused: {pickles[0]} is a pickle, which could "
            f"run any code; keep only {WEIGHTS} and {SPEC}."
        )
    for name in (WEIGHTS, SPEC):
        if not (folder / name).is_file():
            raise InvalidInput(f"The checkpoint {folder.name!r} has no {name}: publish it again.")
    try:
        with (folder / SPEC).open("rb") as file:
            text = file.read(_MAX_SPEC)
        spec = BackboneSpec.from_json(text)
    except (OSError, InvalidInput, Unreadable) as error:
        raise InvalidInput(f"The checkpoint {folder.name!r} is refused: {error}") from error
    return spec.model_copy(update={"name": folder.name}).at(folder / WEIGHTS)


def save_checkpoint(
    folder: Path,
    spec: BackboneSpec,
    tensors: "dict[str, torch.Tensor]",
    half: bool = False,
    readme: str = "",
) -> BackboneSpec:
    """Publish ``tensors`` as a checkpoint in one step; gives ``spec`` with their digest.

    ``tensors`` is a timm state dict of ``spec.architecture`` and what ``spec.parts`` needs
    (``network.tensors``). With ``half`` those of floating point are stored as float16: half the
    size; they are loaded as float32. ``readme`` is the model card. Raises Conflict where there
    is a checkpoint of that name already, InvalidInput where the spec contradicts itself or a
    number is too large for float16.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        with atomic.new_folder(folder) as aside:
            safetensors_torch.save_file(
                {k: _stored(k, v, half) for k, v in tensors.items()}, aside / WEIGHTS
            )
            (aside / WEIGHTS).chmod(0o644)  # safetensors writes for its owner alone
            digest = tensors_digest(aside / WEIGHTS)
            saved = spec.model_copy(update={"weights": digest, "name": folder.name})
            text = saved.to_json()
            BackboneSpec.from_json(text)  # never publish what reading would refuse
            (aside / SPEC).write_text(text, encoding="utf-8")
            if readme:
                (aside / CARD).write_text(readme, encoding="utf-8")
    except FileExistsError as error:
        raise Conflict(f"There is a checkpoint {folder.name!r} already.") from error
    return saved.at(folder / WEIGHTS)


def _stored(name: str, tensor: "torch.Tensor", half: bool) -> "torch.Tensor":
    whole = tensor.detach().cpu().contiguous().clone()
    if not half or not whole.is_floating_point():
        return whole
    small = whole.half()
    if small.isinf().any() and not whole.isinf().any():
        raise InvalidInput(
            f"The tensor {name!r} has numbers too large for float16: save it without half."
        )
    return small
