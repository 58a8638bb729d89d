"""JPEG as 8-bit sRGB arrays by libjpeg-turbo, which scales down while it decodes."""

from typing import Any

import numpy as np
import simplejpeg
from PIL import Image

from artsim.images.pillow_decode import pillow_pixels, srgb_pixels

# Complaints of libjpeg about files that nevertheless hold every pixel.
_HARMLESS = (
    "Invalid SOS parameters",
    "Unknown Adobe",
    "before marker 0xd9",
    "subsampling",
    "color space",
    "colorspace",
)


def jpeg_pixels(data: bytes, image: Image.Image, side: int) -> tuple[np.ndarray, bool, bool]:
    """uint8 [H, W, 3] of a JPEG in RGB or grey, reduced while its longest side stays >= ``side``.

    The second value tells whether a colour profile was applied, the third whether the decoder had
    no complaint. Raises ValueError, or what Pillow raises, where it does not decode whole.
    """
    width, height = image.size
    factor = 1
    while factor < 8 and -(-max(width, height) // (2 * factor)) >= side:
        factor *= 2
    try:
        pixels = reduced_pixels(data, height, width, factor)
    except ValueError as error:
        if not any(text in str(error) for text in _HARMLESS):
            raise
        return (*pillow_pixels(image, side), False)
    return (*srgb_pixels(pixels, image.info.get("icc_profile"), image.mode), True)


def reduced_pixels(data: bytes, height: int, width: int, factor: int) -> np.ndarray:
    """uint8 [H, W, 3] of a JPEG of this size at about 1/``factor`` of it; raises ValueError."""
    least = {} if factor == 1 else {"min_height": -(-height // factor)}
    if least:
        least["min_width"] = -(-width // factor)
    pixels: np.ndarray = simplejpeg.decode_jpeg(data, **least)
    return pixels


def coarseness_of(image: Any) -> float:
    """Mean quantisation step of an opened JPEG, 1 the finest; 0 where it has no tables."""
    tables = list(getattr(image, "quantization", {}).values())
    return float(np.mean([np.mean(table) for table in tables])) if tables else 0.0
