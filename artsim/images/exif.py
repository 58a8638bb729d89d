"""What an EXIF block says of how a picture is to be shown; a damaged one never costs it."""

import struct
from dataclasses import dataclass
from typing import Any

from PIL import Image

_ORIENTATION, _EXIF_IFD, _INTEROPERABILITY_IFD = 0x0112, 0x8769, 0xA005
_COLOUR_SPACE, _INTEROPERABILITY_INDEX = 0xA001, 0x0001
_SRGB, _ADOBE_RGB = 1, 2
# What reading a damaged EXIF block raises; nothing here may stand for pixels that do not decode.
_BAD_EXIF = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, struct.error),
    AttributeError,
)


@dataclass(frozen=True)
class Exif:
    """``orientation`` 1 to 8; ``adobe_rgb`` where the colours are said to be Adobe RGB."""

    orientation: int = 1
    adobe_rgb: bool = False


def read_exif(block: bytes | None) -> Exif:
    """What an EXIF block says, as far as it can be read: upright sRGB where it says nothing."""
    if not block:
        return Exif()
    exif = Image.Exif()
    try:
        exif.load(block)
    except _BAD_EXIF:
        return Exif()
    return exif_of(exif)


def exif_of(exif: Any) -> Exif:
    """The same of Pillow's EXIF dictionary."""
    orientation = _value(exif, _ORIENTATION)
    valid = isinstance(orientation, int) and 1 <= orientation <= 8
    return Exif(orientation if valid else 1, _is_adobe_rgb(exif))


def _is_adobe_rgb(exif: Any) -> bool:
    details = _folder(exif, _EXIF_IFD)
    space = _value(details, _COLOUR_SPACE)
    if space == _ADOBE_RGB:
        return True
    # DCF cameras call Adobe RGB uncalibrated, and say which in the interoperability index.
    if space == _SRGB:
        return False
    index = _value(_folder(exif, _INTEROPERABILITY_IFD), _INTEROPERABILITY_INDEX)
    if index is None:
        index = _value(_inner(details), _INTEROPERABILITY_INDEX)
    text = index.decode("latin-1") if isinstance(index, bytes) else index
    return isinstance(text, str) and text.startswith("R03")


def _folder(exif: Any, tag: int) -> Any:
    try:
        return exif.get_ifd(tag)
    except _BAD_EXIF:
        return {}


def _inner(details: Any) -> Any:
    inner = _value(details, _INTEROPERABILITY_IFD)
    return inner if isinstance(inner, dict) else {}


def _value(folder: Any, tag: int) -> Any:
    try:
        return folder.get(tag)
    except _BAD_EXIF:
        return None
