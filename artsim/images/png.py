"""PNG files chunk by chunk: whether every byte of the file is as it was written."""

import zlib

_SIGNATURE = 8
_AROUND = 12  # length, type and checksum of a chunk


def check_chunks(data: bytes) -> None:
    """Compare each chunk up to IEND with its checksum, which Pillow does not do for pixels.

    Raises EOFError where the file is cut off and ValueError where a byte was changed. What
    stands behind IEND is no part of the picture and may be anything.
    """
    view = memoryview(data)
    place = _SIGNATURE
    while True:
        length = int.from_bytes(view[place : place + 4], "big")
        end = place + _AROUND + length
        if end > len(view):
            raise EOFError("truncated PNG")
        name = bytes(view[place + 4 : place + 8])
        if zlib.crc32(view[place + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise ValueError(f"wrong checksum of the chunk {name!r}")
        if name == b"IEND":
            return
        place = end
