"""Pictures and comparisons for the tests of backbones."""

import io

import numpy as np
from PIL import Image

from artsim.backbones.spec import BackboneSpec

# A real small model of timm; whoever saves it gives the weights.
TINY = BackboneSpec(
    name="tiny",
    family="ResNet",
    architecture="test_resnet",
    weights="0" * 64,
    input_size=64,
    crop_pct=0.9,
    interpolation="bilinear",
    mean=(0.485, 0.456, 0.406),
    std=(0.229, 0.224, 0.225),
    pooling="avg",
    dimension=96,
)


def picture(seed, size=(120, 90)):
    """JPEG bytes of coarse random colours."""
    blocks = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(blocks).resize(size, Image.Resampling.BICUBIC).save(out, "JPEG", quality=92)
    return out.getvalue()


def cosines(a, b):
    """Cosine of each row of ``a`` with the same row of ``b``."""
    return (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
