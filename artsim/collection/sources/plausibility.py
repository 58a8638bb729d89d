"""How much like written words a decoded text looks: what tells two readings of one file apart.

A detector weighs bytes. A table of fifty bytes has too few of them, but its words still show which
reading cannot be: signs inside words, capitals behind small letters, two scripts in one word,
letters that no one language has together.
"""

import unicodedata
from collections import Counter

# The letters beyond ASCII that languages write with, capitals left out.
_ALPHABETS = tuple(
    frozenset(letters)
    for letters in (
        *("äöüßé", "àâæçéèêëîïôœùûüÿ", "áéíñóúü", "àèéìíîòóù", "áâãàçéêíóôõú", "áéëèêíïóöü"),
        *("åäöéü", "åæøéäöü", "áæðéíóöúýþ", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž"),
        *("áéíóöőúüű", "čćđšž", "ăâîșşțţ", "çğıöşüâîû", "ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
        *("àáâèéêëìíòóôùúïîûẁẃŵŷ", "àçèéíïòóúü"),
        *("абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя’"),
        *("абвгдђежзијклљмнњопрстћуфхцчџш", "абвгдежзийклмнопрстуўфхцчшыьэюяёі"),
        *("абвгдежзийклмнопрстуфхцчшщъьюя", "абвгдѓежзѕијклљмнњопрстќуфхцчџш"),
        "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    )
)
_BY_ALPHABET = ("LATIN", "CYRILLIC", "GREEK")
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}
# Signs that texts do hold; others, such as ‡ or ¤, are mostly letters read wrongly.
_PUNCTUATION = frozenset("‘’“”„–—…«»‚‹›°№·¿¡\u00a0、。・「」『』（）《》〈〉【】ー，：；！？～")
_BEFORE_NUMBERS = frozenset("©§€£®™")
_OPENING = "„“‘‚«‹"
# What the first byte of a letter in UTF-8 is in Windows-1252, for the scripts of most languages.
_TWICE = frozenset("ÂÃÄÅÎÏÐÑâãäåæçèéêë")
_INSIDE_WORDS = frozenset("’·•\u00a0\u2013")


def oddity(text: str) -> float:
    """How odd the characters beyond ASCII stand in ``text``, a mean over them; 0 for plain words.

    >>> oddity("Mädchen von Dürer") < oddity("M‰dchen von D¸rer")
    True
    """
    odd = 0.0
    letters: Counter[str] = Counter()
    count = 0
    around = f" {text} "
    for before, sign, after in zip(around, text, around[2:], strict=False):
        if sign < "\x80":
            odd += 2 if sign.isupper() and before > "\x7f" and before.islower() else 0
            continue
        count += 1
        kind = unicodedata.category(sign)
        if kind in ("Cc", "Cn", "Co", "Cs"):
            odd += 3
        elif sign.isalpha() and kind != "Lm":
            odd += _among_letters(before, sign, after)
            if _script(sign) in _BY_ALPHABET:
                letters[unicodedata.normalize("NFC", sign.lower())[0]] += 1
        elif kind[0] != "M":
            odd += _as_sign(before, sign, after)
    total = sum(letters.values())
    if total:
        known = max(sum(n for c, n in letters.items() if c in one) for one in _ALPHABETS)
        odd += 0.5 * (total - known)
    return odd / max(count, 1)


def meant(text: str) -> str:
    """What a text was before its UTF-8 was read as Windows-1252, "" where it was not.

    >>> meant("MÃ¤dchen"), meant("Mädchen"), meant("Ãgypten")
    ('Mädchen', '', '')
    """
    if _TWICE.isdisjoint(text):
        return ""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def _among_letters(before: str, letter: str, after: str) -> float:
    if before.isdigit() and _script(letter) in _BY_ALPHABET:
        return 1
    if not before.isalpha():
        # a cell begins with a capital more often than not: what tells KOI8 from Windows-1251
        small = letter.islower()
        return 0.5 if small and before in _OPENING else 0.1 if small and before in "\n;\t|," else 0
    scripts = {_script(before), _script(letter)}
    if len(scripts) > 1 and not scripts <= _EAST_ASIAN:
        return 2
    # Cézanne as CŽzanne, Böcklin as BŠcklin
    inside = letter.isupper() and (before.islower() or after.islower())
    return 2 if inside else 0


def _as_sign(before: str, sign: str, after: str) -> float:
    if sign in _PUNCTUATION:
        within = before.isalpha() and after.isalpha()
        return 2 if within and sign not in _INSIDE_WORDS and ord(sign) < 0x3000 else 0
    if before.isalpha() or after.isalpha():
        return 2
    return 0 if sign in _BEFORE_NUMBERS else 1


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
