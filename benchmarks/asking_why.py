"""Whether 'why are these alike?' is true: hiding what it calls hot lowers the score, by how much.

The deletion test: of pairs of a work and the nearest other work of the paintings, the hottest
fifth of the second picture is hidden in its mean colour, and fifths by chance (the mean of three).
The paintings are imported and embedded the first time. Intervals are bootstraps over pairs.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from artsim.backbones.embed import embed_collection
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection, list_collections
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.explain.heat import GRID, drops, hidden, reduced
from artsim.explain.parts import score_of
from artsim.images.canonical import decode_canonical
from artsim.library import Library, open_library
from benchmarks.kit.command import (
    DATA,
    NEEDED_HOME,
    QUICK,
    SEED,
    Benchmark,
    Option,
    Options,
    command_line,
)
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results

NAME, BACKBONE = "paintings", "artsim-lite0"
SHARE, DRAWS, RESAMPLES = 0.2, 3, 2_000
TARGET = 2.0  # times the fall with random places hidden
FACTS = ("cpu", "cores", "load", "python", "artsim", "date")
COLUMNS = (
    *("what", "value", "low", "high", "target", "pairs", "hidden", "collection", "backbone"),
    *("digest", "metric"),
    *FACTS,
)
QUICK_PAIRS = 10
Row = dict[str, object]


def prepare(home: Path, data: Path) -> Library:
    """The paintings, imported and embedded."""
    workspace, progress = Workspace.open(home), TerminalProgress()
    if NAME not in list_collections(workspace):
        folder = data / NAME
        source = FolderSource(folder, metadata=folder / "artworks.csv")
        import_collection(workspace, NAME, source, progress=progress)
    embed_collection(workspace, Collection.open(workspace, NAME), BACKBONE, progress=progress)
    return open_library(workspace)


def deletions(library: Library, pairs: int, seed: int) -> np.ndarray:
    """Score, and its fall with the hottest and with random fifths hidden, float64 [pairs, 3]."""
    gallery = library.gallery(NAME, BACKBONE)
    collection = library.collection(NAME)
    runtime = library.runtime(library.resolve(BACKBONE))
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(gallery))[:pairs].tolist()
    barred = [gallery.rows_at(gallery.catalog.members(int(gallery.positions[r]))) for r in rows]
    nearest = gallery.index.search_many(gallery.matrix[rows], 1, "cosine", exclude=barred)
    count = round(SHARE * GRID * GRID)
    found = []
    began = time.monotonic()
    for row, near in zip(rows, nearest, strict=True):
        jpeg = collection.image(gallery.ids[int(near.rows[0])])
        if jpeg is None:
            continue
        pixels = reduced(decode_canonical(jpeg))

        def embed(some):  # type: ignore[no-untyped-def]
            return runtime.embed([runtime.prepare(one) for one in some])

        hot = drops(pixels, gallery.matrix[row], embed, "cosine").ravel()
        masks = np.zeros((1 + DRAWS, GRID * GRID), bool)
        masks[0, np.argsort(-hot, kind="stable")[:count]] = True
        for mask in masks[1:]:
            mask[rng.permutation(GRID * GRID)[:count]] = True
        made = embed([pixels, *(hidden(pixels, m.reshape(GRID, GRID)) for m in masks)])
        scores = np.array([score_of(one, gallery.matrix[row]) for one in made])
        found.append((scores[0], scores[0] - scores[1], scores[0] - scores[2:].mean()))
        if len(found) % 25 == 0:
            taken = np.array(found)
            print(
                f"{len(found)} pairs, {time.monotonic() - began:.0f} s, "
                f"ratio {taken[:, 1].mean() / taken[:, 2].mean():.2f}",
                file=sys.stderr,
                flush=True,
            )
    return np.array(found)


def figures(found: np.ndarray, seed: int) -> Iterator[Row]:
    """The figures of pairs float64 [pairs, 3], with bootstrap intervals."""
    drawn = np.random.default_rng(seed).integers(len(found), size=(RESAMPLES, len(found)))
    means, value = found[drawn].mean(1), found.mean(0)
    names = ("score", "fall, hottest fifth hidden", "fall, random fifth hidden")
    told = [(name, value[i], means[:, i], "") for i, name in enumerate(names)]
    told += [("ratio of the falls", value[1] / value[2], means[:, 1] / means[:, 2], TARGET)]
    for what, figure, resampled, target in told:
        low, high = np.quantile(resampled, (0.025, 0.975)).round(4).tolist()
        yield {
            "what": what,
            "value": round(float(figure), 4),
            "low": low,
            "high": high,
            "target": target,
            "pairs": len(found),
            "hidden": f"{round(SHARE * GRID * GRID)} of {GRID * GRID} places",
            "collection": NAME,
            "backbone": BACKBONE,
            "metric": "cosine",
        }


def run(options: Options, results: Results) -> None:
    """Measure the deletion test."""
    known = facts(*FACTS)
    library = prepare(options.home, options.data)
    pairs = QUICK_PAIRS if options.quick else options.pairs
    found = deletions(library, pairs, options.seed)
    digest = library.gallery(NAME, BACKBONE).column.digest[:12]
    with results.table("asking_why.csv", known) as table:
        for row in figures(found, options.seed):
            table.add({**row, "digest": digest})
            print(*row.values(), sep="  ", flush=True)


BENCHMARK = Benchmark(
    run,
    {"asking_why.csv": COLUMNS},
    (
        NEEDED_HOME,
        DATA,
        SEED,
        QUICK,
        Option("--pairs", "pairs of a work and its nearest work", int, 500),
    ),
    needs=(NAME,),
)

if __name__ == "__main__":
    sys.exit(command_line("asking_why"))
