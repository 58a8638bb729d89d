"""Spreadsheets as tables of text: .xlsx and .ods, the first sheet that lists works."""

import math
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.collection.sources import opendocument
from artsim.collection.sources.delimited import Head, find_header
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import openpyxl
    import pandas as pd
else:
    openpyxl = lazy("openpyxl")
    pd = lazy("pandas")

Rows = Iterator[tuple[int, list[str]]]
Merged = Mapping[int, list[tuple[int, int]]]  # by row: columns of cells, and where they end
Sheets = Iterator[tuple[str, Rows, Merged]]  # those that are shown come first
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_UNPACKED = 256 << 20  # bytes; a single row of that size takes ten times as much memory
_LITTLE_UNPACKED, _MOST_SQUEEZED = 64 << 20, 100  # bytes, and times: tables are packed 10 to 50
_MOST_HELD = 64 << 20  # bytes read whole before the first row; they take up to 30 times as much
_STREAMED, _STRINGS = "xl/worksheets/", "xl/sharedStrings.xml"
_MOST_ROWS, _MOST_CELLS = 1 << 20, 50_000_000  # no program writes more rows
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MOST_MERGED = 100_000
_HEAD = 20
_TOO_LARGE = "The spreadsheet {} is too large: save it as CSV."
_NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
_ZEROS = re.compile(r"0{2,}")


def is_spreadsheet(path: Path) -> bool:
    """Whether a file is one of a spreadsheet program, by its first bytes; raises OSError."""
    with path.open("rb") as probe:
        return probe.read(4) in (_ZIP, _OLE)


class Spreadsheet:
    """The sheet of a workbook that lists works; ``reading`` says which, and how it is read.

    Numbers come as people see them (77, not 77.0; 00012 where the cell is formatted so), dates in
    ISO 8601 and only as exact as the cell shows them.
    """

    malformed = first_malformed = 0
    delimiter = doubt = ""

    def __init__(self, path: Path, knows: Callable[[str], bool]) -> None:
        """Raises OSError, or InvalidInput for a workbook that cannot be read."""
        self._path, self._sheets = path, _opener(path)
        heads: dict[str, Head] = {}
        names: list[str] = []
        with _readable(path):
            for name, rows, _ in self._sheets(path):
                names.append(name)
                filled = list(islice(rows, _HEAD))
                head = find_header([cells for _, cells in filled], knows)
                if head is not None:
                    heads[name] = Head(head.cells, filled[head.above][0], head.known)
        # one known word can stand on a sheet of notes, two are a header
        likely = [n for least in (2, 1, 0) for n, head in heads.items() if head.known >= least]
        self.header = heads[likely[0]].cells if likely else []
        self._sheet = likely[0] if likely else ""
        self._above = heads[likely[0]].above if likely else 0
        self.reading = f"read as a spreadsheet, sheet {self._sheet!r}"
        if others := [name for name in names if name != self._sheet]:
            self.reading += (
                f" (not {', '.join(map(repr, others[:3]))}{', ...' * (len(others) > 3)})"
            )
        if self._above > 1:
            self.reading += f", header in row {self._above}"

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (row number, cells) below the header."""
        with _readable(self._path):
            for name, rows, merged in self._sheets(self._path):
                if name == self._sheet:
                    below = ((number, cells) for number, cells in rows if number > self._above)
                    yield from _filled(below, merged)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (InvalidInput, OSError, MemoryError):
        raise
    except Exception as error:  # what a damaged workbook raises is nowhere listed
        raise InvalidInput(
            f"The spreadsheet {path.name} is damaged ({type(error).__name__}): open it in a "
            "spreadsheet program and save it anew, or as CSV."
        ) from error


def _opener(path: Path) -> Callable[[Path], Sheets]:
    with path.open("rb") as probe:
        old = probe.read(4) == _OLE
    refused = "save it as .xlsx, .ods or CSV."
    if old:
        raise InvalidInput(
            f"The spreadsheet {path.name} is of the old kind (.xls) or has a password: {refused}"
        )
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
            too_large = _is_too_large(packed, path.stat().st_size)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise InvalidInput(f"The spreadsheet {path.name} is damaged: {refused}") from error
    if too_large:
        raise InvalidInput(_TOO_LARGE.format(path.name))
    if "xl/workbook.xml" in names:
        return _xlsx
    if {"content.xml", "mimetype"} <= names:
        return _ods
    raise InvalidInput(f"{path.name} is no spreadsheet that can be read: {refused}")


def _is_too_large(packed: zipfile.ZipFile, size: int) -> bool:
    """Whether reading a workbook of ``size`` bytes would take gigabytes of memory."""
    inside = [one for one in packed.infolist() if one.filename.endswith(".xml")]
    unpacked = sum(one.file_size for one in inside)
    held = sum(one.file_size for one in inside if not _is_streamed(packed, one))
    squeezed = unpacked > max(_LITTLE_UNPACKED, _MOST_SQUEEZED * size)
    return unpacked > _MOST_UNPACKED or held > _MOST_HELD or squeezed


def _is_streamed(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> bool:
    if one.filename.startswith(_STREAMED):
        # openpyxl reads a whole sheet for its extent where the sheet does not say it at its top
        with packed.open(one) as sheet:
            return b"<dimension" in sheet.read(8192)
    return one.filename == _STRINGS


def _xlsx(path: Path) -> Sheets:
    # openpyxl judges a path by its ending, which an uploaded table may have lost
    with (
        path.open("rb") as file,
        closing(openpyxl.load_workbook(file, read_only=True, data_only=True)) as book,
    ):
        for sheet in sorted(book.worksheets, key=lambda s: s.sheet_state != "visible"):
            sheet.reset_dimensions()  # some writers state too few
            rows = _numbered(([_shown(c) for c in row] for row in sheet.iter_rows()), path)
            yield sheet.title, rows, _merged(path, sheet)


def _merged(path: Path, sheet: Any) -> Merged:
    """The cells of a sheet that stand for those below them too."""
    merged: dict[int, list[tuple[int, int]]] = {}
    with zipfile.ZipFile(path) as packed:
        text = packed.read(sheet._worksheet_path).rpartition(b"<mergeCells")[2]
    for match in islice(_MERGED.finditer(text), _MOST_MERGED):
        first, top, last, bottom = (part.decode() for part in match.groups())
        if first == last and top != bottom:
            column = openpyxl.utils.column_index_from_string(first) - 1
            merged.setdefault(int(top), []).append((column, int(bottom)))
    return merged


def _filled(rows: Rows, merged: Merged) -> Rows:
    """Rows with the text of a cell that was merged with those below it in each of them."""
    lasting: dict[int, tuple[int, str]] = {}
    for number, row in rows:
        for column, (last, text) in lasting.items():
            if number <= last:
                row += [""] * (column + 1 - len(row))
                row[column] = row[column] or text
        for column, last in merged.get(number, ()):
            if column < len(row):
                lasting[column] = (last, row[column])
        yield number, row


def _ods(path: Path) -> Sheets:
    if opendocument.cells_of(path) > _MOST_CELLS:
        raise InvalidInput(_TOO_LARGE.format(path.name))
    sheets = pd.read_excel(
        path, sheet_name=None, header=None, dtype=object, engine="odf", na_filter=False
    )
    for name, frame in sheets.items():
        values = frame.itertuples(index=False, name=None)
        yield str(name), _numbered(([_text(value) for value in row] for row in values), path), {}


def _numbered(rows: Any, path: Path) -> Rows:
    cells = 0
    for number, row in enumerate(rows, start=1):
        cells += len(row)
        if number > _MOST_ROWS or cells > _MOST_CELLS:
            raise InvalidInput(_TOO_LARGE.format(path.name))
        if any(row):
            yield number, row


def _shown(cell: Any) -> str:
    """The text of an Excel cell, with the zeros and the exactness that its format shows."""
    if cell.value is None or cell.data_type == "e":  # #N/A, #REF! and other failed formulas
        return ""
    layout = _NOT_SHOWN.sub("", cell.number_format or "").lower()
    text = _text(cell.value)
    if isinstance(cell.value, date) and "d" not in layout and "y" in layout:
        return text[:7] if "m" in layout else text[:4]
    if isinstance(cell.value, int | float) and _ZEROS.fullmatch(layout) and text.isdigit():
        return text.zfill(len(layout))
    return text


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int | float) and math.isfinite(value):
        # a spreadsheet holds 15 digits, whatever stands behind them
        return f"{Decimal(f'{value:.15g}'):f}"
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    return str(value)
