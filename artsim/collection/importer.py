"""From a source to a collection: look at every file once, keep what is good, merge copies."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from artsim.collection import sync, works
from artsim.collection.alongside import Alongside
from artsim.collection.artwork import Artwork, to_row
from artsim.collection.claims import Claims
from artsim.collection.edits.desk import Desk
from artsim.collection.edits.overlay import Edits, reassert
from artsim.collection.edits.removal import Removed, without_names
from artsim.collection.folders import Check
from artsim.collection.import_log import ImportLog, LogEntry, LoggedFile
from artsim.collection.looking import Looking
from artsim.collection.pictures import KEPT, OTHER, PRIMARY, REJECTED, Placement
from artsim.collection.quality import FileRecord, Thresholds, choices, decide
from artsim.collection.quality.choices import Choices
from artsim.collection.reconcile import QualityReport, nothing_in, quality_report, reconcile
from artsim.collection.source_rows import heard, merged
from artsim.collection.sources.base import Source, SourceItem
from artsim.collection.sources.naming import first_of
from artsim.collection.store import Collection
from artsim.collection.unchanged import change_metadata, keep_up
from artsim.core.counts import count
from artsim.core.errors import Conflict, NotFound
from artsim.core.limits import IMPORT_LIMITS, Limits
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace

BATCH = 256
KEEP_ALL = Thresholds(
    min_side=1,
    max_megapixels=1e9,
    max_aspect=1e9,
    max_blankness=1.0,
    min_sharpness=0.0,
    max_noise=1e9,
    merge_duplicates=False,
)
T = TypeVar("T")


@dataclass(frozen=True)
class _Looked:
    """One file after its only decode: its record and, where it decodes, its pictures."""

    item: SourceItem
    record: FileRecord
    image: bytes | None = None
    thumb: bytes | None = None
    prepared: bytes = b""

    @property
    def imageless(self) -> bool:
        return not self.item.reject and self.item.path is None and self.item.data is None

    @property
    def unusable(self) -> bool:
        """Whether there is a file, and no picture can be had from it."""
        return self.image is None and not self.imageless


def import_collection(
    workspace: Workspace,
    name: str,
    source: Source,
    thresholds: Thresholds | None = None,
    quality: bool = True,
    limits: Limits = IMPORT_LIMITS,
    progress: Progress = NULL,
    options: Mapping[str, Any] | None = None,
    yes: bool = False,
    alongside: Alongside | None = None,
    title: str = "",
) -> QualityReport:
    """Import ``source`` into the collection ``name``, which is made where it does not exist.

    Files that were imported before are known by their bytes and not read again, wherever they lie;
    works already there stay. Killed at any moment, the collection is readable and another call
    finishes the work. With ``quality`` False nothing that decodes is left out or merged.
    ``options`` are what the source was made of, kept so that it can be read again; ``title`` is
    what people call a collection that is made; ``alongside`` embeds pictures while they are at
    hand. Raises NeedsConsent, and changes nothing, where more than a tenth of the works would be
    left without their file, unless ``yes``.
    """
    chosen = (thresholds or Thresholds()) if quality else KEEP_ALL
    collection, made = _opened_or_made(workspace, name, source, title)
    try:
        with collection.lock("import", progress) as check:
            Desk(workspace, collection, "").recover()
            importing = _Importing(source, chosen, limits, options, yes, alongside)
            _import(collection, importing, progress, check)
    except BaseException:
        if made and not ImportLog(collection).entries:
            collection.delete()  # a source that gave nothing leaves nothing behind
        raise
    report = quality_report(collection)
    if made and not collection.dataset().count_rows() and not collection.pictures.listed():
        collection.delete()
        raise nothing_in(report, title or name)
    return report


@dataclass(frozen=True)
class _Importing:
    """What an import was asked for."""

    source: Source
    thresholds: Thresholds
    limits: Limits
    options: Mapping[str, Any] | None
    yes: bool
    alongside: Alongside | None


def _import(collection: Collection, asked: _Importing, progress: Progress, check: Check) -> None:
    source, thresholds, limits = asked.source, asked.thresholds, asked.limits
    log, chosen = ImportLog(collection), choices.load(collection)
    survey = sync.survey(collection, log, source, asked.options, thresholds, limits, progress)
    if not asked.yes:
        sync.check(collection, [survey], source.description)
    sync.begin(collection, log, survey)
    known, counted = log.fingerprints(source.identity), sync.Counted(log, survey)
    sequence = itertools.count(log.next_sequence)
    removed, edits = Removed(collection), Edits(collection)
    claims = Claims(collection, log, source.identity)
    with (
        asked.alongside.into(collection, progress) if asked.alongside else nullcontext(),
        Looking(limits, asked.alongside) as looking,
        ThreadPoolExecutor(looking.lanes) as pool,
    ):
        for number, told in enumerate(_batches(source.items(known, progress), BATCH)):
            batch = claims.put_off(sync.settled(log, survey, told))
            unchanged = [item for item in batch if item.unchanged]
            counted.add(batch, keep_up(collection, log, source, unchanged, edits))
            new = [(item, next(sequence)) for item in batch if not item.unchanged]
            seen = list(pool.map(lambda pair: _look(pair[0], pair[1], looking), new))
            looked = [_unless_removed(one, log, source, removed) for one in seen]
            check()
            taken = _take_in(collection, log, source, looked, thresholds, chosen, edits, claims)
            if asked.alongside:
                asked.alongside.stored({w.file: w.prepared for w in taken if w.prepared})
            if not number:
                sync.remember(log, source, asked.options)
    counted.change(claims.settle(edits))
    source.notes += [*claims.doubts(), *_spoilt(log, source.identity)]
    notes = without_names(source.notes, removed.taken)
    log.remember(source.identity, notes, thresholds, asdict(counted.changes()))
    progress.start(len(log.entries), "Looking for copies of the same picture", "files")
    left_out = reconcile(collection, log, thresholds)
    log.note_changes(asdict(counted.changes(left_out)))
    reassert(collection)
    collection.compact()
    progress.advance(len(log.entries))
    progress.finish()


def _opened_or_made(
    workspace: Workspace, name: str, source: Source, title: str
) -> tuple[Collection, bool]:
    """The collection, and whether this call has made it."""
    try:
        return Collection.open(workspace, name), False
    except NotFound:
        pass
    try:
        made = Collection.create(
            workspace, name, source.kind, source.description, source.generated, title
        )
    except Conflict:  # another import made it in between: both go into it
        return Collection.open(workspace, name), False
    return made, True


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(itertools.islice(iterator, size)):
        yield batch


def _look(item: SourceItem, sequence: int, looking: Looking) -> _Looked:
    """Decode and inspect one file; of its pixels only what is stored is kept."""
    if item.path is None and item.data is None:
        record = FileRecord(
            item.file,
            item.artwork.id,
            error=item.reject,
            has_metadata=item.has_metadata,
            sequence=sequence,
        )
        return _Looked(item, record)
    data = item.path or item.data or b""
    looked = looking.at(item.file, data, item.artwork.id, item.has_metadata, sequence, item.page)
    if looked.again:  # without its fingerprint, the next import tries again
        item = replace(item, fingerprint="")
    return _Looked(item, looked.record, looked.image, looked.thumb, looked.prepared)


@dataclass
class _Taken:
    """What is to be stored of a batch: works, pictures that no work is shown by, and the log."""

    good: list[works.Work] = field(default_factory=list)
    aside: list[dict[str, Any]] = field(default_factory=list)
    logged: list[LoggedFile] = field(default_factory=list)
    same: dict[str, dict[str, Any]] = field(default_factory=dict)
    stay: dict[str, _Looked] = field(default_factory=dict)


def _unless_removed(looked: _Looked, log: ImportLog, source: Source, removed: Removed) -> _Looked:
    """``looked``, or a refusal of it where a person has taken that work down."""
    key = log.key(source.identity, looked.item.file)
    said = removed.reason(replace(looked.record, file=key))
    if not said:
        return looked
    item = replace(looked.item, reject=said, path=None, data=None)
    return _Looked(item, FileRecord(key, "", error=said, sequence=looked.record.sequence))


def _take_in(
    collection: Collection,
    log: ImportLog,
    source: Source,
    batch: list[_Looked],
    thresholds: Thresholds,
    chosen: Choices,
    edits: Edits,
    claims: Claims,
) -> list[works.Work]:
    """Store the works of a batch, then its files: killed between, the batch is done again.

    Returns the works whose picture is a new one.
    """
    taken = _Taken()
    alone = thresholds.model_copy(update={"merge_duplicates": False})
    keys = [log.key(source.identity, looked.item.file) for looked in batch]
    there = _there(collection, log, keys)
    for key, looked in zip(keys, batch, strict=True):
        item, before = looked.item, log.entries.get(key)
        record = replace(looked.record, file=key)
        if before:
            record = replace(record, has_metadata=record.has_metadata or before.has_metadata)
        owner = claims.owner(key) or log.owners.get(record.artwork_id, key)
        if owner != key and looked.image and item.role == PRIMARY:
            record = _apart(record, before, owner)
            item = replace(item, artwork=replace(item.artwork, id=record.artwork_id))
            owner = log.owners.get(record.artwork_id, key)
        new, memory = heard(item, before)
        if looked.unusable and before and before.artwork_id and before.sha256:
            taken.stay[key] = looked
            continue
        if item.role != PRIMARY:
            if looked.image:
                taken.aside.append(_aside(item.artwork, looked, record, KEPT, ""))
        elif looked.unusable and (item.reject or not record.has_metadata):
            record = replace(record, artwork_id="")
        elif owner != key:
            said = f"its id {record.artwork_id!r} is already that of {owner}"
            record = FileRecord(key, "", error=said, sequence=record.sequence)
        else:
            log.owners[record.artwork_id] = key
            artwork = merged(item, before, there[key]) if before and key in there else item.artwork
            artwork = edits.over(artwork)
            if before and _same_picture(before, record):
                taken.same[record.artwork_id] = edits.under(record.artwork_id, new)
            elif looked.image and decide([record], alone, chosen)[0].action == "reject":
                taken.aside.append(_aside(artwork, looked, record, REJECTED, ""))
            else:
                taken.good.append(_work(artwork, looked, record))
        taken.logged.append(
            LoggedFile(
                record,
                source.identity,
                item.file,
                item.fingerprint,
                looked.imageless,
                memory,
                role=item.role,
            )
        )
    edits.save()
    _store(collection, log, taken)
    keep_up(collection, log, source, [one.item for one in taken.stay.values()], edits)
    lasting = {key: f for key, f in taken.stay.items() if f.item.fingerprint}
    log.spoil(
        {
            key: replace(log.entries[key], fingerprint=f.item.fingerprint, broken=f.record.error)
            for key, f in lasting.items()
        }
    )
    # What could not be fetched or read this time is tried again by the next import.
    passing = [f for key, f in taken.stay.items() if key not in lasting]
    source.notes += _stays([f"{f.item.file} ({f.record.error.rstrip('.')})" for f in passing])
    return taken.good


def _spoilt(log: ImportLog, origin: str) -> list[str]:
    """Notes on files that can no longer be used, until somebody mends them."""
    spoilt = [e for e in log.entries.values() if e.origin == origin and e.broken and not e.missing]
    spoilt.sort(key=lambda e: e.name)
    return _stays([f"{e.name} ({e.broken.rstrip('.')})" for e in spoilt])


def _stays(said: list[str]) -> list[str]:
    if not said:
        return []
    return [
        f"{count(len(said), 'file')} can no longer be used; what was imported from there before "
        f"stays: {first_of(said)}."
    ]


def _apart(record: FileRecord, before: LogEntry | None, owner: str) -> FileRecord:
    """A record whose id is the work of the file ``owner``, with an id of its own.

    Where only its name gave it the id, it is another work; where a table did, a person decides.
    """
    had = before is not None and bool(before.artwork_id)
    own = before.artwork_id if before and had else f"{record.artwork_id}-{record.sha256[:8]}"
    a_work = before is not None and had and not before.conflict
    said = f"its id {record.artwork_id!r} is already that of {owner}"
    conflict = said if record.has_metadata and not a_work else ""
    return replace(record, artwork_id=own, conflict=conflict)


def _store(collection: Collection, log: ImportLog, taken: _Taken) -> None:
    pictures = collection.pictures
    _forget_former(collection, log, taken.logged)
    pictures.put(taken.aside)
    files = {row["file"] for row in taken.aside}
    works.remove(
        collection.uri,
        [f.record.artwork_id for f in taken.logged if f.record.file in files and f.role == PRIMARY],
    )
    works.store(collection.uri, taken.good)
    pictures.remove([work.file for work in taken.good])
    change_metadata(collection, taken.same)
    log.write(taken.logged)


def _aside(
    artwork: Artwork, looked: _Looked, record: FileRecord, state: str, reason: str
) -> dict[str, Any]:
    """A row of the table of pictures, whose place is found when all files are judged."""
    further = looked.item.role != PRIMARY
    role = looked.item.role if further else OTHER
    work = record.artwork_id if further else None
    known = {n: v for n, v in to_row(artwork).items() if v is not None}
    place = Placement(record.file, work, role, state, None, reason, None, record.sequence)
    return place.values() | {
        "width": record.width or None,
        "height": record.height or None,
        "id": artwork.id,
        "metadata": json.dumps(known, ensure_ascii=False),
        "image": looked.image,
        "thumb": looked.thumb,
    }


def _same_picture(before: LogEntry, record: FileRecord) -> bool:
    same_bytes = bool(record.sha256) and before.sha256 == record.sha256
    return same_bytes and before.artwork_id == record.artwork_id and before.role == PRIMARY


def _work(artwork: Artwork, looked: _Looked, record: FileRecord) -> works.Work:
    return works.Work(
        artwork=artwork,
        file=record.file,
        width=record.width or None,
        height=record.height or None,
        image=looked.image,
        thumb=looked.thumb,
        prepared=looked.prepared,
    )


def _forget_former(collection: Collection, log: ImportLog, logged: list[LoggedFile]) -> None:
    """Remove the works of files that have become another work, or no work of their own."""
    former = []
    for file in logged:
        before = log.entries.get(file.record.file)
        if before is None or before.role != PRIMARY or not before.artwork_id:
            continue
        if before.artwork_id != file.record.artwork_id or file.role != PRIMARY:
            former.append(before.artwork_id)
    works.remove(collection.uri, former)


def _there(collection: Collection, log: ImportLog, keys: list[str]) -> dict[str, dict[str, Any]]:
    """The metadata of the works that these files show today, or would by themselves, by key."""
    ids = {key: log.entries[key].artwork_id for key in keys if key in log.entries}
    known = [i for i in ids.values() if i]
    found = collection.pictures.metadata(known) | works.metadata(collection.uri, known)
    return {key: found[i] for key, i in ids.items() if i in found}
