"""JPEG 2000 files box by box: the colours that their samples are in, which Pillow does not read."""

from collections.abc import Iterator

from artsim.core.errors import UnsupportedImage
from artsim.images.colour import rgb_profile

_CODESTREAM = b"\xff\x4f\xff\x51"
_PROPHOTO = (0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001)
_D50 = (0.3457, 0.3585)
_ROMM = 21
_SIZE, _CODING_STYLE, _START_OF_TILE = 0x51, 0x52, 0x90
# Bilevel, CMYK, sRGB, grey and sYCC are what the decoder turns into colours by itself.
_READ = {0: "", 15: "", 12: "CMYK", 16: "", 17: "", 18: "", _ROMM: ""}
_NAMES = {14: "CIELab", 13: "YCCK", 11: "CMY", 19: "CIEJab"}


def is_codestream(data: bytes) -> bool:
    """Whether the file is a bare codestream, which says nothing of its colours."""
    return data.startswith(_CODESTREAM)


def colours_of(data: bytes) -> tuple[bytes | None, bool]:
    """The ICC profile that the file carries or names, and whether its samples are CMYK.

    Raises UnsupportedImage for colours that the decoder would show as others.
    """
    if is_codestream(data):
        return None, False
    spaces = [
        body
        for name, header in _boxes(memoryview(data))
        if name == b"jp2h"
        for inner, body in _boxes(header)
        if inner == b"colr" and len(body) > 3
    ]
    for body in spaces:
        if body[0] in (2, 3):  # restricted or any ICC
            profile = bytes(body[3:])
            return profile, profile[16:20] == b"CMYK"
    for body in spaces:
        number = int.from_bytes(body[3:7], "big")
        if body[0] != 1:
            continue
        if number not in _READ:
            named = _NAMES.get(number, f"colour space {number}")
            raise UnsupportedImage(
                f"The file is a JPEG 2000 image in {named}, which cannot be shown truly: "
                "export it in RGB."
            )
        profile = rgb_profile(1.8, _PROPHOTO, _D50) if number == _ROMM else b""
        return profile or None, _READ[number] == "CMYK"
    return None, False


def codestream_of(data: bytes) -> bytes:
    """The samples without their boxes, so that a decoder does not apply a profile by itself."""
    return data[max(0, data.find(_CODESTREAM)) :]


def levels_of(data: bytes) -> int:
    """How often the picture can be halved while it is decoded; 0 where unknown."""
    return _byte(data, _CODING_STYLE, 9)


def depth_of(data: bytes) -> int:
    """Bits of a sample of the first component; 1 where unknown."""
    return (_byte(data, _SIZE, 40) & 0x7F) + 1


def _byte(data: bytes, wanted: int, offset: int) -> int:
    """One byte of the first segment of a kind in the main header; 0 where there is none."""
    start = data.find(_CODESTREAM)
    place = start + 2
    while start >= 0 and data[place : place + 1] == b"\xff":
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == wanted:
            return data[place + offset] if place + offset < len(data) else 0
        if marker == _START_OF_TILE or length < 2:
            break
        place += 2 + length
    return 0


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Name and body of each box, as far as they make sense."""
    place = 0
    while place + 8 <= len(data):
        length, start = int.from_bytes(data[place : place + 4], "big"), 8
        if length == 1:
            length, start = int.from_bytes(data[place + 8 : place + 16], "big"), 16
        elif length == 0:
            length = len(data) - place
        if length < start or place + length > len(data):
            return
        yield bytes(data[place + 4 : place + 8]), data[place + start : place + length]
        place += length
