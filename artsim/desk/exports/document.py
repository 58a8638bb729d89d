"""A tray as one JSON document, with the metadata of its works."""

import json

from artsim.desk.entries import Entries
from artsim.desk.exports.options import ExportOptions
from artsim.desk.exports.table import rows


def document(entries: Entries, options: ExportOptions) -> bytes:  # noqa: ARG001
    """``Tray.to_json()``, each item with ``work``: its metadata, None where it is gone."""
    told = entries.tray.to_json()
    gone = {entry.item.key for entry in entries if entry.row is None}
    for item, row in zip(told["items"], rows(entries), strict=True):
        known = {name: value for name, value in row.items() if value is not None}
        for name in ("order", "note", "found", "missing"):
            known.pop(name, None)
        item["work"] = None if (item["collection"], item["id"]) in gone else known
    text = json.dumps(told, ensure_ascii=False, indent=1, default=str)
    return f"{text}\n".encode()
