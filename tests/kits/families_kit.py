"""Tiny random models of the families of timm, cached as the hub's would be, and nothing fetched.

Each is timm's own architecture with fewer and narrower blocks, registered under a name of its own.
"""

import sys

import timm
import torch
from timm.models import register_model
from timm.models._hub import save_for_hf
from timm.models._registry import generate_default_cfgs

TAG = "random"
_SMALL = {"embed_dim": 32, "depth": 3, "num_heads": 2}
_EVA = {"embed_dim": 32, "depth": 3, "num_heads": 2}
_SWIN = {"embed_dim": 8, "depths": (1, 1, 2, 1), "num_heads": (1, 1, 2, 2)}
_CONVNEXT = {"depths": (1, 1, 2, 1), "dims": (8, 16, 24, 32)}
_CLIP = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
_HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))

# Name, timm's architecture, how it is made small, its pictures' side and the rest of its card.
FAMILIES = {
    "tinyvit": ("vit_small_patch16_224", _SMALL, 64, _HALF, {"crop_pct": 0.9}),
    "tinydeit": ("deit3_small_patch16_224", _SMALL, 64, _IMAGENET, {"crop_pct": 1.0}),
    "tinydinov2": ("vit_small_patch14_reg4_dinov2", _SMALL, 70, _IMAGENET, {"crop_pct": 1.0}),
    "tinydinov3": ("vit_small_patch16_dinov3", _EVA, 64, _IMAGENET, {"crop_pct": 1.0}),
    "tinysiglip": ("vit_base_patch16_siglip_224", _SMALL, 64, _HALF, {"crop_mode": "squash"}),
    "tinysiglipgap": ("vit_base_patch16_siglip_gap_224", _SMALL, 64, _HALF, {"crop_pct": 0.9}),
    "tinyclip": ("vit_base_patch16_clip_224", _SMALL, 64, _CLIP, {"crop_pct": 0.9}),
    "tinype": ("vit_pe_core_base_patch16_224", _EVA, 64, _HALF, {"crop_pct": 1.0}),
    "tinyeva": ("eva02_base_patch14_224", _EVA, 70, _CLIP, {"crop_pct": 0.9}),
    "tinybeit": ("beitv2_base_patch16_224", _SMALL, 64, _IMAGENET, {"crop_pct": 0.9}),
    "tinyswin": ("swin_tiny_patch4_window7_224", _SWIN, 224, _IMAGENET, {"crop_pct": 0.9}),
    "tinyswinv2": ("swinv2_tiny_window8_256", _SWIN, 256, _IMAGENET, {"crop_pct": 0.9}),
    "tinyconvnext": ("convnext_tiny", _CONVNEXT, 64, _CLIP, {"crop_pct": 0.875}),
    "tinydinov3convnext": ("convnext_tiny", _CONVNEXT, 64, _IMAGENET, {"crop_pct": 1.0}),
}
# Small enough as they are.
OTHERS = {"mobilenetv3_small_050": 64, "test_vit3": 160, "test_resnet": 160}
default_cfgs = {}


def _register(name, architecture, small, side, colours, card):
    about = dict(timm.get_pretrained_cfg(architecture).to_dict())
    about |= {"input_size": (3, side, side), "mean": colours[0], "std": colours[1], **card}
    for gone in ("url", "hf_hub_id", "architecture", "tag", "pool_size", "num_classes"):
        about.pop(gone, None)
    about |= {"hf_hub_id": "timm/", "num_classes": 10, "license": "mit"}

    def entry(pretrained=False, **kwargs):
        overlay = about | (kwargs.pop("pretrained_cfg_overlay", None) or {})
        kwargs.pop("pretrained_cfg", None)
        if about["fixed_input_size"]:
            kwargs.setdefault("img_size", side)
        return timm.create_model(
            architecture,
            pretrained=pretrained,
            pretrained_cfg_overlay=overlay,
            **small,
            **kwargs,
        )

    entry.__name__ = name
    entry.__module__ = __name__
    default_cfgs.update(generate_default_cfgs({f"{name}.{TAG}": about}))
    register_model(entry)
    setattr(sys.modules[__name__], name, entry)


def register():
    """Let timm know the tiny models; once a process."""
    for name, about in FAMILIES.items():
        if not timm.is_model(name):
            _register(name, *about)


def make(name, **options):
    """The tiny model, its weights drawn by a seed and its norms no ones and zeros."""
    torch.manual_seed(7)
    model = timm.create_model(name, pretrained=False, **options).eval()
    for parameter in model.parameters():
        if parameter.ndim <= 1 or not parameter.any():
            torch.nn.init.normal_(parameter, 0.3, 0.3)
    return model


def cache(folder, name, model):
    """Put ``model`` into the hub's cache at ``folder`` as timm's hub would have it."""
    home = folder / f"models--timm--{name}.{TAG}"
    (home / "refs").mkdir(parents=True)
    (home / "refs" / "main").write_text("abc")
    path = home / "snapshots" / "abc"
    save_for_hf(model, str(path), model_config={"architecture": name}, safe_serialization=True)
    return path
