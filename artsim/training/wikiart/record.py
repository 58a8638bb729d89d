"""What a preparation leaves beside the pictures: manifest.csv and report.json."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from artsim.collection.artists import related_artists
from artsim.collection.quality import FileRecord
from artsim.core.counts import count
from artsim.core.csvfile import csv_bytes
from artsim.training.wikiart.allocate import targets
from artsim.training.wikiart.choose import Choice
from artsim.training.wikiart.config import SPLITS, PrepareWikiartConfig
from artsim.training.wikiart.groups import leak
from artsim.training.wikiart.listing import Entry, Listing

MANIFEST = (
    *("file", "split", "style", "artist", "genre", "title", "work_group", "source"),
    *("movement", "tags", "url", "width", "height", "sha256"),
)
_TOLD = 3
_PARTICULARS = re.compile(r"(?:: .*| \(.*|(?<=the same \w{5}) as .*|(?<=the same picture) as .*)$")


@dataclass(frozen=True)
class Row:
    """One picture that stays: where it goes, in which split, and the work that it shows."""

    entry: Entry
    target: str
    split: str
    work: str
    record: FileRecord | None


def manifest(rows: Sequence[Row]) -> bytes:
    """One line a picture, sorted by file; ``work_group`` is named by the first of its files."""
    lines = [
        (
            *(r.target, r.split, r.entry.style, r.entry.artist, r.entry.genre, r.entry.title),
            *(r.work, r.entry.file, r.entry.movement, r.entry.tags, r.entry.url),
            *((r.record.width, r.record.height, r.record.sha256) if r.record else [None] * 3),
        )
        for r in rows
    ]
    frame = pd.DataFrame(lines, columns=MANIFEST).astype({"width": "Int64", "height": "Int64"})
    return csv_bytes(frame.sort_values("file", kind="stable"))


def report(
    config: PrepareWikiartConfig,
    listing: Listing,
    choice: Choice,
    rows: Sequence[Row],
    folders: dict[str, str],
) -> dict[str, Any]:
    """The document of report.json; the same preparation gives the same document."""
    left = sorted((*listing.left_out, *choice.left_out), key=lambda o: (o.file, o.style, o.reason))
    counted = Counter((r.entry.style, r.split) for r in rows)
    wanted = {
        s.style: targets(s.pictures or 0, config.shares) for s in choice.styles if not s.reason
    }
    styles = []
    for style in sorted(choice.styles, key=lambda s: (bool(s.reason), s.style)):
        told: dict[str, Any] = {"folder": folders.get(style.style), "kept": not style.reason}
        told = {"style": style.style, **told, **asdict(style)}
        if not style.reason:
            for split, want in zip(SPLITS, wanted[style.style], strict=True):
                told[split] = counted[style.style, split]
                told[f"{split}_wanted"] = want
        styles.append(told)
    splits = Counter(r.split for r in rows)
    sides = [r.split for r in rows]
    leaks = {
        "works": asdict(leak([r.work for r in rows], sides)),
        "artists": asdict(leak(related_artists([r.entry.artist for r in rows]), sides)),
    }
    return {
        "source": listing.description,
        "options": config.model_dump(mode="json", exclude={"out", "csv", "images", "lists_only"}),
        "rows": listing.rows,
        "files": len(listing.entries),
        "styles_listed": len(choice.styles),
        "styles_kept": sum(not s.reason for s in choice.styles),
        "images": len(rows),
        "splits": {split: splits[split] for split in SPLITS},
        "splits_wanted": {
            split: sum(want[i] for want in wanted.values()) for i, split in enumerate(SPLITS)
        },
        "on_two_sides": leaks,
        "left_out": len(left),
        "notes": [*listing.notes, *_notes(config, styles, leaks)],
        "styles": styles,
        "files_left_out": [{"file": o.file, "style": o.style, "reason": o.reason} for o in left],
    }


def _notes(
    config: PrepareWikiartConfig, styles: Sequence[dict[str, Any]], leaks: dict[str, Any]
) -> list[str]:
    notes = []
    kept = [s for s in styles if s["kept"]]
    off = {
        s["style"]: worst
        for s in kept
        if (worst := max(abs(s[split] - s[f"{split}_wanted"]) for split in SPLITS))
    }
    if off:
        shown = sorted(off.items(), key=lambda item: (-item[1], item[0]))[:_TOLD]
        furthest = [f"{style} ({count(by, 'picture')})" for style, by in shown]
        notes.append(
            f"Groups stay whole, so that {count(len(off), 'style does', 'styles do')} not have "
            f"exactly the wanted numbers; furthest off: {', '.join(furthest)}."
        )
    for split, share in zip(SPLITS, config.shares, strict=True):
        empty = [s["style"] for s in kept if share and not s[split]]
        if empty:
            notes.append(f"Nothing in {split} for {', '.join(empty[:_TOLD])}: too few groups.")
    for what, found in leaks.items():
        if found["groups"]:
            notes.append(
                f"{count(found['groups'], what.removesuffix('s'))} in more than one split, with "
                f"{count(found['pictures'], 'picture')}."
            )
    return notes


def summary(left: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    """Reasons with how many files they cost, the commonest first; what differs is cut off."""
    kinds: dict[str, int] = defaultdict(int)
    for one in left:
        kinds[_PARTICULARS.sub("", one["reason"])] += 1
    return sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
