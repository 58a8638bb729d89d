"""Pictures that were made to do harm: small files that take minutes or gigabytes to decode."""

import io
import struct
import zlib

import numpy as np
import tifffile
from PIL import Image

from artsim.images.jpeg import _segments


def image(size: tuple[int, int] = (320, 240), format: str = "JPEG", **options: object) -> bytes:
    """An honest picture."""
    pixels = np.random.default_rng(3).integers(0, 255, (30, 40, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).resize(size).save(out, format, **options)
    return out.getvalue()


def png(width: int, height: int, colour: int = 2, depth: int = 8, rows: int = 64) -> bytes:
    """A PNG of one colour with its first ``rows``: what it claims is looked at first."""
    row = bytes(1 + width * {0: 1, 2: 3, 6: 4}[colour] * depth // 8)
    body = zlib.compress(row * min(rows, height), 1)

    def chunk(name: bytes, data: bytes) -> bytes:
        told = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + told

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def many_scans(size: tuple[int, int] = (1600, 1200), scans: int = 3000) -> bytes:
    """A progressive JPEG whose shortest pass comes again and again."""
    data = image(size, progressive=True)
    scan = min((data[a:b] for marker, a, b in _segments(data) if marker == 0xDA), key=len)
    return data[:-2] + scan * scans + b"\xff\xd9"


def webp_16k(padding: int = 0) -> bytes:
    """34 bytes that are 16,383 x 16,383 black pixels, and as many more that mean nothing."""
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "WEBP", lossless=True)
    data = bytearray(out.getvalue())
    data[21:25] = struct.pack("<I", 16382 | 16382 << 14 | struct.unpack("<I", data[21:25])[0])
    return bytes(data) + bytes(padding)


def lying_tiff() -> bytes:
    """Tags that tell of 13,000 x 13,000 pixels of four 16-bit channels."""
    out = io.BytesIO()
    Image.new("RGBA", (64, 64)).save(out, "TIFF")
    data = bytearray(out.getvalue())
    start = struct.unpack_from("<I", data, 4)[0]
    for place in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", data, start)[0], 12):
        tag, kind = struct.unpack_from("<HH", data, place)
        if tag in (256, 257, 278):
            struct.pack_into("<I" if kind == 4 else "<H", data, place + 8, 13_000)
    return bytes(data)


def many_strips() -> tuple[bytes, int]:
    """The start of a TIFF that tells of 100 million strips, and the size of the sparse file."""
    out = io.BytesIO()
    Image.new("L", (64, 64)).save(out, "TIFF")
    data = bytearray(out.getvalue())
    start = struct.unpack_from("<I", data, 4)[0]
    for place in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", data, start)[0], 12):
        if struct.unpack_from("<H", data, place)[0] in (273, 279):  # where strips are, how long
            struct.pack_into("<HII", data, place + 2, 4, 100_000_000, 4096)
    return bytes(data), 4096 + 400_000_000


def many_pages(pages: int = 3000) -> bytes:
    """A TIFF of so many pages, each of which may be a smaller copy of the first."""
    out = io.BytesIO()
    small = np.zeros((400, 400), np.uint8)
    with tifffile.TiffWriter(out) as writer:
        for number in range(pages):
            values = np.eye(1200, dtype=np.uint8) if number == 0 else small
            writer.write(values, compression="zlib", metadata=None)
    return out.getvalue()
