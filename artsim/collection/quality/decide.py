"""From records to decisions: keep, convert, reject or duplicate, each with its reason."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from artsim.collection.quality.choices import Choices
from artsim.collection.quality.judgement import rejection, score
from artsim.collection.quality.matching import match
from artsim.collection.quality.ranking import effective_side, enlarges, rank
from artsim.collection.quality.record import FileRecord, from_table
from artsim.collection.quality.signature import SIDE
from artsim.collection.quality.thresholds import Thresholds

# Whether two files show one photograph or print, looked at closely.
Confirm = Callable[[str, str], bool]
NEVER_MIND = Choices()


@dataclass(frozen=True)
class Decision:
    """What becomes of a file.

    ``action`` is keep, convert, reject or duplicate; ``of`` is the kept file that a
    duplicate repeats; ``score`` is in [0, 1], 1 = good. ``duplicate_group`` is "g-" and
    the id of the best artwork, None for a picture without copies. ``doubt`` says what was measured
    that speaks against a picture: a person should look whether that is so, also where it is kept
    because a row names it. It is "" where nothing does, where a person has looked, and where
    there is no picture.
    """

    file: str
    action: str
    reason: str
    of: str | None = None
    score: float = 1.0
    duplicate_group: str | None = None
    doubt: str = ""


@dataclass(frozen=True)
class _Judged:
    """A file that can be kept: ``own`` where it is a work of its own whatever it repeats.

    ``chosen`` says that a person kept it, and has looked at what speaks against it.
    """

    record: FileRecord
    own: bool
    doubt: str = ""
    chosen: bool = False


def decide(
    records: Sequence[FileRecord] | pa.Table,
    thresholds: Thresholds | None = None,
    choices: Choices = NEVER_MIND,
    confirm: Confirm | None = None,
) -> list[Decision]:
    """One decision a record, in the order of ``records``; reads no image.

    A file with a row of its own is never left out but where it cannot be decoded: what speaks
    against its picture is its ``doubt``, and where it shows what another one shows both are kept
    in one group. Two such files are compared once more by ``confirm``, where that is given. A file
    without a row is a duplicate of what it repeats. ``choices`` of a person win over all that.
    The decisions do not depend on the order of the records.
    """
    limits = thresholds or Thresholds()
    files = from_table(records) if isinstance(records, pa.Table) else list(records)
    mains = choices.mains()
    found: dict[str, Decision] = {}
    usable: list[_Judged] = []
    for record in files:
        judged = _alone(record, limits, choices)
        if isinstance(judged, Decision):
            found[record.file] = judged
        elif record.file not in mains:
            usable.append(judged)
    # The order of rank, not of arrival, makes the result independent of the input's order.
    usable.sort(key=lambda j: (not j.own, j.record.file not in choices.best, rank(j.record)))
    # What is doubtful repeats nothing: blank pictures agree with each other, and show no one thing.
    clear = [judged for judged in usable if not judged.doubt]
    groups = _groups(clear, limits, choices, confirm) if limits.merge_duplicates else []
    for group in groups:
        found |= {decision.file: decision for decision in _group_decisions(group, limits)}
    for judged in usable:
        if judged.record.file not in found:
            found[judged.record.file] = _kept(judged, limits)
    _put_together(files, mains, found, limits)
    return [found[record.file] for record in files]


def _alone(record: FileRecord, limits: Thresholds, choices: Choices) -> Decision | _Judged:
    """A file by itself: rejected, or what can be kept of it."""
    if record.file in choices.reject and not record.error:
        return Decision(record.file, "reject", "left out by a person", score=score(record, limits))
    reason = rejection(record, limits)
    chosen = record.file in choices.keep
    if record.conflict and not chosen:
        said = record.conflict
        return Decision(record.file, "reject", said, score=score(record, limits), doubt=said)
    own = record.has_metadata or chosen
    if reason and (record.error or not own):
        doubt = "" if record.error else reason
        return Decision(record.file, "reject", reason, score=score(record, limits), doubt=doubt)
    return _Judged(record, own, reason, chosen)


def _kept(judged: _Judged, limits: Thresholds) -> Decision:
    record = judged.record
    changes = "; ".join(record.conversions)
    reason = changes or "a sound image"
    if judged.doubt:
        named = "a person kept it" if judged.chosen else "a row names it"
        reason = f"{changes}; {named}, though {judged.doubt}".removeprefix("; ")
    return Decision(
        record.file,
        "convert" if changes else "keep",
        reason,
        score=score(record, limits),
        doubt="" if judged.chosen else judged.doubt,
    )


def _put_together(
    files: list[FileRecord],
    mains: Mapping[str, str],
    found: dict[str, Decision],
    limits: Thresholds,
) -> None:
    """Decide on the files that a person made pictures of another file's work."""
    records = {record.file: record for record in files}
    for file, main in mains.items():
        if file not in records or file in found:
            continue
        to = found.get(main)
        if to is None or to.action == "reject":
            judged = _Judged(records[file], own=True)
            found[file] = _kept(judged, limits)  # what it was put to is gone
            continue
        said = f"a picture of the same work as {main}: so a person chose"
        kept = to.of or main
        found[file] = Decision(
            file, "duplicate", said, kept, score(records[file], limits), to.duplicate_group
        )


@dataclass(frozen=True)
class _Group:
    """Files that show one picture: the best, and the others, each with why and what it repeats."""

    best: _Judged
    copies: list[tuple[_Judged, str, _Judged]]


def _group_decisions(group: _Group, limits: Thresholds) -> list[Decision]:
    kept = _kept(group.best, limits)
    if not group.copies:
        return [kept]
    name = f"g-{group.best.record.artwork_id}"
    said = f"{kept.reason}; the best of {len(group.copies) + 1} copies"
    decisions = [replace(kept, duplicate_group=name, reason=said)]
    for copy, why, of in group.copies:
        if copy.own:
            mine = _kept(copy, limits)
            mine = replace(mine, reason=f"{mine.reason}; {why}", duplicate_group=name)
        else:
            value = score(copy.record, limits)
            mine = Decision(copy.record.file, "duplicate", why, of.record.file, value, name)
        decisions.append(mine)
    return decisions


def _groups(
    ranked: list[_Judged], limits: Thresholds, choices: Choices, confirm: Confirm | None
) -> list[_Group]:
    """Every copy was compared with what it repeats itself; works of their own come first."""
    records = [judged.record for judged in ranked]
    parted = {file for pair in choices.apart for file in pair}
    classes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, record in enumerate(records):
        classes[_class(record, parted)].append(i)
    leaders = [members[0] for members in classes.values()]
    near = _near(records, leaders, limits.min_similarity)
    _drop_apart(ranked, near, choices, confirm)
    group_of: dict[int, _Group] = {}

    def add(group: _Group, i: int, of: int, why: str) -> None:
        """Put the files with the pixels of ``i`` into a group; ``of`` is what they repeat."""
        for j in classes[_class(records[i], parted)]:
            if j == of:
                continue
            same = ranked[i].own and j != i
            said = _same(records[i], records[j]) if same or not why else why
            group.copies.append((ranked[j], said, ranked[i] if same else ranked[of]))
            group_of[j] = group

    def lead(leader: int) -> None:
        best = _original(leader, ranked, near, group_of)
        group = group_of[best] = _Group(ranked[best], [])
        add(group, best, best, "")
        for other, similarity, mirrored in sorted(near[best]):
            if other not in group_of and ranked[other].own == ranked[best].own:
                add(group, other, best, _alike(records[best], similarity, mirrored))

    own = [i for i in leaders if ranked[i].own]
    others = [i for i in leaders if not ranked[i].own]
    for i in own:
        if i not in group_of:
            lead(i)
    for i in others:
        alike = [(similarity, -j, mirrored) for j, similarity, mirrored in near[i] if j in group_of]
        if alike:
            similarity, j, mirrored = max(alike)
            add(group_of[-j], i, -j, _alike(records[-j], similarity, mirrored))
    for i in others:
        if i not in group_of:
            lead(i)
    for group in group_of.values():
        group.copies.sort(key=lambda copy: copy[0].record.file)
    return list({id(group): group for group in group_of.values()}.values())


def _drop_apart(
    ranked: list[_Judged],
    near: dict[int, list[tuple[int, float, bool]]],
    choices: Choices,
    confirm: Confirm | None,
) -> None:
    """Forget pairs that a person parted, and works that a closer look tells apart."""
    looked: dict[tuple[int, int], bool] = {}

    def one(i: int, j: int) -> bool:
        a, b = ranked[i].record.file, ranked[j].record.file
        if choices.apart_from(a, b):
            return False
        if confirm is None or not (ranked[i].own and ranked[j].own):
            return True
        pair = (min(i, j), max(i, j))
        if pair not in looked:
            looked[pair] = confirm(*(ranked[k].record.file for k in pair))
        return looked[pair]

    for i, others in near.items():
        near[i] = [found for found in others if one(i, found[0])]


def _original(
    leader: int,
    ranked: list[_Judged],
    near: Mapping[int, list[tuple[int, float, bool]]],
    taken: Mapping[int, object],
) -> int:
    """The copy that ``leader`` was enlarged from, or ``leader`` itself.

    A work of its own yields to no file that is none.
    """
    while smaller := [
        other
        for other, _, _ in near[leader]
        if other not in taken
        and ranked[other].own >= ranked[leader].own
        and enlarges(ranked[leader].record, ranked[other].record)
    ]:
        leader = max(smaller, key=lambda i: (effective_side(ranked[i].record), -i))
    return leader


def _content(record: FileRecord) -> str:
    return record.pixel_digest or record.sha256


def _class(record: FileRecord, parted: set[str]) -> tuple[str, str]:
    """Files of one class show the same pixels; one that was parted is in no class with others."""
    return _content(record), record.file if record.file in parted else ""


def _alike(kept: FileRecord, similarity: float, mirrored: bool) -> str:
    how = ", mirrored" if mirrored else ""
    return f"the same picture as {kept.file}{how} (similarity {similarity:.2f})"


def _same(kept: FileRecord, copy: FileRecord) -> str:
    what = "the same bytes as" if kept.sha256 == copy.sha256 else "the same pixels as"
    return f"{what} {kept.file}"


def _near(
    ranked: list[FileRecord], leaders: list[int], min_similarity: float
) -> dict[int, list[tuple[int, float, bool]]]:
    """Near duplicates by position, each with similarity and whether it is mirrored."""
    owners: list[int] = []
    signatures: list[bytes] = []
    for i in leaders:
        record = ranked[i]
        # A picture with margins is compared with them and without.
        for signature in dict.fromkeys((record.signature, record.inner_signature)):
            if len(signature) == SIDE * SIDE:
                owners.append(i)
                signatures.append(signature)
    near: dict[int, dict[int, tuple[float, bool]]] = defaultdict(dict)
    if signatures:
        array = np.frombuffer(b"".join(signatures), np.uint8).reshape(-1, SIDE, SIDE)
        pairs = match(array, min_similarity)
        for a, b, similarity, mirrored in zip(
            pairs.first.tolist(),
            pairs.second.tolist(),
            pairs.similarity.tolist(),
            pairs.mirrored.tolist(),
            strict=True,
        ):
            one, two = owners[a], owners[b]
            found = (similarity, mirrored)
            if one != two and found > near[one].get(two, (0.0, False)):
                near[one][two] = near[two][one] = found
    return defaultdict(
        list, {i: [(j, *found) for j, found in others.items()] for i, others in near.items()}
    )
