"""Which styles stay, by the pictures that are left of each, and which pictures."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from artsim.collection.quality import Decision, FileRecord, Thresholds, decide
from artsim.training.wikiart.listing import Entry, LeftOut

Measure = Callable[[Sequence[str]], dict[str, FileRecord]]


@dataclass
class StyleCount:
    """What became of one style; ``reason`` says why it is left out, "" where it stays.

    ``listed`` files stand in the table or tree, ``looked_at`` were read, ``rejected`` and
    ``copies`` of these are left out. ``pictures`` are left; None where nothing was read.
    """

    style: str
    listed: int
    looked_at: int = 0
    rejected: int = 0
    copies: int = 0
    pictures: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Choice:
    """The pictures that stay, sorted by file; ``same`` are pairs of files that are copies."""

    entries: list[Entry]
    styles: list[StyleCount]
    left_out: list[LeftOut]
    same: list[tuple[str, str]] = field(default_factory=list)
    records: dict[str, FileRecord] = field(default_factory=dict)


def choose_listed(entries: Sequence[Entry], above: int, below: int) -> Choice:
    """Styles with more than ``above`` and fewer than ``below`` files, reading none of them."""
    counts, kept, left = [], [], []
    for style, members in _by_style(entries).items():
        n = len(members)
        count = StyleCount(style, n, pictures=n, reason=_outside(n, above, below, "files listed"))
        counts.append(count)
        if count.reason:
            left += [LeftOut(e.file, style, f"its style {count.reason}") for e in members]
        else:
            kept += members
    return Choice(sorted(kept, key=lambda e: e.file), counts, left)


def choose(
    entries: Sequence[Entry], above: int, below: int, measure: Measure, thresholds: Thresholds
) -> Choice:
    """Styles of which more than ``above`` and fewer than ``below`` pictures are left.

    Left are the files that pass the checks, copies within a style merged. A style with too few
    files is not read at all, and one with too many pictures among its first ``below`` and a
    twentieth no further. Then copies between the styles that stay are merged; a style that has
    too few after that goes, and the others are merged anew.
    """
    styles = _by_style(entries)
    counts = {style: StyleCount(style, len(members)) for style, members in styles.items()}
    read = {style: e for style, e in styles.items() if len(e) > above}
    first = below + below // 20
    for style, members in styles.items():
        if style not in read:
            counts[style].reason = _outside(len(members), above, below, "files listed")
    records = measure([e.file for members in read.values() for e in members[:first]])
    for members in read.values():
        known = [records[e.file] for e in members[:first]]
        if len(members) > first and _pictures(known, thresholds) < below:
            records |= measure([e.file for e in members[first:]])
    for style, members in read.items():
        known = [records[e.file] for e in members if e.file in records]
        count = counts[style]
        count.looked_at, count.pictures = len(known), _pictures(known, thresholds)
        count.reason = _outside(count.pictures, above, below, "pictures are left of it")
    while True:
        staying = {style: e for style, e in read.items() if not counts[style].reason}
        mine = [e for members in staying.values() for e in members]
        decisions = _decided([records[e.file] for e in mine], thresholds)
        for style in staying:
            counts[style].rejected = counts[style].copies = 0
        for entry, decision in zip(mine, decisions, strict=True):
            counts[entry.style].rejected += decision.action == "reject"
            counts[entry.style].copies += decision.action == "duplicate"
        for style in staying:
            count = counts[style]
            count.pictures = count.looked_at - count.rejected - count.copies
            count.reason = _outside(count.pictures, above, below, "pictures are left of it")
        if not any(counts[style].reason for style in staying):
            break
    left = [
        LeftOut(e.file, style, f"its style {counts[style].reason}")
        for style, members in styles.items()
        if counts[style].reason
        for e in members
    ]
    kept, same = [], []
    for entry, decision in zip(mine, decisions, strict=True):
        if decision.action in ("keep", "convert"):
            kept.append(entry)
        else:
            left.append(LeftOut(entry.file, entry.style, decision.reason))
            if decision.of:
                same.append((entry.file, decision.of))
    kept.sort(key=lambda e: e.file)
    return Choice(kept, list(counts.values()), left, same, records)


def _by_style(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    styles: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda e: (e.style, e.file)):
        styles[entry.style].append(entry)
    return dict(styles)


def _pictures(records: Sequence[FileRecord], thresholds: Thresholds) -> int:
    return sum(d.action in ("keep", "convert") for d in _decided(records, thresholds))


def _decided(records: Sequence[FileRecord], thresholds: Thresholds) -> list[Decision]:
    """Decisions by the pictures alone: a row of the list makes no copy another work."""
    return decide([replace(record, has_metadata=False) for record in records], thresholds)


def _outside(n: int, above: int, below: int, what: str) -> str:
    if n <= above:
        return f"has too few: {n:,} {what}, more than {above:,} are needed"
    if n >= below:
        return f"has too many: {n:,} {what} (or more), fewer than {below:,} are wanted"
    return ""
