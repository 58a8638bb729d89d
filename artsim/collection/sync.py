"""What reading a source would change in a collection, found before anything is changed."""

from collections import Counter
from collections.abc import Collection as Collection_
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from artsim.collection import recognition
from artsim.collection.changes import Changes
from artsim.collection.import_log import ImportLog, LogEntry
from artsim.collection.looking import Looking
from artsim.collection.pictures import PRIMARY
from artsim.collection.quality import FileRecord, Thresholds, decide
from artsim.collection.recognition import Digests, Recognised
from artsim.collection.relocation import relocate
from artsim.collection.source_rows import gives_id, named_apart, named_as_before
from artsim.collection.sources.base import Listed, Source, SourceItem
from artsim.collection.sources.files import FoundFile, page_of
from artsim.collection.store import Collection
from artsim.core.errors import NeedsConsent
from artsim.core.limits import Limits
from artsim.core.progress import Progress

_MOVED, _COPIED = 0.5, 0.9  # of its files, that make a folder the one that is known
MOST_LOST = 0.1  # of a collection that exists, without being asked


@dataclass(frozen=True)
class Survey:
    """What a source holds beside the log; ``lost`` are works that would be without a picture."""

    origin: str
    recognised: Recognised
    missing: int
    rejected: int

    @property
    def lost(self) -> int:
        return self.missing + self.rejected


class Surveyor:
    """Compares sources with the log of a collection; changes nothing."""

    def __init__(
        self, collection: Collection, log: ImportLog, thresholds: Thresholds, limits: Limits
    ) -> None:
        self.collection, self.log = collection, log
        self._thresholds = thresholds.model_copy(update={"merge_duplicates": False})
        self._limits = limits
        self._works = collection.info().artworks

    def survey(self, source: Source, complete: bool, progress: Progress) -> Survey:
        """What reading ``source`` would change.

        ``complete`` says that a source which cannot list its files is read as it was before, so
        that what it does not give any more is missing.
        """
        if isinstance(source, Listed):
            found, rejected = self._recognised(source, progress), 0
        elif complete and self.log.fingerprints(source.identity):
            found, rejected = self._by_items(source, progress)
        else:
            found, rejected = Recognised(), 0
        missing = sum(self._is_work(key) for key in found.missing)
        if missing + len(found.changed) > MOST_LOST * self._works:  # else they cannot be too many
            changed = [f for f in found.changed.values() if f.page < 2]
            with Looking(self._limits) as looking:
                rejected = sum(self._would_reject(looking, f) for f in changed)
        return Survey(source.identity, found, missing, rejected + self._judged_otherwise())

    def _recognised(self, source: Listed, progress: Progress) -> Recognised:
        progress.start(None, "Comparing files with those that are known", "files")
        files = [f for f in source.files() if not f.reject and f.fingerprint]
        known, digests = self.log.sources(), Digests()
        entries = self.log.entries
        # An upload stays where it is: only what was not yet remembered as one may be the same.
        upload = source.kind == "upload"
        kinds = ("upload",) if upload else ("folder",)
        origins = {e.origin for e in entries.values() if _kind(e.origin, known) in (*kinds, None)}
        hint = _last_seen(source, known, origins)

        def share(origin: str) -> float:
            if upload:
                return 1.0
            # A folder that is still elsewhere is this one only if this is a copy of it.
            place = known.get(origin, {}).get("place")
            elsewhere = origin != hint and place and Path(place).is_dir()
            return _COPIED if elsewhere else _MOVED

        origin = recognition.origin_of(files, entries, origins, hint, digests, share)
        source.identity = origin or _free(source.identity, {e.origin for e in entries.values()})
        return recognition.recognise(
            files, entries, source.identity, digests, lambda e: _is_there(e, known)
        )

    def _by_items(self, source: Source, progress: Progress) -> tuple[Recognised, int]:
        known = self.log.fingerprints(source.identity)
        missing, rejected = set(known), 0
        for item in source.items(known, progress):
            missing.discard(item.file)
            key = self.log.key(source.identity, item.file)
            rejected += bool(item.reject) and self._is_work(key)
        return Recognised(missing={self.log.key(source.identity, n) for n in missing}), rejected

    def _is_work(self, key: str) -> bool:
        entry = self.log.entries.get(key)
        if entry is None or entry.missing or entry.conflict or entry.role != PRIMARY:
            return False
        return bool(entry.artwork_id)

    def _would_reject(self, looking: Looking, file: FoundFile) -> bool:
        record = looking.at(file.file, file.path).record
        return decide([record], self._thresholds)[0].action == "reject"

    def _judged_otherwise(self) -> int:
        """Works that other thresholds than the last ones would leave out."""
        last = self.log.thresholds()
        if last is None:
            return 0
        last = last.model_copy(update={"merge_duplicates": False})
        if last == self._thresholds:
            return 0
        records = [r for r in self.log.records() if r.artwork_id]
        return _rejects(records, self._thresholds) - _rejects(records, last)


def check(collection: Collection, surveys: list[Survey], described: str) -> None:
    """Raise NeedsConsent where more than a tenth of the works would be left without a picture."""
    works = collection.info().artworks
    missing, rejected = sum(s.missing for s in surveys), sum(s.rejected for s in surveys)
    if missing + rejected > MOST_LOST * works:
        raise NeedsConsent(
            f"Reading {described} would leave {missing + rejected:,} of {works:,} works of "
            f"{collection.name!r} without their file ({missing:,} missing, {rejected:,} rejected), "
            f"so that nothing was changed: {NeedsConsent.REMEDY}"
        )


def survey(
    collection: Collection,
    log: ImportLog,
    source: Source,
    options: Mapping[str, Any] | None,
    thresholds: Thresholds,
    limits: Limits,
    progress: Progress,
) -> Survey:
    """What reading ``source`` would change; it is missed from only where it is the same again."""
    known = log.sources().get(source.identity, {})
    again = options is not None and known.get("options") == dict(options)
    return Surveyor(collection, log, thresholds, limits).survey(source, again, progress)


def begin(collection: Collection, log: ImportLog, found: Survey) -> None:
    """Keep where the files of a source lie now, and which are missing."""
    relocate(collection, log, found.recognised.places)
    for name, key in found.recognised.copies.items():
        log.alias(found.origin, name, key)
    log.lose(found.recognised.missing, datetime.now(UTC).isoformat(timespec="seconds"))


def remember(log: ImportLog, source: Source, options: Mapping[str, Any] | None) -> None:
    """Keep how a source that has given something is read again."""
    told = {
        "kind": source.kind,
        "description": source.description,
        "options": None if options is None else dict(options),
        "place": getattr(source, "place", ""),
    }
    log.remember_source(source.identity, told)


class Counted:
    """Counts the items of a source beside what its survey found."""

    def __init__(self, log: ImportLog, found: Survey) -> None:
        self._log, self._origin = log, found.origin
        self._known = set(log.fingerprints(found.origin))
        self._found = found.recognised
        self._kinds: dict[str, str] = {}

    def add(self, items: list[SourceItem], otherwise: Collection_[str] = ()) -> None:
        """Count a batch; of the files ``otherwise`` a source says something else than before."""
        for item in items:
            if item.unchanged and item.file in self._found.renamed:
                kind = "renamed"
            elif item.unchanged and item.file in self._found.moved:
                kind = "moved"
            elif item.unchanged and item.file not in otherwise:
                kind = "unchanged"
            else:
                # A copy of another source's file is known too: its row says more of the work.
                known = item.unchanged or item.file in self._known
                kind = "changed" if known else "new"
            if not item.reject:
                self._kinds[item.file] = kind

    def change(self, files: Collection_[str]) -> None:
        """Count files as changed that were taken for unchanged; new ones stay new."""
        for file in files:
            if self._kinds.get(file) in ("unchanged", "moved", "renamed"):
                self._kinds[file] = "changed"

    def changes(self, left_out: Collection_[str] = ()) -> Changes:
        """The counts of all batches, each file once and those of the keys ``left_out`` never."""
        counts = Counter(
            kind
            for file, kind in self._kinds.items()
            if self._log.key(self._origin, file) not in left_out
        )
        missing = sum(key not in left_out for key in self._found.missing)
        return Changes(missing=missing, **counts)


def settled(log: ImportLog, found: Survey, items: list[SourceItem]) -> list[SourceItem]:
    """The items with the ids that their works have, unless the source gives others.

    A file with the bytes of another source's file is unchanged, or a work of its own where it has
    an id of its own. A further picture is of the work that its file shows.
    """
    done: dict[str, SourceItem] = {}
    for item in (_as_before(log, found.origin, item) for item in items):
        if item.of:
            done[item.file] = _of_its_file(log, found, item, done)
        else:
            done[item.file] = _own_work(log, found, _named(log, found.origin, item))
    return list(done.values())


def _as_before(log: ImportLog, origin: str, item: SourceItem) -> SourceItem:
    """A further picture by its name alone, or a work: as the file was taken before."""
    before = log.entries.get(log.key(origin, item.file))
    if before is None or not before.artwork_id or gives_id(item) or item.page > 1:
        return item
    return replace(item, role=before.role, of="" if before.role == PRIMARY else item.of)


def _of_its_file(
    log: ImportLog, found: Survey, item: SourceItem, before: Mapping[str, SourceItem]
) -> SourceItem:
    file, copies = item.of, found.recognised.copies
    entry, shown = log.entries.get(log.key(found.origin, file)), before.get(file)
    if shown is not None and file not in copies:
        work = shown.artwork.id
    else:
        work = entry.artwork_id if entry is not None and entry.artwork_id else item.artwork.id
    same = copies.get(item.file)
    holder = log.entries.get(same) if same else None
    if holder is not None:
        own = holder.artwork_id != work
        log.alias(found.origin, item.file, None if own else same)
        item = replace(item, unchanged=not own)
    return replace(item, artwork=replace(item.artwork, id=work))


def _named(log: ImportLog, origin: str, item: SourceItem) -> SourceItem:
    key = log.key(origin, item.file)
    before = log.entries.get(key)
    free = gives_id(item) or log.owners.get(item.artwork.id, key) == key
    if free or (before and before.artwork_id):
        return named_as_before(item, before)
    return named_apart(item, origin)


def _own_work(log: ImportLog, found: Survey, item: SourceItem) -> SourceItem:
    key = found.recognised.copies.get(item.file)
    entry = log.entries.get(key) if key else None
    if entry is None:
        return item
    own = gives_id(item) and item.artwork.id != entry.artwork_id
    log.alias(found.origin, item.file, None if own else key)
    return replace(item, unchanged=not own)


def _kind(origin: str, known: Mapping[str, Any]) -> str | None:
    """The kind of a source, None for one that an earlier version read from files."""
    kind: str | None = known.get(origin, {}).get("kind")
    return "" if kind is None and not origin.startswith("folder-") else kind


def _last_seen(source: Listed, known: Mapping[str, Any], origins: set[str]) -> str:
    """The origin that was last read from this place, "" where there is none."""
    for origin in sorted(origins):
        if known.get(origin, {}).get("place") == source.place:
            return origin
    former = source.identity in origins and source.identity not in known
    return source.identity if former else ""


def _free(identity: str, taken: set[str]) -> str:
    names = (identity, *(f"{identity}-{n}" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _is_there(entry: LogEntry, known: Mapping[str, Any]) -> bool:
    """Whether a file is still where it was seen last; where that is not known it is taken to be."""
    source = known.get(entry.origin, {})
    return source.get("kind") != "folder" or Path(source["place"], page_of(entry.name)[0]).is_file()


def _rejects(records: list[FileRecord], thresholds: Thresholds) -> int:
    return sum(decision.action == "reject" for decision in decide(records, thresholds))
