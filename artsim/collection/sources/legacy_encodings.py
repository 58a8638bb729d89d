"""Which of the encodings that know no Unicode a text is in: the one that reads as words."""

import codecs
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from artsim.collection.sources.headers import field_of
from artsim.collection.sources.plausibility import oddity
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import chardet
else:
    chardet = lazy("chardet")

# What tables come in that know no Unicode, the likelier first, with the names that people know.
LEGACY = {
    "cp1252": "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1251": "Windows-1251",
    "mac-roman": "Mac Roman",
    "iso8859-15": "ISO 8859-15 (Latin-9)",
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
    "iso8859-13": "ISO 8859-13 (Baltic)",
}
_ALSO_CALLED = {"euc_jis_2004": "euc_jp"}
# Encodings of one alphabet that differ in few letters: those alone tell which of two it is.
_SIBLINGS = {
    "iso8859-15": "cp1252",
    "iso8859-2": "cp1250",
    "iso8859-7": "cp1253",
    "iso8859-13": "cp1257",
    "koi8-u": "koi8-r",
}
_CLEAR = 0.5  # oddity of one letter by which a sibling is the better one
# What makes up for a codec that is seldom met, and reads what the common ones read as well: KOI8
# makes words of Windows-1251's capitals, Central European codecs have most of Western letters.
_RARE = {
    **{"koi8-r": 0.4, "cp1256": 0.1, "cp1250": 0.02},
    **dict.fromkeys(("cp1257", "cp852", "mac-latin2", "iso8859-5"), 0.07),
}
_BY_CONFIDENCE = 0.3
# How far behind the second best may be and still be right: less, the more letters there are.
_MOST_DOUBTFUL, _DOUBTFUL = 0.25, 1.2
_SHARED = 0.4
_CELLS = re.compile(r'[;,\t|"\n]')
_HEAD, _BY_HEADER = 20, 0.5
_KANA, _FIRST_LETTER, _LATE_LETTER = (0xA4, 0xA5), 0xB0, 0xD0
_LATE_SHARE = 0.13  # of the characters of a text: 0.22 in Chinese, 0.04 in Japanese


@dataclass(frozen=True)
class Guess:
    """The codec that a text is read with, and ``rival``, one that reads it otherwise and nearly as
    well: "" where there is no doubt. ``cells`` are the first that differ, as each reads them."""

    codec: str
    rival: str = ""
    cells: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class _Reading:
    codec: str
    text: str
    odd: float  # the mean over its letters beyond ASCII
    total: float


def guess_of(sample: bytes) -> Guess:
    """The codec of LEGACY in which ``sample``, lines that hold more than ASCII, reads best."""
    share = _shares(sample)
    families: dict[str, list[_Reading]] = {}
    for codec in LEGACY:
        try:
            text = sample.decode(codec)
        except UnicodeDecodeError:
            continue
        odd, count = oddity(text) - _BY_HEADER * _known(text), sum(map("\x7f".__lt__, text))
        reading = _Reading(codec, text, odd, odd * count)
        families.setdefault(_SIBLINGS.get(codec, codec), []).append(reading)
    scores: dict[str, float] = {}
    readings: dict[str, _Reading] = {}
    for family, some in families.items():
        first = min(some, key=lambda one: one.total + _CLEAR * (one.codec in _SIBLINGS))
        for one in some:
            likely = max(share.get(other.codec, 0.0) for other in some)
            behind = float(abs(one.total - first.total) >= _CLEAR)
            scores[one.codec] = first.odd + _RARE.get(family, 0.0) + behind
            scores[one.codec] -= _BY_CONFIDENCE * math.log10(max(likely, 1e-3))
            readings[one.codec] = one
    if "gb18030" in scores and "euc-jp" in scores:
        japanese = _as_japanese(sample)
        scores["gb18030"] += _SHARED * max(0.0, japanese)
        scores["euc-jp"] += _SHARED * max(0.0, -japanese)
    return _guess(scores, readings)


def _known(text: str) -> int:
    """How many names of columns that are beyond ASCII stand in the first lines."""
    cells = _CELLS.split("\n".join(text.split("\n", _HEAD)[:_HEAD]))
    return sum(bool(field_of(cell)) for cell in cells if not cell.isascii())


def _guess(scores: dict[str, float], readings: dict[str, "_Reading"]) -> Guess:
    ranked = sorted(scores, key=scores.__getitem__)
    if not ranked:
        return Guess("cp1252")
    best = ranked[0]
    text = readings[best].text
    others = (c for c in ranked[1:] if readings[c].text != text)
    rival = next(others, "")
    letters = max(1, sum(map("\x7f".__lt__, text)))
    doubtful = min(_MOST_DOUBTFUL, _DOUBTFUL / letters)
    if not rival or scores[rival] - scores[best] >= doubtful:
        return Guess(best)
    return Guess(best, rival, _differing(text, readings[rival].text))


def _differing(one: str, other: str) -> tuple[str, str]:
    cells = zip(*(_CELLS.split(text) for text in (one, other)), strict=False)
    first = next((pair for pair in cells if pair[0] != pair[1]), ("", ""))
    return first[0].strip()[:40], first[1].strip()[:40]


def _shares(sample: bytes) -> dict[str, float]:
    """By codec how likely the detector finds it, 1 for the likeliest."""
    found = chardet.detect_all(
        sample, ignore_threshold=True, include_encodings=list(LEGACY), compat_names=False
    )
    confidence: dict[str, float] = {}
    for one in found:
        if one["encoding"]:
            name = codecs.lookup(one["encoding"]).name
            confidence[_ALSO_CALLED.get(name, name)] = one["confidence"]
    most = max(confidence.values(), default=1.0)
    return {codec: confidence.get(codecs.lookup(codec).name, 0.0) / most for codec in LEGACY}


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
