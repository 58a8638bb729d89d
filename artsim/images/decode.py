"""The one safe decoder: every image that artsim reads passes through here.

Colours end as 8-bit sRGB, upright, on white. Limits are checked on the header, before
any pixel is decoded, and a file that does not decode whole is refused.
"""

import math
from dataclasses import dataclass

import numpy as np

from artsim.core.errors import ArtsimError, TooLarge, UnsupportedImage
from artsim.core.limits import IMPORT_LIMITS, Limits
from artsim.images.conversions import conversions_of
from artsim.images.formats import format_of
from artsim.images.jpeg import without_metadata
from artsim.images.jpeg_decode import coarseness_of, jpeg_pixels
from artsim.images.pillow_decode import orientation_of, pillow_pixels, read_header
from artsim.images.png import check_chunks
from artsim.images.scaling import fit

CANONICAL_SIDE = 1024


@dataclass(frozen=True)
class DecodedImage:
    """A whole image, upright.

    ``pixels`` is uint8 [H, W, 3] sRGB, its longest side at most CANONICAL_SIDE (never
    enlarged). ``width`` and ``height`` are of the upright original. ``conversions`` names
    what was changed on the way; ``coarseness`` is the mean JPEG quantisation
    step (1 = finest; 0 for other formats). ``canonical`` is the file without its metadata
    where that is the canonical form already, else b"".
    """

    pixels: np.ndarray
    width: int
    height: int
    format: str
    conversions: tuple[str, ...]
    coarseness: float = 0.0
    canonical: bytes = b""


def decode(data: bytes, limits: Limits = IMPORT_LIMITS, name: str = "") -> DecodedImage:
    """Decode a whole image file; ``name`` only serves to notice a wrong extension.

    Raises UnsupportedImage or TooLarge with one sentence that names the problem.
    """
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"The file has {_megabytes(len(data))} MB and the limit is "
            f"{_megabytes(limits.max_bytes)} MB: make it smaller and try again."
        )
    format = format_of(data)
    try:
        return _decode(data, format, limits, name)
    except ArtsimError:
        raise
    except MemoryError as error:
        raise TooLarge(
            "The image needs more memory than there is: make it smaller and try again."
        ) from error
    except Exception as error:
        raise _unreadable(format, error) from error


def _decode(data: bytes, format: str, limits: Limits, name: str) -> DecodedImage:
    image = read_header(data, format)
    width, height = image.size
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise TooLarge(
            f"The image claims {width:,} x {height:,} pixels, over the limit of "
            f"{limits.max_pixels / 1e6:g} megapixels ({limits.max_side:,} a side): "
            "make it smaller, or raise the limit if it is genuine."
        )
    if format == "PNG":
        check_chunks(data)
    notes = conversions_of(image, format, name)
    turned = orientation_of(image) if format == "TIFF" else None
    coarseness = coarseness_of(image) if format == "JPEG" else 0.0
    if format == "JPEG" and image.mode in ("RGB", "L"):
        pixels, recoloured, sound = jpeg_pixels(data, image, CANONICAL_SIDE)
    else:
        pixels, recoloured = pillow_pixels(image, CANONICAL_SIDE)
        sound = False
    # Of a PNG this would decode the pixels, and take their damage for that of the EXIF block.
    orientation = orientation_of(image) if turned is None else turned
    if orientation != 1:
        notes.append(f"EXIF orientation {orientation} applied")
    as_it_is = sound and image.mode == "RGB" and orientation == 1 and not recoloured
    small = max(width, height) <= CANONICAL_SIDE
    canonical = _as_stored(data) if as_it_is and small else b""
    pixels = fit(pixels, CANONICAL_SIDE)
    if recoloured:
        notes.append("colour profile converted to sRGB")
    if format == "TIFF":  # Pillow has turned it while loading
        width, height = image.size
    else:
        pixels = np.ascontiguousarray(_upright(pixels, orientation))
        if orientation in (5, 6, 7, 8):
            width, height = height, width
    return DecodedImage(pixels, width, height, format, tuple(notes), coarseness, canonical)


def _as_stored(data: bytes) -> bytes:
    try:
        return without_metadata(data)
    except ValueError:  # decoders forgive more than this
        return b""


def _upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels


def _unreadable(format: str, error: Exception) -> UnsupportedImage:
    text = str(error).lower()
    cut = ("truncated", "premature end", "not enough", "unexpected end", "no more data")
    if isinstance(error, EOFError) or any(word in text for word in cut):
        return UnsupportedImage(
            f"The {format} file is incomplete (cut off before its end): "
            "copy it again from its source."
        )
    return UnsupportedImage(
        f"The {format} file is damaged and cannot be decoded whole: copy it again from its source."
    )


def _megabytes(size: int) -> str:
    return f"{math.ceil(size / 1e5) / 10:.1f}".removesuffix(".0")
