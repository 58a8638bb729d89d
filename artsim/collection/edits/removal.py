"""Works that were taken down: what stays of them is a record, and they do not come back.

A removal is final for the bytes: pictures, thumbnails, embeddings and measurements leave the disk,
old versions of the tables included. The record, a step of the history, says which work it was, and
by which ids, files and digests a later import knows it again.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.collection import lance_io, uploads
from artsim.collection.edits.history import REMOVE, RESTORE, History, Step
from artsim.collection.import_log import ImportLog
from artsim.collection.pictures import BLOBS, among
from artsim.collection.pictures import TABLE as PICTURES
from artsim.collection.sources import uploaded
from artsim.core.digests import file_sha256
from artsim.core.errors import NotFound

if TYPE_CHECKING:
    from artsim.collection.quality import FileRecord
    from artsim.collection.store import Collection
    from artsim.core.workspace import Workspace

Record = dict[str, Any]
_MEASURES = ("size", "sha256", "pixel_digest")


class Removed:
    """The removals that hold in a collection, as they were when this was made."""

    def __init__(self, collection: "Collection") -> None:
        self._by: dict[str, dict[str, Step]] = {"id": {}, "file": {}, "digest": {}}
        self.records = records(History(collection))
        for step, record in self.records.values():
            for what, names in (("id", "ids"), ("file", "files"), ("digest", "digests")):
                self._by[what] |= dict.fromkeys(record.get(names, ()), step)

    @property
    def taken(self) -> list[Record]:
        """What is recorded of the works that are taken down."""
        return [record for _, record in self.records.values()]

    def reason(self, file: "FileRecord") -> str:
        """Why a file that a source brings stays away, "" where it may come."""
        given = {"id": [file.artwork_id], "file": [file.file]}
        given["digest"] = [d for d in (file.sha256, file.pixel_digest) if d]
        for what, names in given.items():
            step = next((s for n in names if (s := self._by[what].get(n))), None)
            if step is not None:
                return f"taken down on {step.when[:10]} by {step.who} (step {step.step})"
        return ""


def records(history: History) -> dict[str, tuple[Step, Record]]:
    """What is recorded of each work that is taken down now, by id, and the step that did it."""
    found: dict[str, tuple[Step, Record]] = {}
    for step in history.live([REMOVE, RESTORE]):
        for artwork_id, record in step.after.items():
            found.pop(artwork_id, None)
            if step.what == REMOVE:
                found[artwork_id] = (step, record)
    return found


def removed_ids(collection: "Collection") -> frozenset[str]:
    """Ids of the works that are taken down now."""
    found = records(History(collection))
    return frozenset(i for _, record in found.values() for i in record["ids"])


def record_of(collection: "Collection", ids: list[str]) -> dict[str, Record]:
    """What a later import knows each of these works by; raises NotFound for one that is not there.

    All pictures of a work go with it: its verso and details, and the copies of its picture.
    """
    columns = ["id", "title", "artist", "image", "thumb"]
    named = among("id", ids)
    there = lance_io.opened(collection.uri).to_table(columns=columns, filter=named).to_pylist()
    rows = {row["id"]: row for row in there}
    for artwork_id in ids:
        if artwork_id not in rows:
            raise NotFound(f"There is no artwork {artwork_id[:80]!r} in {collection.name!r}.")
    logged = _logged(collection)
    pictures = collection.pictures.listed(among("work", ids))
    found = {}
    for artwork_id, row in rows.items():
        further = [p for p in pictures if p["work"] == artwork_id]
        of_it = {p["file"] for p in further}
        own = [f for f in logged if f["artwork_id"] == artwork_id or f["file"] in of_it]
        blobs = [collection.pictures.blob(file, b) for file in sorted(of_it) for b in BLOBS]
        stored = [data for data in (row["image"], row["thumb"], *blobs) if data]
        digests = {hashlib.sha256(data).hexdigest() for data in stored}
        found[artwork_id] = {
            "title": row["title"],
            "artist": row["artist"],
            "ids": sorted({artwork_id, *(p["id"] for p in further if p["id"])}),
            "files": sorted(f["file"] for f in own),
            "digests": sorted(digests | {f[d] for f in own for d in _MEASURES[1:] if f[d]}),
            "sizes": sorted({*map(len, stored), *(f["size"] for f in own if f["size"])}),
        }
    return found


def also_shown_by(collection: "Collection", taken: Iterable[Record]) -> list[str]:
    """Ids of other works with the very picture of a work that is taken down."""
    digests = {digest for record in taken for digest in record["digests"]}
    gone = {artwork_id for record in taken for artwork_id in record["ids"]}
    return sorted(
        f["artwork_id"]
        for f in _logged(collection)
        if f["artwork_id"] not in {"", *gone} and digests & {f["sha256"], f["pixel_digest"]}
    )


def purge(workspace: "Workspace", collection: "Collection", taken: Iterable[Record]) -> None:
    """Take works out of every table and folder of this workspace; a second call does no harm."""
    taken = list(taken)
    ids = sorted({i for record in taken for i in record["ids"]})
    files = sorted({f for record in taken for f in record["files"]})
    lance_io.delete_where_in(collection.uri, "id", ids)
    for name, key, values in (
        (PICTURES, "file", files),
        (PICTURES, "id", ids),
        ("set_aside", "id", ids),  # what a migration from format 2 has left
        ("files", "file", files),
        ("decisions", "file", files),
    ):
        uri = collection.folder.table(name)
        if lance_io.opened_or_none(uri) is not None:
            lance_io.delete_where_in(uri, key, values)
            lance_io.vacuum(uri)
    lance_io.vacuum(collection.uri)
    log = ImportLog(collection)
    log.say_again(lambda notes: without_names(notes, taken))
    folder = uploads.folder_of(workspace, collection.name)
    for column in _id_columns(log):
        uploaded.forget_rows(folder, ids, column)
    _sweep(workspace, collection, taken)


def without_names(notes: list[str], taken: Iterable[Record]) -> list[str]:
    """What an import says of its source, without titles and files of works that were taken down.

    >>> without_names(["a.csv: first titles: Bridge; Boats."], [{"title": "Boats", "files": []}])
    ['a.csv: first titles: Bridge; (taken down).']
    """
    names = {n[:60] for r in taken for n in (r.get("title"), *r["files"]) if n}
    if not names:
        return notes
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return [pattern.sub("(taken down)", note) for note in notes]


def _id_columns(log: ImportLog) -> set[str]:
    """The columns that the sources of a collection have their ids in."""
    options = [told.get("options") or {} for told in log.sources().values()]
    return {"id", *(str(o["id_column"]) for o in options if "id_column" in o)}


def allow(collection: "Collection", taken: Iterable[Record]) -> None:
    """Let the next import read the files of works that may come back."""
    uri = collection.folder.table("files")
    files = sorted({f for record in taken for f in record["files"]})
    if files and lance_io.opened_or_none(uri) is not None:
        lance_io.delete_where_in(uri, "file", files)


def _sweep(workspace: "Workspace", collection: "Collection", taken: list[Record]) -> None:
    """Delete the files of this workspace that hold such a picture: uploads and caches."""
    digests = {digest for record in taken for digest in record["digests"]}
    sizes = {size for record in taken for size in record["sizes"]}
    for path in _found(workspace.root / "uploads" / collection.name, workspace.cache):
        if path.stat().st_size in sizes and file_sha256(path) in digests:
            path.unlink(missing_ok=True)
    # Each of these holds the pixels of a whole collection; the next training makes them anew.
    for path in (workspace.cache / "training").glob("*.npy"):
        path.unlink(missing_ok=True)


def _found(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def _logged(collection: "Collection") -> list[Record]:
    table = lance_io.opened_or_none(collection.folder.table("files"))
    columns = ["file", "artwork_id", *_MEASURES]
    return [] if table is None else table.to_table(columns=columns).to_pylist()
