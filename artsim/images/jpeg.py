"""JPEG files segment by segment: the same picture without what was written beside it."""

import re
from collections.abc import Iterator

from artsim.core.errors import TooLarge
from artsim.core.limits import Limits

_START_OF_SCAN, _END = 0xDA, 0xD9
# JFIF and Adobe segments say how the samples are to be read; the others hold metadata.
_METADATA = frozenset(range(0xE1, 0xF0)) - {0xEE} | {0xFE}
_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # these three are tables
_EXIF, _PROFILE = 0xE1, 0xE2
_LOSSLESS = (0xC3, 0xC7, 0xCB, 0xCF)
_JPEG_LS = 0xF7


def without_metadata(data: bytes) -> bytes:
    """The same compressed picture without EXIF, XMP, profiles, previews and comments.

    Raises ValueError where ``data`` is not a sound JPEG file.
    """
    kept = [b"\xff\xd8"]
    for marker, start, end in _segments(data):
        if marker == _END:
            return b"".join([*kept, b"\xff\xd9"])
        if marker not in _METADATA:
            kept.append(data[start:end])
    raise ValueError("not a sound JPEG file")


def said_beside(data: bytes) -> tuple[bytes | None, bytes | None]:
    """The EXIF block and the ICC profile, each None where there is none that is whole."""
    exif = None
    pieces: dict[int, bytes] = {}
    count = 0
    for marker, start, end in _segments(data):
        body = data[start + 4 : end]
        if marker == _EXIF and body.startswith(b"Exif\0\0") and exif is None:
            exif = body
        elif marker == _PROFILE and body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
            pieces[body[12]], count = body[14:], body[13]
    whole = count and sorted(pieces) == list(range(1, count + 1))
    return exif, b"".join(pieces[i] for i in sorted(pieces)) if whole else None


def unusual_kind(data: bytes) -> str:
    """What a JPEG is, in words, that decoders of photographs do not read; "" for a usual one."""
    for marker, start, _ in _segments(data):
        if marker == _JPEG_LS:
            return "a JPEG-LS image"
        if marker in _FRAMES:
            if marker in _LOSSLESS:
                return "a lossless JPEG, as medical devices and cameras write"
            bits = data[start + 4 : start + 5]
            return f"a JPEG of {bits[0]} bits a channel" if bits and bits != b"\x08" else ""
        if marker == _START_OF_SCAN:
            break
    return ""


def ended(data: bytes) -> bytes | None:
    """A file without the marker that ends it, which some writers forget, given that marker.

    None where it has one, or where scans are missing. Samples that are missing inside a scan are
    missed by the decoder, which then meets the end too soon.
    """
    if data[-65536:].rstrip(b"\0").endswith(b"\xff\xd9"):
        return None
    return data + b"\xff\xd9" if _has_all_scans(data) else None


def check_scans(data: bytes, limits: Limits) -> None:
    """Raise TooLarge where a JPEG goes over its picture more often than its limit."""
    scans = 0
    for marker, _, _ in _segments(data):
        scans += marker == _START_OF_SCAN
        if scans > limits.max_scans:
            raise TooLarge(
                f"The JPEG is written in more than {limits.max_scans} passes over the picture, "
                "which no program for pictures does: save it anew and try again."
            )


def _has_all_scans(data: bytes) -> bool:
    """Whether the scans give every coefficient of every component to its last bit."""
    wanted: set[tuple[int, int]] = set()
    for marker, start, end in _segments(data):
        if marker in _FRAMES:
            components = data[start + 10 : end : 3]
            wanted = {(c, k) for c in components for k in range(64)}
        elif marker == _START_OF_SCAN:
            count = data[start + 4 : start + 5]
            scanned = data[start + 5 : start + 5 + 2 * (count[0] if count else 0) : 2]
            first, last, bits = (data[start + 5 + 2 * len(scanned) :][:3] + bytes(3))[:3]
            if bits & 15 == 0:
                wanted -= {(c, k) for c in scanned for k in range(first, last + 1)}
    return not wanted


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment, a scan with the samples behind it."""
    place = 2
    while place + 1 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
            continue
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == _START_OF_SCAN:
            following = _MARKER_AFTER_SCAN.search(data, end)
            end = following.start() if following else len(data)
        yield marker, place, end
        place = end
