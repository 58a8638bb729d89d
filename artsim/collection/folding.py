"""One way to fold text, so that spellings of one word compare equal."""

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "ı": "i", "œ": "oe"})
# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; kana keep their marks.
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u064b-\u0652]")
_APOSTROPHES = re.compile("[\u2018\u2019\u00b4\u02bc`]")
_DASHES = re.compile("[\u2010-\u2015]")


def fold(text: str) -> str:
    """Lower case, no accents, full-width forms as plain ones, one kind of apostrophe and dash.

    >>> fold("Première moitié"), fold("ＤÜRER"), fold("d’après"), fold("Łódź"), fold("ガラス")
    ('premiere moitie', 'durer', "d'apres", 'lodz', 'ガラス')
    """
    if text.isascii():
        return text.casefold().replace("`", "'")
    text = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    text = _DASHES.sub("–", _APOSTROPHES.sub("'", text).replace("\u2212", "-"))
    return unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", text)))


def listed(table: str) -> list[str]:
    """The words of a table that is written as one text.

    >>> listed("unknown  anonymous")
    ['unknown', 'anonymous']
    """
    return table.split()
