"""Columns of numbers: which of a table's columns hold quantities, and their values."""

import re
from collections.abc import Sequence

Value = str | int | float
_WHOLE = re.compile(r"[-+\u2212]?(?:0|[1-9]\d{0,14})")
_POINT = re.compile(r"[-+\u2212]?(?:0|[1-9]\d{0,14})?\.\d+|[-+\u2212]?\d(?:\.\d+)?[eE][-+]?\d{1,2}")
_COMMA = re.compile(r"[-+\u2212]?(?:0|[1-9]\d{0,14})?,\d+")
# Numbers that name a thing: kept as they are written.
_NAMES = re.compile(r"(?:^|_)(?:ids?|group|code|number|no|nr|num|ref|isbn|zip|original_id)$")
_FEW = 0.1  # the share of texts up to which a column of numbers is told to hold some


def numeric(column: str, texts: Sequence[str]) -> tuple[list[Value] | None, str]:
    """The numbers of a column ("" where a cell is empty), or None; and a cell that is no number.

    The cell is named only where it is one of few in a column of numbers: whoever knows of it can
    mend the table. ``column`` is the column's name in SQL.

    >>> numeric("height", ["77", "12,5", ""]), numeric("height", ["00012"])
    (([77.0, 12.5, ''], ''), (None, ''))
    >>> numeric("weight", [*"123456789", "ca. 10"])
    (None, 'ca. 10')
    """
    filled = [text for text in texts if text]
    if not filled or _NAMES.search(column):
        return None, ""
    comma = any(_COMMA.fullmatch(text) for text in filled)
    fraction = _COMMA if comma and not any(_POINT.fullmatch(t) for t in filled) else _POINT
    odd = [t for t in filled if not (_WHOLE.fullmatch(t) or fraction.fullmatch(t))]
    if odd:
        return None, odd[0] if len(odd) <= _FEW * len(filled) else ""
    plain = [text.replace("\u2212", "-").replace(",", ".") for text in texts]
    if all(_WHOLE.fullmatch(text) for text in filled):
        return [int(text) if text else "" for text in plain], ""
    return [float(text) if text else "" for text in plain], ""
