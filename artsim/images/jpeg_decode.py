"""JPEG as 8-bit sRGB arrays by libjpeg-turbo, which scales down while it decodes."""

from typing import Any

import numpy as np
import simplejpeg
from PIL import Image

from artsim.images.colour import to_srgb
from artsim.images.jpeg import without_metadata
from artsim.images.pillow_decode import samples_of
from artsim.images.samples import Samples
from artsim.images.scaling import fit

# Complaints of libjpeg about files that nevertheless hold every pixel.
_HARMLESS = (
    "Invalid SOS parameters",
    "Unknown Adobe",
    "before marker 0xd9",
    "subsampling",
    "color space",
    "colorspace",
)
_BAD_PROFILE = "ICC marker"


def jpeg_pixels(
    data: bytes, image: Image.Image, profile: bytes | None, side: int
) -> tuple[np.ndarray, bool, bool]:
    """uint8 [H, W, 3] of a JPEG, reduced while its longest side stays >= ``side``.

    The second value tells whether a colour profile was applied, the third whether the decoder had
    no complaint. Raises ValueError, or what Pillow raises, where it does not decode whole.
    """
    if image.mode not in ("RGB", "L"):
        return (*to_srgb(_inks(image, profile, side)), False)
    width, height = image.size
    factor = 1
    while factor < 8 and -(-max(width, height) // (2 * factor)) >= side:
        factor *= 2
    try:
        pixels = _strictly(data, height, width, factor)
    except ValueError as error:
        if not any(text in str(error) for text in _HARMLESS):
            raise
        samples = samples_of(image, side)
        return (*to_srgb(Samples(samples.values, samples.space, None, profile)), False)
    if profile is None:
        return pixels, False, True
    pixels = fit(pixels, side)
    if image.mode == "L":
        return (*to_srgb(Samples(pixels[:, :, :1], "GRAY", profile=profile)), True)
    return (*to_srgb(Samples(pixels, "RGB", profile=profile)), True)


def _strictly(data: bytes, height: int, width: int, factor: int) -> np.ndarray:
    try:
        return reduced_pixels(data, height, width, factor)
    except ValueError as error:
        if _BAD_PROFILE not in str(error):
            raise
        return reduced_pixels(without_metadata(data), height, width, factor)


def reduced_pixels(data: bytes, height: int, width: int, factor: int) -> np.ndarray:
    """uint8 [H, W, 3] of a JPEG of this size at about 1/``factor`` of it; raises ValueError."""
    least = {} if factor == 1 else {"min_height": -(-height // factor)}
    if least:
        least["min_width"] = -(-width // factor)
    pixels: np.ndarray = simplejpeg.decode_jpeg(data, **least)
    return pixels


def bytes_a_pixel(image: Any) -> float:
    """What libjpeg holds of each pixel of an opened JPEG: a progressive one's coefficients."""
    if not image.info.get("progressive"):
        return 0.0
    shares = [(across, down) for _, across, down, _ in image.layer]
    widest, highest = (max(part) for part in zip(*shares, strict=True))
    return float(sum(2 * a * d / (widest * highest) for a, d in shares))


def coarseness_of(image: Any) -> float:
    """Mean quantisation step of an opened JPEG, 1 the finest; 0 where it has no tables."""
    tables = list(getattr(image, "quantization", {}).values())
    return float(np.mean([np.mean(table) for table in tables])) if tables else 0.0


def _inks(image: Image.Image, profile: bytes | None, side: int) -> Samples:
    samples = samples_of(image, side)
    values = samples.values
    # Pillow takes all as Adobe writes them, who turn ink into light; others do not name Adobe.
    if image.mode == "CMYK" and "adobe" not in image.info:
        values = 255 - values
    return Samples(values, samples.space, None, profile)
