"""From a stored image to what a backbone sees, as its spec says. Needs no torch.

Pillow resamples here as it does for torchvision.transforms.v2, which would import torch: seconds
that a search in OpenVINO does without.
"""

import numpy as np
from PIL import Image

from artsim.backbones.spec import BackboneSpec
from artsim.images.canonical import decode_canonical

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


def preprocess_jpeg(spec: BackboneSpec, jpeg: bytes) -> np.ndarray:
    """uint8 [3, S, S] of a canonical JPEG; raises UnsupportedImage. Thread-safe."""
    # Decoding to no less than twice the side leaves the last resampling to the spec's own filter.
    return preprocess_pixels(spec, decode_canonical(jpeg, 2 * _scaled_side(spec)))


def preprocess_pixels(spec: BackboneSpec, pixels: np.ndarray) -> np.ndarray:
    """uint8 [3, S, S] of upright sRGB pixels, uint8 [H, W, 3]. Thread-safe."""
    size, scaled = spec.input_size, _scaled_side(spec)
    height, width = pixels.shape[:2]
    if spec.resize == "squash":
        new_width = new_height = scaled
    else:
        short = min(height, width)
        new_width, new_height = int(scaled * width / short), int(scaled * height / short)
    # Resampling only what the crop keeps gives the same pixels as cropping afterwards.
    left, top = round((new_width - size) / 2), round((new_height - size) / 2)
    across, down = width / new_width, height / new_height
    box = (left * across, top * down, (left + size) * across, (top + size) * down)
    image = Image.fromarray(pixels).resize((size, size), _FILTERS[spec.interpolation], box)
    return np.asarray(image).transpose(2, 0, 1)


def _scaled_side(spec: BackboneSpec) -> int:
    return int(spec.input_size / spec.crop_pct)
