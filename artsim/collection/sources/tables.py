"""Reading other people's CSV files: any encoding, delimiter or header case, and broken rows."""

import codecs
import csv
import gzip
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO, cast

from artsim.core.errors import InvalidInput

_DELIMITERS = ",;\t|"
_FIELD_LIMIT = 4_000_000
_RECORD_LINES = 500
_GZIP = b"\x1f\x8b"


class Table:
    """One CSV file, read as a stream; iterate it as often as needed.

    ``header`` holds the column names stripped and in lower case. Rows with another number of
    fields than the header are skipped: ``malformed`` counts them and ``first_malformed`` is the
    line of the first one, both of the last iteration. A quote that is never closed costs its own
    row, not the rest of the file.
    """

    def __init__(self, path: Path, what: str) -> None:
        """``what`` names the file in messages. Raises InvalidInput where it cannot be read."""
        self.path, self.what = path, what
        self.malformed = self.first_malformed = 0
        try:
            self.encoding = _encoding(path)
            with self._open() as lines:
                first = next((line for line in lines if line.strip()), "")
        except OSError as error:
            raise InvalidInput(
                f"The {what} {path} cannot be read ({error.strerror or error}): "
                "check the path and its permissions."
            ) from error
        if not first:
            raise InvalidInput(f"The {what} {path} is empty: give a CSV file with a header line.")
        self.delimiter = max(_DELIMITERS, key=lambda d: _outside_quotes(first, d))
        self.header = _header(next(iter(self._parsed([first])), []))

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line number, fields), fields stripped and as many as the header has."""
        self.malformed = self.first_malformed = 0
        seen_header = False
        with self._open() as stream:
            lines = _Lines(stream)
            while record := lines.record():
                number = lines.number - len(record) + 1
                if not seen_header:
                    seen_header = True
                    continue
                rows = [self._fitted(row) for row in self._parsed(record)]
                glued = None in rows or (not lines.balanced and len(rows) < len(record))
                if len(record) > 1 and glued:
                    # a quote that is never closed glued rows together: take them one by one
                    lines.give_back(record[1:])
                    rows = [self._fitted(row) for row in self._parsed(record[:1])]
                for row in rows:
                    if row is None:
                        self.malformed += 1
                        self.first_malformed = self.first_malformed or number
                    elif any(row):
                        yield number, row

    def _parsed(self, lines: list[str]) -> list[list[str]]:
        csv.field_size_limit(_FIELD_LIMIT)
        try:
            return list(csv.reader(lines, delimiter=self.delimiter))
        except csv.Error:
            return [[]]

    def _fitted(self, row: list[str]) -> list[str] | None:
        width = len(self.header)
        if len(row) < width or any(field.strip() for field in row[width:]):
            return None if any(field.strip() for field in row) or len(row) == 0 else [""] * width
        return [field.strip() for field in row[:width]]

    def _open(self) -> TextIO:
        with self.path.open("rb") as probe:
            packed = probe.read(2) == _GZIP
        # newline="" keeps line breaks inside quoted fields
        opened: Callable[..., Any] = gzip.open if packed else open
        lines = opened(self.path, "rt", encoding=self.encoding, errors="replace", newline="")
        return cast(TextIO, lines)


class _Lines:
    """Groups lines into records: a record goes on while its quotes are unbalanced."""

    def __init__(self, stream: Iterable[str]) -> None:
        self._stream, self._returned = iter(stream), deque[str]()
        self.number, self.balanced = 0, True

    def record(self) -> list[str]:
        """The next lines that belong together, [] at the end; ``number`` is the last one's."""
        record: list[str] = []
        quotes = 0
        while len(record) < _RECORD_LINES:
            line = self._returned.popleft() if self._returned else next(self._stream, None)
            if line is None:
                break
            self.number += 1
            line = line.replace("\0", "")
            if not record and not line.strip():
                continue
            record.append(line)
            quotes += line.count('"')
            if quotes % 2 == 0:
                break
        self.balanced = quotes % 2 == 0
        return record

    def give_back(self, lines: list[str]) -> None:
        self._returned.extendleft(reversed(lines))
        self.number -= len(lines)


def _header(names: list[str]) -> list[str]:
    header: list[str] = []
    for index, name in enumerate(names, start=1):
        plain = name.replace("\0", "").strip().lstrip("\ufeff").strip().lower() or f"column {index}"
        header.append(plain if plain not in header else f"{plain} {index}")
    return header


def _outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _encoding(path: Path) -> str:
    """utf-8 (with or without BOM), utf-16 with a BOM, else cp1252; reads the file once."""
    with path.open("rb") as probe:
        packed = probe.read(2) == _GZIP
    decoder = codecs.getincrementaldecoder("utf-8")()
    with gzip.open(path) if packed else path.open("rb") as stream:
        chunk = stream.read(1 << 20)
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = stream.read(1 << 20)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"
