"""Making the collection what the judgement of its files says, without reading an image again."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import pyarrow as pa

from artsim.collection import lance_io, moves
from artsim.collection.changes import Changes, stored
from artsim.collection.import_log import ImportLog, about_import, missing_since
from artsim.collection.pictures import PRIMARY, Pictures, Placement
from artsim.collection.placements import Standing, standings
from artsim.collection.quality import Decision, Thresholds, choices
from artsim.collection.quality.closer import ThumbnailCheck
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput

_TABLE = "decisions"
_DECISIONS = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("artwork_id", pa.string()),
        pa.field("action", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("of", pa.string()),
        pa.field("score", pa.float64()),
        pa.field("duplicate_group", pa.string()),
        pa.field("doubt", pa.string()),
        pa.field("work", pa.string()),
        pa.field("role", pa.string()),
    ]
)
_OF_DECISION = [f.name for f in fields(Decision)]
_SAME_QUALITY = 1e-6
_KEPT = ("keep", "convert")


@dataclass(frozen=True)
class FileReport:
    """What became of one file; ``of`` is the id of the work that it is a copy of.

    ``group`` is shared by the works that show the same picture. ``work`` is the id of the work
    that the file is a picture of, and ``role`` which one. ``doubt`` says what was measured that
    speaks against its picture: it is for a person to review, whether it is kept because a row names
    it or left out.
    ``missing`` says that its source has it no longer: what was made of it stays.
    """

    file: str
    action: str
    reason: str
    of: str | None
    score: float
    group: str | None = None
    work: str | None = None
    role: str = PRIMARY
    doubt: str = ""
    missing: bool = False

    @property
    def review(self) -> bool:
        """Whether a person should look whether the picture is good."""
        return bool(self.doubt)


@dataclass(frozen=True)
class QualityReport:
    """What was kept as it is, converted, rejected and merged, and why; ``notes`` of the source."""

    collection: str
    read: int
    kept: int
    converted: int
    rejected: int
    duplicates: int
    files: tuple[FileReport, ...]
    notes: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)

    @property
    def missing(self) -> int:
        """How many files that are not left out their sources have no longer."""
        return sum(file.missing and file.action != "reject" for file in self.files)

    @property
    def review(self) -> int:
        """How many files are for a person to review, kept or left out."""
        return sum(file.review for file in self.files)

    def to_json(self) -> dict[str, Any]:
        """The quality document of the contract, what changed at the last import, and the notes."""
        document: dict[str, Any] = asdict(self)
        changes: dict[str, int] = document.pop("changes")
        files = [f | {"review": bool(f["doubt"])} for f in document["files"]]
        return {
            **document,
            **changes,
            "missing": self.missing,
            "review": self.review,
            "files": files,
        }


def reconcile(collection: Collection, log: ImportLog, thresholds: Thresholds) -> frozenset[str]:
    """Judge all files of the collection anew and move pictures to where that says they stand.

    Returns the files that are left out. Heeds what a person chose. Interrupted, a second call
    finishes the work.
    """
    chosen = choices.load(collection)
    present = _Present(collection, log)
    found = standings(
        log.records(), log.entries, thresholds, chosen, ThumbnailCheck(present.thumbnail)
    )
    moved = _move(collection, present, found)
    changed = _write_judgement(collection, found)
    changed = _write_placements(collection.pictures, found) or changed
    if moved or changed:
        lance_io.touch(collection.uri)  # readers know by the works' version that pictures changed
    lance_io.replace(collection.folder.table(_TABLE), _decision_table(found))
    return frozenset(s.record.file for s in found if s.decision.action == "reject")


def reapply(collection: Collection, thresholds: Thresholds | None = None) -> QualityReport:
    """Judge with other thresholds, those of the last import by default; reads no image."""
    with collection.lock("import"):
        log = ImportLog(collection)
        limits = thresholds or log.thresholds() or Thresholds()
        reconcile(collection, log, limits)
        log.judged_by(limits)
    return quality_report(collection)


def quality_report(collection: Collection) -> QualityReport:
    """What became of every file of the collection at its last import."""
    judged = lance_io.opened_or_none(collection.folder.table(_TABLE))
    if judged is None:
        return QualityReport(collection.name, 0, 0, 0, 0, 0, ())
    rows = judged.to_table().to_pylist()
    about, missing = about_import(collection), missing_since(collection)
    ids = {row["file"]: row["artwork_id"] for row in rows}
    actions = [row["action"] for row in rows]
    return QualityReport(
        collection=collection.name,
        read=len(rows),
        kept=actions.count("keep"),
        converted=actions.count("convert"),
        rejected=actions.count("reject"),
        duplicates=actions.count("duplicate"),
        files=tuple(
            FileReport(
                row["file"],
                row["action"],
                _reason(row["reason"], missing.get(row["file"], "")),
                ids.get(row["of"], row["of"]) or None,
                round(row["score"], 4),
                group=row["duplicate_group"],
                work=row.get("work") or row["artwork_id"] or None,
                role=row.get("role") or PRIMARY,
                doubt=row.get("doubt") or "",
                missing=row["file"] in missing,
            )
            for row in sorted(rows, key=lambda row: row["file"])
        ),
        notes=tuple(note for said in about.get("notes", {}).values() for note in said),
        changes=stored(about.get("changes", {})),
    )


def nothing_in(report: QualityReport, called: str) -> InvalidInput:
    """The error of an import that found no usable file, so that no collection was made."""
    told = f"Nothing was imported, and {called!r} was not made"
    if not report.files:
        return InvalidInput(f"{told}: its source holds no work.")
    first, *others = report.files
    also = f"; nor can any of {len(others):,} more" if others else ""
    why = first.reason.rstrip(".")
    return InvalidInput(f"{told}: {first.file[:80]!r} cannot be used ({why}){also}.")


class _Present:
    """Where each file's picture is now: works by file, and the files of the table of pictures."""

    def __init__(self, collection: Collection, log: ImportLog) -> None:
        self.collection = collection
        dataset = lance_io.opened(collection.uri)
        rows = dataset.to_table(columns=["id", "file"]).to_pylist()
        self.pictures = {row["file"]: row for row in collection.pictures.listed()}
        self.keys = [_key_of(row, log, self.pictures) for row in rows]
        self.works = {key: row["id"] for key, row in zip(self.keys, rows, strict=True) if key}
        self.shown = {row["id"]: key for key, row in zip(self.keys, rows, strict=True) if key}
        self._dataset = dataset
        self._places: dict[str, int] | None = None

    def thumbnail(self, file: str) -> bytes | None:
        """The WebP thumbnail of a file, None where none is stored."""
        if self._places is None:
            self._places = {key: place for place, key in enumerate(self.keys) if key}
        if file not in self._places:
            return self.collection.pictures.blob(file, "thumb")
        found = self._dataset.take([self._places[file]], columns=["thumb"])
        thumb: bytes | None = found.column("thumb")[0].as_py()
        return thumb


def _reason(reason: str, since: str) -> str:
    return f"{reason}; missing from its source since {since[:10]}" if since else reason


def _key_of(row: dict[str, Any], log: ImportLog, pictures: Mapping[str, Any]) -> str | None:
    """The key of the file that a work is shown by; None for a work that came from no file."""
    entry, own = log.entries.get(row["file"] or ""), log.owners.get(row["id"])
    if entry is not None and (entry.artwork_id == row["id"] or entry.role != PRIMARY):
        return str(row["file"])
    if entry is not None and own in pictures:  # shown by a file of a work that was merged into it
        return str(row["file"])
    # Before format 3 a work's file was the name in its source, which two sources may share.
    return own or (row["file"] if entry is not None else None)


def _move(collection: Collection, present: _Present, found: list[Standing]) -> bool:
    """Bring every picture to where it stands; whether anything was moved."""
    by_file = {standing.record.file: standing for standing in found}
    primaries = {s.placement.work: s for s in found if s.primary and s.placement.work}
    out = []
    for file, work in present.works.items():
        standing = by_file.get(file)
        if standing is not None and not standing.primary and work not in primaries:
            out.append((work, standing.placement))
    moves.to_pictures(collection.uri, collection.pictures, out)
    there = present.pictures.keys() | {placement.file for _, placement in out}
    back, swaps = [], []
    for work, standing in primaries.items():
        file = standing.record.file
        shown = present.shown.get(work)
        if shown is None:
            if file in there:
                back.append((file, work))
        elif shown != file or _doubled(present, file):
            former = by_file.get(shown)
            if former is not None and (file in there or shown == file):
                swaps.append((work, file, former.placement))
    for work, file, place in swaps:
        moves.make_primary(collection.uri, collection.pictures, work, file, place)
    # Last: what comes back may be the picture that another work was shown by until now.
    moves.to_artworks(collection.uri, collection.pictures, back)
    return bool(out or back or swaps)


def _doubled(present: _Present, file: str) -> bool:
    """Whether a kill left the picture that a work is shown by among the others too."""
    row = present.pictures.get(file)
    return row is not None and row["role"] != PRIMARY


def _write_placements(pictures: Pictures, found: list[Standing]) -> bool:
    """Say of each picture whose it is and why, where that changed; whether anything did."""
    there = {row["file"]: row for row in pictures.listed()}
    changed = []
    for standing in found:
        row = there.get(standing.record.file)
        if row is None:
            continue
        values = standing.placement.values()
        if any(_differs(row[name], value) for name, value in values.items()):
            changed.append(values)
    pictures.change(changed, [n for n in Placement("", None).values() if n != "file"])
    return bool(changed)


def _differs(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) > _SAME_QUALITY
    return bool(one != other)


def _write_judgement(collection: Collection, found: list[Standing]) -> bool:
    """Set quality and duplicate group of the works where they changed; whether any did."""
    wanted = {s.placement.work: s.decision for s in found if s.primary}
    groups = {
        s.record.artwork_id: s.decision.duplicate_group
        for s in found
        if s.decision.duplicate_group and s.decision.action in _KEPT
    }
    present = lance_io.opened(collection.uri).to_table(columns=["id", "quality", "duplicate_group"])
    changed = []
    for row in present.to_pylist():
        decision = wanted.get(row["id"])
        if decision is None:
            continue
        group = groups.get(row["id"])
        if _differs(row["quality"], decision.score) or row["duplicate_group"] != group:
            changed.append((row["id"], decision.score, group))
    if changed:
        ids, scores, named = zip(*changed, strict=True)
        table = pa.table(
            {
                "id": pa.array(ids, pa.string()),
                "quality": pa.array(scores, pa.float32()),
                "duplicate_group": pa.array(named, pa.string()),
            }
        )
        lance_io.update_columns(collection.uri, table, "id")
    return bool(changed)


def _decision_table(found: list[Standing]) -> pa.Table:
    said = {n: [getattr(s.decision, n) for s in found] for n in _OF_DECISION}
    said |= {
        "artwork_id": [s.record.artwork_id for s in found],
        "work": [s.placement.work for s in found],
        "role": [s.placement.role for s in found],
    }
    return pa.table({n: said[n] for n in _DECISIONS.names}, schema=_DECISIONS)
