"""The pictures of a tray in a ZIP archive, numbered in its order, with their captions."""

import re
from collections.abc import Iterator

from artsim.core.names import file_stem
from artsim.desk.entries import Entries, Entry
from artsim.desk.exports.caption import about, caption
from artsim.desk.exports.options import ExportOptions
from artsim.desk.exports.table import csv
from artsim.desk.exports.zipped import zipped


def pictures(entries: Entries, options: ExportOptions) -> bytes:
    """``01-title-id.jpg`` ..., ``captions.txt`` for people, ``captions.csv`` for programs."""
    return zipped(_files(entries, options))


def _files(entries: Entries, options: ExportOptions) -> Iterator[tuple[str, bytes]]:
    width = max(2, len(str(len(entries))))
    told = [entries.tray.name, about(entries)]
    told += [entries.tray.note] if entries.tray.note else []
    for entry in entries:
        name = f"{entry.item.order:0{width}}-{_slug(entry)}.jpg"
        picture = entries.picture(entry)
        if picture is not None:
            yield name, picture
        lines = [line.text for line in caption(entry, options)]
        told += ["", name if picture is not None else f"{entry.item.order:0{width}} (no picture)"]
        told += lines
    if options.credit:
        told += ["", options.credit]
    # A spreadsheet's and an editor's end of line, which every system reads.
    yield "captions.txt", "\ufeff".encode() + "\r\n".join([*told, ""]).encode()
    yield "captions.csv", csv(entries, options)


def _slug(entry: Entry) -> str:
    """A file's name that every system takes: the letters of the title, and the artwork id."""
    title = file_stem(entry.title, 40)
    artwork_id = re.sub(r"[^A-Za-z0-9_-]+", "-", entry.item.id)[:60]
    return f"{title}-{artwork_id}" if title else artwork_id
