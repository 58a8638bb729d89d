"""Other people's tables, text or spreadsheet, as rows of as many cells as their header has."""

import re
from collections.abc import Iterator
from pathlib import Path

from artsim.collection.sources.delimited import MOST_COLUMNS, DelimitedText
from artsim.collection.sources.headers import field_of
from artsim.collection.sources.plausibility import meant
from artsim.collection.sources.spreadsheets import Spreadsheet, is_spreadsheet
from artsim.core.counts import count
from artsim.core.errors import InvalidInput

# What tables' files end with; what they are is told by their first bytes.
_ENTITY = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,6}|[a-z]{2,8}\d{0,2})$", re.IGNORECASE)
TABLE_ENDINGS = ("csv", "tsv", "tab", "txt", "gz", "xlsx", "xlsm", "ods")


class Table:
    """One table file, read as a stream; iterate it as often as needed.

    ``title`` is what to call it in a sentence. ``header`` holds the column names stripped and in
    lower case, ``reading`` says how the file is read. Rows that are shorter than the header are
    filled up, as Excel leaves out empty cells at the end; of longer ones, counted in ``longer``,
    what stands beyond it is dropped. Rows that cannot be read, or in which a delimiter inside a
    text has moved the cells, are left out: ``malformed`` counts them. Rows with letters that their
    encoding does not have count in ``lost``. ``first_longer``, ``first_malformed`` and
    ``first_lost`` are the lines of the first; all are those of the last iteration.
    """

    def __init__(
        self,
        path: Path,
        what: str,
        columns: tuple[str, ...] = (),
        exact: bool = False,
        encoding: str = "",
    ) -> None:
        """``what`` names the file in messages, ``columns`` are names that its header may have.

        The header is the line that has most of them or of the columns of artworks in any
        language, so that titles above it do no harm. With ``exact`` every row that has another
        number of cells than the header is malformed: nobody types such a table. ``encoding`` is
        that of a text, guessed where it is not given. Raises InvalidInput
        where the file cannot be read.
        """
        # What came through a browser has no name of its own.
        self.title = (
            what if path.name.partition(".")[0] == what.split()[-1] else f"{what} {path.name}"
        )
        self.path, self._exact = path, exact
        self.malformed = self.first_malformed = self.longer = self.first_longer = 0
        self.lost = self.first_lost = 0
        self._garbled = ""
        wanted = {_plain(name) for name in columns}

        def knows(cell: str) -> bool:
            return _plain(cell) in wanted or bool(field_of(cell))

        try:
            self._rows: DelimitedText | Spreadsheet = (
                Spreadsheet(path, knows)
                if is_spreadsheet(path)
                else DelimitedText(path, knows, encoding)
            )
        except (OSError, EOFError) as error:
            why = getattr(error, "strerror", "") or error
            raise InvalidInput(
                f"The {self.title} cannot be read ({why}): check its path and permissions."
            ) from error
        if not any(map(_plain, self._rows.header)):
            raise InvalidInput(f"The {self.title} is empty: give a table with a header line.")
        if len(self._rows.header) > MOST_COLUMNS:
            raise InvalidInput(
                f"The {self.title} has {len(self._rows.header):,} columns, and a table has "
                f"{MOST_COLUMNS:,} at most: check how its cells are separated."
            )
        self.header = _header(self._rows.header)
        self.reading = self._rows.reading
        self._years = [i for i, name in enumerate(self.header) if field_of(name) == "year"]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line number, cells), cells stripped and as many as the header has."""
        self.malformed = self.first_malformed = self.longer = self.first_longer = 0
        self.lost = self.first_lost = 0
        self._garbled = ""
        width = len(self.header)
        for number, cells in self._rows.rows():
            if len(cells) > width and self._rows.delimiter == ";":
                cells = _entities_joined(cells, width)
            row = [cell.strip() for cell in cells]
            if not any(row):
                continue
            longer = any(row[width:])
            wrong = longer or len(row) < width if self._exact else longer and self._moved(cells)
            if wrong:
                self.malformed += 1
                self.first_malformed = self.first_malformed or number
                continue
            if longer:
                self.longer += 1
                self.first_longer = self.first_longer or number
            if any("\ufffd" in cell for cell in row):
                self.lost += 1
                self.first_lost = self.first_lost or number
            self._garbled = self._garbled or next(filter(meant, row), "")
            yield number, (row + [""] * width)[:width]
        if self._rows.malformed:
            first = self._rows.first_malformed
            self.malformed += self._rows.malformed
            self.first_malformed = min(first, self.first_malformed or first)

    def notes(self, row: str = "row") -> list[str]:
        """What the last iteration left out, as sentences; ``row`` is what to call one row."""
        said = [self._rows.doubt] if self._rows.doubt else []
        if self.lost:
            said.append(
                f"{count(self.lost, f'{row} holds', f'{row}s hold')} letters that cannot be read, "
                f"shown as \ufffd (the first at line {self.first_lost}): the file has lost them, "
                "or is in another encoding, which can be named."
            )
        if self._garbled:
            said.append(
                f"The {self.title} holds letters of UTF-8 that were once read as Windows-1252: "
                f"'{self._garbled[:40]}' for '{meant(self._garbled)[:40]}'. Export it again from "
                "where it comes from, as UTF-8."
            )
        if self.malformed:
            said.append(
                f"{count(self.malformed, f'malformed {row} was', f'malformed {row}s were')} left "
                "out (a quote that is not closed, or cells moved by a delimiter inside a text; the "
                f"first at line {self.first_malformed})."
            )
        if self.longer:
            said.append(
                f"{count(self.longer, f'{row} has', f'{row}s have')} more cells than the header "
                f"(the first at line {self.first_longer}): what stands beyond the last column was "
                "left out."
            )
        return said

    def _moved(self, cells: list[str]) -> bool:
        """Whether a row is longer because a text holds the delimiter: ``Still life, fruit``."""
        if self._rows.delimiter == "," and any(cell.startswith(" ") for cell in cells[1:]):
            return True
        years = (cells[i] for i in self._years)
        return any(year.strip() and not any(map(str.isdigit, year)) for year in years)


def _entities_joined(row: list[str], width: int) -> list[str]:
    """A row whose semicolons also end HTML entities: ``Maler &amp`` and `` Sohn`` are one cell."""
    joined = row[:1]
    spare = len(row) - width
    for cell in row[1:]:
        if spare and _ENTITY.search(joined[-1]):
            joined[-1] += f";{cell}"
            spare -= 1
        else:
            joined.append(cell)
    return joined


def _plain(name: str) -> str:
    return name.replace("\0", "").strip().lstrip("\ufeff").strip().lower()


def _header(names: list[str]) -> list[str]:
    header: dict[str, None] = {}
    for index, name in enumerate(names, start=1):
        plain = " ".join(_plain(name).split()) or f"column {index}"
        header[plain if plain not in header else f"{plain} {index}"] = None
    return list(header)
