"""From a table or a tree to train, val and test folders."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artsim.collection.importer import KEEP_ALL
from artsim.collection.quality import Thresholds
from artsim.core import atomic
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace
from artsim.training.wikiart.allocate import allocate
from artsim.training.wikiart.choose import Choice, choose, choose_listed
from artsim.training.wikiart.config import SPLITS, PrepareWikiartConfig
from artsim.training.wikiart.groups import artist_groups, work_groups
from artsim.training.wikiart.kaggle import fetch
from artsim.training.wikiart.listing import Listing
from artsim.training.wikiart.measurement_cache import Measurements
from artsim.training.wikiart.naming import file_names, style_folders
from artsim.training.wikiart.place import Placement, claim, place
from artsim.training.wikiart.record import Row, manifest, report
from artsim.training.wikiart.table import read_table
from artsim.training.wikiart.tree import read_tree


@dataclass(frozen=True)
class Prepared:
    """The pictures that stay, and the document of report.json."""

    rows: list[Row]
    report: dict[str, Any]


def prepare_wikiart(
    workspace: Workspace, config: PrepareWikiartConfig, progress: Progress = NULL
) -> Prepared:
    """Write ``config.out``/{train,val,test}/<style>/<file>, manifest.csv and report.json.

    Killed at any moment, the same call goes on and ends with the same files; report.json is
    written last. With ``lists_only`` nothing is written. Raises InvalidInput, Conflict or
    Unavailable with one sentence, OSError where the disk fails.
    """
    csv, images = config.csv, config.images
    if config.kaggle:
        csv, images = fetch(progress)
    if images is not None:
        _check_apart(config.out, images)
    listing = read_listing(csv, images)
    if config.lists_only:
        choice = choose_listed(listing.entries, config.min_images, config.max_images)
        return lists(config, listing, choice)
    if images is None:  # the config allows that for lists only
        raise InvalidInput("Say where the pictures are: --images DIR.")
    measured = Measurements(workspace, images)
    choice = choose(
        listing.entries,
        config.min_images,
        config.max_images,
        lambda files: measured.measure(files, listing.paths, progress),
        Thresholds() if config.quality else KEEP_ALL,
    )
    prepared = lists(config, listing, choice)
    plan = [
        Placement(row.target, listing.paths[row.entry.file], row.record.size if row.record else 0)
        for row in prepared.rows
    ]
    claim(config.out, plan, {"options": prepared.report["options"]})
    place(config.out, plan, config.link, progress)
    atomic.write(config.out / "manifest.csv", manifest(prepared.rows))
    text = json.dumps(prepared.report, indent=1, ensure_ascii=False)
    atomic.write(config.out / "report.json", text.encode("utf-8", "backslashreplace"))
    return prepared


def read_listing(csv: Path | None, images: Path | None) -> Listing:
    """What a table and a folder, or a folder alone, hold; reads no picture."""
    if csv is not None:
        return read_table(csv, images)
    if images is None:
        raise InvalidInput("Say where the pictures are: --images DIR (with --csv FILE).")
    return read_tree(images)


def lists(config: PrepareWikiartConfig, listing: Listing, choice: Choice) -> Prepared:
    """Which picture goes where, and the report; reads and writes nothing.

    Raises InvalidInput where no style stays.
    """
    entries = choice.entries
    if not entries:
        raise InvalidInput(_nothing(config, listing, choice))
    works = work_groups(entries, listing.entries, choice.same)
    by = {
        "none": lambda: {e.file: e.file for e in entries},
        "work": lambda: works,
        "artist": lambda: artist_groups(entries, works),
    }[config.group_by]()
    files = [e.file for e in entries]
    splits = allocate(
        files, [e.style for e in entries], [by[f] for f in files], config.shares, config.seed
    )
    folders = style_folders(e.style for e in entries)
    names: dict[str, str] = {}
    for style in folders:
        names |= file_names(e.file for e in entries if e.style == style)
    rows = [
        Row(
            entry,
            f"{SPLITS[split]}/{folders[entry.style]}/{names[entry.file]}",
            SPLITS[split],
            works[entry.file],
            choice.records.get(entry.file),
        )
        for entry, split in zip(entries, splits, strict=True)
    ]
    return Prepared(rows, report(config, listing, choice, rows, folders))


def _nothing(config: PrepareWikiartConfig, listing: Listing, choice: Choice) -> str:
    if not listing.entries:
        reason = listing.left_out[0].reason if listing.left_out else "none is listed"
        return f"No picture of {listing.description} can be used, for instance: {reason}."
    largest = max(choice.styles, key=lambda s: (s.pictures or 0, s.listed))
    smaller = min(choice.styles, key=lambda s: (s.listed, s.style))
    return (
        f"No style of {listing.description} has more than {config.min_images:,} and fewer than "
        f"{config.max_images:,} pictures ({count(len(choice.styles), 'style')} of "
        f"{smaller.listed:,} to {largest.listed:,} files): change --min-images and --max-images."
    )


def _check_apart(out: Path, images: Path) -> None:
    one, two = out.resolve(), images.resolve()
    if one.is_relative_to(two) or two.is_relative_to(one):
        raise InvalidInput(f"{out} and {images} lie in one another: give another --out.")
