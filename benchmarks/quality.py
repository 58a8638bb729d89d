"""How well damage and copies are found, and sound works left alone.

Recall for each kind of damage and copy, made from
random paintings, and how many of all paintings are rejected or merged though sound.
"""

import csv
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
from PIL import Image

from artsim.collection.quality import Decision, FileRecord, decide
from artsim.collection.quality.inspect import inspect_file
from artsim.collection.quality.matching import match
from artsim.collection.quality.signature import SIDE
from benchmarks.damage import COPIES, DAMAGE, HARMLESS
from benchmarks.kit.command import DATA, SEED, Benchmark, Option, Options, command_line
from benchmarks.kit.results import Results

COLUMNS = ("data", "kind", "files", "value", "measure")
FOLDERS = ("paintings", "paintings_hires")
Row = tuple[str, str, int, float, str]


def variants(folder: Path, works: int, rng: np.random.Generator) -> Iterator[Row]:
    """Recall of each kind on random paintings of ``folder``: copies are imported with them."""
    files = sorted((folder / "images").glob("*.jpg"))
    chosen = [files[i] for i in rng.choice(len(files), works, replace=False)]
    sources = [inspect_file(p.name, p.read_bytes(), artwork_id=p.stem).record for p in chosen]
    for kinds, wanted in ((COPIES, "duplicate"), (DAMAGE, "reject"), (HARMLESS, "duplicate")):
        for kind, make in kinds.items():
            made: list[FileRecord] = []
            for path in chosen:
                with Image.open(path) as image:
                    data = make(image.convert("RGB"), rng)
                made.append(inspect_file(f"{path.stem}~copy.jpg", data).record)
            # The copy may turn out to be the better one (enlarged, say): then the work is merged.
            found = sum(
                _found(wanted, *pair) for pair in _paired(decide([*sources, *made]), len(sources))
            )
            measure = {"duplicate": "merged", "reject": "rejected"}[wanted]
            yield (folder.name, kind, works, found / works, measure)


def clean(folder: Path) -> Iterator[Row]:
    """Share of all works of ``folder`` that are rejected, merged, and merged wrongly."""
    files = sorted((folder / "images").glob("*.jpg"))
    with (folder / "artworks.csv").open(encoding="utf-8") as handle:
        group = {row["id"]: row["work_group"] for row in csv.DictReader(handle)}
    start = time.process_time()
    records = [inspect_file(p.name, p.read_bytes(), artwork_id=p.stem).record for p in files]
    measured = time.process_time()
    decisions = decide(records)
    decided = time.process_time()
    rejected = [d for d in decisions if d.action == "reject"]
    merged = [d for d in decisions if d.action == "duplicate"]
    apart = [d for d in merged if group[Path(d.file).stem] != group[Path(d.of or "").stem]]
    count = len(files)
    yield (folder.name, "all works", count, len(rejected) / count, "share rejected")
    yield (folder.name, "all works", count, len(merged) / count, "share merged")
    yield (folder.name, "all works", count, len(apart) / count, "share merged across work groups")
    yield (folder.name, "all works", count, 1000 * (measured - start) / count, "CPU s / 1,000 read")
    yield (
        folder.name,
        "all works",
        count,
        1000 * (decided - measured) / count,
        "CPU s / 1,000 decided",
    )


def scale(count: int, rng: np.random.Generator) -> Iterator[Row]:
    """Seconds to match ``count`` generated signatures with the spectrum of pictures."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.rfftfreq(SIDE), indexing="ij"))
    frequency[0, 0] = np.inf
    images = np.empty((count, SIDE, SIDE), np.uint8)
    for start in range(0, count, 4096):
        size = len(images[start : start + 4096])
        waves = np.fft.rfft2(rng.normal(size=(size, SIDE, SIDE))) / frequency**1.2
        pixels = np.fft.irfft2(waves, s=(SIDE, SIDE))
        pixels *= 45 / pixels.std(axis=(1, 2), keepdims=True)
        images[start : start + 4096] = np.clip(pixels + 128, 0, 255)
    start_time = time.perf_counter()
    found = len(match(images, 0.83).first)
    yield ("generated", f"{found} pairs", count, time.perf_counter() - start_time, "s to match all")


def _paired(decisions: list[Decision], count: int) -> Iterator[tuple[Decision, Decision]]:
    yield from zip(decisions[:count], decisions[count:], strict=True)


def _found(wanted: str, source: Decision, copy: Decision) -> bool:
    if wanted == "reject":
        return copy.action == "reject"
    return copy.of == source.file or source.of == copy.file


def run(options: Options, results: Results) -> None:
    """Measure what is made, what is sound, and how long many take."""
    rng = np.random.default_rng(options.seed)
    kinds = (
        *(variants(options.data / name, options.works, rng) for name in FOLDERS),
        clean(options.data / FOLDERS[0]),
        scale(options.scale, rng),
    )
    with results.table("quality.csv", {}) as table:
        for data, kind, files, value, measure in chain(*kinds):
            shown = (data, kind, files, f"{value:.4f}", measure)
            table.add(dict(zip(COLUMNS, shown, strict=True)))
            print(f"{data:16} {kind:32} {files:7} {value:9.4f}  {measure}", flush=True)


BENCHMARK = Benchmark(
    run,
    {"quality.csv": COLUMNS},
    (
        DATA,
        replace(SEED, default=3),
        Option("--works", "paintings to alter", int, 40),
        Option("--scale", "generated pictures to match", int, 100_000),
    ),
    needs=FOLDERS,
)

if __name__ == "__main__":
    sys.exit(command_line("quality"))
