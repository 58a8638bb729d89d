"""From records to decisions: keep, convert, review, reject or duplicate, each with its reason."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from artsim.collection.quality.judgement import doubt, rejection, score
from artsim.collection.quality.matching import match
from artsim.collection.quality.ranking import effective_side, enlarges, rank
from artsim.collection.quality.record import FileRecord, from_table
from artsim.collection.quality.signature import SIDE
from artsim.collection.quality.thresholds import Thresholds


@dataclass(frozen=True)
class Decision:
    """What becomes of a file.

    ``action`` is keep, convert, review (kept, until a person has looked at it), reject or
    duplicate; ``of`` is the kept file that a
    duplicate repeats; ``score`` is in [0, 1], 1 = good. ``duplicate_group`` is "g-" and
    the id of the kept artwork, None for a picture without copies. ``metadata_from`` is set
    on a kept file without metadata: the file of its best copy that has some. ``doubt`` says what
    looks like a fault, of whatever is in the collection or a copy of it, "" where nothing does.
    """

    file: str
    action: str
    reason: str
    of: str | None = None
    score: float = 1.0
    duplicate_group: str | None = None
    metadata_from: str | None = None
    doubt: str = ""


def decide(
    records: Sequence[FileRecord] | pa.Table, thresholds: Thresholds | None = None
) -> list[Decision]:
    """One decision a record, in the order of ``records``; reads no image.

    The decisions do not depend on the order of the records.
    """
    limits = thresholds or Thresholds()
    files = from_table(records) if isinstance(records, pa.Table) else list(records)
    decisions: list[Decision | None] = [None] * len(files)
    usable = []
    for i, record in enumerate(files):
        reason = rejection(record, limits)
        if reason:
            decisions[i] = Decision(record.file, "reject", reason, score=score(record, limits))
        else:
            usable.append(i)
    doubts = {i: doubt(files[i], limits) for i in usable}
    # The order of rank, not of arrival, makes the result independent of the input's order.
    usable.sort(key=lambda i: (bool(doubts[i]), rank(files[i])))
    ranked = [files[i] for i in usable]
    groups = (
        _groups(ranked, limits)
        if limits.merge_duplicates
        else [(k, []) for k in range(len(ranked))]
    )
    for kept, copies in groups:
        members = [(ranked[j], why) for j, why in copies]
        for position, decision in zip(
            [usable[kept], *(usable[j] for j, _ in copies)],
            _group_decisions(ranked[kept], members, limits),
            strict=True,
        ):
            decisions[position] = decision
    return [decision for decision in decisions if decision is not None]


def _group_decisions(
    kept: FileRecord, copies: list[tuple[FileRecord, str]], limits: Thresholds
) -> list[Decision]:
    best = _alone(kept, limits, kept.has_metadata or any(c.has_metadata for c, _ in copies))
    if not copies:
        return [best]
    donor = next((copy for copy, _ in copies if copy.has_metadata and not kept.has_metadata), None)
    group = f"g-{(donor or kept).artwork_id}"
    best = replace(best, duplicate_group=group, metadata_from=donor.file if donor else None)
    best = replace(best, reason=f"{best.reason}; the best of {len(copies) + 1} copies")
    return [
        best,
        *(
            Decision(
                copy.file,
                "duplicate",
                why,
                kept.file,
                score(copy, limits),
                group,
                doubt=doubt(copy, limits),
            )
            for copy, why in copies
        ),
    ]


def _alone(record: FileRecord, limits: Thresholds, catalogued: bool) -> Decision:
    """What becomes of a usable file by itself; of a catalogued one somebody said that it is art."""
    changes = "; ".join(record.conversions)
    found = doubt(record, limits)
    action = "convert" if changes else "keep"
    reason = changes or "a sound image"
    if found and catalogued:
        reason = "; ".join([*record.conversions, f"{found}: kept, as the table names it"])
    elif found:
        action, reason = "review", found
    return Decision(record.file, action, reason, score=score(record, limits), doubt=found)


def _groups(
    ranked: list[FileRecord], limits: Thresholds
) -> list[tuple[int, list[tuple[int, str]]]]:
    """(kept, [(copy, reason)]) by position; every copy was compared with the kept one itself."""
    classes: dict[str, list[int]] = defaultdict(list)
    for i, record in enumerate(ranked):
        classes[_content(record)].append(i)
    leaders = [members[0] for members in classes.values()]
    near = _near(ranked, leaders, limits.min_similarity)
    sound = [not doubt(record, limits) for record in ranked]
    groups: list[tuple[int, list[tuple[int, str]]]] = []
    taken = [False] * len(ranked)
    for leader in leaders:
        if taken[leader]:
            continue
        best = _original(leader, ranked, near, taken, sound)
        kept = ranked[best]
        copies = [(j, _same(kept, ranked[j])) for j in classes[_content(kept)][1:]]
        for other, similarity, mirrored in sorted(near[best]):
            if taken[other]:
                continue
            why = f"the same picture as {kept.file}{', mirrored' if mirrored else ''}"
            why += f" (similarity {similarity:.2f})"
            copies += [(j, why) for j in classes[_content(ranked[other])]]
        copies.sort()
        for j in (best, *(j for j, _ in copies)):
            taken[j] = True
        groups.append((best, copies))
    return groups


def _original(
    leader: int,
    ranked: list[FileRecord],
    near: Mapping[int, list[tuple[int, float, bool]]],
    taken: list[bool],
    sound: list[bool],
) -> int:
    """The copy that ``leader`` was enlarged from, or ``leader`` itself."""
    while smaller := [
        other
        for other, _, _ in near[leader]
        if not taken[other]
        and sound[other] >= sound[leader]
        and enlarges(ranked[leader], ranked[other])
    ]:
        leader = max(smaller, key=lambda i: (effective_side(ranked[i]), -i))
    return leader


def _content(record: FileRecord) -> str:
    return record.pixel_digest or record.sha256


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
