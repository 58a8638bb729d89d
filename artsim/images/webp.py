"""WebP: the size from the header, because libwebp takes memory for all of it when it is opened."""

BYTES_A_PIXEL = 12  # two canvases of an animation, which every file counts as, and the picture


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height as the first chunk tells them; raises EOFError or ValueError.

    Source: RFC 9649, sections 2.5 to 2.7 and 3.4.
    """
    kind, body = bytes(data[12:16]), bytes(data[20:30])
    if len(body) < 10:
        raise EOFError("truncated WebP header")
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(body[i : i + 2], "little") & 0x3FFF for i in (6, 8))
        return width, height
    raise ValueError("no WebP header")
