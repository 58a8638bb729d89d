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
from artsim.collection.artist_names import (
    BRACKETS,
    HAN,
    is_nobody_word,
    name_key,
    says_no_name,
    tidy,
)
from artsim.collection.folding import fold
from artsim.collection.labels import is_placeholder, label_key, plain_words

MOST_ARTISTS = 8  # of one work are told apart; the rest of a longer list is left out
_SEPARATORS = re.compile(r"[;|；\n]+")
_AND = re.compile(r"\s+(?:&|/|and|und|et|och|og|и)\s+|\s*＆\s*", re.IGNORECASE)
_BY = re.compile(
    r"^(?:by|painted by|made by|von der hand des|peint par|dipinto da)\s+(?=\S)", re.IGNORECASE
)
_MARKS = re.compile(r"\s*(?:\(\?\)|\[\?\]|\?)\s*$")
_CJK_QUALIFIED = re.compile(
    r"^[(（\[]?(伝|傳|传|仿|倣|摹)[)）\]]?\s*(.+)$|^(.+?)[(（\[]?(工房|派|款|原画|模写|推定)[)）\]]?$"
)


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
        key = name_key(self.name)
        return f"{self.qualifier} {key}".strip() if key else ""


@lru_cache(maxsize=16384)  # artists repeat in a collection
def attributions(text: str) -> tuple[Attribution, ...]:
    """The artists that a text names, in its order, each once; empty for nobody.

    >>> [(a.name, a.qualifier) for a in attributions("Rubens (b. 1577); workshop of Jan Steen")]
    [('Rubens', ''), ('Jan Steen', 'workshop of')]
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


def split_key(key: str) -> list[str]:
    """The keys of the artists in what ``artist_key`` made of them."""
    return key.split("; ") if key else []


def value_keys(column: str, text: str) -> tuple[str, ...]:
    """The keys of a label of any column: of each artist, or of the one value; empty for none."""
    if column == "artist":
        return artist_keys(text)
    key = label_key(text)
    return (key,) if key else ()


def related_artists(texts: Sequence[str]) -> list[str]:
    """The group of artists that each text belongs to, by the first of its names; "" for nobody.

    Texts that share a name belong together, under any qualifier, directly or through others: what
    must not be torn apart where artists are kept aside.

    >>> related_artists(["Monet", "after Monet; Renoir", "Renoir", "Degas", "Unknown"])
    ['monet', 'monet', 'monet', 'degas', '']
    """
    leader: dict[str, str] = {}

    def lead(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    names = {text: [name_key(one.name) for one in attributions(text)] for text in set(texts)}
    for found in names.values():
        for name in found[1:]:
            one, two = sorted((lead(found[0]), lead(name)))
            leader[two] = one
    return [lead(names[text][0]) if names[text] else "" for text in texts]


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


def _pieces(text: str) -> list[str]:
    """The texts of single artists: ; and | part them, 'and' only two full names."""
    masked = BRACKETS.sub(lambda m: re.sub(r"[;|；]", ",", m[0]), text)
    found: list[str] = []
    for piece in _SEPARATORS.split(masked):
        sides = [side.strip(" ,") for side in _AND.split(piece)]
        found += sides if len(sides) > 1 and _are_artists(sides) else [piece.strip()]
    return [piece for piece in found if piece]


def _are_artists(sides: list[str]) -> bool:
    """Whether what 'and' joins are two full names, not a firm or a couple with one surname."""
    if any(tuple(map(_word, side.split())) in w.SUFFIXES for side in sides):
        return False  # Rubens und Werkstatt: one attribution
    if any(says_no_name(side) for side in sides):
        return True
    if len({"," in BRACKETS.sub("", side) for side in sides}) > 1:
        return False
    for side in sides:
        words = [word for word in BRACKETS.sub("", side).split() if _word(word) not in w.TITLES]
        long = [word for word in words if len(_word(word)) > 1]
        if len(long) < 2 or long[0][0].islower() or not w.COMPANIES.isdisjoint(plain_words(side)):
            return False
    return True


def _read(piece: str) -> list[Attribution]:
    """The artists of one piece: one, or for a work after another's, two."""
    if not re.search(r"\w", piece) or is_placeholder(piece) or says_no_name(piece):
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
    return [one] if one.name and not says_no_name(one.name) else []


def _one(piece: str, words: list[str], folded: list[str]) -> Attribution:
    if east := _CJK_QUALIFIED.match(piece):
        mark, name = (east[1], east[2]) if east[1] else (east[4], east[3])
        table = w.PREFIXES if east[1] else w.SUFFIXES
        if re.search(f"[{HAN}]", name):
            return Attribution(name.strip(), table[mark,])
    for start in range(min(len(words), 4)):
        if start and not all(is_nobody_word(word) for word in folded[:start] if word):
            break
        for length in range(min(w.LONGEST, len(words) - start - 1), 0, -1):
            qualifier = w.PREFIXES.get(tuple(folded[start : start + length]))
            if qualifier and not words[start + length - 1].endswith(","):
                return _inner(" ".join(words[start + length :]), qualifier)
    doubt = _MARKS.search(piece)
    name = _BY.sub("", _MARKS.sub("", piece))
    head, mark = _behind(name)
    if mark:
        return _inner(head, mark)
    return Attribution(tidy(name), "attributed to" if doubt else "")


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
    for bracket in BRACKETS.finditer(name):
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


@lru_cache(maxsize=16384)
def _word(word: str) -> str:
    return fold(word).strip('()[],:;."')
