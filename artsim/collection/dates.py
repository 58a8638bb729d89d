"""Years out of the dates that museums display: ``c. 1650/1660``, ``early 17th century``, ``50 BC``.

Rules, so that nobody has to guess: years before Christ are negative (50 BC is -50); a century is
its hundred (17th: 1600 to 1699; 4th BC: -400 to -301) and so is ``1700s``; ``early``, ``mid`` and
``late`` are thirds rounded up; an open date (``after 1872``, ``before 1140``) gives the year that
it names; ``circa`` widens nothing; several dates give the span over all of them, but what stands
in parentheses or after ``published``, ``printed``, ``cast`` ... counts only if nothing else is
dated; a short second year (``1503-06``) takes the digits that it lacks from the first.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_LATEST = 2100
_NUMBER_WORDS = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth"
    "|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-first"
)
_NUMBER_OF = {word: n for n, word in enumerate(_NUMBER_WORDS.split("|"), start=1)}
_PARTS_OF = {"half": 2, "quarter": 4, "third": 3, "decade": 10}
_ROMAN = {"i": 1, "v": 5, "x": 10}

_HIJRI = re.compile(r"\b(?:ah\s*\d{1,4}|\d{1,4}\s*a\.?h\.?\b)")
_ISO = re.compile(r"\b(\d{4})-\d{1,2}-\d{1,2}\b")
_UNKNOWN_DIGIT = re.compile(r"\b(1\d\d|20\d)[?_-](?![\d-])")
_UNKNOWN_DIGITS = re.compile(r"\b(1\d|20)(?:\?\?|--|__)")
_LATER = re.compile(
    r"\b(?:published|printed|cast|replica|reprint\w*|restrike|restor\w+|framed?|editions?)\b"
)
_TOKEN = re.compile(
    r"""
    (?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th)\s+(?P<unit>half|quarter|third|decade)\b
    |\b(?P<part>early|mid|middle|late|later|beginning|end|turn)\b
    |(?<!\w)(?P<abroad>[ivx]{1,5}|\d{1,2})(?:\.|e|ème|è)?\s*(?:jahrhunderts?|jh|siècle|eeuw|century)\b
    |(?<![\d.])(?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b
    |\b(?P<word>"""
    + _NUMBER_WORDS
    + r""")\b
    |(?<![a-z])(?P<bc>b\.?\s?c\.?(?:\s?e\b\.?)?)(?![a-z])
    |(?<![a-z])(?P<ad>a\.?\s?d\.?|c\.?\s?e\.?)(?![a-z])
    |\b(?P<century>century|centuries|cent|c)\b
    |(?<!\d)(?P<decade>\d{3,4})'?s\b
    |(?<!\d)(?<!\d\.)(?P<year>\d{1,4})(?![\d])
    |(?P<link>\s*(?:[-/]|\bto\b|\buntil\b|\bthrough\b|\bor\b|\band\b)\s*)
    """,
    re.VERBOSE,
)


@dataclass
class _Term:
    """One dated thing: ``length`` years from ``start``; ``era`` is -1, +1 or 0 for not said."""

    start: int
    length: int = 1
    digits: int = 4
    parts: tuple[tuple[int, int], ...] = ()
    linked: bool = False
    era: int = 0
    century: bool = False

    def span(self) -> tuple[int, int]:
        if self.century:
            first = -100 * self.start if self.era < 0 else 100 * (self.start - 1)
        elif self.era < 0:
            first = -self.start - (self.length - 1)
        else:
            first = self.start
        slices = self.parts or ((0, self.length),)
        low = first + min(a for a, _ in slices)
        high = first + max(b for _, b in slices) - 1
        # there is no year 0
        return (low or 1, high or -1) if high >= 1 or low < 0 else (1, 1)


def parse_years(text: str) -> tuple[int | None, int | None]:
    """First and last year of a displayed date: both None or neither, first <= last; never raises.

    >>> parse_years("c. 1650/1660"), parse_years("early 17th century"), parse_years("n.d.")
    ((1650, 1660), (1600, 1633), (None, None))
    """
    text = _normal(text)
    outside = re.sub(r"\([^()]*\)?", " ", text)
    later = _LATER.search(outside)
    for candidate in (outside[: later.start()] if later else "", outside, text):
        spans = [term.span() for term in _terms(candidate)]
        if spans:
            return min(low for low, _ in spans), max(high for _, high in spans)
    return None, None


def _normal(text: str) -> str:
    text = unicodedata.normalize("NFC", text[:1000]).casefold()
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).replace("\u2019", "'")
    text = _HIJRI.sub(" ", _ISO.sub(r"\1", text))
    text = _UNKNOWN_DIGITS.sub(r"\g<1>00s", _UNKNOWN_DIGIT.sub(r"\g<1>0s", text))
    return re.sub(r"[?\[\]]|<[^>]*>", "", text)


def _terms(text: str) -> Iterator[_Term]:
    found: list[_Term] = []
    ordinals: list[_Term] = []
    names: list[str] = []
    ahead, linked, fresh, end = 0, False, False, 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        gap = text[end : token.start()].strip(" .~")
        gap = re.sub(r"^(?:c|ca|circa|about|before|after|by)\b", "", gap)
        linked, fresh, end = linked and not gap, fresh and not gap, token.end()
        if kind in ("unit", "part"):
            names.append(token["part"] or f"{token['nth']} {token['unit']}")
            continue
        if kind == "link":
            linked, fresh = fresh or linked, False
            continue
        if kind in ("bc", "ad"):
            era = -1 if kind == "bc" else 1
            if fresh:
                _date_back(found, era)
            else:
                ahead = era
            continue
        if kind == "century" and not ordinals:
            continue
        if kind == "century":
            for term in ordinals:
                term.linked = term is not ordinals[0]
                term.era = ahead
            found += ordinals
            ordinals = []
        elif kind in ("ordinal", "word"):
            number = _NUMBER_OF[token["word"]] if token["word"] else int(token["ordinal"])
            if 1 <= number <= _LATEST // 100:
                ordinals.append(_century(number, names))
        elif kind == "abroad":
            found.append(_century(_roman(token["abroad"]), names))
        elif kind == "decade":
            start = int(token["decade"])
            length = 10 if start % 100 else 100
            found.append(
                _Term(start, length, parts=_slices(names, length), linked=linked, era=ahead)
            )
        else:
            digits = token["year"]
            found.append(_Term(int(digits), digits=len(digits), linked=linked, era=ahead))
        names, ahead, linked, fresh = [], 0, False, kind not in ("ordinal", "word")
    return _settled(found)


def _century(number: int, names: list[str]) -> _Term:
    return _Term(number, 100, parts=_slices(names, 100), century=True)


def _date_back(found: list[_Term], era: int) -> None:
    """An era after a date holds for the dates that a dash joins to it as well."""
    for term in reversed(found):
        if term.era:
            return
        term.era = era
        if not term.linked:
            return


def _settled(found: list[_Term]) -> Iterator[_Term]:
    """Complete short second years; drop what is no year (days, months, sizes)."""
    previous: _Term | None = None
    for term in found:
        plain = not term.century and term.length == 1
        if plain and term.era >= 0 and previous is not None and term.linked:
            behind = 10**term.digits
            if term.digits < previous.digits and previous.era >= 0 and previous.length == 1:
                term.start += previous.start // behind * behind
                term.digits = previous.digits if term.start >= previous.start else 0
        known = term.era != 0 or term.digits >= 3
        if term.century:
            known = 1 <= term.start <= (99 if term.era < 0 else _LATEST // 100)
        if known and 0 < term.start <= (9999 if term.era < 0 else _LATEST):
            previous = term
            yield term


def _slices(names: list[str], length: int) -> tuple[tuple[int, int], ...]:
    return tuple(_slice(name, length) for name in names)


def _slice(name: str, length: int) -> tuple[int, int]:
    third = -(-length // 3)
    nth, _, unit = name.partition(" ")
    if unit:
        size = length // _PARTS_OF[unit]
        if nth == "last" or (unit == "third" and nth in ("third", "3rd")):
            return length - max(size, 1), length
        index = _NUMBER_OF[nth] if nth in _NUMBER_OF else int(nth[0])
        return min((index - 1) * size, length - 1), min(max(index * size, 1), length)
    if name in ("early", "beginning"):
        return 0, third
    if name in ("mid", "middle"):
        return length // 3, length - length // 3
    if name == "turn":
        return -min(10, length // 10), min(10, length // 10) + 1
    return length - third, length


def _roman(text: str) -> int:
    if text.isdigit():
        return int(text)
    values = [_ROMAN[letter] for letter in text]
    return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
