"""The folder that the benchmarks of training read: paintings divided as the checkpoints were."""

import csv
import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path

from artsim.training import record

PUBLISHED = Path(__file__).resolve().parent.parent / "models"
KEPT_ASIDE = 500  # works at most of each part kept aside, in a sample
SEED = 7


def paintings(folder: Path, data: Path, sample: int | None = None) -> Path:
    """``folder`` filled with the pictures of ``data/paintings`` and a table of their labels.

    ``sample`` works trained on, and some of those kept aside, or all. Filled once only.
    """
    table = folder / "manifest.csv"
    if table.is_file():
        return folder
    part = published_parts()
    if sample is not None:
        part = _sampled(part, sample)
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        lines = [
            {"file": f"{line['id']}.jpg", "split": part[line["id"]], **line}
            for line in csv.DictReader(file)
            if part.get(line["id"], "none") != "none"
        ]
    folder.mkdir(parents=True, exist_ok=True)
    for line in lines:
        _link(data / "paintings" / "images" / line["file"], folder / line["file"])
    aside = folder / "manifest.csv.part"
    with aside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    aside.replace(table)
    return folder


def published_parts() -> dict[str, str]:
    """Each painting's part by its id, as the published checkpoints divided them."""
    written = sorted(PUBLISHED.glob(f"*/{record.RUN}/{record.SPLIT}"))[0]
    with written.open(encoding="utf-8", newline="") as file:
        return {Path(line["id"]).stem: line["split"] for line in csv.DictReader(file)}


def _sampled(part: Mapping[str, str], works: int) -> dict[str, str]:
    rng = random.Random(SEED)
    most = {"train": works, "validation": KEPT_ASIDE, "unseen": KEPT_ASIDE}
    return {
        id: name
        for name, count in most.items()
        for id in rng.sample(sorted(i for i, p in part.items() if p == name), count)
    }


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError:  # another file system
        shutil.copyfile(source, target)
