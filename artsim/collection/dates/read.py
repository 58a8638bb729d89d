"""From the text of a displayed date to its first and last year."""

import re
from functools import lru_cache
from itertools import pairwise

from artsim.collection.dates import eras, periods, words
from artsim.collection.dates.plain import parse_years
from artsim.collection.dates.terms import share, terms
from artsim.collection.dates.tokens import Token, tokens
from artsim.collection.dates.whole import Years, whole_field
from artsim.collection.folding import fold

_LONGEST = 1000  # characters of a date that are looked at
_DAY = re.compile(
    r"(?<![\d.,])(?:\d{1,2}\s?([./–-])\s?(?:\d{1,2}|[ivx]{1,4})\s?\1\s?(\d{4})|"
    r"(\d{4})([./-])\d{1,2}\4\d{1,2}|(?:0?[1-9]|1[0-2])[./](\d{4}))(?![\d])(?:t[\d:.]+z?)?"
)
_UNKNOWN_DIGIT = re.compile(r"(?<!\d)(1\d\d|20\d)(?:[-–]\?|[?_*xu-])(?![\w-])")
_UNKNOWN_DIGITS = re.compile(r"(?<!\d)(1\d|20)(?:\?\?|--|––|__|xx|uu|\*\*|\.\.(?!\.))\??(?!\w)")
_SIZE = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:cm|mm|in\.|\")?\s*[x×]\s*\d+(?:[.,]\d+)?|"
    r"\d+(?:[.,]\d+)?\s*(?:cm|mm|kg|inch(?:es)?|px|dpi|ft)\b"
)
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,2})[.,' ](\d{3})(?![\d.,])")
_TIME = re.compile(
    r"(?<!\d)\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?\s*(?:z\b|[ap]m\b)?"
    r"(?:\s*(?:gmt|utc)?[+-]\d\d:?\d\d)?"
)
_JOINED = re.compile(
    r"(?<![^\W_])([ivxхі]+|\d{1,2}(?:st|nd|rd|th)?)(вв?|w|jh|(?<=[a-z])c)(?![^\W_])"
)
# What is said of an artist's life and not of a work: b. 1840, d. 1903; geb. 1840 in Paris.
_LIFE = re.compile(
    r"(?:(?:[*†]|(?:b|d|geb|gest|ur|zm|nar|zem|f|dod)\.(?!c\.)|(?:born|died|geboren|gestorben|nee?|nat[oa]"
    r"|nacid[oa]|nascid[oa]|fodd|fodt|mort|mort[oa]|muert[oa]|narozen[ay]?|urodzon[ya])(?!\w))"
    r"(?: (?:en|in|im|el|em|w|v|r\.))?\s*(?:(?:c|ca|circa|um)\.? )?\d{3,4}"
    r"(?: (?:in|at|a|à|w|v) [^\W\d_ ]+)?[\s,;–-]*)+"
)
_INNER = re.compile(r"\(([^()]*)\)?")
_FOUR_DIGITS = 1000
_DATED = ("number", "ordinal", "hundred", "century")
_SHORT = 3  # letters of a word that may be an era's
_NO_YEARS: Years = (None, None)


def only_a_date(text: str) -> bool:
    """Whether a text is a date and nothing else, such as a name.

    >>> only_a_date("active 16th century"), only_a_date("Rembrandt 1650"), only_a_date("Edo period")
    (True, False, True)
    """
    found = tokens(prepared(fold(text)))
    known = all(token.kind not in ("other", "numbered") for token in found)
    return known and parse_years(text)[0] is not None


@lru_cache(maxsize=8192)  # dates repeat in a collection
def years_of(text: str) -> Years:
    """What ``parse_years`` says of a text that is more than a plain year."""
    folded = fold(text[:_LONGEST]).replace("\u301c", "~").strip()
    if not folded:
        return _NO_YEARS
    whole = whole_field(folded)
    if whole is not None:
        return whole
    if _LIFE.fullmatch(folded):
        return _NO_YEARS
    folded = prepared(folded)
    outside = _INNER.sub(_parts_only, folded)
    for candidate in dict.fromkeys((outside, re.sub("[()]", " , ", folded))):
        found = tokens(candidate)
        for part in _nearest_first(found):
            spans = terms(part)
            if spans and (_era_unread(part, spans) or _early_and(eras.abbreviated(folded), spans)):
                return _NO_YEARS
            if spans and _before_christ_unread(part, spans):
                return _NO_YEARS
            if spans:
                return min(low for low, _ in spans), max(high for _, high in spans)
    return _periods(tokens(re.sub("[()]", " , ", folded)))


def _nearest_first(found: list[Token]) -> list[list[Token]]:
    """The tokens to be read, first those that no word such as 'printed' or 'cast' stands before."""
    later = next((i for i, token in enumerate(found) if token.kind == "later"), None)
    if later is None:
        return [found]
    beyond = (i for i in range(later, len(found)) if found[i].kind == "stop")
    return [found[:later], found[next(beyond, len(found)) :], found]


def prepared(text: str) -> str:
    """Days and sizes gone, unknown digits as decades and centuries, marks of doubt left out."""
    text = _JOINED.sub(r"\1 \2", re.sub(r"<[^>]*>", " ", text))
    text = _TIME.sub(" ", _SIZE.sub(" ", text))
    if eras.says_before_christ(text):
        text = _THOUSANDS.sub(r"\1\2", text)
    text = _DAY.sub(lambda m: f" {m[2] or m[3] or m[5]} ", text)
    text = _UNKNOWN_DIGITS.sub(r"\g<1>00s", _UNKNOWN_DIGIT.sub(r"\g<1>0s", text))
    return eras.settled(re.sub(r"[?\[\]{}~%]+(?=$|[^\w])|[?\[\]{}]", "", text))


def _parts_only(match: re.Match[str]) -> str:
    """What stands in parentheses, where it divides what stands before: siglo XVI (finales)."""
    inner = tokens(match[1])
    if inner and all(token.kind in ("bc", "ad") for token in inner):
        return f" {match[1]} "
    divides = any(token.kind == "part" or token.kind == "nth" for token in inner)
    dated = any(token.kind not in ("part", "nth", "fill", "ordinal", "number") for token in inner)
    dated = dated or any(token.kind == "number" and token.digits > 1 for token in inner)
    return f" , {match[1]} " if divides and not dated else " "


def _early_and(doubtful: bool, spans: list[tuple[int, int]]) -> bool:
    """Whether what is doubtful of an era matters: all years have three digits or fewer."""
    return doubtful and all(0 < high < _FOUR_DIGITS for _, high in spans)


def _era_unread(found: list[Token], spans: list[tuple[int, int]]) -> bool:
    """Whether an unknown word beside an early year may be an era that is not ours: 300 TCN, or
    300 vor der Zeitenwende."""
    if not _early_and(all(token.kind not in ("ad", "bc") for token in found), spans):
        return False
    return any(
        one.kind in _DATED and other.kind == "other" and len(other.text) <= _SHORT
        for pair in pairwise(token for token in found if token.text != ",")
        for one, other in (pair, pair[::-1])
    ) or any(
        one.kind in _DATED and two.text in words.BEFORE and _of_no_date(found[place:])
        for place, (one, two) in enumerate(pairwise(found), start=1)
    )


def _of_no_date(found: list[Token]) -> bool:
    """Whether what follows a 'before' is a word that says no date; it may be one itself."""
    after = next((token for token in found[1:] if token.kind != "fill"), None)
    return found[0].kind == "other" or (after is not None and after.kind == "other")


def _before_christ_unread(found: list[Token], spans: list[tuple[int, int]]) -> bool:
    """Whether an era or a minus that stands there belongs to none of the years: 300-luku eaa."""
    if any(low < 0 for low, _ in spans):
        return False
    minus = [t.text for t in found[:1]] == ["-"] and found[1].kind in ("ordinal", "hundred")
    early = all(high < _FOUR_DIGITS for _, high in spans)
    return minus or (early and any(token.kind == "bc" for token in found))


def _periods(found: list[Token]) -> Years:
    """The years of dynasties and periods, for a date that says nothing nearer."""
    strangers = any(token.kind in ("other", "numbered") for token in found)
    transcribed = not strangers or any(token.kind == "period_word" for token in found)
    if any(token.kind in ("bc", "calendar") for token in found):
        return _NO_YEARS
    named: list[list[periods.Span]] = []
    parts: list[list[str]] = []
    waiting: list[str] = []
    for token in found:
        if token.kind == "period" and (transcribed or token.side == "sure"):
            named.append(periods.meanings(token.value))
            parts.append(waiting)
            waiting = []
        elif token.kind == "part" and token.side == "after" and parts:
            parts[-1].append(token.value)
        elif token.kind == "part":
            waiting.append(token.value)
    if parts:
        parts[-1] += waiting
    spans = [
        (low + first, low + last - 1)
        for span, names in zip(periods.chosen(named), parts, strict=False)
        if span is not None
        for low, high in [span]
        for first, last in [share(name, high - low + 1) for name in names] or [(0, high - low + 1)]
    ]
    return (min(a for a, _ in spans), max(b for _, b in spans)) if spans else _NO_YEARS
