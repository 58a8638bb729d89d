"""Files that are as they were: their works follow what the source says of them now."""

from dataclasses import replace
from typing import Any

from artsim.collection import works
from artsim.collection.edits.overlay import Edits
from artsim.collection.import_log import ImportLog, LogEntry
from artsim.collection.pictures import PRIMARY
from artsim.collection.source_rows import heard
from artsim.collection.sources.base import Source, SourceItem
from artsim.collection.store import Collection


def keep_up(
    collection: Collection, log: ImportLog, source: Source, items: list[SourceItem], edits: Edits
) -> set[str]:
    """Give works whose files did not change the id, role and metadata that they have now.

    Returns the files of which their source says something else than before.
    """
    otherwise: set[str] = set()
    noted: dict[str, LogEntry] = {}
    changes: dict[str, dict[str, Any]] = {}
    ids: dict[str, str] = {}
    for item in items:
        key = log.key(source.identity, item.file)
        before = log.entries.get(key)
        if before is None or not before.artwork_id:
            continue
        artwork_id = item.artwork.id
        if item.role == PRIMARY and log.owners.get(artwork_id, key) != key:
            artwork_id = before.artwork_id
        new, memory = heard(item, before)
        if before.said and (new or item.role != before.role):
            otherwise.add(item.file)
        if item.role == PRIMARY and new:
            fresh = {k: v for k, v in new.items() if k != "id"}
            changes[artwork_id] = edits.under(before.artwork_id, fresh)
        if artwork_id != before.artwork_id and before.role == item.role == PRIMARY:
            works.rename(collection.uri, before.artwork_id, artwork_id)
            ids[before.artwork_id] = artwork_id
        now = replace(
            before,
            artwork_id=artwork_id,
            has_metadata=before.has_metadata or item.has_metadata,
            said=memory,
            role=item.role,
            conflict=before.conflict if artwork_id != item.artwork.id else "",
        )
        if now != before:
            noted[key] = now
    collection.pictures.rename(ids)
    edits.follow(ids)
    edits.save()
    change_metadata(collection, changes)
    log.update(noted)
    return otherwise


def change_metadata(collection: Collection, changes: dict[str, dict[str, Any]]) -> None:
    """Set columns of metadata, by id, of works and of what pictures would be as works."""
    works.change_metadata(collection.uri, changes)
    collection.pictures.change_metadata(changes)
