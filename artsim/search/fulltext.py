"""Full text: the works whose metadata has every word that is looked for, the best first.

SQLite's FTS5 finds and ranks (bm25: Robertson & Zaragoza, 2009), in memory, out of the metadata of
one version of a collection; nothing is written. Texts are folded and parted into words beforehand,
and only words in quotes reach its query language, so that no text is an operator. Scripts that
write no spaces are parted into signs, which then must follow one another.
"""

import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.folding import listed
from artsim.core.cache import LoadingCache
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.core.per_object import PerObject
from artsim.search.catalog import Catalog, fold

if TYPE_CHECKING:
    from rapidfuzz import distance, process
else:
    distance = lazy("rapidfuzz.distance")
    process = lazy("rapidfuzz.process")

Rows = npt.NDArray[np.intp]

MAX_WORDS = 32
_BEST_FIRST = "bm25(works, 8.0, 6.0, 1.0)"  # by title, artist's name, all other columns
_RANKED = 20_000  # works, whose ranking takes some 60 ms
_UNSAID = ("url", "duplicate_group", "has_image", "width", "height", "quality")
_NOT_WORDS = r"[^\p{L}\p{N}\p{M}\p{So}]+"
_SIGNS = r"([\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}\p{So}])"
_PREFIX = 3  # letters that a word needs to stand for those that begin with it
_LETTERS_A_FAULT = 3  # a word may have one wrong letter for so many, at most _FAULTS
_FAULTS = 3
_HASH_BYTES = 128 << 20  # words in memory before FTS5 sorts them: fewer parts are merged
_LONGEST = 40  # letters of a word that may be two without the space between
_VARIANTS = 40  # spellings that one word may stand for
# What stands for one another in titles.
_SAINTS = ("saint", "st", "ste", "sainte", "san", "santa", "santo", "sankt", "sint")
# Left out where the other words alone are found.
_SMALL = frozenset(
    listed(
        "a an and at by for from in of on the to with das de der des di du ein eine el en et im la "
        "le les mit och und van von"
    )
)


@dataclass(frozen=True)
class Found:
    """``rows`` intp [n] are places in the catalog, the best first.

    ``instead`` has the spellings that were looked for in the place of each word that no work has;
    ``without`` the small words that were left out.
    """

    rows: Rows
    instead: dict[str, tuple[str, ...]] = field(default_factory=dict)
    without: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """One sentence where other words were looked for than those that were asked for."""
        if not self.instead:
            return ""
        pairs = [f"{' or '.join(new[:3])} for {old}" for old, new in self.instead.items()]
        return f"No work has all of these words, so this was looked for: {', '.join(pairs)}."


@dataclass(frozen=True)
class Unit:
    """What must be found: ``words`` that follow one another; ``exact`` takes no other spelling."""

    words: tuple[str, ...]
    exact: bool


def found_by_text(catalog: Catalog, text: str) -> Found:
    """The works of ``catalog`` that have every word of ``text``, or nearly; see ``TextIndex``.

    The index is made when a catalog is first asked, 100,000 works in about two seconds.
    """
    return _INDEXES.get(catalog, "text", lambda: TextIndex(catalog.table)).find(text)


class TextIndex:
    """The words of every column of ``table``. Thread-safe.

    Words in quotes are a phrase. Any other word of three letters or more stands also for those
    that begin with it, ``st`` for saint. Where no work has them all, each stands for those that
    are spelled much like it, and the works with the nearest spellings come first.
    """

    def __init__(self, table: pa.Table) -> None:
        self._lock = threading.Lock()
        self._found: LoadingCache[str, Found] = LoadingCache(64)
        self._db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA temp_store = MEMORY")
        # The texts are parted by spaces already: all that is not ASCII belongs to a word.
        self._db.execute(
            "CREATE VIRTUAL TABLE works USING fts5"
            "(title, artist, other, content='', tokenize='ascii')"
        )
        self._db.execute("INSERT INTO works(works, rank) VALUES ('hashsize', ?)", (_HASH_BYTES,))
        self._db.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(works, 'row')")
        columns = [_parted(texts).to_pylist() for texts in _texts(table)]
        self._db.execute("BEGIN")
        self._db.executemany(
            "INSERT INTO works(rowid, title, artist, other) VALUES (?, ?, ?, ?)",
            zip(range(len(table)), *columns, strict=True),
        )
        self._db.execute("COMMIT")
        terms = [row[0] for row in self._db.execute("SELECT term FROM vocabulary")]
        self._terms = np.array(terms, object)
        self._letters = np.array([_letters(term) for term in terms], np.uint32)
        self._known = frozenset(terms)

    @property
    def words(self) -> int:
        """How many different words there are."""
        return len(self._terms)

    def find(self, text: str) -> Found:
        """What has every word of ``text``; raises InvalidInput for more than MAX_WORDS words."""
        return self._found.get(text, lambda: self._find(text))

    def _find(self, text: str) -> Found:
        units = units_of(text)
        if sum(len(unit.words) for unit in units) > MAX_WORDS:
            raise InvalidInput(f"Look for at most {MAX_WORDS} words at a time.")
        if not units:
            return Found(np.zeros(0, np.intp))
        larger = [unit for unit in units if unit.exact or unit.words[0] not in _SMALL]
        for some in [units] + ([larger] if 0 < len(larger) < len(units) else []):
            rows = self._matching([_alternatives(unit) for unit in some])
            found = Found(rows) if len(rows) else self._nearly(some)
            if len(found.rows):
                left = tuple(unit.words[0] for unit in units if unit not in some)
                return Found(found.rows, found.instead, left)
        return Found(np.zeros(0, np.intp))

    def _nearly(self, units: Sequence[Unit]) -> Found:
        """The works that have words spelled like those of ``units``, the nearest first.

        A word that some work has may be meant as it is: others take its place last, and with one
        fault at most.
        """
        near = [self._spellings(unit) for unit in units]
        known = [self._is_known(unit) for unit in units]
        for faults, whose in ((1, False), (2, False), (3, False), (1, True)):
            now = [
                [word for word, distance in some if distance <= faults and (whose or not there)]
                for some, there in zip(near, known, strict=True)
            ]
            if not any(now):
                continue
            asked = [
                _alternatives(unit) + [_quoted(word) for word in more]
                for unit, more in zip(units, now, strict=True)
            ]
            rows = self._matching(asked)
            if len(rows):
                pairs = zip(units, now, strict=True)
                return Found(rows, {unit.words[0]: tuple(more) for unit, more in pairs if more})
        return Found(np.zeros(0, np.intp))

    def _spellings(self, unit: Unit) -> list[tuple[str, int]]:
        """Words of the collection like that of ``unit``, each with its faults, fewest first.

        Faults are of optimal string alignment: a letter more, less, wrong, or two exchanged.
        """
        if unit.exact or len(unit.words) > 1:
            return []
        (word,) = unit.words
        most = min(_FAULTS, len(word) // _LETTERS_A_FAULT)
        cuts = range(2, len(word) - 1) if len(word) <= _LONGEST else ()
        halves = [(word[:i], word[i:]) for i in cuts]
        joined = [" ".join(two) for two in halves if self._known.issuperset(two)]
        found = [(two, 1) for two in joined if self._occurs(_quoted(two))]
        if most and not word.isdigit():
            # A fault changes two letters at most: few words are left to be compared.
            others = np.bitwise_count(self._letters ^ np.uint32(_letters(word)))
            near = self._terms[others <= 2 * most]
            faults = process.cdist(
                [word], near, scorer=distance.OSA.distance, score_cutoff=most, dtype=np.uint8
            )[0]
            for place in np.flatnonzero((faults > 0) & (faults <= most)).tolist():
                found.append((str(near[place]), int(faults[place])))
        return sorted(found, key=lambda pair: (pair[1], pair[0][:1] != word[:1]))[:_VARIANTS]

    def _matching(self, units: Sequence[Sequence[str]]) -> Rows:
        """Places of the works that have one of the alternatives of each of ``units``.

        Where they are very many, only those by title and artist are ranked, before the others.
        """
        query = " AND ".join(f"({' OR '.join(some)})" for some in units)
        found = self._places("works MATCH ? ORDER BY rowid", query)
        if len(found) <= _RANKED:
            return self._places(f"works MATCH ? ORDER BY {_BEST_FIRST}, rowid", query)
        query = f"{{title artist}} : ({query})"
        named = self._places("works MATCH ? ORDER BY rowid", query)
        if len(named) <= _RANKED:
            named = self._places(f"works MATCH ? ORDER BY {_BEST_FIRST}, rowid", query)
        return np.concatenate([named, np.setdiff1d(found, named)])

    def _places(self, condition: str, match: str) -> Rows:
        # As one text: a Python object for each of many thousand rows takes several times as long.
        query = f"SELECT group_concat(rowid) FROM (SELECT rowid FROM works WHERE {condition})"  # noqa: S608
        found = self._asked(query, match)[0][0]
        return np.fromstring(found or "", np.intp, sep=",")

    def _is_known(self, unit: Unit) -> bool:
        return self._occurs(" OR ".join(_alternatives(unit)))

    def _occurs(self, match: str) -> bool:
        return bool(self._asked("SELECT 1 FROM works WHERE works MATCH ? LIMIT 1", match))

    def _asked(self, query: str, match: str) -> list[Any]:
        with self._lock:
            return self._db.execute(query, (match,)).fetchall()


_INDEXES: PerObject[TextIndex] = PerObject(1)


def units_of(text: str) -> list[Unit]:
    """What a person typed as units, each once; a quotation mark without its fellow is none.

    >>> [unit.words for unit in units_of('“Wheat field” crows')]
    [('wheat', 'field'), ('crows',)]
    """
    pieces = [
        (piece, bool(quoted))
        for quoted, plain in _pieces(text)
        for piece in ([quoted] if quoted else plain.split())
    ]
    found: dict[Unit, None] = {}
    parted = _parted(pa.array([piece for piece, _ in pieces], pa.string())).to_pylist()
    for piece, (_, quoted) in zip(parted, pieces, strict=True):
        words = tuple(str(piece).split())
        if quoted and words:
            found[Unit(words, True)] = None
        elif not quoted:
            found |= dict.fromkeys(_units_of_word(words))
    return list(found)


def _units_of_word(words: tuple[str, ...]) -> Iterator[Unit]:
    """Words of letters one by one; the signs of a script without spaces as one phrase."""
    signs: list[str] = []
    for word in words:
        if len(word) == 1 and not word.isascii():
            signs.append(word)
            continue
        if signs:
            yield Unit(tuple(signs), True)
            signs = []
        yield Unit((word,), False)
    if signs:
        yield Unit(tuple(signs), True)


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of a phrase in quotes and text outside of them, of which one is empty."""
    end = 0
    for match in re.finditer('["“”„«»]([^"“”„«»]+)["“”«»]', text):
        yield "", text[end : match.start()]
        yield match[1], ""
        end = match.end()
    yield "", text[end:]


def _alternatives(unit: Unit) -> list[str]:
    """What FTS5 may find for a unit that is spelled rightly."""
    found = [_quoted(" ".join(unit.words))]
    if unit.exact:
        return found
    (word,) = unit.words
    if word in _SAINTS:
        found += [_quoted(other) for other in _SAINTS if other != word]
    elif len(word) >= _PREFIX:
        found.append(f"{found[0]} *")
    return found


def _letters(word: str) -> int:
    """A bit for each letter that a word has, in 32 bits."""
    found = 0
    for letter in word:
        found |= 1 << (ord(letter) & 31)
    return found


def _quoted(words: str) -> str:
    return f'"{words}"'  # words hold letters, digits and spaces alone


def _texts(table: pa.Table) -> list[pa.Array]:
    """Title, artist, and all other metadata as one text for each work."""
    others = [
        pc.fill_null(table.column(field.name).cast(pa.string()), "")
        for field in table.schema
        if field.name not in ("title", "artist", *_UNSAID) and not pa.types.is_nested(field.type)
    ]
    columns = [pc.fill_null(table.column(name), "") for name in ("title", "artist")]
    columns.append(pc.binary_join_element_wise(*others, "\n"))
    return [column.combine_chunks() for column in columns]


def _parted(texts: pa.Array) -> pa.Array:
    """Folded words with spaces between."""
    words = pc.replace_substring_regex(fold(texts), _NOT_WORDS, " ")
    foreign = pc.invert(pc.string_is_ascii(words))
    signs = pc.replace_substring_regex(words.filter(foreign), _SIGNS, r" \1 ")
    return pc.replace_with_mask(words, foreign, signs)
