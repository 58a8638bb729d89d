"""A table as an import would read it, to be looked at and put right before anything is stored."""

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from artsim.collection.sources.files import FoundFile
from artsim.collection.sources.headers import fields_of
from artsim.collection.sources.joining import join
from artsim.collection.sources.metadata import MetadataTable
from artsim.collection.sources.tables import Table

_ROWS = 5
OTHER, LEFT_OUT = "", "-"  # a column that is kept under its own name, and one that is not


@dataclass(frozen=True)
class ReadTable:
    """A table's columns with what each is taken for, a field of FIELDS or ""; and how it is read.

    ``first`` is the first value of each column that has one. ``notes`` say what is doubtful.
    """

    columns: tuple[tuple[str, str], ...]
    first: tuple[str, ...]
    rows: int
    reading: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PreviewRow:
    """A row as a work: what it says, and the name of its picture's file, "" where none fits."""

    id: str
    title: str
    artist: str
    date: str
    file: str


@dataclass(frozen=True)
class Joined:
    """The first rows as works, and how many rows of all have a picture among the files."""

    first: tuple[PreviewRow, ...]
    rows: int
    pictured: int


def read_table(data: bytes, encoding: str = "") -> ReadTable:
    """The columns of a table, with the field that each is taken for; raises InvalidInput.

    >>> read_table(b"Inventarnummer;Titel;Saal\\n12;Winter;4\\n").columns
    (('inventarnummer', 'accession'), ('titel', 'title'), ('saal', ''))
    """
    with _stored(data) as path:
        table = Table(path, "table", encoding=encoding)
        cells = [row for _, row in table.rows()]
    taken = {place: field for field, place in fields_of(table.header).items()}
    columns = tuple((name, taken.get(place, OTHER)) for place, name in enumerate(table.header))
    first = tuple(
        next((row[place] for row in cells if row[place]), "") for place in range(len(columns))
    )
    return ReadTable(columns, first, len(cells), table.reading, tuple(table.notes()))


def mapped(data: bytes, meanings: Sequence[str], encoding: str = "") -> bytes:
    """The table as CSV whose columns are called by ``meanings``, one each; raises InvalidInput.

    >>> mapped(b"Nr;Was;Saal\\n12;Winter;4\\n", ["id", "title", "-"])
    b'id,title\\r\\n12,Winter\\r\\n'
    """
    with _stored(data) as path:
        table = Table(path, "table", encoding=encoding)
        rows = [row for _, row in table.rows()]
    named = list(zip(table.header, meanings, strict=True))
    kept = [place for place, (_, meaning) in enumerate(named) if meaning != LEFT_OUT]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([named[place][1] or named[place][0] for place in kept])
    writer.writerows([row[place] for place in kept] for row in rows)
    return text.getvalue().encode()


def joined(data: bytes, files: Sequence[str], choices: Mapping[str, str] | None = None) -> Joined:
    """The works that a table makes of files of these names; raises InvalidInput.

    ``choices`` are ``id_column`` and ``encoding``, as of an upload.
    """
    said = choices or {}
    found = [FoundFile(name, Path(name), "0-0") for name in files]
    with _stored(data) as path:
        table = MetadataTable(path, said.get("id_column") or "id", said.get("encoding", ""))
        rows = list(table.rows())
    shown = {row.artwork.id: file for file, row in join(rows, found).rows.items()}
    first = tuple(
        PreviewRow(
            id=row.artwork.id,
            title=row.artwork.title or "",
            artist=row.artwork.artist or "",
            date=row.artwork.date or "",
            file=shown.get(row.artwork.id, ""),
        )
        for row in rows[:_ROWS]
    )
    return Joined(first, len(rows), len(shown))


@contextmanager
def _stored(data: bytes) -> Iterator[Path]:
    """The bytes as a file, which tables are read from."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(data)
        yield path
