"""A displayed date as tokens: numbers, centuries, parts of them, eras, periods and links."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from artsim.collection.dates import eras, periods
from artsim.collection.dates import words as w

_HAN = "\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_ROMAN = r"x{0,2}(?:ix|iv|v?i{0,3})"
_LOOKALIKES = str.maketrans("хіιχⅴѵмсд", "xiixvvmcd")
_ROMAN_LETTERS = "ivxхіιχ"
_ORDINAL = (
    r"(?:st|nd|rd|th|o|a|er|ere|re|e|eme|ieme|ier|iere|de|ste|te|os|ou|u|ον|οσ|ου|η|го|и|я|е|ыи|ои"
    r"|х)"
)
_DECADE = (
    r"(?:'?s|-?'?er(?:n|ne|nes)?|-?e?tal(?:et|ets|en|s)?|-?tallet(?:s)?|-?(?:arene|ara)"
    r"|-?lu[kv]u\w*|-(?:е|х|ые|ых|м|ти|ті|і)|-(?:es|as|os)|年代|년대)"
)
_NUMERAL = {c: n for n, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "元": 1}
_KANJI = re.compile(
    r"(?:元|[〇零一二三四五六七八九十百千廿卅]+)(?=\s?(?:年|世紀|世纪|세기|年代|[月日]|千年))"
)


@dataclass
class Token:
    """``kind``: number, ordinal, century, decade, tens, part, nth, unit, bc, ad, calendar, period,
    link, stop, fill or other. ``value`` is what that kind needs, ``text`` what stood there."""

    kind: str
    value: Any
    text: str
    digits: int = 0
    side: str = ""  # of a part or era: "ahead" or "after" what it belongs to


@cache
def _pattern() -> re.Pattern[str]:
    """Compiled with the first date that is no plain year: that takes longer than most imports."""
    return re.compile(
        rf"""
    (?P<era>{eras.PATTERN.replace(" ", "[ ]").replace("#", "[#]")})
    |(?P<decade>(?<![0-9a-z])\d{{3}}0(?={_DECADE}(?!\w)|年代|년대)){_DECADE}
    |(?P<tens>(?<![0-9a-z])\d0(?={_DECADE}(?!\w)|年代|년대)){_DECADE}
    |(?P<decimal>\d+\.\d[\d.]*)
    |(?P<ordinal>(?<!\d)\d{{1,2}})(?:\.(?!\d)(?:{_ORDINAL}(?!\w))?|[:'-]?{_ORDINAL}(?![^\W\d_])|゜)
    |(?P<number>\d+)
    |(?P<roman>(?<![^\W_])[{_ROMAN_LETTERS}]+)(?:[.-]?{_ORDINAL})?(?![^\W\d_])
    |(?P<year>(?<!\w)m{{1,3}}(?:cm|cd|d?c{{0,3}})(?:xc|xl|l?x{{0,3}})(?:ix|iv|v?i{{0,3}})(?!\w))
    |(?P<native>{periods.PATTERN.replace(" ", "[ ]")})
    |(?P<cjk>{
            "|".join(
                sorted(
                    [*w.CJK_PARTS, *w.CJK_CENTURIES, *w.CJK_LINKS, *w.CJK_FILLERS, *w.CJK_FORWARD],
                    key=len,
                    reverse=True,
                )
            )
        })
    |(?P<word>twenty-first|(?:(?![{_HAN}])[^\W\d_]|(?<=\w)['](?=\w))+|[{_HAN}])
    |(?P<link>\s*[-–/~]\s*|&)
    |(?P<stop>[,;:\n|+])
    """,
        re.VERBOSE,
    )


def tokens(text: str) -> list[Token]:
    """The tokens of a folded text that ``read.prepared`` has gone over."""
    return [_token(match) for match in _pattern().finditer(_KANJI.sub(_arabic, text))]


def _token(match: re.Match[str]) -> Token:
    kind, shown = match.lastgroup or "", match[0]
    groups = match.groupdict()
    if groups["era"] is not None:
        kind = next(k for k in ("bc_ahead", "ad_ahead", "bc", "ad", "calendar") if groups[k])
        return Token(kind[:2] if kind != "calendar" else kind, None, shown, side=kind[3:])
    if groups["decade"] is not None:
        return Token("decade", int(groups["decade"]), shown)
    if groups["tens"] is not None:
        return Token("tens", int(groups["tens"]), shown)
    if groups["decimal"] is not None:
        whole = groups["decimal"].split(".")[0]
        return Token("number", int(whole), shown, 4) if len(whole) == 4 else Token("stop", 0, shown)
    if groups["ordinal"] is not None:
        return Token("ordinal", int(groups["ordinal"]), shown, len(groups["ordinal"]))
    if groups["number"] is not None:
        return Token("number", int(groups["number"]), shown, len(groups["number"]))
    if groups["roman"] is not None:
        letters = groups["roman"].translate(_LOOKALIKES)
        if letters == "x" or not re.fullmatch(_ROMAN, letters):
            return _word(shown)
        return Token("roman", roman(letters), shown)
    if groups["year"] is not None:
        letters = groups["year"]
        long = len(letters) > 3 or letters in ("mcm", "mdc")
        return Token("number", roman(letters), shown, 4) if long else _word(shown)
    if groups["native"] is not None:
        return Token("period", shown, shown, side="sure")
    if groups["cjk"] is not None:
        return _cjk(shown)
    return _word(shown) if kind == "word" else Token(kind, None, shown)


def _cjk(shown: str) -> Token:
    if shown in w.CJK_PARTS:
        # 初 and 晚 stand before a dynasty, and after a century
        return Token("part", w.CJK_PARTS[shown], shown, side="after")
    if shown in w.CJK_FORWARD:
        return Token("part", w.CJK_FORWARD[shown], shown)
    if shown in w.CJK_CENTURIES:
        return Token("century", w.CJK_CENTURIES[shown], shown, side="after")
    return Token("link" if shown in w.CJK_LINKS else "fill", None, shown)


def _word(shown: str) -> Token:
    plain = shown.removeprefix("l'").removeprefix("d'").removeprefix("dell'")
    tables: tuple[tuple[bool, str, Any], ...] = (
        (plain in w.CENTURIES, "century", 100),
        (plain in w.MILLENNIA, "century", 1000),
        (plain in w.NTH or plain in w.UNITS, "nth", w.NTH.get(plain)),
        (plain in w.NUMBER_WORDS, "ordinal", w.NUMBER_WORDS.get(plain)),
        (plain in w.DECADE_WORDS, "tens", w.DECADE_WORDS.get(plain)),
        (plain in w.CENTURY_NAMES, "named", w.CENTURY_NAMES.get(plain)),
        (plain in w.PARTS, "part", w.PARTS.get(plain)),
        (plain in w.LATER or plain.startswith(w.LATER_STEMS), "later", None),
        (plain in periods.TRANSCRIBED, "period", plain),
        (plain in w.PERIOD_WORDS, "period_word", None),
        (plain in w.LINKS, "link", None),
        (plain in w.DECADE_BEFORE, "years", None),
        (plain in w.NUMBERED, "numbered", None),
        (plain in w.FILLERS, "fill", None),
    )
    for is_one, kind, value in tables:
        if is_one:
            side = w.CENTURIES.get(plain, "after") if kind == "century" else ""
            return Token(kind, value, plain, side=side)
    return Token("other", None, plain)


def roman(letters: str) -> int:
    """The value of a Roman numeral in lower case.

    >>> roman("xix"), roman("mdccclxxxix")
    (19, 1889)
    """
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[c] for c in letters]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))


def _arabic(match: re.Match[str]) -> str:
    """Digits of a number in Chinese characters: 十九 and 一八八九."""
    text = match[0]
    if not set(text) & set("十百千廿卅"):
        return "".join(str(_NUMERAL[char]) for char in text)
    total, digit = 0, 0
    for char in text:
        if char in "廿卅":
            total += {"廿": 20, "卅": 30}[char]
        elif char in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        else:
            digit = _NUMERAL[char]
    return str(total + digit)
