"""Small copies of pictures, as lists and grids show them."""

import io

import numpy as np
from PIL import Image

from artsim.images.scaling import fit

THUMBNAIL_SIDE = 320
THUMBNAIL_QUALITY = 80


def thumbnail_webp(pixels: np.ndarray, side: int = THUMBNAIL_SIDE) -> bytes:
    """WebP of uint8 [H, W, 3] with the longest side at most ``side`` pixels."""
    out = io.BytesIO()
    Image.fromarray(fit(pixels, side)).save(out, "WEBP", quality=THUMBNAIL_QUALITY, method=0)
    return out.getvalue()
