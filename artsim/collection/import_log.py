"""The record of every file that a collection was made from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.pictures import PRIMARY
from artsim.collection.quality import RECORD_SCHEMA, FileRecord, Thresholds, from_table, to_table
from artsim.collection.store import Collection
from artsim.core.errors import Unreadable
from artsim.core.formats import Format

_ABOUT = "import.json"
_IMPORT = Format("import of", "import the collection again")
LOG_FIELDS = (
    pa.field("origin", pa.string()),
    pa.field("name", pa.string()),
    pa.field("fingerprint", pa.string()),
    pa.field("imageless", pa.bool_()),
    pa.field("role", pa.string()),
)


@dataclass(frozen=True)
class LogEntry:
    """What is remembered of one file: where it came from, its state then, and its artwork.

    ``role`` says which picture of the artwork it is.
    """

    origin: str
    name: str
    fingerprint: str
    sha256: str
    artwork_id: str
    has_metadata: bool = False
    role: str = PRIMARY


@dataclass(frozen=True)
class LoggedFile:
    """One file as it is written to the log; ``record.file`` is its key, ``name`` as reported."""

    record: FileRecord
    origin: str
    name: str
    fingerprint: str
    imageless: bool = False
    role: str = PRIMARY


class FileLog:
    """The table ``files`` beside the artworks, and who owns which artwork id.

    A file's key is its name in its source, with the source's identity where two sources use
    one name.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.files_uri = _ensured(collection, "files", [*RECORD_SCHEMA, *LOG_FIELDS])
        lance_io.add_columns(self.files_uri, pa.schema(LOG_FIELDS))
        columns = [f.name for f in fields(LogEntry)]
        found = lance_io.opened(self.files_uri).to_table(columns=["file", "sequence", *columns])
        rows = found.to_pylist()
        self.entries = {
            r["file"]: LogEntry(**{n: r[n] for n in columns if r[n] is not None}) for r in rows
        }
        self.owners = {
            e.artwork_id: key
            for key, e in self.entries.items()
            if e.artwork_id and e.role == PRIMARY
        }
        self.next_sequence = 1 + max((r["sequence"] for r in rows), default=-1)

    def fingerprints(self, origin: str) -> dict[str, str]:
        """What a source needs to tell which of its files were imported before."""
        return {e.name: e.fingerprint for e in self.entries.values() if e.origin == origin}

    def key(self, origin: str, name: str) -> str:
        """The key of a file, the same as before where it was imported before."""
        holder = self.entries.get(name)
        return name if holder is None or holder.origin == origin else f"{name} [{origin}]"

    def write(self, files: list[LoggedFile]) -> None:
        """Insert or replace files, in one commit."""
        if not files:
            return
        table = to_table([f.record for f in files])
        for field in LOG_FIELDS:
            values = [getattr(f, field.name) for f in files]
            table = table.append_column(field, pa.array(values, field.type))
        lance_io.upsert(self.files_uri, table, "file")
        for f in files:
            record = f.record
            self.entries[record.file] = LogEntry(
                f.origin,
                f.name,
                f.fingerprint,
                record.sha256,
                record.artwork_id,
                record.has_metadata,
                f.role,
            )
            if record.artwork_id and f.role == PRIMARY:
                self.owners[record.artwork_id] = record.file

    def update(self, entries: Mapping[str, LogEntry]) -> None:
        """Note for each key the artwork id, the role, and whether it has metadata now."""
        if not entries:
            return
        changing = ("artwork_id", "has_metadata", "role")
        columns = {name: [getattr(e, name) for e in entries.values()] for name in changing}
        lance_io.update_columns(
            self.files_uri, pa.table({"file": list(entries), **columns}), "file"
        )
        self.owners = {i: key for i, key in self.owners.items() if key not in entries}
        self.owners |= {e.artwork_id: key for key, e in entries.items() if e.role == PRIMARY}
        self.entries |= entries

    def records(self) -> list[FileRecord]:
        """Every file that was looked at, works without an image left out."""
        table = lance_io.opened(self.files_uri).to_table(filter="NOT imageless")
        return from_table(table.select(RECORD_SCHEMA.names))

    def remember(self, identity: str, notes: list[str], thresholds: Thresholds) -> None:
        """Keep what the last import of a source said, and how files were judged."""
        said = {**about_import(self.collection).get("notes", {}), identity: list(notes)}
        self._write_about({"notes": said, "thresholds": thresholds.model_dump()})

    def judged_by(self, thresholds: Thresholds) -> None:
        """Keep how files were judged last."""
        self._write_about({**about_import(self.collection), "thresholds": thresholds.model_dump()})

    def _write_about(self, about: dict[str, Any]) -> None:
        self.collection.folder.write(_ABOUT, json.dumps(_IMPORT.stamped(about), indent=1))


def about_import(collection: Collection) -> dict[str, Any]:
    """Notes by source and the thresholds of the last import; empty where unknown or damaged."""
    try:
        about = _IMPORT.parsed(collection.folder.read(_ABOUT), collection.name)
    except Unreadable:
        return {}
    notes = about.get("notes")
    return about if isinstance(notes, dict) else {**about, "notes": {}}


def _ensured(collection: Collection, table: str, schema: pa.Schema | list[pa.Field]) -> str:
    uri = collection.folder.table(table)
    if lance_io.opened_or_none(uri) is None:
        lance_io.create(uri, pa.schema(list(schema)))
    return uri
