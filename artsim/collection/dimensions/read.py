"""From the text of displayed dimensions to height and width in centimetres."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from artsim.collection.dimensions.words import (
    AROUND,
    BARE,
    DIAMETER,
    FEET,
    HEIGHT,
    INCHES,
    LABELS,
    LENGTH,
    UNITS,
    WHOLE,
    WIDTH,
)
from artsim.collection.folding import fold

_LONGEST = 1000  # characters that are looked at
_SMALLEST, _LARGEST = 0.3, 10_000.0  # centimetres that a side of a work can have
_SHARE, _LEAST = 0.02, 0.3  # share and centimetres by which two tellings of one size may differ


def _any(words: Iterable[str]) -> str:
    """A pattern of whole words: letters may stand on neither side, digits may."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(
        rf"(?<![^\W\d_]){re.escape(w)}(?![^\W\d_])" if w.isalpha() else re.escape(w)
        for w in ordered
    )


_NUMBER, _UNIT, _LABEL = r"(?<!\d)\d{1,6}(?:\.\d{1,6})?(?!\d)", _any(UNITS), _any(LABELS)
_VULGAR = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_UNSURE = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])(?!\s*m\b)")
_COMMA = re.compile(r"(?<=\d),(?=\d)")
_MIXED = re.compile(r"(?<![\d./])(?:(\d{1,6})(?:\s{1,3}|-))?(\d{1,4})/(\d{1,4})(?![\d/])")
_FEET = re.compile(rf"({_NUMBER})\s*(?:{_any(FEET)})\.?(?:\s*({_NUMBER})\s*(?:{_any(INCHES)}))?")
_AGAIN = re.compile(rf"\(\s*(?:{_NUMBER})\s*(?:{_UNIT})\.?\s*\)")  # one side in another unit
_TIMES = re.compile(r"[×х✕✖]|(?<=[\s\d])by(?=[\s\d])")
_SIDE = re.compile(
    rf"(?P<before>{_LABEL})\W{{0,3}}(?P<labelled>{_NUMBER})\s*(?P<its>{_UNIT})?"
    rf"|(?P<plain>{_NUMBER})\s*(?P<unit>{_UNIT})?\.?"
    rf"(?:\s*\(?(?P<after>{_LABEL})(?!\W{{0,3}}\d)\.?\)?\s*(?P<late>{_UNIT})?)?"
)
_AND = re.compile(r"[\s,;.&/|-]*(?:(?:and|und|et|e|y|en|och|og|i)\s)?\s*")
_ORDER = re.compile(r"(?<!\w)([^\W\d_])\s?x\s?([^\W\d_])(?:\s?x\s?[^\W\d_])?(?!\w)", re.IGNORECASE)
_BREAK = re.compile(r"[;,\n]")


@dataclass(frozen=True)
class Size:
    """Height and width of a work in centimetres."""

    height: float
    width: float


@dataclass(frozen=True)
class _Side:
    number: float
    unit: str
    label: str


@dataclass
class _Group:
    """Sides that belong together, and the words around them that say what they are of."""

    sides: list[_Side]
    words: str


def parse_size(text: str) -> Size | None:
    """The size of a work as a museum displays it; None where it is unsure; never raises.

    >>> parse_size("81 × 65,5 cm"), parse_size("31 7/8 x 25 9/16 in. (81 x 65 cm)")
    (Size(height=81.0, width=65.5), Size(height=81.0, width=65.0))
    >>> parse_size("Breite: 65 cm; Höhe: 81 cm; gerahmt 95 x 80 cm")
    Size(height=81.0, width=65.0)
    >>> parse_size("81 x 65"), parse_size("sheet: 40 x 30 cm; plate: 20 x 15 cm")
    (None, None)
    """
    return _parse(text.strip()[:_LONGEST])


@lru_cache(maxsize=4096)
def _parse(text: str) -> Size | None:
    plain = fold(_VULGAR.sub(_fraction, text))
    if _UNSURE.search(plain):
        return None
    plain = _MIXED.sub(_decimal, _TIMES.sub("x", _COMMA.sub(".", plain)))
    plain = _AGAIN.sub("", _FEET.sub(_metric, plain))
    # In capitals, so that the letters of H x B are no labels of the number after them.
    plain = _ORDER.sub(lambda order: order[0].upper(), plain)
    found = [
        (_part(group.words), group, size) for group in _groups(plain) if (size := _size(group))
    ]
    for wanted in ("whole", "", "part"):
        told = [(group, size) for part, group, size in found if part == wanted]
        if told:
            # Of two units of one size the metric one is the less rounded.
            told.sort(key=lambda one: one[0].sides[-1].unit in INCHES)
            return told[0][1] if _agree([size for _, size in told]) else None
    return None


def _fraction(found: re.Match[str]) -> str:
    return " " + unicodedata.normalize("NFKC", found[0]).replace("\u2044", "/")


def _decimal(found: re.Match[str]) -> str:
    whole, top, bottom = (int(part or 0) for part in found.groups())
    return f"{whole + top / bottom:.4f}" if bottom else found[0]


def _metric(found: re.Match[str]) -> str:
    feet, inches = (float(part or 0) for part in found.groups())
    return f"{(12 * feet + inches) * UNITS['inch']:.2f} cm"


def _groups(text: str) -> list[_Group]:
    """The groups of a text; a size that follows in another unit has the words of the first."""
    groups: list[_Group] = []
    end = 0
    for found in _SIDE.finditer(text):
        said = found.groupdict()
        number = float(said["labelled"] or said["plain"])
        label = LABELS.get(said["before"] or said["after"] or "", "")
        side = _Side(number, said["its"] or said["unit"] or said["late"] or "", label)
        between, end = text[end : found.start()], found.end()
        last = groups[-1] if groups else None
        if last and (between.strip(" .") == "x" or _goes_on(last, side, between)):
            last.sides.append(side)
        elif last and between.strip(" .") in ("(", "/", "=", "|"):
            groups.append(_Group([side], last.words))
        else:
            behind, before = _shared(between) if last else ("", between)
            if last:
                last.words += behind
            groups.append(_Group([side], before))
    if groups:
        groups[-1].words += text[end:].partition(";")[0].replace(":", " ")
    return groups


def _goes_on(last: _Group, side: _Side, between: str) -> bool:
    """Whether sides with a label each belong together: ``H. 81 cm, W. 65 cm``."""
    labels = [one.label for one in last.sides]
    new = side.label and all(labels) and side.label not in labels
    return bool(new and _AND.fullmatch(between))


def _shared(between: str) -> tuple[str, str]:
    """What of the text between two groups is said of the first, and what of the second."""
    if parted := _BREAK.search(between):
        return f" {between[: parted.start()]} ", between[parted.end() :]
    bracket = re.fullmatch(r"\s*(\([^():]*\))\s*", between)
    return (f" {bracket[1]} ", "") if bracket else ("", between)


def _part(words: str) -> str:
    """What a size is of: "around" the work, the "whole", a "part" that is named, or ""."""
    said = set(re.findall(r"[^\W\d_]+", words))
    if said & AROUND:
        return "whole" if said & BARE else "around"
    if said & WHOLE:
        return "whole"
    return "part" if ":" in words and not _ORDER.search(words) else ""


def _size(group: _Group) -> Size | None:
    sides = _measured(group.sides)
    labels = [side.label for side in group.sides]
    if len(sides) != len(labels) or not 1 <= len(sides) <= 3:
        return None
    if len(sides) == 1:
        return _possible(sides[0], sides[0]) if labels == [DIAMETER] else None
    order = _ORDER.search(group.words)
    if order and not any(labels):
        labels = [LABELS.get(letter.casefold(), "") for letter in order.groups()] + labels[2:]
    if not any(labels):
        return _possible(sides[0], sides[1])
    named = dict(zip(labels, sides, strict=True))
    across = named.get(WIDTH) or named.get(LENGTH)
    return _possible(named[HEIGHT], across) if HEIGHT in named and across else None


def _measured(sides: list[_Side]) -> list[float]:
    """Centimetres: a side without a unit has that of the next one, the last any that is said."""
    unit = next((side.unit for side in sides if side.unit), "")
    found: list[float] = []
    for side in reversed(sides):
        unit = side.unit or unit
        if unit:
            found.insert(0, round(side.number * UNITS[unit], 2))
    return found


def _possible(height: float, width: float) -> Size | None:
    within = all(_SMALLEST <= side <= _LARGEST for side in (height, width))
    return Size(height, width) if within else None


def _agree(sizes: list[Size]) -> bool:
    first = sizes[0]
    return all(
        abs(one - other) <= max(_LEAST, _SHARE * one)
        for size in sizes
        for one, other in ((first.height, size.height), (first.width, size.width))
    )
