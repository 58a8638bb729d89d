"""What a record says of a work: its metadata, its address, and the works that it was related to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from artsim.collection.artists import Attribution, attributions
from artsim.core.progress import NULL, Progress
from artsim.exchange.records.identifiers import Identifiers, identifiers
from artsim.library import Library
from artsim.search.query import Query
from artsim.search.query_item import Item

# XML 1.0 has no way to write these.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LARGEST = "preview"


@dataclass(frozen=True)
class Relation:
    """Another work whose picture is alike; ``how`` says who found that, and by what."""

    address: str
    title: str
    how: str
    same: bool


@dataclass(frozen=True)
class Work:
    """A work as it is written; every address begins with ``base``."""

    row: Mapping[str, Any]
    base: str
    address: str
    picture: str
    relations: tuple[Relation, ...] = ()

    def text(self, column: str) -> str:
        """A value as text that XML can hold, "" where there is none."""
        value = self.row.get(column)
        return "" if value is None else _UNWRITABLE.sub("", str(value)).strip()

    @property
    def title(self) -> str:
        """The title, or what is written in its place."""
        return self.text("title") or f"Untitled ({self.text('id')})"

    @property
    def own_id(self) -> str:
        """Its id as the records that it came from have it, else as it is here."""
        return self.text("original_id") or self.text("id")

    @property
    def artists(self) -> tuple[Attribution, ...]:
        """The artists that are named."""
        return attributions(self.text("artist"))

    @property
    def identifiers(self) -> Identifiers:
        """The identifiers of the work, its artists and its subject in authority files."""
        return identifiers({name: self.text(name) for name in self.row}, self.artists)

    def days(self) -> tuple[str, str]:
        """First and last year as ISO 8601 writes them, "" where unknown: 44 BC is -0043."""
        first, last = (self.row.get(name) for name in ("year", "year_end"))
        return _iso(first), _iso(first if last is None else last)


def works(
    library: Library,
    name: str,
    ids: Sequence[str],
    base: str,
    backbone: str = "",
    k: int = 5,
    progress: Progress = NULL,
) -> Iterator[Work]:
    """The works of a collection by id, with their copies and, by ``backbone``, the ``k`` nearest.

    ``base`` is where the collection will be found on the web. Raises NotFound, and Conflict where
    the collection is not embedded with the backbone.
    """
    base = base.rstrip("/")
    progress.start(len(ids), "Writing records", "works")
    for one in ids:
        row = library.artwork(name, one)
        shown = f"{_address(base, name, one, 'media')}/{_LARGEST}.webp" if row["has_image"] else ""
        found = [*_copies(library, name, one, base)]
        if backbone and row["has_image"]:
            found += _alike(library, name, one, base, backbone, k)
        yield Work(row, base, _address(base, name, one), shown, tuple(found))
        progress.advance()
    progress.finish()


def _copies(library: Library, name: str, one: str, base: str) -> Iterator[Relation]:
    for copy in library.pictures(name, one).copies:
        title = str(library.artwork(name, copy)["title"] or copy)
        how = "shows the same picture, found by artsim by comparing the files"
        yield Relation(_address(base, name, copy), _UNWRITABLE.sub("", title), how, same=True)


def _alike(
    library: Library, name: str, one: str, base: str, backbone: str, k: int
) -> Iterator[Relation]:
    result = library.search(name, Query(backbone=backbone, like=(Item(id=one),), k=k))
    for hit in result.hits:
        how = (
            f"looks alike: number {hit.rank} of {result.candidates:,} works by the "
            f"{result.metric} {hit.score:.4f} of {result.backbone} ({result.digest[:12]}), "
            "found by artsim, judged by nobody"
        )
        title = _UNWRITABLE.sub("", str(hit.title or hit.id))
        yield Relation(_address(base, name, hit.id), title, how, same=False)


def _address(base: str, name: str, one: str, what: str = "work") -> str:
    return f"{base}/{what}/{quote(name, safe='')}/{quote(one, safe='')}"


def _iso(year: Any) -> str:
    if year is None:
        return ""
    astronomical = year + 1 if year < 0 else year
    return f"{'-' if astronomical < 0 else ''}{abs(astronomical):04d}"
