"""Which encoding a text file is in: told by its marks, else by what reads as words."""

import codecs
import gzip
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from artsim.collection.sources.plausibility import oddity
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import chardet
else:
    chardet = lazy("chardet")

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
# What tables come in that know no Unicode, the likelier first, with the names that people know.
_LEGACY = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "mac-roman": "Mac Roman",
    "iso8859-2": "ISO 8859-2 (Latin-2)",
    "gb18030": "GBK (GB 18030)",
    "cp932": "Shift-JIS",
    "big5hkscs": "Big5",
    "cp949": "EUC-KR (Windows-949)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp850": "DOS 850",
    "cp852": "DOS 852",
    "cp866": "DOS 866",
    "koi8-r": "KOI8-R",
    "koi8-u": "KOI8-U",
    "mac-cyrillic": "Mac Cyrillic",
    "mac-latin2": "Mac Central European",
    "euc-jp": "EUC-JP",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "iso8859-7": "ISO 8859-7 (Greek)",
}
_ALSO_CALLED = {"euc_jis_2004": "euc_jp"}
# What makes up for a codec that is seldom met, and reads what the common ones read as well: KOI8
# makes words of Windows-1251's capitals, Central European codecs have most of Western letters.
_RARE = {
    **{"koi8-r": 0.4, "koi8-u": 0.4, "cp1256": 0.1, "cp1250": 0.02, "iso8859-2": 0.02},
    **dict.fromkeys(("cp1257", "cp852", "mac-latin2", "iso8859-5", "iso8859-7"), 0.07),
}
_BY_CONFIDENCE = 0.3
_SHARED = 0.4
_KANA, _FIRST_LETTER, _LATE_LETTER = (0xA4, 0xA5), 0xB0, 0xD0
_LATE_SHARE = 0.13  # of the characters of a text: 0.22 in Chinese, 0.04 in Japanese
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
    return _UNICODE.get(codec) or _LEGACY.get(codec) or codec


def codec_named(name: str) -> str:
    """The codec that a person names; raises InvalidInput for one that is none.

    >>> codec_named("Shift-JIS"), codec_named("KOI8-R"), codec_named("Mac Roman")
    ('cp932', 'koi8-r', 'mac-roman')
    """
    plain = _plain(name)
    for codec, shown in (*_LEGACY.items(), *_UNICODE.items()):
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


def encoding_of(path: Path) -> str:
    """The codec that ``path``, a text file or a gzip of one, is read with; reads it once or twice.

    Byte order marks count first, then UTF-16 without one, then UTF-8 (also with few damaged
    bytes), then the legacy encoding that reads as words. Raises OSError.
    """
    with opened(path) as stream:
        start = stream.read(_CHUNK)
    for mark, codec in _MARKS:
        if start.startswith(mark):
            return codec
    return _wide(start) or _unicode(path) or _legacy(_sample(path))


def _wide(start: bytes) -> str:
    """UTF-16 without its mark: line ends, digits and delimiters leave zeros on one side."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if even + odd < len(start) / 50 or min(even, odd) * 20 > max(even, odd):
        return ""
    codec = "utf-16-le" if odd > even else "utf-16-be"
    try:
        text = codecs.getincrementaldecoder(codec)().decode(start)
    except UnicodeDecodeError:
        return ""
    return codec if "\n" in text or "\r" in text else ""


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


def _legacy(sample: bytes) -> str:
    found = chardet.detect_all(
        sample, ignore_threshold=True, include_encodings=list(_LEGACY), compat_names=False
    )
    confidence: dict[str, float] = {}
    for one in found:
        if one["encoding"]:
            name = codecs.lookup(one["encoding"]).name
            confidence[_ALSO_CALLED.get(name, name)] = one["confidence"]
    most = max(confidence.values(), default=1.0)
    odd: dict[str, float] = {}
    for codec in _LEGACY:
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        share = confidence.get(codecs.lookup(codec).name, 0.0) / most
        odd[codec] = oddity(text) + _RARE.get(codec, 0.0)
        odd[codec] -= _BY_CONFIDENCE * math.log10(max(share, 1e-3))
    if "gb18030" in odd and "euc-jp" in odd:
        odd["gb18030"] += _SHARED * max(0.0, _as_japanese(sample))
        odd["euc-jp"] += _SHARED * max(0.0, -_as_japanese(sample))
    return min(odd, key=odd.__getitem__, default="cp1252")


def _as_japanese(sample: bytes) -> float:
    """From -1, Chinese, to 1, Japanese: what double bytes that GBK and EUC-JP share rather are.

    What begins with a byte from 0xD0 on is in Chinese what sounds with x, y or z, in Japanese what
    is rare. Kana are the same bytes in both, and hardly occur in Chinese.
    """
    leads = [pair[0] for pair in re.findall(rb"[\xa1-\xfe][\xa1-\xfe]", sample)]
    letters = [lead for lead in leads if lead >= _FIRST_LETTER]
    kana = sum(lead in _KANA for lead in leads)
    if kana * 10 > len(leads):
        return 1.0
    late = sum(lead >= _LATE_LETTER for lead in letters) / max(1, len(letters))
    return float(max(-1.0, min(1.0, (_LATE_SHARE - late) / _LATE_SHARE)))


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
