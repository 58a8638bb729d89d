"""Columns of numbers: which of a table's columns hold quantities, and their values."""

import re
from collections.abc import Sequence

Value = str | int | float
_WHOLE = re.compile(r"[-+\u2212]?(?:0|[1-9]\d{0,14})")
_POINT = re.compile(r"[-+\u2212]?(?:0|[1-9]\d{0,14})?\.\d+|[-+\u2212]?\d(?:\.\d+)?[eE][-+]?\d{1,2}")
_COMMA = re.compile(r"[-+\u2212]?(?:0|[1-9]\d{0,14})?,\d+")
# Groups of three digits, which only what stands beside them tells from a fraction.
_GROUPS = (
    (re.compile(r"[-+\u2212]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?"), ".", ","),
    (re.compile(r"[-+\u2212]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"), ",", "."),
)
_SPACED = re.compile(r"(?<=\d)[ \u00a0\u2009\u202f'’](?=\d{3}(?!\d))")
_AMBIGUOUS = re.compile(r"[-+\u2212]?[1-9]\d{0,2}[.,]\d{3}")
# Numbers that name a thing: kept as they are written.
_NAMES = re.compile(r"(?:^|_)(?:ids?|group|code|number|no|nr|num|ref|isbn|zip|original_id)$")
_FEW = 0.1  # the share of texts up to which a column of numbers is told to hold some


def numeric(column: str, texts: Sequence[str]) -> tuple[list[Value] | None, str]:
    """The numbers of a column ("" where a cell is empty), or None; and a cell that is no number.

    The cell is named only where it is one of few in a column of numbers: whoever knows of it can
    mend the table. ``column`` is the column's name in SQL.

    >>> numeric("height", ["77", "12,5", ""]), numeric("height", ["00012"])
    (([77.0, 12.5, ''], ''), (None, ''))
    >>> numeric("value", ["1.234,50", "2.000,00", "7"]), numeric("value", ["1,234", "12,345"])
    (([1234.5, 2000.0, 7.0], ''), (None, '1,234'))
    >>> numeric("weight", [*"123456789", "ca. 10"])
    (None, 'ca. 10')
    """
    filled = [text for text in texts if text]
    if not filled or _NAMES.search(column):
        return None, ""
    texts = _ungrouped([_SPACED.sub("", text) for text in texts])
    filled = [text for text in texts if text]
    comma = any(_COMMA.fullmatch(text) for text in filled)
    fraction = _COMMA if comma and not any(_POINT.fullmatch(t) for t in filled) else _POINT
    odd = [t for t in filled if not (_WHOLE.fullmatch(t) or fraction.fullmatch(t))]
    if odd:
        return None, odd[0] if len(odd) <= _FEW * len(filled) else ""
    fractions = [text for text in filled if not _WHOLE.fullmatch(text)]
    if fractions and all(map(_AMBIGUOUS.fullmatch, fractions)):
        return None, fractions[0]  # a thousand, or a fraction: nothing tells
    plain = [text.replace("\u2212", "-").replace(",", ".") for text in texts]
    if all(_WHOLE.fullmatch(text) for text in filled):
        return [int(text) if text else "" for text in plain], ""
    return [float(text) if text else "" for text in plain], ""


def _ungrouped(texts: list[str]) -> list[str]:
    """Numbers without the signs that part thousands, where a number of the column has both signs
    or several groups: 1.234,50 and 2.000,00."""
    for groups, sign, point in _GROUPS:
        sure = any(groups.fullmatch(t) and (point in t or t.count(sign) > 1) for t in texts)
        other = re.compile(rf"[-+\u2212]?\d+(?:\{point}\d+)?")
        if sure and all(not t or groups.fullmatch(t) or other.fullmatch(t) for t in texts):
            return [t.replace(sign, "").replace(point, ".") for t in texts]
    return texts
