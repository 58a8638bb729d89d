"""Dates that are a whole field in one notation: ISO 8601, EDTF, and what spreadsheets make."""

import re
from datetime import date

from artsim.collection.dates.plain import LATEST

EARLIEST = 99_999  # years before Christ
Years = tuple[int | None, int | None]
NONE: Years = (None, None)

_ISO = re.compile(r"([+-]?)(\d{4,6})-(\d\d)-(\d\d)(?:[t ][\d:.,]*\s*(?:z|[+-]\d\d:?\d\d|[ap]m)?)?")
_ISO_MONTH = re.compile(r"([+-])(\d{4,6})-\d\d")
_PLAIN = re.compile(r"([+-]?)(\d{1,4})(?:[.,]0+)?")
_GROUPED = re.compile(r"([1-9])[.,' \u00a0\u202f](\d{3})(?:[.,]0+)?")
_SCIENTIFIC = re.compile(r"([1-9])[.,](\d{0,3})0*e\+?0*3")
_DIGITS = re.compile(r"\d{5,}(?:[.,]0+)?")
_EDTF_DATE = re.compile(
    r"[?~%]*(y?)([+-]?)(\d{4,9}|\d{1,3}[xu]{1,3})(?:-[\dxu]{2}){0,2}[?~%]*(?:s(\d))?[?~%]*"
)
_OPEN = frozenset(("", "..", "open", "unknown"))


def whole_field(text: str) -> Years | None:
    """The years of a folded field in one of these notations; NONE for no date, None for others.

    >>> whole_field("1889-01-01 00:00:00"), whole_field("156x"), whole_field("45123")
    ((1889, 1889), (1560, 1569), (None, None))
    >>> whole_field("circa 1889") is None
    True
    """
    if found := _ISO.fullmatch(text):
        sign, year, month, day = found.groups()
        if int(month) > 12 or int(day) > 31 or text.startswith(("0000-", "0001-01-01")):
            return NONE  # databases write these where they have no date
        return _one(_counted_from_zero(sign, int(year)))
    if found := _ISO_MONTH.fullmatch(text):
        return _one(_counted_from_zero(found[1], int(found[2])))
    if found := _PLAIN.fullmatch(text):
        sign, digits = found.groups()
        if sign == "-":
            padded = len(digits) == 4 and digits.startswith("0")
            return _one(_counted_from_zero(sign, int(digits)) if padded else -int(digits))
        return _one(int(digits))
    if found := _GROUPED.fullmatch(text) or _SCIENTIFIC.fullmatch(text):
        return _one(int(found[1] + found[2].ljust(3, "0")))
    if _DIGITS.fullmatch(text):
        return _compact(text)
    return _edtf(text)


def _one(year: int) -> Years:
    return (year, year) if year and -EARLIEST <= year <= LATEST else NONE


def _counted_from_zero(sign: str, year: int) -> int:
    return -year - 1 if sign == "-" else year


def _compact(digits: str) -> Years:
    """18890525; every other long number is a spreadsheet's count of days, or no date at all."""
    if len(digits) != 8:
        return NONE
    try:
        return _one(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year)
    except ValueError:
        return NONE


def _edtf(text: str) -> Years | None:
    inner = text
    if text[0] in "[{" and text[-1] in "]}":
        inner = text[1:-1]
        parts = [end for part in inner.split(",") for end in part.strip().split("..")]
    elif text.count("/") == 1:
        parts = text.split("/")
    else:
        parts = [text]
    spans = []
    for part in (part.strip() for part in parts):
        if part in _OPEN:
            continue
        span = _edtf_date(part)
        if span is None:
            return None
        spans.append(span)
    if not spans:
        return None
    low, high = min(a for a, _ in spans), max(b for _, b in spans)
    return (low, high) if low >= -EARLIEST and high <= LATEST else NONE


def _edtf_date(text: str) -> tuple[int, int] | None:
    """First and last year of one EDTF date; a bare 1503-06 is a museum's range, not a month."""
    found = _EDTF_DATE.fullmatch(text)
    if found is None or re.fullmatch(r"\d{4}-\d\d", text):
        return None
    far, sign, digits, exact = found.groups()
    if len(digits) > 4 and not far:
        return None
    open_digits = "x" in digits or "u" in digits
    if len(digits) != 4 and not far:
        return None
    low, high = (int(re.sub("[xu]", end, digits)) for end in "09")
    if exact and not open_digits:
        size = 10 ** max(0, len(digits) - int(exact))
        low, high = low // size * size, low // size * size + size - 1
    if sign == "-":
        return -high - 1, -low - 1
    return (low or 1), high
