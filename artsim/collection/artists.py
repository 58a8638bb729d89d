"""What the artist text of a work says: names, each with the qualifier of its attribution.

Two works are by the same artist where they share a named artist; "after Rembrandt" and "workshop
of Rembrandt" are not by Rembrandt, and are the same as other works that are attributed so. Nobody
is the same as anybody. All of it is worked out of the text when it is read, nothing is stored.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from artsim.collection import attribution_words as w
from artsim.collection.dates import only_a_date
from artsim.collection.dates.words import CENTURIES, PERIOD_WORDS
from artsim.collection.folding import fold
from artsim.collection.labels import NOUNS, UNKNOWN, is_placeholder, label_key, plain_words

MOST_ARTISTS = 8  # of one work are told apart; the rest of a longer list is left out
_SEPARATORS = re.compile(r"[;|；\n]+")
_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]*)[)\]）]")
_AND = re.compile(r"\s+(?:&|and|und|et|och|og|и)\s+|\s*＆\s*", re.IGNORECASE)
_BY = re.compile(r"^(?:by|von der hand des|peint par|dipinto da)\s+(?=\S)", re.IGNORECASE)
_LIFE = re.compile(
    r"[\s,]+(?:(?:b|d|born|died|active|act|fl|flourished|geb|gest|ne|nee|nato|nac|ur|род|р)\b\.?\s*)?"
    r"(?:ca?\.?\s*|um\s*|vers\s*)?\d{3,4}\??\s*(?:[-–/]\s*(?:ca?\.?\s*)?(?:\d{2,4})?\??)?$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\s*(?:\(\?\)|\[\?\]|\?)\s*$")
_HAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_CJK_GAP = re.compile(f"(?<=[{_HAN}])[ ・·]+(?=[{_HAN}])")
_CJK_QUALIFIED = re.compile(
    r"^[(（\[]?(伝|傳|传|仿|倣|摹)[)）\]]?\s*(.+)$|^(.+?)[(（\[]?(工房|派|款|原画|模写|推定)[)）\]]?$"
)
_ELDER, _YOUNGER = (re.compile(rf"(?<!\w){p}(?!\w)") for p in (w.ELDER, w.YOUNGER))


@dataclass(frozen=True)
class Attribution:
    """One artist of a work: the name as written, and a qualifier, "" where it is by them.

    Qualifiers are: attributed to, formerly attributed to, workshop of, circle of, follower of,
    manner of, pupil of, school of, copy after, after.
    """

    name: str
    qualifier: str = ""

    @property
    def key(self) -> str:
        """Equal for equal artists under equal qualifiers: "workshop of jan steen"."""
        return f"{self.qualifier} {name_key(self.name)}".strip()


@lru_cache(maxsize=16384)  # artists repeat in a collection
def attributions(text: str) -> tuple[Attribution, ...]:
    """The artists that a text names, in its order, each once; empty for nobody.

    >>> attributions("Rubens, Peter Paul (Flemish, 1577–1640); workshop of Jan Brueghel")
    (Attribution(name='Rubens, Peter Paul', qualifier=''), Attribution(name='Jan Brueghel', qualifier='workshop of'))
    >>> attributions("Anonymous, Flemish, 16th century")
    ()
    """
    found: dict[str, Attribution] = {}
    for piece in _pieces(text):
        for one in _read(piece):
            if one.key:
                found.setdefault(one.key, one)
    return tuple(found.values())[:MOST_ARTISTS]


def artist_keys(text: str) -> tuple[str, ...]:
    """The keys of the artists of a text; works share an artist where they share a key.

    >>> artist_keys("Gogh, Vincent van") == artist_keys("Vincent van Gogh (Dutch, 1853–1890)")
    True
    >>> artist_keys("after Rembrandt"), artist_keys("Unknown")
    (('after rembrandt',), ())
    """
    return tuple(one.key for one in attributions(text))


def artist_key(text: str) -> str:
    """One key for all artists of a text whatever their order, "" for nobody.

    >>> artist_key("Rubens; Brueghel") == artist_key("Brueghel | Rubens")
    True
    """
    return "; ".join(sorted(artist_keys(text)))


def value_keys(column: str, text: str) -> tuple[str, ...]:
    """The keys of a label of any column: of each artist, or of the one value; empty for none."""
    if column == "artist":
        return artist_keys(text)
    key = label_key(text)
    return (key,) if key else ()


def artist_codes(texts: Sequence[str | None]) -> npt.NDArray[np.int32]:
    """Numbers of the artists of each text, -1 beyond them; int32 [N, most artists of one text].

    >>> artist_codes(["Monet; Renoir", "Renoir", None]).tolist()
    [[0, 1], [1, -1], [-1, -1]]
    """
    keys = {text: artist_keys(text or "") for text in set(texts)}
    width = max((len(found) for found in keys.values()), default=1)
    numbers: dict[str, int] = {}
    codes = np.full((len(texts), max(1, width)), -1, np.int32)
    for row, text in enumerate(texts):
        for place, key in enumerate(keys[text]):
            codes[row, place] = numbers.setdefault(key, len(numbers))
    return codes


@lru_cache(maxsize=16384)
def name_key(name: str) -> str:
    """What all forms of one name have in common, "" for nobody.

    The order of 'Gogh, Vincent van', dates and peoples in brackets or after commas, accents, case,
    full stops and hyphens do not matter; the Elder and the Younger do.

    >>> name_key("Brueghel, Jan, the Elder (1568-1625)"), name_key("Jan Brueghel d. Ä.")
    ('jan brueghel elder', 'jan brueghel elder')
    """
    segments = [_BRACKETS.sub(r" \1 ", part) for part in _segments(name)]
    if not segments:
        return ""
    first, *rest = segments
    if rest:
        given, *more = rest
        natural = given.split()[0] in w.PARTICLES and " " not in first
        first = " ".join([first, given, *more] if natural else [given, first, *more])
    folded = _YOUNGER.sub(" younger ", _ELDER.sub(" elder ", fold(first)))
    words = re.sub(r"[-–.\s\"“”„«»()\[\]_]+", " ", folded.replace("'", "")).split()
    ranks = [word for word in words if word in ("elder", "younger")]
    words = [word for word in words if word not in w.HONOURS and word not in ranks]
    if words[:1] == ["the"]:
        del words[0]
    return _CJK_GAP.sub("", " ".join(words + ranks))


def _pieces(text: str) -> list[str]:
    """The texts of single artists: ; and | part them, 'and' only two full names."""
    masked = _BRACKETS.sub(lambda m: re.sub(r"[;|；]", ",", m[0]), text)
    found: list[str] = []
    for piece in _SEPARATORS.split(masked):
        sides = [side.strip(" ,") for side in _AND.split(piece)]
        full = all(len(re.findall(r"[^\W\d_]{2,}", _BRACKETS.sub("", s))) >= 2 for s in sides)
        last = [set(plain_words(side)) for side in sides]
        full = full or any(_says_no_name(side) for side in sides)
        safe = full and len(sides) > 1 and not any(words & w.COMPANIES for words in last[1:])
        found += sides if safe else [piece.strip()]
    return [piece for piece in found if piece]


def _read(piece: str) -> list[Attribution]:
    """The artists of one piece: one, or for a work after another's, two."""
    if not re.search(r"\w", piece) or is_placeholder(piece) or _says_no_name(piece):
        return []
    words = piece.split()
    folded = [_word(word) for word in words]
    if tuple(folded) in w.SUFFIXES:  # a qualifier of nobody
        return []
    for place in range(1, len(words) - 1):
        follows = (folded[place],) in w.AFTER and not words[place].startswith(("(", "["))
        if follows and (folded[place - 1], folded[place]) not in w.PREFIXES:
            by = " ".join(words[:place]).rstrip(" ,")
            return [*_read(by), *_read(" ".join(words[place:]))]
    one = _one(piece, words, folded)
    return [one] if one.name and not _says_no_name(one.name) else []


def _one(piece: str, words: list[str], folded: list[str]) -> Attribution:
    if east := _CJK_QUALIFIED.match(piece):
        mark, name = (east[1], east[2]) if east[1] else (east[4], east[3])
        table = w.PREFIXES if east[1] else w.SUFFIXES
        if re.search(f"[{_HAN}]", name):
            return Attribution(name.strip(), table[mark,])
    for start in range(min(len(words), 4)):
        if start and not all(_is_nobody_word(word) for word in folded[:start] if word):
            break
        for length in range(min(w.LONGEST, len(words) - start - 1), 0, -1):
            qualifier = w.PREFIXES.get(tuple(folded[start : start + length]))
            if qualifier:
                return _inner(" ".join(words[start + length :]), qualifier)
    doubt = _MARKS.search(piece)
    name = _BY.sub("", _MARKS.sub("", piece))
    head, mark = _behind(name)
    if mark:
        return _inner(head, mark)
    return Attribution(_tidy(name), "attributed to" if doubt else "")


def _inner(name: str, qualifier: str) -> Attribution:
    """What is attributed may be a workshop: the farther of two qualifiers stands."""
    name = re.sub(r"^(?:d'|d’|l'|l’)(?=\w)", "", name.strip(" ,:"))
    bare = re.sub(r"^(?:the|der|die|la|le|il|el)\s+", "", name, flags=re.IGNORECASE)
    found = _one(name, name.split(), [_word(word) for word in name.split()])
    if bare != name and not found.qualifier:
        within = _one(bare, bare.split(), [_word(word) for word in bare.split()])
        found = within if within.qualifier else found
    return Attribution(found.name, found.qualifier or qualifier)


def _behind(name: str) -> tuple[str, str]:
    """A name and the qualifier that follows it, in brackets, after a comma, or as a last word."""
    for bracket in _BRACKETS.finditer(name):
        qualifier = w.SUFFIXES.get(tuple(_word(word) for word in bracket[1].split()))
        if qualifier:
            return name[: bracket.start()] + name[bracket.end() :], qualifier
    head, comma, tail = name.rpartition(",")
    qualifier = w.SUFFIXES.get(tuple(_word(word) for word in tail.split())) if comma else None
    if qualifier:
        return head, qualifier
    words = re.sub(r"-(?=(?:Werkstatt|Schule|Umkreis|Nachfolger)\b)", " ", name).split()
    for length in range(min(w.LONGEST, len(words) - 1), 0, -1):
        qualifier = w.BARE_SUFFIXES.get(tuple(_word(word) for word in words[-length:]))
        if qualifier:
            return " ".join(words[:-length]), qualifier
    return name, ""


def _tidy(name: str) -> str:
    """A name without its dates and peoples, as it was written otherwise."""
    return " ".join(", ".join(_segments(name.strip(" ,"))).split())


def _word(word: str) -> str:
    return fold(word).strip('()[],:;."')


def _is_nobody_word(word: str) -> bool:
    return word in UNKNOWN or word in NOUNS or word in w.PEOPLES


def _says_no_name(text: str) -> bool:
    """Whether a text only says when, of what people or what trade somebody was."""
    words = plain_words(text)
    if not words or is_placeholder(text):
        return True
    rest = [
        word for word in words if not _is_nobody_word(word) and word not in ("or", "and", "und")
    ]
    if not rest:
        return True
    dated = any(c.isdigit() for c in text) or any(
        word in PERIOD_WORDS or (word in CENTURIES and len(word) > 2) for word in words
    )
    kept = [word for word in words if word in rest or word in PERIOD_WORDS]
    return dated and only_a_date(" ".join(kept))


def _names_no_one(bracket: str) -> bool:
    """Whether brackets hold no part of a name: dates, also with places, peoples, trades."""
    return re.search(r"\d{3}", bracket) is not None or _says_no_name(bracket)


def _segments(name: str) -> list[str]:
    """The parts of a name between commas, those left out that say when or of what people."""
    bare = _BRACKETS.sub(lambda m: "" if _names_no_one(m[1]) else m[0], name)
    first, *rest = [_LIFE.sub("", f" {part}").strip() for part in bare.split(",")]
    kept = [part for part in rest if not re.search(r"\d{4}", part) and not _says_no_name(part)]
    # French, Daniel Chester; but Flemish, 16th century
    people = all(word in w.PEOPLES for word in plain_words(first)) and bool(kept)
    return [first, *kept] if first and (people or not _says_no_name(first)) else kept
