"""The one safe decoder: every image that artsim reads passes through here.

Colours end as 8-bit sRGB, upright, on white. Limits are checked on the header, before
any pixel is decoded, and a file that does not decode whole is refused.
"""

import io
import math
import threading
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import simplejpeg
from PIL import Image

from artsim.core.errors import ArtsimError, TooLarge, UnsupportedImage
from artsim.core.limits import IMPORT_LIMITS, UPLOAD_LIMITS, Limits
from artsim.images.formats import format_of, wrong_extension
from artsim.images.jpeg import without_metadata
from artsim.images.pillow_decode import orientation_of, pillow_pixels, read_header, srgb_pixels
from artsim.images.png import check_chunks

CANONICAL_SIDE = 1024
CANONICAL_QUALITY = 92
THUMBNAIL_SIDE = 320
THUMBNAIL_QUALITY = 80

# Callers work on several images at once; threads inside one image would only compete.
cv2.setNumThreads(1)

# Complaints of libjpeg about files that nevertheless hold every pixel.
_HARMLESS = (
    "Invalid SOS parameters",
    "Unknown Adobe",
    "before marker 0xd9",
    "subsampling",
    "color space",
    "colorspace",
)


# A small file may hold 180 megapixels: so many uploads at most are decoded at a time.
_uploads = threading.BoundedSemaphore(2)


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


def canonical_jpeg(decoded: DecodedImage) -> bytes:
    """The one stored form of an image: an upright sRGB JPEG, longest side <= CANONICAL_SIDE.

    A file that is one already keeps its very samples: encoding anew would cost fidelity.
    """
    return decoded.canonical or simplejpeg.encode_jpeg(
        decoded.pixels, quality=CANONICAL_QUALITY, colorsubsampling="444"
    )


def thumbnail_webp(pixels: np.ndarray, side: int = THUMBNAIL_SIDE) -> bytes:
    """WebP of uint8 [H, W, 3] with the longest side at most ``side`` pixels."""
    out = io.BytesIO()
    Image.fromarray(fit(pixels, side)).save(out, "WEBP", quality=THUMBNAIL_QUALITY, method=0)
    return out.getvalue()


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
        return _scaled_jpeg(jpeg, height, width, factor)
    except ValueError as error:
        raise UnsupportedImage(
            "The stored image cannot be decoded: import its collection again."
        ) from error


def fit(pixels: np.ndarray, side: int) -> np.ndarray:
    """Scale uint8 [H, W, C] down, never up, so that its longest side is at most ``side``."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest <= side:
        return np.ascontiguousarray(pixels)
    size = (max(1, round(width * side / longest)), max(1, round(height * side / longest)))
    # Whole-number averaging is fast; what is left is under 2x, where linear does not alias.
    factor = longest // side
    if factor > 1 and min(height, width) >= 2 * factor:
        pixels = cv2.resize(
            pixels[: height // factor * factor, : width // factor * factor],
            (width // factor, height // factor),
            interpolation=cv2.INTER_AREA,
        )
    return cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)


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
    notes = _notes(image, format, name)
    turned = orientation_of(image) if format == "TIFF" else None
    coarseness = _coarseness(image) if format == "JPEG" else 0.0
    if format == "JPEG" and image.mode in ("RGB", "L"):
        pixels, recoloured, sound = _jpeg_pixels(data, image)
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


def _jpeg_pixels(data: bytes, image: Image.Image) -> tuple[np.ndarray, bool, bool]:
    """Pixels, whether colours were converted, and whether the decoder had no complaint."""
    width, height = image.size
    factor = 1
    while factor < 8 and -(-max(width, height) // (2 * factor)) >= CANONICAL_SIDE:
        factor *= 2
    try:
        pixels = _scaled_jpeg(data, height, width, factor)
    except ValueError as error:
        if not any(text in str(error) for text in _HARMLESS):
            raise
        return (*pillow_pixels(image, CANONICAL_SIDE), False)
    return (*srgb_pixels(pixels, image.info.get("icc_profile"), image.mode), True)


def _scaled_jpeg(data: bytes, height: int, width: int, factor: int) -> np.ndarray:
    if factor == 1:
        return simplejpeg.decode_jpeg(data)
    return simplejpeg.decode_jpeg(
        data, min_height=-(-height // factor), min_width=-(-width // factor)
    )


def _notes(image: Any, format: str, name: str) -> list[str]:
    notes = []
    if wrong_extension(name, format):
        notes.append(f"{format} data in a file named .{name.rpartition('.')[2].lower()}")
    elif format != "JPEG":
        notes.append(f"{format} converted")
    mode = image.mode
    # Pillow reports 16-bit colour as RGB and tells it only in the raw mode.
    raw = " ".join(str(tile[3]) for tile in getattr(image, "tile", ()))
    if getattr(image, "is_animated", False):
        notes.append("first frame of an animation")
    if mode.startswith("I") or mode == "F" or ";16" in raw:
        notes.append("16 bits a channel reduced to 8")
    elif mode == "CMYK":
        notes.append("CMYK converted to RGB")
    elif mode in ("P", "PA"):
        notes.append("palette converted to RGB")
    elif mode == "1":
        notes.append("1-bit image converted to RGB")
    elif mode in ("L", "LA"):
        notes.append("grey converted to RGB")
    elif mode not in ("RGB", "RGBA", "RGBX"):
        notes.append(f"{mode} converted to RGB")
    if "transparency" in image.info or mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        notes.append("transparency put on white")
    return notes


def _coarseness(image: Any) -> float:
    tables = list(getattr(image, "quantization", {}).values())
    return float(np.mean([np.mean(table) for table in tables])) if tables else 0.0


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
