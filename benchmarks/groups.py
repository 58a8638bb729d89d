"""How well works with rows of their own are grouped: copies together, look-alikes apart.

Each painting is a work, and beside it another work: an altered copy of its picture, or one that
looks like it and is catalogued apart. Recall is the share of copies that are grouped with their
original, false alarm that of look-alikes; precision counts both kinds alike. No work may be lost.
At last all paintings are imported with their table: works that are grouped, works that are lost.
"""

import csv
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from artsim.collection.importer import import_collection
from artsim.collection.quality import FileRecord, decide
from artsim.collection.quality.closer import ThumbnailCheck
from artsim.collection.quality.inspect import inspect_file
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.images.thumbnail import thumbnail_webp
from benchmarks.damage import COPIES
from benchmarks.kit import machine
from benchmarks.kit.command import DATA, SEED, Benchmark, Option, Options, command_line
from benchmarks.kit.results import Results
from benchmarks.lookalikes import LOOK_ALIKES, Pair

COLUMNS = ("data", "kind", "expected", "pairs", "grouped", "share", "lost", "date", "code")
WHOLE = "all works, imported with their table"
FOLDERS = ("paintings", "paintings_hires")
MIRRORED = "mirrored"  # no copy, where both have rows: pendants face each other


class _Works:
    """Works with rows of their own, and what is decided of them."""

    def __init__(self) -> None:
        self.records: list[FileRecord] = []
        self._thumbs: dict[str, bytes] = {}

    def add(self, name: str, data: bytes) -> None:
        found = inspect_file(name, data, artwork_id=name, has_metadata=True)
        self.records.append(found.record)
        if found.image is not None:
            self._thumbs[name] = thumbnail_webp(found.image.pixels)

    def groups(self) -> dict[str, str | None]:
        """The group of each work that is kept."""
        decisions = decide(self.records, confirm=ThumbnailCheck(self._thumbs.get))
        return {d.file: d.duplicate_group for d in decisions if d.action in ("keep", "convert")}


def measured(pairs: Iterator[Pair]) -> tuple[int, int, int]:
    """How many pairs there are, how many are grouped, and how many works are lost."""
    works, count = _Works(), 0
    for count, (one, other) in enumerate(pairs, start=1):
        works.add(f"{count}a", one)
        works.add(f"{count}b", other)
    groups = works.groups()
    named = [(groups.get(f"{i}a"), groups.get(f"{i}b")) for i in range(1, count + 1)]
    return count, sum(a is not None and a == b for a, b in named), 2 * count - len(groups)


def paired(
    files: list[Path], make: Callable[..., Pair], rng: np.random.Generator
) -> Iterator[Pair]:
    """What ``make`` makes of each painting and the next one."""
    for path, following in zip(files, [*files[1:], files[0]], strict=True):
        with Image.open(path) as image, Image.open(following) as other:
            yield make(image.convert("RGB"), other.convert("RGB"), rng)


def copied(make: Callable[..., bytes]) -> Callable[..., Pair]:
    """A painting as it is and an altered copy of it."""

    def pair(image: Image.Image, _other: Image.Image, rng: np.random.Generator) -> Pair:
        return COPIES["resized 110 to 200 %"](image, np.random.default_rng(0)), make(image, rng)

    return pair


def imported(folder: Path) -> tuple[int, int, int]:
    """Of a whole collection: rows of its table, works that are grouped, and works that are lost."""
    table = folder / "artworks.csv"
    with table.open(encoding="utf-8", newline="") as stream:
        ids = {row["id"] for row in csv.DictReader(stream)}
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(Path(home))
        source = FolderSource(folder / "images", table)
        report = import_collection(workspace, "whole", source)
        held = Collection.open(workspace, "whole").metadata(["id"]).column("id").to_pylist()
    grouped = sum(bool(file.group) for file in report.files)
    return len(ids), grouped, len(ids - set(held))


def run(options: Options, results: Results) -> None:
    """Measure each kind of copy and of look-alike."""
    rng = np.random.default_rng(options.seed)
    with results.table("groups.csv", machine.facts("date", "code")) as table:
        for name in FOLDERS:
            every = sorted((options.data / name / "images").glob("*.jpg"))
            files = [every[i] for i in rng.choice(len(every), options.works, replace=False)]
            right = wrong = copies = 0
            for kind, make in (*COPIES.items(), *LOOK_ALIKES.items()):
                together = kind in COPIES and kind != MIRRORED
                maker = copied(make) if kind in COPIES else make
                count, grouped, lost = measured(paired(files, maker, rng))
                copies += count if together else 0
                right += grouped if together else 0
                wrong += 0 if together else grouped
                expected = "together" if together else "apart"
                _add(table, (name, kind, expected, count, grouped, grouped / count, lost))
            for kind, value in (("recall", right / copies), ("precision", right / (right + wrong))):
                _add(table, (name, kind, "1", copies, right, value, 0))
            if not (options.data / name / "artworks.csv").is_file():
                continue
            count, grouped, lost = imported(options.data / name)
            _add(table, (name, WHOLE, "apart", count, grouped, grouped / count, lost))


def _add(table: object, values: tuple[object, ...]) -> None:
    row = dict(zip(COLUMNS, values, strict=False)) | {"share": f"{values[5]:.4f}"}
    table.add(row)  # type: ignore[attr-defined]
    print("  ".join(f"{row[name]!s:>12}" for name in COLUMNS[: len(values)]), flush=True)


BENCHMARK = Benchmark(
    run,
    {"groups.csv": COLUMNS},
    (DATA, replace(SEED, default=5), Option("--works", "paintings for each kind of copy", int, 30)),
    needs=FOLDERS,
)

if __name__ == "__main__":
    sys.exit(command_line("groups"))
