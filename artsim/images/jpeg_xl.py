"""JPEG XL: the size from the header, so that limits are checked before libjxl decodes anything."""

from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from artsim.core.errors import UnsupportedImage
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import pillow_jxl
else:
    pillow_jxl = lazy("pillow_jxl")

BYTES_A_PIXEL = 3
_CODESTREAM = b"\xff\x0a"
_CONTAINER = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_WIDE = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_BITS = (9, 13, 18, 30)


class _Bits:
    """Bits of bytes, the lowest first."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data, "little")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise EOFError("truncated JPEG XL header")
        value = self._number & ((1 << count) - 1)
        self._number >>= count
        return value


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height as stored, read from the first bytes of the codestream.

    Raises EOFError or ValueError where there is none.
    """
    bits = _Bits(_start_of_codestream(data)[2:32])
    small = bits.take(1)
    height = _length(bits, small)
    ratio = bits.take(3)
    if ratio == 0:
        return _length(bits, small), height
    wide, high = _WIDE[ratio - 1]
    return height * wide // high, height


def decoded(data: bytes) -> bytes | Any:
    """The picture upright as a Pillow image with its profile; or the JPEG that was packed.

    Raises what libjxl raises, and UnsupportedImage where it is not installed.
    """
    try:
        decoder = pillow_jxl.Decoder(num_threads=1)
    except ImportError as error:
        raise UnsupportedImage(
            "The file is JPEG XL, which is not read here: save it as PNG or TIFF, or ask who runs "
            "artsim to install its extra 'jxl'."
        ) from error
    repacked, about, pixels, profile, _ = decoder(data)
    if repacked:
        return bytes(pixels)
    size, mode = (about.width, about.height), about.mode
    if mode == "F;16":
        floats = np.frombuffer(pixels, np.float16).astype(np.float32)
        image = Image.fromarray(floats.reshape(about.height, about.width))
    else:
        image = Image.frombuffer(mode, size, pixels, "raw", mode, 0, 1)
    if profile:
        image.info["icc_profile"] = bytes(profile)
    return image


def _length(bits: _Bits, small: int) -> int:
    if small:
        return (bits.take(5) + 1) * 8
    return bits.take(_BITS[bits.take(2)]) + 1


def _start_of_codestream(data: bytes) -> bytes:
    if data.startswith(_CODESTREAM):
        return data[:64]
    if not data.startswith(_CONTAINER):
        raise ValueError("no JPEG XL file")
    place = len(_CONTAINER)
    while place + 8 <= len(data):
        length, name = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        start = place + 8
        if length == 1:
            length, start = int.from_bytes(data[start : start + 8], "big"), start + 8
        if name in (b"jxlc", b"jxlp"):
            start += 4 if name == b"jxlp" else 0
            if data[start : start + 2] != _CODESTREAM:
                raise ValueError("no codestream in the JPEG XL file")
            return data[start : start + 64]
        if length < 8:
            break
        place += length
    raise EOFError("truncated JPEG XL file")
