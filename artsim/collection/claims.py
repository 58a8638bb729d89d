"""Ids that a corrected table gives to other files: two pictures that were mixed up, a new scan.

The work of an id keeps its metadata and edits, and is shown by the file that the table names now;
the embeddings stay with the pictures. What a file had of another work must never stay under it.
"""

from collections.abc import Collection as Collection_
from dataclasses import replace
from typing import Any

from artsim.collection import works
from artsim.collection.artwork import METADATA_NAMES, Artwork, to_row
from artsim.collection.edits.overlay import Edits
from artsim.collection.import_log import ImportLog, LogEntry
from artsim.collection.pictures import OTHER, PRIMARY
from artsim.collection.source_rows import gives_id, heard
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.naming import digest, first_of, readable_title, safe_id
from artsim.collection.store import Collection
from artsim.core.counts import count

_NOTHING: dict[str, Any] = dict.fromkeys(n for n in METADATA_NAMES if n != "id")


class Claims:
    """Items whose id belongs to another file of the source; ``settle`` gives the id to them."""

    def __init__(self, collection: Collection, log: ImportLog, origin: str) -> None:
        self._collection, self._log, self._origin = collection, log, origin
        self._waiting: dict[str, SourceItem] = {}
        self._given: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._seen: set[str] = set()
        self._left: set[str] = set()

    def put_off(self, items: list[SourceItem]) -> list[SourceItem]:
        """A batch, in which an item with the id of another file's work keeps its own id for now.

        Its row changes nothing until ``settle``.
        """
        return [self._put_off(item) for item in items]

    def _put_off(self, item: SourceItem) -> SourceItem:
        key = self._log.key(self._origin, item.file)
        self._seen.add(key)
        before = self._log.entries.get(key)
        nothing = not item.unchanged and item.path is None and item.data is None
        if nothing or (before is not None and before.imageless):
            return item  # a row without a file takes nothing from one
        if item.role != PRIMARY or not gives_id(item) or item.reject:
            return item
        self._given[key] = item.artwork.id
        owner = self._log.owners.get(item.artwork.id, key)
        if owner == key:
            return item
        self._waiting[key] = item
        if before is None or not before.artwork_id or before.role != PRIMARY or before.conflict:
            self._owners[key] = owner  # its picture is set aside
            return item
        mine = replace(item.artwork, id=before.artwork_id)
        return replace(item, artwork=mine, told=frozenset())

    def owner(self, key: str) -> str:
        """The file that had the id of a file which is to be set aside, "" where it is not."""
        return self._owners.get(key, "")

    def doubts(self) -> list[str]:
        """Sentences on works that stay as they were: their rows give them another work's id."""
        if not self._left:
            return []
        said = [
            f"{item.file} ({item.artwork.id!r} is that of {self._log.owners[item.artwork.id]})"
            for item in (self._waiting[key] for key in sorted(self._left))
        ]
        return [
            f"{count(len(said), 'row gives', 'rows give')} a work the id that another one has: "
            f"left out, so that nothing changed there. {first_of(said)}. Give each work an id of "
            "its own."
        ]

    def settle(self, edits: Edits) -> set[str]:
        """Give the works of claimed ids the files that claim them; the files that changed hands.

        A file that is no longer named becomes a work of its own; one that is missing too stays a
        further picture of its work. Killed between, another import does it again.
        """
        log, uri = self._log, self._collection.uri
        shown = works.files(uri) if self._waiting else {}
        moving = self._possible(shown)
        self._left = self._waiting.keys() - moving.keys() - self._owners.keys()
        if not moving:
            return set()
        given = set(moving.values())
        displaced = {file for file, i in shown.items() if i in given}
        displaced |= {log.owners[i] for i in given if i in log.owners}
        displaced -= moving.keys()
        ids = {**moving, **{key: self._id_without_row(key) for key in displaced}}
        entries = {key: log.entries[key] for key in ids}
        known = works.metadata(uri, moving.values())
        aside = self._collection.pictures.metadata(e.artwork_id for e in entries.values())
        rows: dict[str, dict[str, Any]] = {}
        noted: dict[str, LogEntry] = {}
        for key, artwork_id in ids.items():
            before = entries[key]
            if key in displaced:
                rows[key] = self._nameless(key, artwork_id)
                noted[key] = self._without_row(key, artwork_id, before)
                continue
            item = self._waiting[key]
            former = log.entries.get(log.owners.get(artwork_id, ""))
            new, memory = heard(item, former)
            new = edits.under(artwork_id, {k: v for k, v in new.items() if k != "id"})
            there = known.get(artwork_id) or aside.get(before.artwork_id) or to_row(item.artwork)
            rows[key] = {**there, **new, "id": artwork_id}
            noted[key] = replace(
                before, artwork_id=artwork_id, said=memory, has_metadata=True, conflict=""
            )
        edits.save()
        self._collection.pictures.change_metadata(
            {entries[key].artwork_id: rows[key] for key in moving}
        )
        works.give(uri, rows)
        works.remove(uri, [ids[key] for key in displaced if entries[key].imageless])
        log.update(noted)
        return {entries[key].name for key in ids}

    def _possible(self, shown: dict[str, str]) -> dict[str, str]:
        """By key the ids that files can have: no other file of the source is named for them."""
        log = self._log
        moving = {key: item.artwork.id for key, item in self._waiting.items()}
        ids = {i: file for file, i in shown.items()}
        own = {key: log.entries[key].artwork_id for key in moving if key in log.entries}
        moving = {
            key: artwork_id
            for key, artwork_id in moving.items()
            if own.get(key)
            and (key in shown or own[key] not in ids)
            and ids.get(artwork_id, key) in log.entries
        }
        while True:
            kept = {k: i for k, i in moving.items() if self._gives_way(i, k, moving, shown)}
            if kept == moving:
                return moving
            moving = kept

    def _gives_way(
        self, artwork_id: str, key: str, moving: Collection_[str], shown: Collection_[str]
    ) -> bool:
        owner = self._log.owners.get(artwork_id, key)
        if owner == key or owner in moving:
            return True
        here = self._log.entries[owner].origin == self._origin
        return here and owner not in self._given and owner in shown

    def _id_without_row(self, key: str) -> str:
        name = self._log.entries[key].name
        plain = safe_id(name.rpartition("/")[2].rpartition(".")[0] or name)
        return plain if plain not in self._log.owners else f"{plain[:100]}-{digest(key, 8)}"

    def _nameless(self, key: str, artwork_id: str) -> dict[str, Any]:
        name = self._log.entries[key].name.rpartition("/")[2]
        title = readable_title(name.rpartition(".")[0] or name)
        return {**_NOTHING, **to_row(Artwork(artwork_id, title=title))}

    def _without_row(self, key: str, artwork_id: str, before: LogEntry) -> LogEntry:
        if before.role != PRIMARY:
            return before
        if before.imageless:  # its work has a picture now
            return replace(before, artwork_id="", said="")
        if key in self._seen:
            return replace(before, artwork_id=artwork_id, said="")
        return replace(before, role=OTHER, said="")
