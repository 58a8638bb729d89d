"""From a stored image to what a backbone sees, as its spec says. Needs no torch.

Pillow resamples here as it does for torchvision.transforms.v2, which would import torch: seconds
that a search in OpenVINO does without.
"""

from typing import Protocol

import numpy as np
from PIL import Image

from artsim.images.canonical import decode_canonical, reduction
from artsim.images.decode import DecodedImage

_FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


class Preprocessing(Protocol):
    """What a backbone says of how it sees pictures."""

    @property
    def input_size(self) -> int | None:
        """Height and width of the input in pixels."""

    @property
    def resize(self) -> str:
        """shortest or squash."""

    @property
    def crop_pct(self) -> float:
        """Input size / size scaled to before the crop."""

    @property
    def interpolation(self) -> str:
        """bilinear or bicubic."""


def preprocess_jpeg(spec: Preprocessing, jpeg: bytes) -> np.ndarray:
    """uint8 [3, S, S] of a canonical JPEG; raises UnsupportedImage. Thread-safe."""
    # Decoding to no less than twice the side leaves the last resampling to the spec's own filter.
    return preprocess_pixels(spec, decode_canonical(jpeg, 2 * _scaled_side(spec)))


def preprocess_decoded(spec: Preprocessing, decoded: DecodedImage, stored: bytes) -> np.ndarray:
    """What ``preprocess_jpeg`` gives of ``stored``, the canonical JPEG of ``decoded``.

    Nothing is decoded where the stored samples are those of the file, at their full size.
    """
    height, width = decoded.pixels.shape[:2]
    if stored is decoded.canonical and reduction(height, width, 2 * _scaled_side(spec)) == 1:
        return preprocess_pixels(spec, decoded.pixels)
    return preprocess_jpeg(spec, stored)


def preprocess_pixels(spec: Preprocessing, pixels: np.ndarray) -> np.ndarray:
    """uint8 [3, S, S] of upright sRGB pixels, uint8 [H, W, 3]. Thread-safe."""
    size, scaled = spec.input_size or 0, _scaled_side(spec)
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


def _scaled_side(spec: Preprocessing) -> int:
    return int((spec.input_size or 0) / spec.crop_pct)
