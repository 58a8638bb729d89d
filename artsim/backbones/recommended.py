"""A dozen backbones to begin with: what they cost, under which licence, what is known of them.

Sizes, lengths and licences are timm's own, arithmetic is counted on its networks
(tests/backbones/test_recommended.py counts again); nothing is claimed for art that was not
measured.
"""

from dataclasses import dataclass

from artsim.backbones import registry
from artsim.core.workspace import Workspace

COST = (
    "The cost is the arithmetic for one picture, relative to efficientnet_lite0. It is counted, "
    "not timed: on a CPU expect at least that many times the seconds."
)
_UNKNOWN = "not measured here"


@dataclass(frozen=True)
class Recommended:
    """One backbone to begin with.

    ``megabytes`` are to be downloaded or are here; ``parameters`` in millions, ``multiplications``
    (with additions) in thousand millions a picture. ``cost`` is relative to efficientnet_lite0.
    ``available`` is one of: offline, here, needs the network once. ``art`` says what is known of
    it for art, and "not measured here" where nothing is.
    """

    name: str
    family: str
    licence: str
    dimension: int
    input_size: int
    parameters: float
    megabytes: int
    multiplications: float
    cost: str
    available: str
    art: str


_PICTURES = "ImageNet's labels"
_WORDS = "pictures with their captions from the web"
_ALONE = "pictures without labels"
# Name, family, licence, dimension, input size, million parameters, MB, thousand million
# multiplications a picture, and what the weights were learnt from.
_ROWS = (
    ("artsim-lite0", "EfficientNet-Lite", "Apache-2.0", 547, 224, 4.9, 10, 0.38, ""),
    ("artsim-lite0-wide", "EfficientNet-Lite", "Apache-2.0", 547, 224, 11.7, 23, 0.77, ""),
    ("efficientnet_lite0", "EfficientNet-Lite", "Apache-2.0", 1280, 224, 3.4, 19, 0.38, _PICTURES),
    ("resnet50", "ResNet", "apache-2.0", 2048, 224, 23.5, 94, 4.09, _PICTURES),
    ("convnext_tiny.fb_in22k", "ConvNeXt", "apache-2.0", 768, 224, 27.8, 111, 4.45, _PICTURES),
    (
        "swin_base_patch4_window7_224.ms_in22k",
        *("Swin", "mit", 1024, 224, 86.7, 347, 15.43, _PICTURES),
    ),
    (
        "vit_small_patch16_dinov3.lvd1689m",
        *("DINOv3", "dinov3-license", 384, 256, 21.6, 86, 6.25, _ALONE),
    ),
    (
        "vit_small_patch14_reg4_dinov2.lvd142m",
        *("DINOv2", "apache-2.0", 384, 518, 22.1, 88, 46.88, _ALONE),
    ),
    (
        "vit_base_patch16_clip_224.openai",
        *("CLIP", "apache-2.0", 768, 224, 85.8, 343, 17.56, _WORDS),
    ),
    (
        "vit_base_patch16_siglip_224.v2_webli",
        *("SigLIP", "apache-2.0", 768, 224, 92.9, 371, 17.71, _WORDS),
    ),
    (
        "vit_pe_core_base_patch16_224.fb",
        *("Perception Encoder", "apache-2.0", 768, 224, 92.9, 372, 17.8, _WORDS),
    ),
    (
        "convnext_base.clip_laion2b",
        *("ConvNeXt", "apache-2.0", 1024, 256, 87.6, 350, 20.05, _WORDS),
    ),
)
_UNIT = next(row[7] for row in _ROWS if row[0] == "efficientnet_lite0")
_MEASURED = {
    "artsim-lite0-wide": "artsim-lite0 with the untouched network beside it: finds best, in twice "
    "the time; docs/researcher.md has its figures, measured here.",
    "artsim-lite0": "Fine-tuned on paintings; docs/researcher.md has its figures, measured here.",
    "efficientnet_lite0": "Learnt from ImageNet's labels; docs/researcher.md has its figures, "
    "measured here.",
}


def recommended(workspace: Workspace) -> list[Recommended]:
    """The dozen, the cheapest of what works offline first; fetches nothing and imports no torch.

    ``[r.name for r in recommended(workspace)][0]`` is ``"artsim-lite0"``.
    """
    here = {info.name for info in registry.list_backbones(workspace) if info.offline}
    found = []
    for name, family, licence, dimension, side, parameters, size, work, learnt in _ROWS:
        packaged = registry.comes_with_artsim(name) and name in here
        absent = "here" if name in here else "needs the network once"
        found.append(
            Recommended(
                name=name,
                family=family,
                licence=licence,
                dimension=dimension,
                input_size=side,
                parameters=parameters,
                megabytes=size,
                multiplications=work,
                cost=_times(work / _UNIT),
                available="offline" if packaged else absent,
                art=_MEASURED.get(name, f"Learnt from {learnt}; for art {_UNKNOWN}."),
            )
        )
    return found


def _times(ratio: float) -> str:
    """A ratio as people read it.

    >>> _times(1.0), _times(10.76), _times(400.3)
    ('1 x', '11 x', '400 x')
    """
    return f"{ratio:.0f} x"
