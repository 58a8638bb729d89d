"""PNG files chunk by chunk: whether the picture is as it was written, and what is said about it."""

import contextlib
import zlib
from dataclasses import dataclass, field

from artsim.images.colour import BAD_PROFILE, display_p3, rgb_profile

_SIGNATURE = 8
_AROUND = 12  # length, type and checksum of a chunk
_MOST_PROFILE = 4 * 1024 * 1024
_END = b"\0\0\0\0IEND\xaeB`\x82"
_PIECE = 1 << 20  # bytes of pixels that are unpacked at a time
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by the type of its colour
# Adam7: first column and row of each pass, and the steps between its columns and rows.
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
# What the pixels depend on: a changed byte in any of these is damage to the picture.
_PICTURE = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT")
_OF_COLOURS = (b"iCCP", b"sRGB", b"gAMA", b"cICP", b"sBIT")
_SRGB_GAMMA = 45455
# Primaries, curve, no matrix, all values.
_CICP_SRGB, _CICP_P3 = b"\x01\x0d\x00\x01", b"\x0c\x0d\x00\x01"
_ROUNDED = 1000
_GAMMAS = range(20_000, 150_000)


@dataclass(frozen=True)
class PngFile:
    """A PNG whose pixels' chunks are sound.

    ``picture`` is the same file without what was written beside the pixels; ``depth`` counts bits
    a sample. ``profile`` is the ICC profile that the file carries or that stands for its gamma
    and primaries, ``exif`` its EXIF block; each None where there is none that can be read.
    ``scaled`` tells that the file says what its numbers mean, so that a dark picture is dark.
    """

    picture: bytes = field(repr=False)
    depth: int
    profile: bytes | None
    exif: bytes | None
    scaled: bool


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height, by a header that is sound; raises EOFError or ValueError."""
    header = data[12:33]
    if len(header) < 21:
        raise EOFError("truncated PNG header")
    if header[:4] != b"IHDR" or zlib.crc32(header[:17]) != int.from_bytes(header[17:], "big"):
        raise ValueError("damaged PNG header")
    return int.from_bytes(header[4:8], "big"), int.from_bytes(header[8:12], "big")


def check_all_rows(picture: bytes) -> None:
    """Raise EOFError where the packed pixels of a sound PNG end before its last row.

    A packed stream may end well and too soon: Pillow leaves the rows that are missing black.
    """
    width, height = png_size(picture)
    bits = picture[_SIGNATURE + 16] * _SAMPLES.get(picture[_SIGNATURE + 17], 0)
    passes = _PASSES if picture[_SIGNATURE + 20] else ((0, 0, 1, 1),)
    expected = 0
    for left, top, across, down in passes:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            expected += rows * (1 + (columns * bits + 7) // 8)
    if _unpacked(_chunks(picture))[0] < expected:
        raise EOFError("truncated PNG")


def _chunks(picture: bytes) -> list[memoryview]:
    view, place = memoryview(picture), _SIGNATURE
    found = [view[:_SIGNATURE]]
    while place < len(view):
        end = place + _AROUND + int.from_bytes(view[place : place + 4], "big")
        found.append(view[place:end])
        place = end
    return found


def read_png(data: bytes) -> PngFile:
    """Compare each chunk up to IEND with its checksum, which Pillow does not do for pixels.

    Raises EOFError where the file is cut off before its last pixel and ValueError where a byte of
    the picture was changed. Damage to what is only said about the picture costs what is said, and
    what stands behind IEND is no part of it and may be anything.
    """
    view = memoryview(data)
    place = _SIGNATURE
    kept: list[memoryview] = [view[:_SIGNATURE]]
    said: dict[bytes, bytes] = {}
    while True:
        length = int.from_bytes(view[place : place + 4], "big")
        end = place + _AROUND + length
        if end > len(view):
            if _END.startswith(bytes(view[place:])) and _all_pixels(kept):
                kept.append(memoryview(_END))
                break
            raise EOFError("truncated PNG")
        name = bytes(view[place + 4 : place + 8])
        body = view[place + 8 : end - 4]
        sound = zlib.crc32(view[place + 4 : end - 4]) == int.from_bytes(view[end - 4 : end], "big")
        if not sound:
            _check_what_is_lost(name, body, view[end - 4 : end])
        if name in _PICTURE or not _ancillary(name):
            kept.append(view[place:end])
        elif sound or name == b"iCCP":  # a profile has a checksum of its own
            said.setdefault(name, bytes(body) if length <= _MOST_PROFILE else b"")
        if name == b"IEND":
            break
        place = end
    scaled = not said.keys().isdisjoint(_OF_COLOURS)
    return PngFile(b"".join(kept), view[_SIGNATURE + 16], _profile(said), said.get(b"eXIf"), scaled)


def _all_pixels(chunks: list[memoryview]) -> bool:
    """Whether the pixels among ``chunks`` come to their end: only the end mark is missing then."""
    return _unpacked(chunks)[1]


def _unpacked(chunks: list[memoryview]) -> tuple[int, bool]:
    """How many bytes the pixels among ``chunks`` unpack to, and whether they come to their end."""
    stream, size = zlib.decompressobj(), 0
    for chunk in chunks[1:]:
        data = bytes(chunk[8:-4]) if bytes(chunk[4:8]) == b"IDAT" else b""
        while data and not stream.eof:
            try:
                size += len(stream.decompress(data, _PIECE))
            except zlib.error:
                return size, False
            data = stream.unconsumed_tail
    return size, stream.eof


def _ancillary(name: bytes) -> bool:
    return bool(name[0] & 0x20)


def _check_what_is_lost(name: bytes, body: memoryview, checksum: memoryview) -> None:
    """Raise ValueError unless a chunk with a wrong checksum only says something of the picture."""
    critical = name in _PICTURE or not name.isalpha() or not _ancillary(name)
    # It may be the name itself that was changed.
    expected = int.from_bytes(checksum, "big")
    if critical or any(zlib.crc32(body, zlib.crc32(real)) == expected for real in _PICTURE):
        raise ValueError(f"wrong checksum of the chunk {name!r}")


def _profile(said: dict[bytes, bytes]) -> bytes | None:
    if (numbered := said.get(b"cICP")) in (_CICP_SRGB, _CICP_P3):  # before any other, by ISO 15948
        return display_p3() if numbered == _CICP_P3 else None
    packed = said.get(b"iCCP", b"").partition(b"\0")[2]
    if packed:
        unpacker = zlib.decompressobj()
        with contextlib.suppress(zlib.error):
            profile = unpacker.decompress(packed[1:], _MOST_PROFILE)
            if unpacker.eof:
                return profile
    if b"sRGB" in said or len(said.get(b"gAMA", b"")) != 4:
        return None
    gamma = int.from_bytes(said[b"gAMA"], "big")
    if gamma not in _GAMMAS:
        return None
    # The gamma of sRGB stands for its own curve, which is no power.
    power = None if abs(gamma - _SRGB_GAMMA) <= _ROUNDED else 1e5 / gamma
    numbers = _chromaticities(said.get(b"cHRM", b""))
    try:
        return rgb_profile(power, numbers[2:], numbers[:2]) if numbers else rgb_profile(power)
    except BAD_PROFILE:
        return None


def _chromaticities(body: bytes) -> tuple[float, ...]:
    """x, y of white, red, green and blue; empty where there are none that make sense."""
    if len(body) != 32:
        return ()
    numbers = tuple(int.from_bytes(body[i : i + 4], "big") / 1e5 for i in range(0, 32, 4))
    return numbers if all(0 <= n <= 1 for n in numbers) and all(numbers[1::2]) else ()
