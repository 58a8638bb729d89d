"""A metadata CSV as artworks: the columns of the contract, unknown ones kept as extra."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from artsim.collection.artwork import Artwork, column_name
from artsim.collection.dates import parse_years
from artsim.collection.sources.naming import safe_id
from artsim.collection.sources.tables import Table
from artsim.core.errors import InvalidInput

MAX_EXTRA = 64
_TEXT = (
    *("title", "artist", "date", "medium", "dimensions", "school", "style", "genre", "theme"),
    *("credit", "licence", "url", "accession"),
)
_ALIASES = {"license": "licence"}


@dataclass(frozen=True)
class MetadataRow:
    """One row: its artwork, its id as written, and the file that its image column names."""

    artwork: Artwork
    original_id: str
    image: str

    @property
    def says_something(self) -> bool:
        """Whether the row holds more than an id and an image."""
        work = self.artwork
        told = any(getattr(work, name) for name in (*_TEXT, "year"))
        return told or any(v for k, v in work.extra.items() if k != "original_id")


class MetadataTable:
    """The rows of a metadata CSV, first of each id; ``notes`` say what was left out."""

    def __init__(self, path: Path, id_column: str = "id") -> None:
        """Raises InvalidInput: unreadable, no id column, too many unknown columns."""
        self._table = Table(path, "metadata CSV")
        self.notes: list[str] = []
        header = [_ALIASES.get(name, name) for name in self._table.header]
        wanted = id_column.strip().lower()
        if wanted not in header:
            raise InvalidInput(
                f"The metadata CSV {path.name} has no column '{id_column}' (it has: "
                f"{_listed(header)}): name the column that holds the ids with --id-column."
            )
        self._id = header.index(wanted)
        self._column = {n: i for i, n in enumerate(header) if n != wanted or n in ("image", "url")}
        known = {*_TEXT, "year", "year_end", "image"}
        self._extra = _extra_names(
            [(n, i) for i, n in enumerate(header) if i != self._id and n not in known]
        )
        if len(self._extra) > MAX_EXTRA:
            raise InvalidInput(
                f"The metadata CSV {path.name} has {len(self._extra)} columns beyond the known "
                f"ones, and {MAX_EXTRA} can be kept: remove those that are not needed."
            )

    def rows(self) -> Iterator[MetadataRow]:
        """Yield the rows in file order; ``notes`` are complete at the end."""
        self.notes = []
        seen: set[str] = set()
        repeated: list[str] = []
        nameless = slugged = 0
        for _, fields in self._table.rows():
            original = fields[self._id]
            if not original:
                nameless += 1
                continue
            artwork_id = safe_id(original)
            if artwork_id in seen:
                repeated.append(original)
                continue
            seen.add(artwork_id)
            slugged += artwork_id != original
            yield MetadataRow(
                self._artwork(artwork_id, original, fields), original, self._text(fields, "image")
            )
        if malformed := self._table.malformed:
            self.notes.append(
                f"{malformed:,} malformed metadata rows were left out (wrong number of fields; "
                f"the first at line {self._table.first_malformed})."
            )
        if nameless:
            self.notes.append(f"{nameless:,} metadata rows without an id were left out.")
        if repeated:
            self.notes.append(
                f"{len(repeated):,} metadata rows repeat an id and were left out, the first row "
                f"of each id was used: {_listed(repeated)}."
            )
        if slugged:
            self.notes.append(
                f"{slugged:,} ids hold characters that are unsafe in an id: they were rewritten, "
                "and are kept as original_id."
            )

    def _artwork(self, artwork_id: str, original: str, fields: list[str]) -> Artwork:
        text = {name: self._text(fields, name) for name in _TEXT}
        year_text = self._text(fields, "year")
        year, year_end = parse_years(year_text)
        if year is None:
            year, year_end = parse_years(text["date"])
        last = parse_years(self._text(fields, "year_end"))[1]
        if year is not None and last is not None and last >= year:
            year_end = last
        text["date"] = text["date"] or year_text
        extra = {name: fields[index] for name, index in self._extra.items()}
        if artwork_id != original:
            extra["original_id"] = original
        return Artwork(id=artwork_id, year=year, year_end=year_end, extra=extra, **text)

    def _text(self, fields: list[str], name: str) -> str:
        index = self._column.get(name)
        return fields[index] if index is not None else ""


def _extra_names(columns: list[tuple[str, int]]) -> dict[str, int]:
    """Unknown columns by name; one that would share a table column gets a number of its own."""
    names: dict[str, int] = {}
    taken: set[str] = set()
    for name, index in columns:
        unique = name if column_name(name) not in taken else f"{index + 1} {name}"
        taken.add(column_name(unique))
        names[unique] = index
    return names


def _listed(names: list[str], most: int = 8) -> str:
    shown = ", ".join(name[:40] for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
