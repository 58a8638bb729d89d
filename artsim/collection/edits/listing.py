"""Every file and work of a collection as the cleaning desk shows it, with what became of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from artsim.collection.edits.overlay import Edited, edited
from artsim.collection.natural import natural_key
from artsim.collection.pictures import PRIMARY
from artsim.collection.reconcile import FileReport, quality_report
from artsim.collection.store import Collection

# What the desk can be narrowed to, and what people call it; every file is in at least one.
KEPT, REVIEW, LEFT_OUT, CONVERTED = "kept", "review", "left out", "converted"
SAME, PICTURES, EDITED, MISSING = "same picture", "pictures", "edited", "missing"
STATES = (KEPT, REVIEW, LEFT_OUT, CONVERTED, SAME, PICTURES, MISSING, EDITED)


@dataclass(frozen=True)
class DeskFile:
    """One file, or one work that has none (``file`` is "" then).

    ``id`` is the work that it is a picture of, or would be; ``shown`` says whether that work is
    shown by it. ``states`` are those of STATES that hold, ``why`` is the reason in words.
    """

    file: str
    id: str
    title: str
    artist: str
    shown: bool
    states: tuple[str, ...]
    why: str
    group: str = ""
    metadata: dict[str, Any] = field(default_factory=dict, repr=False)
    edits: tuple[Edited, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from all others."""
        return self.file or f"id:{self.id}"

    @property
    def kind(self) -> str:
        """The reason without its figures: what many files have in common.

        >>> DeskFile("a", "a", "", "", True, (), "tiny: 40 x 30 pixels").kind
        'tiny'
        """
        return self.why.partition(":")[0].partition(" (")[0].strip()

    @property
    def text(self) -> str:
        """All that a search in the desk finds it by, in lower case."""
        known = (self.file, self.id, self.why, *(str(v) for v in self.metadata.values() if v))
        return " ".join(known).casefold()


def listing(collection: Collection) -> list[DeskFile]:
    """The files in order of their names, then the works without one; reads no image."""
    works = {row["id"]: row for row in collection.metadata().to_pylist()}
    files = {row.get("file"): artwork_id for artwork_id, row in works.items() if row.get("file")}
    would_be = {row["file"]: row for row in collection.pictures.listed()}
    by_work: dict[str, list[Edited]] = {}
    for one in edited(collection).values():
        by_work.setdefault(one.id, []).append(one)
    found, seen = [], set()
    for report in sorted(quality_report(collection).files, key=lambda r: natural_key(r.file)):
        aside = would_be.get(report.file, {})
        artwork_id = files.get(report.file) or report.work or aside.get("id") or ""
        row = works.get(artwork_id) or aside.get("metadata") or {}
        shown = report.file in files or (report.role == PRIMARY and artwork_id in works)
        seen |= {artwork_id} if shown else set()
        edits = tuple(by_work.get(artwork_id, ())) if shown else ()
        found.append(_file(report, artwork_id, row, shown, edits))
    for artwork_id, row in works.items():
        if artwork_id not in seen:
            states = (KEPT, EDITED) if artwork_id in by_work else (KEPT,)
            why = "" if row.get("has_image") else "a work without a picture"
            held = tuple(by_work.get(artwork_id, ()))
            title, artist = _text(row, "title"), _text(row, "artist")
            found.append(DeskFile("", artwork_id, title, artist, True, states, why, "", row, held))
    return found


def counts(files: Iterable[DeskFile]) -> Counter[str]:
    """How many files are in each of STATES."""
    return Counter(state for file in files for state in file.states)


def _file(
    report: FileReport, artwork_id: str, row: dict[str, Any], shown: bool, edits: Iterable[Edited]
) -> DeskFile:
    edits = tuple(edits)
    holds = {
        KEPT: report.action in ("keep", "convert") and shown,
        REVIEW: bool(report.doubt),
        LEFT_OUT: report.action == "reject",
        CONVERTED: report.action == "convert",
        SAME: bool(report.group) or report.action == "duplicate",
        PICTURES: not shown and report.action != "reject",
        MISSING: report.missing and report.action != "reject",
        EDITED: bool(edits),
    }
    return DeskFile(
        file=report.file,
        id=artwork_id,
        title=_text(row, "title"),
        artist=_text(row, "artist"),
        shown=shown,
        states=tuple(state for state in STATES if holds[state]),
        why=report.doubt or report.reason.removeprefix("a sound image; "),
        group=report.group or "",
        metadata={"title": row.get("title"), "artist": row.get("artist"), **row},
        edits=edits,
    )


def _text(row: dict[str, Any], column: str) -> str:
    return str(row.get(column) or "")
