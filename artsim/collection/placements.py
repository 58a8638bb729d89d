"""Where every file of a collection stands: the picture that a work is shown by, or another one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from artsim.collection.import_log import LogEntry
from artsim.collection.pictures import (
    CONVERTED,
    COPY,
    KEPT,
    OTHER,
    PRIMARY,
    REJECTED,
    Placement,
)
from artsim.collection.quality import Decision, FileRecord, Thresholds, decide
from artsim.collection.quality.choices import Choices
from artsim.collection.quality.decide import Confirm
from artsim.collection.sources.naming import digest, safe_id

_WITHOUT_WORK = "the picture of its work was left out"
_STATES = {"keep": KEPT, "convert": CONVERTED, "reject": REJECTED, "duplicate": COPY}


@dataclass(frozen=True)
class Standing:
    """What was decided of a file, and where it stands because of that.

    The placement's role is primary for the picture that its work is shown by, also where that
    cannot be decoded and the work has none.
    """

    record: FileRecord
    decision: Decision
    placement: Placement

    @property
    def primary(self) -> bool:
        return self.placement.role == PRIMARY


def standings(
    records: Iterable[FileRecord],
    entries: Mapping[str, LogEntry],
    thresholds: Thresholds,
    choices: Choices,
    confirm: Confirm | None = None,
) -> list[Standing]:
    """Decide on every file, and place it; ``entries`` say which picture of its work each is."""
    files = list(records)
    further = [r for r in files if _role(entries, r) != PRIMARY and r.file not in choices.keep]
    named = {r.file for r in further}
    free = _Ids(entries)
    works = [
        r if _role(entries, r) == PRIMARY else replace(r, artwork_id=free.of(r.file))
        for r in files
        if r.file not in named
    ]
    decided = decide(works, thresholds, choices, confirm)
    of_work = {r.file: r.artwork_id for r in works}
    found = [
        Standing(record, decision, _placed(record, decision, of_work, choices))
        for record, decision in zip(works, decided, strict=True)
    ]
    works_of = {e.artwork_id: e.artwork_id for e in entries.values() if e.role == PRIMARY}
    works_of |= {s.record.artwork_id: s.placement.work or "" for s in found}
    found += _further(further, entries, thresholds, choices, works_of)
    return _shown_by(found, choices)


def _placed(
    record: FileRecord, decision: Decision, of_work: Mapping[str, str], choices: Choices
) -> Placement:
    """Where a file stands that is no further picture of a work by its source."""
    state = _STATES[decision.action]
    if decision.action in ("keep", "convert") or _without_picture(record, decision):
        return Placement(
            record.file,
            record.artwork_id,
            PRIMARY,
            state,
            None,
            "",
            decision.score,
            record.sequence,
        )
    work = of_work.get(decision.of or "")
    if decision.of and record.file in choices.mains():
        state = CONVERTED if record.conversions else KEPT
    return Placement(
        record.file,
        work,
        OTHER,
        state,
        decision.of,
        decision.reason,
        decision.score,
        record.sequence,
    )


def _without_picture(record: FileRecord, decision: Decision) -> bool:
    """Whether a work stays though its picture cannot be decoded: a row names it."""
    undecodable = decision.action == "reject" and bool(record.error)
    return undecodable and record.has_metadata and bool(record.artwork_id)


def _further(
    records: list[FileRecord],
    entries: Mapping[str, LogEntry],
    thresholds: Thresholds,
    choices: Choices,
    works_of: Mapping[str, str],
) -> list[Standing]:
    """The further pictures of works: each judged alone, for they repeat nothing by being alike.

    They go with the file that shows their work, also where that repeats another work.
    """
    alone = thresholds.model_copy(update={"merge_duplicates": False})
    only = Choices(reject=choices.reject)
    found = []
    for record, decision in zip(records, decide(records, alone, only), strict=True):
        work = works_of.get(record.artwork_id) or None
        if work is None and decision.action != "reject":
            decision = replace(decision, action="reject", reason=_WITHOUT_WORK)
        state = _STATES[decision.action]
        place = Placement(
            record.file,
            work,
            entries[record.file].role,
            state,
            reason=decision.reason,
            quality=decision.score,
            sequence=record.sequence,
        )
        found.append(Standing(record, decision, place))
    return found


def _shown_by(found: list[Standing], choices: Choices) -> list[Standing]:
    """Let each work be shown by the picture that a person chose, or by one that can be decoded."""
    pictures: dict[str, list[Standing]] = {}
    for standing in found:
        work = standing.placement.work
        if work and not standing.primary and standing.placement.state != REJECTED:
            pictures.setdefault(work, []).append(standing)
    changed: dict[str, Standing] = {}
    for standing in found:
        work = standing.placement.work
        if not standing.primary or work not in pictures:
            continue
        others = pictures[work]
        best = next((o for o in others if o.record.file in choices.best), None)
        if best is None and standing.record.error:
            best = next((o for o in others if o.placement.state != COPY), None)
        if best is not None and standing.record.file not in choices.best:
            changed |= _swapped(standing, best)
    return [changed.get(standing.record.file, standing) for standing in found]


def _swapped(shown: Standing, best: Standing) -> dict[str, Standing]:
    role = best.placement.role if best.placement.state != COPY else OTHER
    state = REJECTED if shown.record.error else shown.placement.state
    stays = replace(shown.placement, role=role, state=state, reason=shown.decision.reason)
    comes = replace(best.placement, role=PRIMARY, state=KEPT, of=None)
    return {
        shown.record.file: replace(shown, placement=stays),
        best.record.file: replace(best, placement=comes),
    }


class _Ids:
    """Ids for files that a person made works of their own, and whose source gave them none."""

    def __init__(self, entries: Mapping[str, LogEntry]) -> None:
        self._entries = entries
        self._taken = {e.artwork_id for e in entries.values()}

    def of(self, file: str) -> str:
        """The name of the file as an id, with a digest where that is another work's."""
        name = self._entries[file].name
        plain = safe_id(name.rpartition("/")[2].rpartition(".")[0] or name)
        return f"{plain}-{digest(file)}" if plain in self._taken else plain


def _role(entries: Mapping[str, LogEntry], record: FileRecord) -> str:
    entry = entries.get(record.file)
    return entry.role if entry else PRIMARY
