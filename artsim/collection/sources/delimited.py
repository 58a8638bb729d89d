"""Text tables as other people write them: any encoding, delimiter, line end, and broken rows."""

import csv
import gzip
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

from artsim.collection.sources.encodings import codec_named, encoding_of, is_packed, name_of
from artsim.collection.sources.legacy_encodings import Guess
from artsim.core.counts import count

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_FIELD_LIMIT = 4_000_000
_RECORD_LINES = 500
MOST_COLUMNS = 16_384  # as a spreadsheet has
_HEAD = 20  # records among which the header is looked for
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Head:
    """The header of a table: its cells as written, and how many records stand above it."""

    cells: list[str]
    above: int
    known: int


def find_header(records: list[list[str]], knows: Callable[[str], bool]) -> Head | None:
    """The record with the most cells that ``knows`` is true for, the first of equal ones.

    Where it knows none, the first record. None where there is no record.
    """
    if not records:
        return None
    known = [sum(map(knows, cells[:MOST_COLUMNS])) for cells in records]
    best = known.index(max(known))
    return Head(records[best], best, known[best])


class DelimitedText:
    """A delimited text file, read as a stream; ``reading`` says how it is read.

    ``doubt`` is a sentence where its letters are too few to be sure of its encoding.
    """

    def __init__(self, path: Path, knows: Callable[[str], bool], encoding: str = "") -> None:
        """Raises OSError. ``knows`` is true for the name of a column that is looked for.

        ``encoding`` is what a person says; else it is guessed.
        """
        self._path = path
        guess = Guess(codec_named(encoding)) if encoding else encoding_of(path)
        self._codec = guess.codec
        self.doubt = _doubt(path.name, guess) if guess.rival else ""
        self.malformed = self.first_malformed = 0
        with self._open() as stream:
            lines = _Lines(stream)
            head: list[list[str]] = []
            while len(head) < _HEAD and (record := lines.record()):
                if len(record) > 1 and not lines.balanced:
                    lines.give_back(record[1:])
                    record = record[:1]
                head.append(record)
        stated = _SEPARATOR_LINE.fullmatch("".join(head[0])) if head else None
        self._skipped = 1 if stated else 0
        found = {
            delimiter: one
            for delimiter in (stated[1] if stated else _DELIMITERS)
            if (one := find_header([_cells(r, delimiter) for r in head[self._skipped :]], knows))
        }
        self.header: list[str] = []
        self.delimiter = ","
        if found:
            self.delimiter = max(found, key=lambda d: (found[d].known, len(found[d].cells)))
            self.header = found[self.delimiter].cells
            self._skipped += found[self.delimiter].above
        above = self._skipped - (1 if stated else 0)
        read_as = name_of(self._codec) + (" (as you said)" if encoding else "")
        self.reading = f"read as {read_as}, separated by " + _DELIMITERS.get(
            self.delimiter, repr(self.delimiter)
        )
        if above:
            self.reading += f", {count(above, 'line')} above the header passed over"

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line number, cells) below the header; broken records count in ``malformed``.

        A quote that is never closed costs its own row, not the rest of the file.
        """
        self.malformed = self.first_malformed = 0
        with self._open() as stream:
            lines = _Lines(stream)
            passed = 0
            while record := lines.record():
                number = lines.number - len(record) + 1
                if passed <= self._skipped:
                    if len(record) > 1 and not lines.balanced:
                        lines.give_back(record[1:])
                    passed += 1
                    continue
                if len(record) > 1 and not self._is_one(record, lines.balanced):
                    # a quote that is never closed glued rows together: take them one by one
                    lines.give_back(record[1:])
                    record, lines.balanced = record[:1], False
                cells = _cells(record, self.delimiter) if self._closes(record) else None
                if cells is not None:
                    yield number, cells
                else:
                    self.malformed += 1
                    self.first_malformed = self.first_malformed or number

    def _is_one(self, record: list[str], balanced: bool) -> bool:
        """Whether lines are one row with line ends in its cells, not rows that a quote glued."""
        if not balanced:
            return False
        width = len(self.header)
        rows = _parsed(record, self.delimiter, strict=True)
        if len(rows) != 1 or len(rows[0]) > width:
            return False
        inner = (len(_cells([line], self.delimiter)) for line in record[1:])
        return len(rows[0]) == width or width < 2 or all(size < width for size in inner)

    def _closes(self, record: list[str]) -> bool:
        """Whether no cell begins with a quote that nothing closes."""
        if "".join(record).count('"') % 2 == 0:
            return True
        ended = record[-1].rstrip("\r\n") + "\n"
        cells = _cells([*record[:-1], ended], self.delimiter)
        # csv takes the line end into a cell whose quote stays open
        return not (cells and cells[-1].endswith(("\n", "\r")))

    def _open(self) -> TextIO:
        # newline="" keeps line breaks inside quoted fields
        opened = gzip.open if is_packed(self._path) else open
        stream = opened(self._path, "rt", encoding=self._codec, errors="replace", newline="")
        return cast(TextIO, stream)


def _doubt(name: str, guess: Guess) -> str:
    read, rival = name_of(guess.codec), name_of(guess.rival).partition(" (")[0]
    return (
        f"{name} has too few letters beyond ASCII to be sure that it is in {read}: in {rival} "
        f"'{guess.cells[0]}' would be '{guess.cells[1]}'. Where letters are wrong, name the "
        f"encoding ('Encoding' under 'How it is read', or --encoding '{rival}') and import it "
        "again."
    )


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


def _cells(record: list[str], delimiter: str) -> list[str]:
    return next(iter(_parsed(record, delimiter)), [])


def _parsed(record: list[str], delimiter: str, strict: bool = False) -> list[list[str]]:
    csv.field_size_limit(_FIELD_LIMIT)
    try:
        return list(csv.reader(record, delimiter=delimiter, strict=strict))
    except csv.Error:
        return []
