"""Models of pictures and words on the Hugging Face hub, as open_clip publishes them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artsim.backbones import hub
from artsim.backbones.spec import BackboneSpec
from artsim.backbones.towers import Towers
from artsim.backbones.weights import cached_digest
from artsim.core.errors import InvalidInput

CONFIG, WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"
TOKENIZER, TOKENIZER_CONFIG = "tokenizer.json", "tokenizer_config.json"


@dataclass(frozen=True)
class KnownTowers(hub.KnownModel):
    """What is known of a model of pictures and words before anything of it is fetched."""

    own_tokenizer: bool = False


_APPLE = "Apple ML Research licence: for research only"
KNOWN = {
    "siglip2_base": KnownTowers("timm/ViT-B-16-SigLIP2", "SigLIP 2", 768, 224, own_tokenizer=True),
    "siglip2_base_32": KnownTowers(
        "timm/ViT-B-32-SigLIP2-256", "SigLIP 2", 768, 256, own_tokenizer=True
    ),
    "mobileclip2_b": KnownTowers("timm/MobileCLIP2-B-OpenCLIP", "MobileCLIP", 512, 224, _APPLE),
    "openclip_b32": KnownTowers(
        "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "OpenCLIP", 512, 224, "MIT"
    ),
}


def snapshot(known: KnownTowers) -> Path | None:
    """The folder of a cached model, None where it is not cached whole; no network."""
    return hub.snapshot(known.repository, _files(known))


def fetch(name: str, known: KnownTowers) -> Path:
    """Download a model into the hub's cache; raises Unavailable naming the remedy, quickly."""
    return hub.fetch(name, known.repository, _files(known))


def _files(known: KnownTowers) -> tuple[str, ...]:
    return (CONFIG, WEIGHTS, *((TOKENIZER, TOKENIZER_CONFIG) if known.own_tokenizer else ()))


def read_spec(
    name: str, known: KnownTowers, path: Path, cache: Path, compute: bool = True
) -> BackboneSpec | None:
    """The backbone of a cached model; None where its identity is unknown and not to be computed.

    Raises InvalidInput where its configuration cannot be honoured.
    """
    weights = cached_digest(path / WEIGHTS, cache, compute)
    if not weights:
        return None
    try:
        spec = spec_of(name, known, json.loads((path / CONFIG).read_bytes()), weights)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(
            f"The hub model {name!r} is made in a way that artsim does not know: choose another "
            "backbone ('artsim backbones' lists them)."
        ) from error
    return spec.at(path / WEIGHTS)


def spec_of(name: str, known: KnownTowers, config: dict[str, Any], weights: str) -> BackboneSpec:
    """The backbone of what ``open_clip_config.json`` says; raises ValueError or KeyError."""
    model, shown = config["model_cfg"], config["preprocess_cfg"]
    fields = ("embed_dim", "vision_cfg", "text_cfg", "custom_text", "quick_gelu")
    towers = Towers(**{field: model[field] for field in fields if field in model})
    side = shown.get("size") or towers.vision_cfg.get("image_size", 224)
    height, width = (side, side) if isinstance(side, int) else side
    if height != width:
        raise ValueError("input is not square")
    return BackboneSpec(
        name=name,
        family=known.family,
        architecture=_architecture(towers),
        weights=weights,
        input_size=height,
        resize={"shortest": "shortest", "squash": "squash"}[shown.get("resize_mode", "shortest")],
        crop_pct=1.0,
        interpolation=shown.get("interpolation", "bicubic"),
        mean=tuple(shown["mean"]),
        std=tuple(shown["std"]),
        pooling="",
        dimension=towers.embed_dim,
        towers=towers,
        licence=known.licence,
        origin=f"Hugging Face hub {known.repository}",
    )


def _architecture(towers: Towers) -> str:
    """timm's name of the tower for pictures, where it is one of timm's."""
    return str(towers.vision_cfg.get("timm_model_name") or "open_clip_vit").partition(".")[0]
