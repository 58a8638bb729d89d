"""timm's weights on the Hugging Face hub: what is cached, and fetching what is not."""

import contextlib
import hashlib
import importlib.metadata
import json
import os
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.backbones.spec import BackboneSpec
from artsim.backbones.weights import cached_digest
from artsim.core import atomic
from artsim.core.errors import InvalidInput, Unavailable
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import httpx
    import huggingface_hub
    import timm
    from huggingface_hub import constants

    from artsim.backbones import timm_model
else:
    constants = lazy("huggingface_hub.constants")
    httpx = lazy("httpx")
    huggingface_hub = lazy("huggingface_hub")
    timm = lazy("timm")
    timm_model = lazy("artsim.backbones.timm_model")

WEIGHTS = "model.safetensors"
CONFIG = "config.json"
_OWNER = "timm"
_SECONDS = 4.0  # longest wait for the hub to answer


@dataclass(frozen=True)
class KnownModel:
    """What is known of a hub model before anything of it is fetched."""

    repository: str
    family: str
    dimension: int
    input_size: int
    licence: str = "Apache-2.0"


KNOWN = {
    "resnet18": KnownModel("timm/resnet18.a1_in1k", "ResNet", 512, 224),
    "resnet50": KnownModel("timm/resnet50.a1_in1k", "ResNet", 2048, 224),
    "efficientnet_b0": KnownModel("timm/efficientnet_b0.ra_in1k", "EfficientNet", 1280, 224),
}

_FAMILIES = (
    ("tf_efficientnet_lite", "EfficientNet-Lite"),
    ("(tf_)?efficientnet", "EfficientNet"),
    ("resnet", "ResNet"),
    ("vit_.*dinov2", "DINOv2"),
    ("vit_.*dinov3", "DINOv3"),
    ("vit_.*siglip", "SigLIP"),
    ("vit_.*clip", "CLIP"),
    ("vit_pe_", "Perception Encoder"),
    ("vit", "ViT"),
    ("swinv2", "Swin V2"),
    ("swin", "Swin"),
    ("eva", "EVA"),
    ("convnext", "ConvNeXt"),
)


def snapshot(repository: str, files: Sequence[str] = (CONFIG, WEIGHTS)) -> Path | None:
    """The folder of a cached model, None where it is not cached whole; no network."""
    folder = _cache() / f"models--{repository.replace('/', '--')}"
    try:
        revision = (folder / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    path = folder / "snapshots" / revision
    return path if all((path / file).is_file() for file in files) else None


def cached_models() -> list[str]:
    """Names of the timm models that are cached whole."""
    prefix = f"models--{_OWNER}--"
    try:
        names = sorted(p.name.removeprefix(prefix) for p in _cache().glob(prefix + "*"))
    except OSError:
        return []
    return [name for name in names if snapshot(f"{_OWNER}/{name}")]


def read_spec(name: str, path: Path, cache: Path, compute: bool = True) -> BackboneSpec | None:
    """The backbone of a cached model; None where its identity is unknown and not to be computed.

    Raises InvalidInput where its configuration cannot be honoured.
    """
    weights = cached_digest(path / WEIGHTS, cache, compute)
    if not weights:
        return None
    text = (path / CONFIG).read_bytes()
    try:
        config = json.loads(text)
        output = _output(config, cache, compute)
        if output is None:
            return None
        return _spec(name, path, config, weights, output).at(path / WEIGHTS)
    except InvalidInput:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            f"The hub model {name!r} needs preprocessing that artsim does not have: "
            "choose another backbone ('artsim backbones' lists them)."
        ) from error


def fetch(name: str, repository: str, files: Sequence[str] = (CONFIG, WEIGHTS)) -> Path:
    """Download a model into the hub's cache; raises Unavailable naming the remedy, quickly."""
    remedy = "connect to the internet once, or choose efficientnet_lite0."
    try:
        check_online(name)
        _check_reachable(f"{constants.ENDPOINT}/{repository}/resolve/main/{files[0]}")
        for file in files:
            huggingface_hub.hf_hub_download(repository, file, etag_timeout=_SECONDS)
    except Unavailable:
        raise
    except Exception as error:  # the hub's own errors are many, the remedy is one
        if isinstance(error, OSError) and error.errno is not None and error.filename:
            raise  # the disk, not the network
        raise Unavailable(
            f"The weights of {name!r} are not on this machine and could not be fetched: {remedy}"
        ) from error
    path = snapshot(repository, files)
    if path is None:
        raise Unavailable(f"The weights of {name!r} were not kept in the hub's cache: {remedy}")
    return path


def check_online(name: str) -> None:
    """Raise Unavailable where this machine is told to fetch nothing."""
    if constants.HF_HUB_OFFLINE:
        raise Unavailable(
            f"The weights of {name!r} are not on this machine and HF_HUB_OFFLINE is set: "
            "unset it and connect to the internet once, or choose efficientnet_lite0."
        )


def timm_repository(name: str) -> str | None:
    """The hub repository of any timm name, None where timm has no such model. Imports timm."""
    try:
        config = timm.get_pretrained_cfg(name)
    except RuntimeError:  # a known architecture, an unknown tag
        return None
    if config is None:
        return None
    if not config.hf_hub_id or not config.hf_hub_id.startswith(f"{_OWNER}/"):
        raise Unavailable(
            f"timm has no safe weights on its hub for {name!r}: choose another backbone."
        )
    return str(config.hf_hub_id)


def timm_names() -> list[str]:
    """Every timm model with weights. Imports timm."""
    return list(timm.list_models()) + list(timm.list_pretrained())


def family_of(architecture: str) -> str:
    """A readable family, else the first part of the architecture's name."""
    for pattern, family in _FAMILIES:
        if re.match(pattern, architecture):
            return family
    return architecture.split("_")[0]


def _output(config: dict[str, Any], cache: Path, compute: bool) -> tuple[str, int] | None:
    """How the network pools and the length of what it gives, worked out once; see ``output_of``.

    Hub configurations say how long the last feature map is, which is not always the output.
    """
    settings = config.get("pretrained_cfg") or config
    wanted = (config["architecture"], config.get("global_pool") or "", settings["input_size"][1])
    key = json.dumps([*wanted, importlib.metadata.version("timm")])
    note = cache / "networks" / hashlib.sha256(key.encode()).hexdigest()
    try:
        pooling, dimension = json.loads(note.read_text(encoding="utf-8"))
        return str(pooling), int(dimension)
    except (OSError, ValueError, TypeError):
        if not compute:
            return None
    found = timm_model.output_of(*wanted)
    note.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(note, json.dumps(found))
    return found


def _spec(
    name: str, path: Path, config: dict[str, Any], weights: str, output: tuple[str, int]
) -> BackboneSpec:
    settings = config.get("pretrained_cfg") or config
    channels, height, width = settings["input_size"]
    if channels != 3 or height != width:
        raise ValueError("input is not square RGB")
    return BackboneSpec(
        name=name,
        family=family_of(config["architecture"]),
        architecture=config["architecture"],
        weights=weights,
        input_size=height,
        resize={"center": "shortest", "squash": "squash"}[settings.get("crop_mode", "center")],
        crop_pct=settings.get("crop_pct", 0.875),
        interpolation=settings["interpolation"],
        mean=tuple(settings["mean"]),
        std=tuple(settings["std"]),
        pooling=output[0],
        dimension=output[1],
        licence=settings.get("license") or "",
        origin=f"Hugging Face hub {path.parent.parent.name.removeprefix('models--')}".replace(
            "--", "/"
        ),
    )


def _cache() -> Path:
    return Path(os.environ.get("HF_HUB_CACHE") or constants.HF_HUB_CACHE)


def _check_reachable(url: str) -> None:
    """Raise where the hub does not answer soon, however long looking up its name takes."""
    answer: list[httpx.Response] = []

    def ask() -> None:
        with contextlib.suppress(httpx.HTTPError, OSError):
            answer.append(httpx.head(url, timeout=_SECONDS, follow_redirects=True))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(2 * _SECONDS)
    if not answer:
        raise TimeoutError(f"no answer from {url}")
    answer[0].raise_for_status()
