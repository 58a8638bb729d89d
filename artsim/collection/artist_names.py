"""Names of artists: what all forms of one have in common, and which texts name nobody."""

import re
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING

from artsim.collection import attribution_words as w
from artsim.collection.folding import fold
from artsim.collection.labels import NOUNS, UNKNOWN, is_placeholder, plain_words
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.collection.dates import read as dates
    from artsim.collection.dates import words as date_words
else:  # every search imports this, and few need it
    dates = lazy("artsim.collection.dates.read")
    date_words = lazy("artsim.collection.dates.words")

BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]*)[)\]）]")
HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_CIRCA = r"(?:(?:ca?|um|vers)\.?\s*)?"
_LIFE = re.compile(
    r"[\s,]+(?:(?:b|d|born|died|active|act|fl|flourished|geb|gest|nee?|nato|nac|ur|род|р)\b\.?\s*"
    rf"{_CIRCA}\d{{3,4}}\??(?:\s*[-–/]\s*{_CIRCA}(?:\d{{2,4}})?\??)?"
    rf"|{_CIRCA}\d{{3,4}}\??\s*[-–/]\s*{_CIRCA}(?:\d{{2,4}})?\??)$",
    re.IGNORECASE,
)
_HAN_ONLY = re.compile(f"[{HAN} ]+")
_RANKS = ("elder", "younger", "i", "ii", "iii", "iv")  # Brueghel, Jan (I) is Jan Brueghel (I)
_CJK_GAP = re.compile(f"(?<=[{HAN}])[ ・·]+(?=[{HAN}])")
_ELDER, _YOUNGER = (re.compile(rf"(?<!\w){p}(?!\w)") for p in (w.ELDER, w.YOUNGER))


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """What all forms of one name have in common, "" for nobody.

    The order of 'Gogh, Vincent van' and 'GOGH Vincent van', dates and peoples in brackets or after
    commas, accents, case, full stops and hyphens do not matter; the Elder and the Younger do.

    >>> name_key("Brueghel, Jan, the Elder (1568-1625)"), name_key("Jan Brueghel d. Ä.")
    ('jan brueghel elder', 'jan brueghel elder')
    """
    segments = [BRACKETS.sub(r" \1 ", part) for part in _segments(name)]
    if not segments:
        return ""
    first, *rest = segments
    if rest:
        given, *more = rest
        natural = given.split()[0] in w.PARTICLES and " " not in first
        first = " ".join([first, given, *more] if natural else [given, first, *more])
    else:
        first = _family_last(first)
    folded = _YOUNGER.sub(" younger ", _ELDER.sub(" elder ", fold(first)))
    words = re.sub(r"[-–.\s\"“”„«»()\[\]_]+", " ", folded.replace("'", "")).split()
    ranks = [word for word in words if word in _RANKS]
    words = [word for word in words if word not in w.HONOURS and word not in ranks]
    if words[:1] == ["the"]:
        del words[0]
    return _CJK_GAP.sub("", " ".join(words + ranks))


def _family_last(name: str) -> str:
    """A name as it is spoken, where capitals set its family name in front: MONET Claude."""
    words = name.split()
    family = list(takewhile(str.isupper, words))
    given = words[len(family) :]
    spelt = any(
        len(word) > 2 and not set("AEIOUY").isdisjoint(fold(word).upper()) for word in family
    )
    follows = given[:1] and given[0][0].isupper() and not any(map(str.isupper, given))
    return " ".join(given + family) if spelt and follows else name


def is_nobody_word(word: str) -> bool:
    """Whether a folded word is for nobody, a trade or a people: unknown, painter, flemish."""
    return word in UNKNOWN or word in NOUNS or word in w.PEOPLES


@lru_cache(maxsize=16384)
def says_no_name(text: str) -> bool:
    """Whether a text only says when, of what people or what trade somebody was."""
    words = plain_words(text)
    rest = [word for word in words if not is_nobody_word(word) and word not in ("or", "and", "und")]
    if not rest or is_placeholder(text):
        return True
    eastern = all(map(_HAN_ONLY.fullmatch, rest))  # 宋 佚名
    if not (eastern or any(char.isdigit() for char in text) or _says_when(words)):
        return False
    trades = not any(word in UNKNOWN or word in w.PEOPLES for word in words)
    number = len(rest) == 1 and rest[0].isdigit()
    if number and (len(rest[0]) < 3 or (trades and len(words) > 1)):  # Painter 105
        return False
    if trades and len(rest) == 2 and rest[0] in w.PARTICLES | {"of"} and rest[1].isdigit():
        return False  # Master of 1518
    return dates.only_a_date(
        " ".join(word for word in words if word in rest or word in date_words.PERIOD_WORDS)
    )


def _says_when(words: list[str]) -> bool:
    return any(
        word in date_words.PERIOD_WORDS or (word in date_words.CENTURIES and len(word) > 2)
        for word in words
    )


def _names_no_one(bracket: str) -> bool:
    """Whether brackets hold no part of a name: dates, also with places, peoples, trades."""
    # （明）唐寅
    dynasty = _HAN_ONLY.fullmatch(bracket) is not None and dates.only_a_date(bracket)
    return dynasty or re.search(r"\d{3}", bracket) is not None or says_no_name(bracket)


@lru_cache(maxsize=16384)
def _segments(name: str) -> tuple[str, ...]:
    """The parts of a name between commas, those left out that say when or of what people."""
    bare = BRACKETS.sub(lambda m: "" if _names_no_one(m[1]) else m[0], name)
    parts = bare.split(",")
    first, *rest = [_LIFE.sub("", f" {part}").strip() for part in parts]
    kept = [part for part in rest if not re.search(r"\d{4}", part) and not says_no_name(part)]
    # French, Daniel Chester; but Flemish, 16th century
    vague = any("active" in part or _says_when(plain_words(part)) for part in parts[1:])
    people = all(word in w.PEOPLES for word in plain_words(first)) and bool(kept)
    if people and vague:  # Italian, Siena, 15th century
        return ()
    return (first, *kept) if first and (people or not says_no_name(first)) else tuple(kept)


def tidy(name: str) -> str:
    """A name without its dates and peoples, as it was written otherwise."""
    return " ".join(", ".join(_segments(name.strip(" ,"))).split())
