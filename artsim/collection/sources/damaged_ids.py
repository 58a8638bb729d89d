"""Ids that a spreadsheet took for numbers: 12 for 00012, 77.0 for 77, 1.23E+12."""

import re
import unicodedata
from decimal import Decimal

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,' \u00a0\u202f]\d{3})+")
_GROUPS = re.compile(r"[.,' \u00a0\u202f]")
_SCIENTIFIC = re.compile(r"(\d(?:[.,]\d+)?)e\+?(\d{1,2})", re.IGNORECASE)
_MONTHS = (
    "jan|feb|m[aä]r|mrz|mrt|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz]|f[eé]v|avr|juin|juil|ao[uû]|"
    "d[eé]c|gen|mag|giu|lug|ago|set|ott|dic|ene|abr|mei"
)
_MONTH = rf"(?:{_MONTHS})[^\W\d_]{{0,7}}\.?"
_DATE = re.compile(
    rf"\d{{1,4}}[-. ]{{1,2}}{_MONTH}|{_MONTH}[-. ]{{1,2}}\d{{1,4}}|\d{{4}}-\d\d-\d\d(?: 00:00:00)?",
    re.IGNORECASE,
)
_EXACT_DIGITS = 15  # that a spreadsheet keeps of a number
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def as_typed(written: str) -> str:
    """An id without what spreadsheets put around texts, its full-width signs made plain.

    >>> as_typed('="00012"'), as_typed("'00012"), as_typed("００１２")
    ('00012', '00012', '0012')
    """
    if written.isascii() and written.isalnum():
        return written
    plain = unicodedata.normalize("NFC", written.translate(_FULL_WIDTH)).strip()
    if plain.startswith('="') and plain.endswith('"') and len(plain) > 3:
        plain = plain[2:-1]
    return plain.removeprefix("'").strip()


def number_key(text: str) -> str:
    """What all spellings of one number have in common, "" for other texts.

    >>> number_key("00012") == number_key("12.0") == number_key("12,00"), number_key("a12")
    (True, '')
    """
    if not _NUMBER.fullmatch(text) or not text.isascii():
        return ""
    whole, _, fraction = text.replace(",", ".").partition(".")
    fraction = fraction.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")


def grouped_key(text: str) -> str:
    """The ``number_key`` of digits that are shown in groups of three, "" for other texts.

    >>> grouped_key("1,234") == grouped_key("1.234") == number_key("01234"), grouped_key("1934.12")
    (True, '')
    """
    return _GROUPS.sub("", text) if _GROUPED.fullmatch(text) else ""


def lost_digits(text: str) -> bool:
    """Whether an id is a number of which a spreadsheet has kept the first digits only."""
    long = len(text) > _EXACT_DIGITS and text.isascii() and text.isdigit()
    return bool(_SCIENTIFIC.fullmatch(text)) or (long and not text[_EXACT_DIGITS:].strip("0"))


def may_be(damaged: str, whole: str) -> bool:
    """Whether a spreadsheet may have made ``damaged``, an id that ``lost_digits``, of ``whole``.

    >>> may_be("1.23E+12", "1230000000000"), may_be("1.23E+12", "1240000000000")
    (True, False)
    """
    if not (whole.isascii() and whole.isdigit()):
        return False
    found = _SCIENTIFIC.fullmatch(damaged)
    if found is None:
        return len(damaged) == len(whole) and whole.startswith(damaged[:_EXACT_DIGITS])
    mantissa = found[1].replace(",", ".")
    shown = f"{Decimal(whole):.{len(mantissa.partition('.')[2])}E}"
    return shown == f"{mantissa}E+{int(found[2])}"


def damage_of(text: str) -> str:
    """What a spreadsheet seems to have done to an id, "" where nothing is to be seen.

    >>> damage_of("1.23E+12"), damage_of("12. Mrz"), damage_of("A 12")
    ('digits lost', 'made a date', '')
    """
    if _SCIENTIFIC.fullmatch(text):
        return "digits lost"
    if _DATE.fullmatch(text):
        return "made a date"
    return "made a decimal" if re.fullmatch(r"\d+[.,]0+", text) else ""
