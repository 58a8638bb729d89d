"""Which encoding a text file is in: told by its marks, else by what reads as words."""

import codecs
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from artsim.collection.sources.legacy_encodings import LEGACY, Guess, guess_of
from artsim.core.errors import InvalidInput

_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNICODE = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
}


def is_packed(path: Path) -> bool:
    """Whether a file is a gzip; raises OSError."""
    with path.open("rb") as probe:
        return probe.read(2) == _GZIP


def opened(path: Path) -> IO[bytes]:
    """The bytes of a file, unpacked where it is a gzip; raises OSError."""
    return cast("IO[bytes]", gzip.open(path)) if is_packed(path) else path.open("rb")


def name_of(codec: str) -> str:
    """What people call an encoding that ``encoding_of`` gives: ``Windows-1250``."""
    return _UNICODE.get(codec) or LEGACY.get(codec) or codec


def codec_named(name: str) -> str:
    """The codec that a person names; raises InvalidInput for one that is none.

    >>> codec_named("Shift-JIS"), codec_named("KOI8-R"), codec_named("Mac Roman")
    ('cp932', 'koi8-r', 'mac-roman')
    """
    plain = _plain(name)
    for codec, shown in (*LEGACY.items(), *_UNICODE.items()):
        if plain in (_plain(codec), _plain(shown), _plain(shown.partition(" (")[0])):
            return codec
    try:
        found = codecs.lookup(name.strip())
    except (LookupError, ValueError):
        found = None
    if found is None or not found._is_text_encoding:
        raise InvalidInput(
            f"{name[:40]!r} is no encoding that is known here: use for example UTF-8, "
            "Windows-1252, Mac Roman, Shift-JIS, EUC-JP, GB 18030, Big5 or KOI8-R."
        )
    return found.name


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def encoding_of(path: Path) -> Guess:
    """What ``path``, a text file or a gzip of one, is read with; reads it once or twice.

    Byte order marks count first, then UTF-16 without one, then UTF-8 (also with few damaged
    bytes), then the legacy encoding that reads as words. Raises OSError.
    """
    with opened(path) as stream:
        start = stream.read(_CHUNK)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return Guess(codec)
    if codec := _wide(start) or _unicode(path):
        return Guess(codec)
    return guess_of(_sample(path))


def _wide(start: bytes) -> str:
    """UTF-16 without its mark: line ends, digits and delimiters leave zeros on one side."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even + odd < len(start) / 50 or min(even, odd) * 20 > max(even, odd):
        return ""
    if (even + odd) * 8 < len(start) and _decoded(start, "utf-8"):
        return ""  # stray zeros in other text
    codec = "utf-16-le" if odd > even else "utf-16-be"
    text = _decoded(start, codec)
    return codec if "\n" in text or "\r" in text else ""


def _decoded(start: bytes, codec: str) -> str:
    """The text of the first bytes of a file, "" where they are no such text."""
    try:
        return codecs.getincrementaldecoder(codec)().decode(start)
    except UnicodeDecodeError:
        return ""


def _unicode(path: Path) -> str:
    """UTF-8 where the file is that but for a few damaged bytes (1 in 20 of those beyond ASCII)."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    good = bad = 0
    for chunk in _chunks(path):
        text = decoder.decode(chunk)
        # what was lost before is written as UTF-8 writes it
        wrong = text.count("\ufffd") - chunk.count("\ufffd".encode())
        bad += max(wrong, 0)
        good += sum(map("\x7f".__lt__, text)) - wrong if not text.isascii() else 0
    bad += decoder.decode(b"", final=True).count("\ufffd")
    return "utf-8" if bad * 20 <= good or not bad else ""


def _sample(path: Path) -> bytes:
    """The first lines that hold more than ASCII."""
    lines: list[bytes] = []
    size = 0
    rest = b""
    for chunk in _chunks(path):
        *whole, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        for line in (*whole, rest) if len(chunk) < _CHUNK else whole:
            if not line.isascii() and size < _SAMPLE:
                lines.append(line[:_SAMPLE])
                size += len(line)
        if size >= _SAMPLE:
            break
    return b"\n".join(lines) + b"\n"


def _chunks(path: Path) -> Iterator[bytes]:
    with opened(path) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
