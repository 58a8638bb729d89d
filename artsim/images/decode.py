"""The one safe decoder: every image that artsim reads passes through here.

Colours end as 8-bit sRGB, upright, on white. Limits are checked on the header, before
any pixel is decoded, and a file that does not decode whole is refused.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from artsim.core.errors import ArtsimError, TooLarge, UnsupportedImage
from artsim.core.limits import CANONICAL_SIDE, IMPORT_LIMITS, Limits
from artsim.images.checks import check_size
from artsim.images.colour import adobe_rgb, to_srgb
from artsim.images.completeness import is_cut_off
from artsim.images.conversions import format_notes, mode_notes
from artsim.images.exif import read_exif
from artsim.images.formats import format_of
from artsim.images.jpeg import check_scans, ended, said_beside, unusual_kind, without_metadata
from artsim.images.jpeg_decode import bytes_a_pixel, coarseness_of, jpeg_pixels
from artsim.images.pillow_decode import read_header
from artsim.images.readers import READERS
from artsim.images.samples import RawPicture
from artsim.images.scaling import fit


@dataclass(frozen=True)
class DecodedImage:
    """A whole image, upright.

    ``pixels`` is uint8 [H, W, 3] sRGB, its longest side at most CANONICAL_SIDE (never
    enlarged). ``width`` and ``height`` are of the upright original. ``conversions`` names
    what was changed on the way; ``coarseness`` is the mean JPEG quantisation
    step (1 = finest; 0 for other formats). ``canonical`` is the file without its metadata
    where that is the canonical form already, else b"". ``further_pages`` counts full pages of the
    file that were not taken: ``pages.picture_at`` gives them.
    """

    pixels: np.ndarray
    width: int
    height: int
    format: str
    conversions: tuple[str, ...]
    coarseness: float = 0.0
    canonical: bytes = b""
    further_pages: int = 0


def decode(data: bytes, limits: Limits = IMPORT_LIMITS, name: str = "") -> DecodedImage:
    """Decode a whole image file; ``name`` only serves to notice a wrong extension.

    Raises UnsupportedImage or TooLarge with one sentence that names the problem.
    """
    format = checked_format(data, limits)
    with in_words(data, format):
        if format == "JPEG":
            return _jpeg(data, limits, name)
        picture = READERS[format](data, CANONICAL_SIDE, limits)
        if isinstance(picture, bytes):  # a JPEG that was packed into another format
            return _jpeg(picture, limits, name, format)
        return finished(picture, format, name)


def checked_format(data: bytes, limits: Limits) -> str:
    """The format of a file that is not too large, by its first bytes."""
    if len(data) > limits.max_bytes:
        raise TooLarge(
            f"The file has {_megabytes(len(data))} MB and the limit is "
            f"{_megabytes(limits.max_bytes)} MB: make it smaller and try again."
        )
    return format_of(data)


def finished(picture: RawPicture, format: str, name: str) -> DecodedImage:
    """The samples of a reader as an upright sRGB picture, and what was changed on the way."""
    pixels, recoloured = to_srgb(picture.samples)
    return _upright_image(
        pixels,
        (picture.width, picture.height),
        picture.orientation,
        format,
        [*format_notes(format, name), *picture.notes],
        recoloured,
        further_pages=picture.further_pages,
    )


@contextmanager
def in_words(data: bytes, format: str) -> Iterator[None]:
    """Turn what decoders raise into one sentence about the file."""
    try:
        yield
    except ArtsimError:
        raise
    except Exception as error:
        if isinstance(error, MemoryError) or "memory" in str(error).lower():
            raise TooLarge(
                "The image needs more memory than there is: make it smaller and try again."
            ) from error
        raise _unreadable(data, format, error) from error


def _jpeg(data: bytes, limits: Limits, name: str, format: str = "JPEG") -> DecodedImage:
    try:
        return _whole_jpeg(data, limits, name, format)
    except ArtsimError:
        raise
    except Exception as error:
        if what := unusual_kind(data):
            raise UnsupportedImage(
                f"The file is {what}, which cannot be shown: export it as JPEG, PNG or TIFF."
            ) from error
        whole = ended(data)
        if whole is None:
            raise
        try:
            return _whole_jpeg(whole, limits, name, format)
        except ArtsimError:
            raise
        except Exception:
            raise error from None


def _whole_jpeg(data: bytes, limits: Limits, name: str, format: str) -> DecodedImage:
    try:
        image = read_header(data, "JPEG")
        block, profile = image.info.get("exif"), image.info.get("icc_profile")
    except Exception:  # perhaps only the metadata beside the picture cannot be read
        bare = _as_stored(data)
        if not bare:
            raise
        image = read_header(bare, "JPEG")
        block, profile = said_beside(data)
    width, height = image.size
    check_size(width, height, limits, bytes_a_pixel(image))
    check_scans(data, limits)
    exif = read_exif(block)
    if profile is None and exif.adobe_rgb:
        profile = adobe_rgb()
    notes = [*format_notes(format, name), *mode_notes(image)]
    pixels, recoloured, sound = jpeg_pixels(data, image, profile, CANONICAL_SIDE)
    plain = image.mode == "RGB" and exif.orientation == 1 and not recoloured
    canonical = sound and plain and max(width, height) <= CANONICAL_SIDE
    return _upright_image(
        pixels,
        (width, height),
        exif.orientation,
        format,
        notes,
        recoloured,
        coarseness=coarseness_of(image),
        canonical=_as_stored(data) if canonical else b"",
    )


def _upright_image(
    pixels: np.ndarray,
    size: tuple[int, int],
    orientation: int,
    format: str,
    notes: list[str],
    recoloured: bool,
    coarseness: float = 0.0,
    canonical: bytes = b"",
    further_pages: int = 0,
) -> DecodedImage:
    if orientation != 1:
        notes.append(f"EXIF orientation {orientation} applied")
    if recoloured:
        notes.append("colour profile converted to sRGB")
    upright = np.ascontiguousarray(_upright(fit(pixels, CANONICAL_SIDE), orientation))
    width, height = size[::-1] if orientation in (5, 6, 7, 8) else size
    return DecodedImage(
        upright, width, height, format, tuple(notes), coarseness, canonical, further_pages
    )


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


def _unreadable(data: bytes, format: str, error: Exception) -> UnsupportedImage:
    text = str(error).lower()
    if is_cut_off(data, format):
        return UnsupportedImage(
            f"The {format} file is incomplete (cut off before its end): "
            "copy it again from its source."
        )
    # an unknown JPEG marker is a changed byte
    unknown = "not supported" in text or "unsupported" in text.replace("unsupported marker", "")
    if isinstance(error, NotImplementedError) or (unknown and format != "JPEG"):
        told = " ".join(str(error).split()).rstrip(".")  # libheif breaks lines
        return UnsupportedImage(
            f"The {format} file is of a kind that cannot be read here ({told}): "
            "export it as JPEG, PNG or plain TIFF."
        )
    return UnsupportedImage(
        f"The {format} file is damaged and cannot be decoded whole: copy it again from its source."
    )


def _megabytes(size: int) -> str:
    return f"{math.ceil(size / 1e5) / 10:.1f}".removesuffix(".0")
