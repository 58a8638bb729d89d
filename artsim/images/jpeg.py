"""JPEG files segment by segment: the same picture without what was written beside it."""

import re

_START_OF_SCAN, _END = 0xDA, 0xD9
# JFIF and Adobe segments say how the samples are to be read; the others hold metadata.
_METADATA = frozenset(range(0xE1, 0xF0)) - {0xEE} | {0xFE}
_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def without_metadata(data: bytes) -> bytes:
    """The same compressed picture without EXIF, XMP, profiles, previews and comments.

    Raises ValueError where ``data`` is not a sound JPEG file.
    """
    kept = [b"\xff\xd8"]
    place = 2
    while place + 1 < len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
            continue
        if marker == _END:
            return b"".join([*kept, b"\xff\xd9"])
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == _START_OF_SCAN:
            following = _MARKER_AFTER_SCAN.search(data, end)
            end = following.start() if following else len(data)
        if marker not in _METADATA:
            kept.append(data[place:end])
        place = end
    raise ValueError("not a sound JPEG file")
