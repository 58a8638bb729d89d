"""NGA tables read as streams: only the rows of wanted objects, broken rows counted."""

from collections.abc import Iterator
from pathlib import Path

from artsim.collection.sources.tables import Table
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.progress import Progress

Row = dict[str, str]
_STEP = 5_000


def read_rows(
    path: Path,
    name: str,
    required: tuple[str, ...],
    progress: Progress,
    notes: list[str],
) -> Iterator[Row]:
    """Yield the rows of a table by lower-case column; notes say how many were malformed.

    Raises InvalidInput where a required column is missing, Cancelled when ``progress`` does.
    """
    table = Table(path, f"NGA table {name}", required, exact=True)
    missing = [column for column in required if column not in table.header]
    if missing:
        raise InvalidInput(
            f"{path.name} has no column {' or '.join(missing)}, which NGA's {name} has: "
            "check that the right file is given for each table."
        )
    progress.start(None, f"Reading {name}", "rows")
    waiting = 0
    for _, fields in table.rows():
        waiting += 1
        if waiting == _STEP:
            progress.advance(waiting)
            waiting = 0
        yield dict(zip(table.header, fields, strict=True))
    progress.advance(waiting)
    progress.finish()
    if table.malformed:
        notes.append(
            f"{name}: {count(table.malformed, 'malformed row')} skipped (the first at line "
            f"{table.first_malformed})."
        )


def whole(text: str) -> int | None:
    """A whole number as tables write it (``12``, ``12.0``), else None."""
    digits = text.removesuffix(".0")
    sign = digits.removeprefix("-")
    return int(digits) if sign.isascii() and sign.isdigit() and len(sign) < 10 else None
