"""A table of metadata as artworks: the columns of the contract, unknown ones kept as extra."""

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from artsim.collection.artwork import FILE_FIELDS, Artwork, column_name
from artsim.collection.columns import LABELS
from artsim.collection.dates import parse_years
from artsim.collection.pictures import OTHER
from artsim.collection.sources.damaged_ids import as_typed, damage_of, lost_digits
from artsim.collection.sources.headers import fields_of
from artsim.collection.sources.naming import first_of, safe_id
from artsim.collection.sources.numbers import Value, numeric
from artsim.collection.sources.places import path_stem, stem_of
from artsim.collection.sources.tables import Table
from artsim.collection.sources.texts import clean
from artsim.collection.sources.views import (
    COLUMNS,
    View,
    images_of,
    parted,
    primary_first,
    role_of,
    without_side,
)
from artsim.core.counts import count
from artsim.core.csvfile import plain_cell
from artsim.core.errors import InvalidInput

MAX_EXTRA = 64
_TEXT = (*LABELS, "title", "date", "dimensions", "credit", "licence", "url", "accession")
_PLAIN = re.compile(r"-\d{1,4}")
_UNNAMED = re.compile(r"column \d+")


@dataclass(frozen=True)
class MetadataRow:
    """One row: its artwork, its id as written, and the file that its image column names."""

    artwork: Artwork
    original_id: str
    image: str


class MetadataTable:
    """The rows of a table of metadata, first of each id; ``notes`` say what was left out.

    A row names the picture that its work is shown by. ``views`` are the further ones: more files
    in one cell, and rows that repeat an id with another image and no other title.

    Columns are known by the names that museums give them (``headers``). The id is the column that
    was asked for, else an inventory number, else the name of the file in the image column.
    """

    def __init__(self, path: Path, id_column: str = "id", encoding: str = "") -> None:
        """Raises InvalidInput: unreadable, no id column, too many unknown columns."""
        self._table = Table(path, "metadata table", (id_column,), encoding=encoding)
        self.notes: list[str] = []
        self.views: list[View] = []
        header = self._table.header
        self._column = fields_of(header)
        wanted = " ".join(id_column.lower().split())
        named = header.index(wanted) if wanted in header else None
        if named is None and wanted == "id":
            named = self._column.get("id", self._column.get("accession"))
        if named is None and (wanted != "id" or "image" not in self._column):
            raise InvalidInput(
                f"The {self._table.title} has no column '{id_column}' (it has: "
                f"{first_of(header, 8)}): name the column that holds the ids ('Column of ids' "
                "under 'How it is read', or --id-column), or call it id."
            )
        self._id = named
        self._shared: set[str] = set()
        self._homonyms: set[str] = set()
        self._column = {
            name: place
            for name, place in self._column.items()
            if name in ("accession", "image", "url") or (place != named and name != "id")
        }
        measured = _of_files(header)
        if "file" in measured:  # our own export: it names the file that each work is shown by
            self._column.setdefault("image", measured["file"])
        self._texts = [name for name in _TEXT if name in self._column]
        taken = {self._id, *self._column.values(), *measured.values()}
        self._extra = _extra_names([(n, i) for i, n in enumerate(header) if i not in taken])
        if len(self._extra) > MAX_EXTRA:
            raise InvalidInput(
                f"The {self._table.title} has {len(self._extra)} columns beyond the known "
                f"ones, and {MAX_EXTRA} can be kept: remove those that are not needed."
            )

    @property
    def told(self) -> frozenset[str]:
        """The columns of metadata that the table speaks of, in every row."""
        known = {name for name in self._column if name in _TEXT}
        dates = {"date", "year", "year_end"}
        told = {"id", "original_id", *known, *(column_name(name) for name in self._extra)}
        return frozenset(told | dates if dates & self._column.keys() else told)

    @property
    def describes_style(self) -> bool:
        """Whether the table says style or artist itself."""
        return "style" in self._column or "artist" in self._column

    def rows(self) -> Iterator[MetadataRow]:
        """Yield the rows in file order; ``notes`` are complete at the end."""
        self.notes, self.views = [], []
        seen: set[str] = set()
        repeated: list[str] = []
        undated: list[str] = []
        nameless = slugged = 0
        table = [list(map(plain_cell, fields)) for _, fields in self._table.rows()]
        self.notes.append(self._told(table))
        self.notes += self._table.notes("metadata row")
        extra = self._extra_values(table)
        self._read_ids(table)
        if self._shared:
            self.notes.append(
                f"{count(len(self._shared), 'id has', 'ids have')} lost digits in a spreadsheet, "
                f"and several works share one ({first_of(sorted(self._shared))}): their image "
                "files' names are their ids now. Format the column as text and enter the ids again."
            )
        views = self._views_of(table)
        for number, fields in enumerate(table):
            original, image = self._identified(fields)
            if not original:
                nameless += 1
                continue
            artwork_id = safe_id(original)
            if artwork_id in seen:
                if not any(view.image in images_of(image) for view in views.get(artwork_id, ())):
                    repeated.append(original)
                continue
            seen.add(artwork_id)
            if artwork_id in views:
                shown, *more_views = primary_first(views[artwork_id])
                image = shown.image
                self.views += more_views
            # Damaged ids are reported, and perhaps restored, where rows are joined to files.
            slugged += artwork_id != original and not damage_of(original)
            more = {name: values[number] for name, values in extra.items()}
            if artwork_id != original:
                more["original_id"] = original
            artwork = self._artwork(artwork_id, fields, more)
            if artwork.year is None and any(map(str.isdigit, artwork.date)):
                undated.append(artwork.date)
            yield MetadataRow(artwork, original, image)
        if nameless:
            self.notes.append(f"{count(nameless, 'metadata row')} without an id left out.")
        if repeated:
            self.notes.append(
                f"{count(len(repeated), 'metadata row')} left out, because an earlier row has the "
                f"same id: {first_of(repeated, 8)}."
            )
        if undated:
            self.notes.append(
                f"{count(len(undated), 'date')} could not be read as years, and shown as written: "
                f"{first_of(list(dict.fromkeys(undated)), 5)}."
            )
        if slugged:
            self.notes.append(
                f"{count(slugged, 'id holds', 'ids hold')} characters that are unsafe in an id: "
                "artsim made safe ids, and the column original_id keeps what was written."
            )

    def without(self, ids: Container[str]) -> list[list[str]] | None:
        """Header and rows but for those of the works ``ids``; None where it has none of them."""
        rows = [cells for _, cells in self._table.rows()]
        self._read_ids(rows)
        kept = [cells for cells in rows if safe_id(self._identified(cells)[0]) not in ids]
        return [self._table.header, *kept] if len(kept) < len(rows) else None

    def _views_of(self, table: list[list[str]]) -> dict[str, list[View]]:
        """By artwork id the pictures of works for which the table names several."""
        role = next((i for i, n in enumerate(self._table.header) if n in COLUMNS), None)
        found: dict[str, list[View]] = {}
        titles: dict[str, str] = {}
        for fields in table:
            original, cell = self._identified(fields)
            if not original or not cell:
                continue
            artwork_id, title = safe_id(original), self._text(fields, "title").casefold()
            if title not in ("", titles.setdefault(artwork_id, title)):
                continue
            held = found.setdefault(artwork_id, [])
            said = role_of(fields[role]) if role is not None else ""
            for image in images_of(cell):
                if all(view.image != image for view in held):
                    held.append(View(artwork_id, image, said or _role_in(image)))
        return {artwork_id: views for artwork_id, views in found.items() if len(views) > 1}

    def _told(self, table: list[list[str]]) -> str:
        """How the table was read, with the first titles, by which a person can check that."""
        said = f"{self._table.path.name}: {self._table.reading}"
        titles = [t for fields in table[:50] if (t := self._text(fields, "title"))][:3]
        if titles:
            said += f", first titles: {'; '.join(title[:60] for title in titles)}"
        if self._id is None:
            return f"{said}. It has no column of ids: the names of the image files are the ids."
        name = self._table.header[self._id]
        return f"{said}." if name == "id" else f"{said}. The ids are those of {name!r}."

    def _identified(self, fields: list[str]) -> tuple[str, str]:
        """The id and the image of a row as they are written."""
        image = self._cell(fields, "image").strip()
        original = self._id_in(fields)
        if original in self._shared or not original:
            stem = stem_of(image)
            # The folder tells two files of one name apart.
            original = (path_stem(image) if stem in self._homonyms else stem) or original
        return original, image

    def _read_ids(self, table: list[list[str]]) -> None:
        """Which ids no longer tell works apart, and which names of files never did."""
        self._shared = self._shared_ids(table)
        paths: dict[str, set[str]] = {}
        works: dict[str, set[tuple[str, str]]] = {}
        for fields in table:
            image = self._cell(fields, "image").strip()
            if image and (not (written := self._id_in(fields)) or written in self._shared):
                path, stem = path_stem(image), stem_of(image)
                title = self._text(fields, "title").casefold()
                paths.setdefault(stem, set()).add(path)
                works.setdefault(stem, set()).add((without_side(path), title))
        self._homonyms = {stem for stem in paths if min(len(paths[stem]), len(works[stem])) > 1}

    def _id_in(self, fields: list[str]) -> str:
        return as_typed(clean(fields[self._id])) if self._id is not None else ""

    def _shared_ids(self, table: list[list[str]]) -> set[str]:
        """Ids that lost digits and stand in rows of several titles: no longer one work's."""
        titles: dict[str, set[str]] = {}
        for fields in table:
            if lost_digits(original := self._id_in(fields)):
                titles.setdefault(original, set()).add(self._text(fields, "title").casefold())
        return {original for original, some in titles.items() if len(some) > 1}

    def _extra_values(self, table: list[list[str]]) -> dict[str, Sequence[Value]]:
        """The unknown columns by name, numbers where all that a column holds are numbers."""
        found: dict[str, Sequence[Value]] = {}
        mixed: list[str] = []
        for name, place in self._extra.items():
            texts = [clean(fields[place], lines=True) for fields in table]
            if _UNNAMED.fullmatch(name) and not any(texts):
                continue
            values, odd = numeric(column_name(name), texts)
            found[name] = texts if values is None else values
            if odd:
                mixed.append(f"{name} ({odd[:40]!r})")
        if mixed:
            self.notes.append(
                "Columns of numbers that hold some texts, or what may be a thousand or a fraction, "
                "were kept as text, so that > and < "
                f"cannot filter them: {first_of(mixed, 8)}."
            )
        return found

    def _artwork(self, artwork_id: str, fields: list[str], extra: dict[str, Value]) -> Artwork:
        text = dict.fromkeys(_TEXT, "")
        for name in self._texts:
            text[name] = clean(fields[self._column[name]])
        year_text = self._text(fields, "year")
        year, year_end = parse_years(year_text)
        if year is None:
            year, year_end = parse_years(text["date"])
        end_text = self._text(fields, "year_end")
        last = parse_years(end_text)[1]
        if year is not None and last is not None and last >= year:
            year_end = last
            year_text += f"–{end_text}" * (bool(year_text) and last != year)
        text["date"] = text["date"] or year_text
        return Artwork(id=artwork_id, year=year, year_end=year_end, extra=extra, **text)

    def _text(self, fields: list[str], name: str) -> str:
        return clean(self._cell(fields, name))

    def _cell(self, fields: list[str], name: str) -> str:
        index = self._column.get(name)
        return fields[index] if index is not None else ""


def _role_in(image: str) -> str:
    named = parted(stem_of(image))
    return named[1] if named and named[1] != OTHER else ""


def _of_files(header: Sequence[str]) -> dict[str, int]:
    """The columns that an export of a collection adds about files; of another table none."""
    ours = {name: place for place, name in enumerate(header) if name in FILE_FIELDS.names}
    return ours if {"duplicate_group", "has_image"} <= ours.keys() else {}


def _extra_names(columns: list[tuple[str, int]]) -> dict[str, int]:
    """Unknown columns by name; one that would share a table column gets a number of its own."""
    names: dict[str, int] = {}
    taken: set[str] = set()
    for name, index in columns:
        unique = name if column_name(name) not in taken else f"{index + 1} {name}"
        taken.add(column_name(unique))
        names[unique] = index
    return names
