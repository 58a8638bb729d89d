"""The record of every file that a collection was made from."""

import json
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from artsim.collection import lance_io
from artsim.collection.pictures import PRIMARY
from artsim.collection.quality import RECORD_SCHEMA, FileRecord, Thresholds, from_table, to_table
from artsim.collection.store import Collection
from artsim.core.errors import Unreadable
from artsim.core.formats import Format

_ABOUT = "import.json"
_PLACE = ("origin", "name", "fingerprint", "missing", "broken")
_SPOILT = ("fingerprint", "broken")
_IMPORT = Format("import of", "import the collection again")
LOG_FIELDS = (
    pa.field("origin", pa.string()),
    pa.field("name", pa.string()),
    pa.field("fingerprint", pa.string()),
    pa.field("imageless", pa.bool_()),
    pa.field("said", pa.string()),
    pa.field("missing", pa.string()),
    pa.field("role", pa.string()),
    pa.field("broken", pa.string()),
)


@dataclass(frozen=True)
class LogEntry:
    """What is remembered of one file: where it came from, its state then, and its artwork.

    ``said`` is what the source said of the work, as JSON; "" where that was not written down.
    ``missing`` says when its source was found to have it no longer, "" where it has it. ``role``
    says which picture of the artwork it is, ``conflict`` that its table gives it another file's id.
    ``broken`` says why the file that lies there now cannot be used; what was made of its
    predecessor stays.
    """

    origin: str
    name: str
    fingerprint: str
    sha256: str
    artwork_id: str
    has_metadata: bool = False
    said: str = ""
    size: int = 0
    sequence: int = 0
    imageless: bool = False
    missing: str = ""
    role: str = PRIMARY
    conflict: str = ""
    broken: str = ""


@dataclass(frozen=True)
class LoggedFile:
    """One file as it is written to the log; ``record.file`` is its key, ``name`` as reported."""

    record: FileRecord
    origin: str
    name: str
    fingerprint: str
    imageless: bool = False
    said: str = ""
    missing: str = ""
    role: str = PRIMARY
    broken: str = ""


class ImportLog:
    """The table ``files`` beside the artworks, and which file each artwork id belongs to.

    A file's key is its name in its source, with the source's identity where two sources use
    one name.
    """

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.files_uri = _ensured(collection, "files", [*RECORD_SCHEMA, *LOG_FIELDS])
        lance_io.add_columns(self.files_uri, pa.schema([*RECORD_SCHEMA, *LOG_FIELDS]))
        columns = [f.name for f in fields(LogEntry)]
        table = lance_io.opened(self.files_uri).to_table(columns=["file", *columns])
        rows = table.to_pylist()
        self.entries = {
            r["file"]: LogEntry(**{n: r[n] for n in columns if r[n] is not None}) for r in rows
        }
        self.owners = _owners(self.entries)
        self._keys = {(e.origin, e.name): key for key, e in self.entries.items()}
        self.next_sequence = 1 + max((r["sequence"] for r in rows), default=-1)

    def fingerprints(self, origin: str) -> dict[str, str]:
        """What a source needs to tell which of its files were imported before."""
        return {e.name: e.fingerprint for e in self.entries.values() if e.origin == origin}

    def key(self, origin: str, name: str) -> str:
        """The key of a file, the same as before where it was imported before."""
        return self._keys.get((origin, name)) or self._free_key(origin, name, self.entries)

    def alias(self, origin: str, name: str, key: str | None) -> None:
        """Record a file by the key of another source's file with the same bytes; None ends that."""
        self._keys.pop((origin, name), None)
        if key is not None:
            self._keys[origin, name] = key

    def _free_key(self, origin: str, name: str, taken: Container[str]) -> str:
        return name if name not in taken else f"{name} [{origin}]"

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
            self._keys[f.origin, f.name] = record.file
            self.entries[record.file] = LogEntry(
                f.origin,
                f.name,
                f.fingerprint,
                record.sha256,
                record.artwork_id,
                record.has_metadata,
                f.said,
                record.size,
                record.sequence,
                f.imageless,
                role=f.role,
                conflict=record.conflict,
            )
            if record.artwork_id and f.role == PRIMARY:
                self.owners[record.artwork_id] = record.file

    def update(self, entries: Mapping[str, LogEntry]) -> None:
        """Note for each key the artwork id, what was said of it, role, has_metadata, conflict."""
        if not entries:
            return
        changing = ("artwork_id", "has_metadata", "said", "role", "conflict")
        columns = {name: [getattr(e, name) for e in entries.values()] for name in changing}
        table = pa.table({"file": list(entries), **columns})
        lance_io.update_columns(self.files_uri, table, "file")
        self.owners = {i: key for i, key in self.owners.items() if key not in entries}
        self.owners |= _owners(entries)
        self.entries |= entries

    def keys_at(self, places: Mapping[str, LogEntry]) -> dict[str, str]:
        """The key of each file once it lies where ``places`` says."""
        moving = {key for key, e in places.items() if self.entries[key].name != e.name}
        taken = set(self.entries.keys() - moving)
        keys = {key: key for key in places}
        for key in sorted(moving):
            keys[key] = self._free_key(places[key].origin, places[key].name, taken)
            taken.add(keys[key])
        return keys

    def place(self, places: Mapping[str, LogEntry]) -> dict[str, str]:
        """Note where files lie now, by key; the keys that change with that, in one commit."""
        if not places:
            return {}
        keys = self.keys_at(places)
        columns = {n: [getattr(e, n) for e in places.values()] for n in (*_PLACE, "sequence")}
        table = pa.table({"file": [keys[key] for key in places], **columns})
        lance_io.update_columns(self.files_uri, table, "sequence")
        self.entries = {keys.get(k, k): places.get(k, e) for k, e in self.entries.items()}
        self._keys = {(e.origin, e.name): key for key, e in self.entries.items()}
        self.owners = {i: keys.get(key, key) for i, key in self.owners.items()}
        return {old: new for old, new in keys.items() if old != new}

    def lose(self, keys: Iterable[str], since: str) -> None:
        """Mark files as missing from their source; those that were no picture are forgotten."""
        lost = [key for key in keys if not self.entries[key].missing]
        kept = [key for key in lost if self.entries[key].artwork_id]
        if kept:
            table = pa.table({"file": kept, "missing": [since] * len(kept)})
            lance_io.update_columns(self.files_uri, table, "file")
        self.entries |= {key: replace(self.entries[key], missing=since) for key in kept}
        others = [key for key in lost if not self.entries[key].artwork_id]
        lance_io.delete_where_in(self.files_uri, "file", others)
        self.entries = {k: e for k, e in self.entries.items() if k not in set(others)}

    def spoil(self, entries: Mapping[str, LogEntry]) -> None:
        """Note, by key, why the file that has taken a file's place cannot be used."""
        if entries:
            columns = {n: [getattr(e, n) for e in entries.values()] for n in _SPOILT}
            table = pa.table({"file": list(entries), **columns})
            lance_io.update_columns(self.files_uri, table, "file")
            self.entries |= entries

    def records(self) -> list[FileRecord]:
        """Every file that was looked at, works without an image left out."""
        table = lance_io.opened(self.files_uri).to_table(filter="NOT imageless")
        return from_table(table.select(RECORD_SCHEMA.names))

    def sources(self) -> dict[str, dict[str, Any]]:
        """By origin: ``kind``, ``options`` and ``place`` of what the collection came from."""
        found = about_import(self.collection).get("sources")
        return found if isinstance(found, dict) else {}

    def thresholds(self) -> Thresholds | None:
        """How files were judged last, None where that is not known."""
        found = about_import(self.collection).get("thresholds")
        try:
            return Thresholds.model_validate(found) if found else None
        except ValidationError:
            return None

    def remember_source(self, origin: str, source: Mapping[str, Any]) -> None:
        """Keep how a source can be read again, before anything is taken from it."""
        sources = {**self.sources(), origin: dict(source)}
        self._write_about({**about_import(self.collection), "sources": sources})

    def remember(
        self, identity: str, notes: list[str], thresholds: Thresholds, changes: Mapping[str, int]
    ) -> None:
        """Keep what the last import of a source said, how files were judged, and what changed."""
        before = about_import(self.collection)
        said = {**before.get("notes", {}), identity: list(notes)}
        told = {"notes": said, "thresholds": thresholds.model_dump(), "changes": dict(changes)}
        self._write_about({**before, **told})

    def note_changes(self, changes: Mapping[str, int]) -> None:
        """Keep what changed in all sources together."""
        self._write_about({**about_import(self.collection), "changes": dict(changes)})

    def say_again(self, said: Callable[[list[str]], list[str]]) -> None:
        """Replace the notes of the last imports on their sources."""
        before = about_import(self.collection)
        notes = {origin: said(notes) for origin, notes in before.get("notes", {}).items()}
        if before and notes != before["notes"]:
            self._write_about({**before, "notes": notes})

    def judged_by(self, thresholds: Thresholds) -> None:
        """Keep how files were judged last."""
        self._write_about({**about_import(self.collection), "thresholds": thresholds.model_dump()})

    def _write_about(self, about: dict[str, Any]) -> None:
        self.collection.folder.write(_ABOUT, json.dumps(_IMPORT.stamped(about), indent=1))


def _owners(entries: Mapping[str, LogEntry]) -> dict[str, str]:
    """By artwork id the file that it was made of."""
    return {e.artwork_id: k for k, e in entries.items() if e.artwork_id and e.role == PRIMARY}


def about_import(collection: Collection) -> dict[str, Any]:
    """Notes by source and the thresholds of the last import; empty where unknown or damaged."""
    try:
        about = _IMPORT.parsed(collection.folder.read(_ABOUT), collection.name)
    except Unreadable:
        return {}
    notes = about.get("notes")
    return about if isinstance(notes, dict) else {**about, "notes": {}}


def missing_since(collection: Collection) -> dict[str, str]:
    """When each file was found missing from its source, by key; no others are in it."""
    files = lance_io.opened_or_none(collection.folder.table("files"))
    if files is None or "missing" not in files.schema.names:
        return {}
    rows = files.to_table(columns=["file", "missing"], filter="missing <> ''").to_pylist()
    return {row["file"]: row["missing"] for row in rows}


def _ensured(collection: Collection, table: str, schema: pa.Schema | list[pa.Field]) -> str:
    uri = collection.folder.table(table)
    if lance_io.opened_or_none(uri) is None:
        lance_io.create(uri, pa.schema(list(schema)))
    return uri
