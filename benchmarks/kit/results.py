"""The tables that a benchmark leaves: CSV files that are whole whenever somebody reads them."""

import csv
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from artsim.core.errors import InvalidInput

DEFAULT = Path(__file__).resolve().parent.parent / "results"
PARTIAL = ".partial"
Row = Mapping[str, Any]


def checked_folder(path: Path) -> Path:
    """``path``, a folder that a table can be written into or that can be made; it is not made.

    Raises InvalidInput for a file, and for a folder in which nothing can be written.
    """
    there = next(place for place in (path, *path.absolute().parents) if place.exists())
    if not there.is_dir():
        raise InvalidInput(f"--out is a folder for tables, and {there} is a file: name a folder.")
    try:
        with tempfile.NamedTemporaryFile(dir=there):
            return path
    except OSError as error:
        why = error.strerror or error
        raise InvalidInput(
            f"--out names {path}, and nothing can be written in {there} ({why}): name another."
        ) from None


class Table:
    """A table that is filled row by row: ``with Table(path, columns, facts) as table``.

    Every row gets the ``facts``. The rows lie in a file beside ``path``, named ``*.csv.partial``,
    until the ``with`` ends well, and stay there where it does not: a run that stops half-way loses
    neither its rows nor the table of the run before. With ``replaces``, names of columns, the
    table of the run before is updated in place: old rows that agree with a new one in those columns
    go. ``order`` is a sort key for all rows.
    """

    def __init__(
        self,
        path: Path,
        columns: Sequence[str],
        facts: Row,
        replaces: Sequence[str] = (),
        order: Callable[[Row], Any] | None = None,
    ) -> None:
        self.path, self.columns, self.rows = path, columns, list[Row]()
        self._facts, self._replaces, self._order = facts, replaces, order
        self._old: list[dict[str, str]] = []
        if replaces and path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                self._old = list(csv.DictReader(file))
        self._target = path if replaces else path.with_name(path.name + PARTIAL)

    def __enter__(self) -> "Table":
        return self

    def add(self, row: Row) -> None:
        """Put a row into the table; its columns are those of the table, some may be missing."""
        self.rows.append({**row, **self._facts})
        _write(self._target, self.columns, self._everything())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if not self.rows:
            return
        if kind is None:
            os.replace(self._target, self.path)
        print(f"wrote {self._target if kind else self.path}", file=sys.stderr, flush=True)

    def _everything(self) -> list[Row]:
        new = {self._key(row) for row in self.rows}
        rows = [*(row for row in self._old if self._key(row) not in new), *self.rows]
        return sorted(rows, key=self._order) if self._order else rows

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(str(row[name]) for name in self._replaces)


class NoTable(Table):
    """The table of a run that only prints."""

    def add(self, row: Row) -> None:
        """Keep the row for this run alone."""
        self.rows.append({**row, **self._facts})

    def __exit__(self, *_: object) -> None:
        """Nothing was written."""


class Results:
    """The folder of tables that a run fills; ``columns`` are those of each table, by file name."""

    def __init__(
        self, folder: Path, columns: Mapping[str, Sequence[str]], keep: bool = True
    ) -> None:
        self.folder, self._columns, self._keep = folder, columns, keep

    def table(
        self,
        name: str,
        facts: Row,
        replaces: Sequence[str] = (),
        order: Callable[[Row], Any] | None = None,
    ) -> Table:
        """The table ``name``, as ``Table`` says."""
        kind = Table if self._keep else NoTable
        return kind(self.folder / name, self._columns[name], facts, replaces, order)


def _write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write a CSV file aside and put it in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
