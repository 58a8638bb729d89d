"""The one form in which pictures are stored and embedded: an upright sRGB JPEG, not too large."""

import numpy as np
import simplejpeg

from artsim.core.errors import UnsupportedImage
from artsim.core.limits import CANONICAL_SIDE, TURN_SECONDS, UPLOAD_LIMITS
from artsim.images.cage import Cage
from artsim.images.decode import DecodedImage, checked_format
from artsim.images.jpeg_decode import reduced_pixels

CANONICAL_QUALITY = 92

# Each upload may take UPLOAD_LIMITS.memory: so many at most are decoded at a time.
_uploads = Cage("artsim.images.caged_upload:work", UPLOAD_LIMITS, lanes=2, patience=TURN_SECONDS)


def canonical_jpeg(decoded: DecodedImage) -> bytes:
    """The one stored form of an image: an upright sRGB JPEG, longest side <= CANONICAL_SIDE.

    A file that is one already keeps its very samples: encoding anew would cost fidelity.
    """
    return decoded.canonical or simplejpeg.encode_jpeg(
        decoded.pixels, quality=CANONICAL_QUALITY, colorsubsampling="444"
    )


def canonical_upload(data: bytes, name: str = "") -> bytes:
    """Canonical JPEG of an uploaded file; a work's own file gives its stored image again.

    A process of its own decodes it, which ends at the limits of UPLOAD_LIMITS. Raises
    UnsupportedImage or TooLarge, and Unavailable where it has no turn in TURN_SECONDS.
    """
    checked_format(data, UPLOAD_LIMITS)
    (jpeg,) = _uploads.run({"name": name}, data).given
    height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
    if max(height, width) > CANONICAL_SIDE:
        raise UnsupportedImage("The file cannot be read as a picture: save it anew as JPEG.")
    return jpeg


def expect_uploads() -> None:
    """Make ready for the first upload, which would wait a second for its process."""
    _uploads.start()


def reduction(height: int, width: int, min_side: int | None) -> int:
    """The factor by which ``decode_canonical`` shrinks a picture of this size: 1, 2, 4 or 8.

    >>> reduction(1024, 1024, 512), reduction(1024, 819, 512)
    (2, 1)
    """
    factor = 1
    while min_side and factor < 8 and min(height, width) // (2 * factor) >= min_side:
        factor *= 2
    return factor


def decode_canonical(jpeg: bytes, min_side: int | None = None) -> np.ndarray:
    """uint8 [H, W, 3] of a canonical JPEG, at a reduced size with shortest side >= min_side."""
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
        return reduced_pixels(jpeg, height, width, reduction(height, width, min_side))
    except ValueError as error:
        raise UnsupportedImage(
            "The stored image cannot be decoded: import its collection again."
        ) from error
