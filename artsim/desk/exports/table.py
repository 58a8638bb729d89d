"""A tray as a table: one line a work, in its order."""

from typing import Any

import pyarrow as pa

from artsim.collection.artwork import METADATA_NAMES
from artsim.core.csvfile import csv_bytes, frame_of
from artsim.desk.entries import Entries, Entry
from artsim.desk.exports.options import ExportOptions

FIRST = ("order", "collection", "id", "title", "artist")
_OWN = frozenset(("file", "width", "height", "quality", "duplicate_group", "has_image"))


def rows(entries: Entries) -> list[dict[str, Any]]:
    """A mapping a work with the columns of ``columns``."""
    return [{name: _value(entry, name) for name in columns(entries)} for entry in entries]


def columns(entries: Entries) -> list[str]:
    """Every column that a work of the tray has a value in, the note and the query at the end."""
    known = {name for entry in entries if entry.row for name, v in entry.row.items() if v != ""}
    own = [n for n in METADATA_NAMES if n in known and n not in FIRST]
    more = sorted(known - {*METADATA_NAMES, *_OWN, *FIRST, "note", "found", "missing"})
    return [*FIRST, *own, *more, "note", "found", "missing"]


def table(entries: Entries) -> pa.Table:
    """The table with one type a column: columns of two kinds are text."""
    found = rows(entries)
    names = columns(entries)
    arrays = {}
    for name in names:
        values = [row[name] for row in found]
        kinds = {type(value) for value in values if value is not None}
        if len(kinds) > 1 and not kinds <= {int, float}:
            values = [None if value is None else str(value) for value in values]
        arrays[name] = pa.array(values)
    return pa.table(arrays)


def csv(entries: Entries, options: ExportOptions) -> bytes:  # noqa: ARG001
    """The table as CSV, in which a spreadsheet runs nothing; see ``core.csvfile``."""
    return csv_bytes(frame_of(table(entries)))


def _value(entry: Entry, name: str) -> Any:
    item = entry.item
    held: dict[str, Any] = {
        "order": item.order,
        "collection": item.collection,
        "id": item.id,
        "title": entry.text("title") or item.title or None,
        "artist": entry.artist or None,
        "note": item.note or None,
        "found": item.found or None,
        "missing": entry.trouble or None,
    }
    if name in held:
        return held[name]
    return None if entry.row is None else entry.row.get(name)
