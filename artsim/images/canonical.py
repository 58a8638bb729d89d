"""The one form in which pictures are stored and embedded: an upright sRGB JPEG, not too large."""

import threading

import numpy as np
import simplejpeg

from artsim.core.errors import UnsupportedImage
from artsim.core.limits import UPLOAD_LIMITS
from artsim.images.decode import DecodedImage, decode
from artsim.images.jpeg_decode import reduced_pixels

CANONICAL_QUALITY = 92

# A small file may hold 180 megapixels: so many uploads at most are decoded at a time.
_uploads = threading.BoundedSemaphore(2)


def canonical_jpeg(decoded: DecodedImage) -> bytes:
    """The one stored form of an image: an upright sRGB JPEG, longest side <= CANONICAL_SIDE.

    A file that is one already keeps its very samples: encoding anew would cost fidelity.
    """
    return decoded.canonical or simplejpeg.encode_jpeg(
        decoded.pixels, quality=CANONICAL_QUALITY, colorsubsampling="444"
    )


def canonical_upload(data: bytes, name: str = "") -> bytes:
    """Canonical JPEG of an uploaded file; a work's own file gives its stored image again."""
    with _uploads:
        return canonical_jpeg(decode(data, UPLOAD_LIMITS, name))


def decode_canonical(jpeg: bytes, min_side: int | None = None) -> np.ndarray:
    """uint8 [H, W, 3] of a canonical JPEG, at a reduced size with shortest side >= min_side."""
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
        factor = 1
        while min_side and factor < 8 and min(height, width) // (2 * factor) >= min_side:
            factor *= 2
        return reduced_pixels(jpeg, height, width, factor)
    except ValueError as error:
        raise UnsupportedImage(
            "The stored image cannot be decoded: import its collection again."
        ) from error
