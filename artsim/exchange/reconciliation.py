"""Which work, or which artist, a cell of somebody's table means: candidates with scores.

A score is 0 to 100, as the W3C's Reconciliation API has it. For words it is the likeness of the
folded texts (rapidfuzz's token_sort_ratio, a normalised indel similarity), for a picture its cosine
with the work's picture, a negative one counting as 0. Properties are averaged with it at half its
weight.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from artsim.collection.labels import label_key
from artsim.core.errors import Conflict, InvalidInput
from artsim.core.lazy import lazy
from artsim.core.per_object import PerObject
from artsim.images.query_pictures import QueryPicture
from artsim.library import Library
from artsim.search.catalog import Catalog, fold
from artsim.search.comparing import comparable
from artsim.search.fulltext import found_by_text
from artsim.search.query import Query

if TYPE_CHECKING:
    from rapidfuzz import fuzz, process
else:
    fuzz = lazy("rapidfuzz.fuzz")
    process = lazy("rapidfuzz.process")

ARTWORK, ARTIST = "artwork", "artist"
PICTURE = "image"  # the property that holds a picture
MAX_RESULTS = 50
_CANDIDATES = 200
_LEAST = 50.0  # names less alike than this share letters by chance
_SURE, _AHEAD = 95.0, 5.0  # least score of a match, and its least lead over the next candidate
_PROPERTY_WEIGHT = 0.5
_TITLES: PerObject[list[str]] = PerObject()


@dataclass(frozen=True)
class Asked:
    """One cell: ``text``, properties of its row by column, and a picture; ``limit`` candidates."""

    text: str = ""
    type: str = ARTWORK
    properties: Mapping[str, Sequence[str]] = field(default_factory=dict)
    picture: QueryPicture | None = None
    limit: int = 10


@dataclass(frozen=True)
class Candidate:
    """What a cell may mean; ``features`` are the parts of its score, each 0 to 100."""

    id: str
    name: str
    description: str
    type: str
    score: float
    match: bool = False
    features: Mapping[str, float] = field(default_factory=dict)


def candidates(library: Library, name: str, asked: Asked) -> list[Candidate]:
    """The works or artists of a collection that ``asked`` may mean, the best first.

    Raises NotFound, InvalidInput where nothing is asked, Conflict for a picture where the
    collection is not embedded.
    """
    if not asked.text.strip() and asked.picture is None:
        raise InvalidInput("Send a text or a picture for each cell to match.")
    catalog = library.catalog(name)
    if asked.type == ARTIST:
        found = _artists(catalog, asked.text)
    else:
        found = _works(library, catalog, asked)
    found.sort(key=lambda one: (-one.score, one.id))
    return _matched(found[: max(1, min(asked.limit, MAX_RESULTS))])


def _matched(found: list[Candidate]) -> list[Candidate]:
    """The first is a match where it is sure and far ahead of the second."""
    if not found or found[0].score < _SURE:
        return found
    if len(found) > 1 and found[0].score - found[1].score < _AHEAD:
        return found
    first = found[0]
    sure = Candidate(
        first.id, first.name, first.description, first.type, first.score, True, first.features
    )
    return [sure, *found[1:]]


def _works(library: Library, catalog: Catalog, asked: Asked) -> list[Candidate]:
    likeness = _seen(library, catalog, asked.picture) if asked.picture is not None else {}
    named = _named(catalog, asked.text) if asked.text.strip() else {}
    rows = catalog.rows(np.array(sorted({*likeness, *named}), np.intp))
    found = []
    for row in rows:
        position = catalog.positions[row["id"]]
        features: dict[str, float] = {}
        if asked.text.strip():
            features["name"] = named.get(position) or _alike(asked.text, row["title"])
        if asked.picture is not None:
            features[PICTURE] = likeness.get(position, 0.0)
        parts = [(score, 1.0) for score in features.values()]
        for column, values in asked.properties.items():
            score = max((_agrees(row, column, value) for value in values), default=0.0)
            features[column] = score
            parts.append((score, _PROPERTY_WEIGHT))
        total = sum(score * weight for score, weight in parts) / sum(w for _, w in parts)
        found.append(
            Candidate(
                str(row["id"]),
                row["title"] or str(row["id"]),
                ", ".join(str(row[n]) for n in ("artist", "date", "accession") if row.get(n)),
                ARTWORK,
                round(total, 2),
                features={key: round(score, 2) for key, score in features.items()},
            )
        )
    return found


def _named(catalog: Catalog, text: str) -> dict[int, float]:
    """Scores by place of the works whose title, number or other words are near ``text``."""
    own = catalog.positions.get(text.strip())
    if own is not None:
        return {own: 100.0}
    accessions = catalog.table.column("accession").to_pylist()
    numbered = {i: 100.0 for i, number in enumerate(accessions) if number == text.strip()}
    titles = _folded_titles(catalog)
    wanted = _folded([text])[0]
    rows = found_by_text(catalog, text[:400]).rows[:_CANDIDATES].tolist()
    if not rows:
        rows = [place for _, _, place in _nearest(wanted, titles)]
    scores = {i: float(fuzz.token_sort_ratio(wanted, titles[i])) for i in rows}
    return {**scores, **numbered}


def _seen(library: Library, catalog: Catalog, picture: QueryPicture) -> dict[int, float]:
    """Scores by place of the works whose pictures are most like ``picture``."""
    column = comparable(library, catalog.name)
    if column is None:
        raise Conflict(
            f"{catalog.name!r} is not embedded with a backbone that is here, so pictures cannot be "
            f"matched: run 'artsim embed {catalog.name}' first, or match by words."
        )
    query = Query(column.backbone, picture=picture, k=_CANDIDATES // 4, copies="all")
    hits = library.search(catalog.name, query).hits
    return {catalog.positions[hit.id]: max(0.0, hit.score) * 100 for hit in hits}


def _agrees(row: Mapping[str, Any], column: str, value: str) -> float:
    """How well a work's column agrees with ``value``; 0 where it has no such column."""
    held = row.get(column)
    if held is None or held == "":
        return 0.0
    if isinstance(held, (int, float)):
        try:
            return 100.0 if float(value) == float(held) else 0.0
        except ValueError:
            return 0.0
    return _alike(value, str(held))


def _artists(catalog: Catalog, text: str) -> list[Candidate]:
    names = artists_of(catalog)
    near = _nearest(_folded([text])[0], _folded(names))
    return [
        Candidate(
            names[place],
            names[place],
            f"artist of works in {catalog.name}",
            ARTIST,
            round(float(score), 2),
            features={"name": round(float(score), 2)},
        )
        for _, score, place in near
    ]


def _nearest(wanted: str, names: Sequence[str]) -> list[tuple[str, float, int]]:
    """The names that are near ``wanted``, each with its score and place, best first."""
    return process.extract(
        wanted,
        names,
        scorer=fuzz.token_sort_ratio,
        limit=_CANDIDATES // 4,
        score_cutoff=_LEAST,
    )


def artists_of(catalog: Catalog) -> list[str]:
    """The names of the artists of a collection, each once; nobody is none."""
    held: set[str] = {name for name in catalog.table.column("artist").to_pylist() if name}
    spellings = {label_key(name): name for name in sorted(held, reverse=True)}
    return sorted(name for key, name in spellings.items() if key)


def _alike(text: str, other: str | None) -> float:
    first, second = _folded([text, other or ""])
    return float(fuzz.token_sort_ratio(first, second)) if first and second else 0.0


def _folded_titles(catalog: Catalog) -> list[str]:
    return _TITLES.get(catalog, "titles", partial(_titles, catalog))


def _titles(catalog: Catalog) -> list[str]:
    return _folded(catalog.table.column("title").to_pylist())


def _folded(texts: Iterable[str | None]) -> list[str]:
    folded: list[str] = fold(pa.array([text or "" for text in texts], pa.string())).to_pylist()
    return [" ".join("".join(c if c.isalnum() else " " for c in text).split()) for text in folded]
