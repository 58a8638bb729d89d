"""Making the collection what the judgement of its files says, without reading an image again."""

from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from artsim.collection import lance_io, works
from artsim.collection.changes import Changes, stored
from artsim.collection.import_log import FileLog, about_import, missing_since
from artsim.collection.quality import Decision, FileRecord, Thresholds, decide
from artsim.collection.store import Collection

_MOVED_AT_ONCE = 256
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
    ]
)
_KEPT = ("keep", "convert", "review")


@dataclass(frozen=True)
class FileReport:
    """What became of one file; ``of`` is the id of the work that it is a copy of.

    ``missing`` says that its source has it no longer: what was made of it stays.
    """

    file: str
    action: str
    reason: str
    of: str | None
    score: float
    missing: bool = False


@dataclass(frozen=True)
class QualityReport:
    """What was kept as it is, converted, rejected and merged, and why; ``notes`` of the source.

    ``review`` counts files that are in the collection and that a person should look at.
    """

    collection: str
    read: int
    kept: int
    converted: int
    rejected: int
    duplicates: int
    files: tuple[FileReport, ...]
    notes: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)
    review: int = 0

    @property
    def missing(self) -> int:
        """How many files their sources have no longer."""
        return sum(file.missing for file in self.files)

    def to_json(self) -> dict[str, Any]:
        """The quality document of the contract, what changed at the last import, and the notes."""
        document = asdict(self)
        return document | document.pop("changes") | {"missing": self.missing}


def reconcile(collection: Collection, log: FileLog, thresholds: Thresholds) -> None:
    """Judge all files of the collection anew and move works in or out as that says.

    Interrupted, a second call finishes the work.
    """
    records = log.records()
    decisions = decide(records, thresholds)
    wanted = {
        record.artwork_id: decision
        for record, decision in zip(records, decisions, strict=True)
        if decision.action in _KEPT
    }
    decided = {r.artwork_id for r in records if r.artwork_id}
    present = lance_io.opened(collection.uri).to_table(
        columns=["id", "quality", "duplicate_group", "has_image"]
    )
    rows = {row["id"]: row for row in present.to_pylist()}
    _move([i for i in rows if i in decided and i not in wanted], collection.uri, log.aside_uri)
    aside = lance_io.opened(log.aside_uri).to_table(columns=["id"]).column("id").to_pylist()
    _move([i for i in aside if i in wanted], log.aside_uri, collection.uri)
    _write_judgement(collection, wanted)
    _adopt_metadata(collection, log, records, decisions)
    lance_io.replace(collection.folder.table(_TABLE), _decision_table(records, decisions))


def reapply(collection: Collection, thresholds: Thresholds) -> QualityReport:
    """Judge with other thresholds; reads no image."""
    with collection.lock("import"):
        log = FileLog(collection)
        reconcile(collection, log, thresholds)
        log.judged_by(thresholds)
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
                missing=row["file"] in missing,
            )
            for row in sorted(rows, key=lambda row: row["file"])
        ),
        notes=tuple(note for said in about.get("notes", {}).values() for note in said),
        changes=stored(about.get("changes", {})),
        review=actions.count("review"),
    )


def _reason(reason: str, since: str) -> str:
    return f"{reason}; missing from its source since {since[:10]}" if since else reason


def _move(ids: list[str], from_uri: str, to_uri: str) -> None:
    """Move rows: written at the new place first, so that a kill between loses none."""
    for start in range(0, len(ids), _MOVED_AT_ONCE):
        some = ids[start : start + _MOVED_AT_ONCE]
        names = ", ".join(lance_io.quoted(i) for i in some)
        table = lance_io.opened(from_uri).to_table(filter=f"id IN ({names})")
        plain = [n for n in table.schema.names if not n.startswith("emb_")]
        lance_io.delete_where_in(to_uri, "id", some)
        lance_io.append(to_uri, table.select(plain))
        lance_io.delete_where_in(from_uri, "id", some)


def _write_judgement(collection: Collection, wanted: dict[str, Decision]) -> None:
    """Set quality and duplicate group of the works where they changed."""
    present = lance_io.opened(collection.uri).to_table(columns=["id", "quality", "duplicate_group"])
    changed = []
    for row in present.to_pylist():
        decision = wanted.get(row["id"])
        if decision is None:
            continue
        same_score = row["quality"] is not None and abs(row["quality"] - decision.score) < 1e-6
        if not same_score or row["duplicate_group"] != decision.duplicate_group:
            changed.append((row["id"], decision.score, decision.duplicate_group))
    if changed:
        ids, scores, groups = zip(*changed, strict=True)
        table = pa.table(
            {
                "id": pa.array(ids, pa.string()),
                "quality": pa.array(scores, pa.float32()),
                "duplicate_group": pa.array(groups, pa.string()),
            }
        )
        lance_io.update_columns(collection.uri, table, "id")


def _adopt_metadata(
    collection: Collection, log: FileLog, records: list[FileRecord], decisions: list[Decision]
) -> None:
    """Give kept copies that nobody described the metadata of a merged copy that has some."""
    ids = {r.file: r.artwork_id for r in records}
    giver = {
        record.artwork_id: ids[decision.metadata_from]
        for record, decision in zip(records, decisions, strict=True)
        if decision.metadata_from
    }
    if giver:
        works.adopt_metadata(collection.uri, log.aside_uri, giver)


def _decision_table(records: list[FileRecord], decisions: list[Decision]) -> pa.Table:
    rows = [
        {**asdict(decision), "artwork_id": record.artwork_id}
        for record, decision in zip(records, decisions, strict=True)
    ]
    return pa.Table.from_pylist(
        [{n: row[n] for n in _DECISIONS.names} for row in rows], schema=_DECISIONS
    )
