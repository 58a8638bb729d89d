"""Whether the bytes of an image file end before what its own marks and sizes say."""

from collections.abc import Callable

from artsim.images.tiff_pages import open_tiff

_END_OF_JPEG = b"\xff\xd9"


def is_cut_off(data: bytes, format: str) -> bool:
    """Whether a file of ``format`` ends too soon, also where zeros stand for what is missing."""
    try:
        return _ENDS[format](data)
    except Exception:  # what is so broken that its end cannot be told is damaged
        return False


def _without(mark: bytes) -> Callable[[bytes], bool]:
    return lambda data: not data[-65536:].rstrip(b"\0").endswith(mark)


def _png(data: bytes) -> bool:
    return b"IEND" not in data[-65536:]


def _webp(data: bytes) -> bool:
    return int.from_bytes(data[4:8], "little") + 8 > len(data)


def _bmp(data: bytes) -> bool:
    return int.from_bytes(data[2:6], "little") > len(data)


def _boxes(data: bytes) -> bool:
    """Boxes of ISO 14496-12: their size, 0 for the rest of the file, 1 where it has 64 bits."""
    place = 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        if size == 0:
            return not data[place + 4 :].strip(b"\0")
        place += max(size, 8)
    return place > len(data)


def _jpeg_2000(data: bytes) -> bool:
    ended = data[-65536:].rstrip(b"\0").endswith(_END_OF_JPEG)
    return not ended and (data.startswith(b"\xff\x4f") or _boxes(data) or data[-1:] == b"\0")


def _tiff(data: bytes) -> bool:
    first = data[8:16] if data[2] + data[3] == 43 else data[4:8]  # 43 marks a BigTIFF
    if int.from_bytes(first, "little" if data.startswith(b"II") else "big") >= len(data):
        return True
    with open_tiff(data) as tiff:
        segments = (
            segment
            for page in tiff.pages
            for segment in zip(page.dataoffsets, page.databytecounts, strict=False)
        )
        return any(offset + count > len(data) for offset, count in segments)


_ENDS: dict[str, Callable[[bytes], bool]] = {
    "JPEG": _without(_END_OF_JPEG),
    "PNG": _png,
    "WEBP": _webp,
    "GIF": _without(b";"),
    "BMP": _bmp,
    "TIFF": _tiff,
    "JPEG 2000": _jpeg_2000,
    **dict.fromkeys(("HEIF", "AVIF"), _boxes),
    "JPEG XL": lambda data: data.startswith(b"\0\0\0") and _boxes(data),
}
