"""What a source says of a work, what of that is new, and what stays as it is."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from artsim.collection.artwork import METADATA_NAMES, RESERVED_COLUMNS, Artwork, to_row
from artsim.collection.import_log import LogEntry
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.naming import digest

Row = Mapping[str, Any]


def said(item: SourceItem) -> dict[str, Any]:
    """What the source speaks of: metadata by column."""
    row = to_row(item.artwork)
    return row if item.told is None else {k: v for k, v in row.items() if k in item.told}


def heard(item: SourceItem, before: LogEntry | None) -> tuple[dict[str, Any], str]:
    """What the source says differently from last time, and what to remember of it, as JSON.

    That is what it speaks of now, and what it once spoke of.
    """
    now = said(item)
    text = json.dumps(now, ensure_ascii=False)
    if before is not None and before.said == text:  # as nearly always: nothing need be read
        return {}, text
    last = json.loads(before.said) if before and before.said else {}
    new = {k: v for k, v in now.items() if k not in last or last[k] != v}
    return new, json.dumps({**last, **now}, ensure_ascii=False)


def named_as_before(item: SourceItem, before: LogEntry | None) -> SourceItem:
    """The item with the id that its work has, unless the source itself gives one."""
    if gives_id(item) or before is None or not before.artwork_id:
        return item
    return replace(item, artwork=replace(item.artwork, id=before.artwork_id))


def named_apart(item: SourceItem, origin: str) -> SourceItem:
    """The item with an id that no other file makes up."""
    own = f"{item.artwork.id[:100]}-{digest(f'{origin}/{item.file}', 8)}"
    return replace(item, artwork=replace(item.artwork, id=own))


def gives_id(item: SourceItem) -> bool:
    """Whether the source itself gives the id, rather than the name of a file."""
    return item.told is None or "id" in item.told


def merged(item: SourceItem, before: LogEntry, row: Row) -> Artwork:
    """The item's work, which is there as ``row``: what the source does not say anew stays."""
    new = {**row, **heard(item, before)[0]}
    numbers = ("year", "year_end")
    fields: dict[str, Any] = {n: new.get(n) or (None if n in numbers else "") for n in _FIELDS}
    extra = {k: v for k, v in new.items() if k not in RESERVED_COLUMNS and v is not None}
    return Artwork(id=item.artwork.id, extra=extra, **fields)


_FIELDS = tuple(name for name in METADATA_NAMES if name != "id")
