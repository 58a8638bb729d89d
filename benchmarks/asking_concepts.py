"""Concepts of 20 examples: how well each sorts the works that were kept aside, beside chance.

Every genre and style of the paintings that has enough works is taught from 20 works drawn by
chance, and the works that none of the 20 shows, nor a version of them, are sorted by it. AP is over
all of these, chance that of a random order of them. ``fitted`` says what the backbone's making saw
of the works that are sorted: ``labels`` (all), ``trunk kept aside`` are those works alone that its
network was not trained on, though the parts of its embedding were fitted on all works at the end.
Intervals of a label are of repeated draws of examples; of the mean, of labels drawn again.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from artsim.backbones.registry import resolve
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.concepts import Examples, expected_precision, taught
from artsim.search.gallery import Gallery
from artsim.search.marks import average_precision, unit
from benchmarks.kit.command import (
    COLLECTION,
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

FACTS = ("cores", "load", "python", "artsim", "date")
TABLE = (
    *("backbone", "digest", "fitted", "label", "value", "examples", "ap", "low", "high", "chance"),
    *("times_chance", "times_low", "told_ap", "works", "relevant", "draws", *FACTS),
)
TARGET = 4.0
_MEAN = "mean"
_LEAST_LEFT = 20  # works of a label that must be left to be found
Mask = npt.NDArray[np.bool_]
Row = dict[str, object]


def concepts_table(
    gallery: Gallery, fitted: str, sorted_works: Mask, options: Options
) -> Iterator[Row]:
    """AP of each label's concept among the works that ``sorted_works`` [N] allows."""
    vectors = unit(gallery.matrix.astype(np.float64))
    groups = _groups(gallery)
    for label in ("genre", "style"):
        values = np.array(gallery.catalog.table.column(label).to_pylist(), object)
        values = values[gallery.positions]
        times = []
        for value in sorted({v for v in values.tolist() if v}):
            has = values == value
            if int((has & sorted_works).sum()) < _LEAST_LEFT + options.examples:
                continue
            row = _of_label(gallery, vectors, groups, has, sorted_works, options)
            times.append(row["times"])
            yield _row(gallery, fitted, label, value, row, options)
        if times:
            yield _row(gallery, fitted, label, _MEAN, _mean(times, options.seed), options)


def _of_label(
    gallery: Gallery,
    vectors: npt.NDArray[np.float64],
    groups: npt.NDArray[np.intp],
    has: Mask,
    sorted_works: Mask,
    options: Options,
) -> Row:
    found, chances, told = [], [], []
    works = relevant = 0
    # A work whose label is not known counts as one that does not show the concept.
    for draw in range(options.draws):
        rng = np.random.default_rng((options.seed, draw))
        drawn = rng.permutation(np.flatnonzero(has))[: options.examples]
        ids = tuple(gallery.ids[row] for row in drawn.tolist())
        concept = taught(gallery, "drawn", Examples(ids))
        left = sorted_works & ~np.isin(groups, groups[drawn])
        scores = np.vecdot(vectors[left], concept.vector("cosine"))
        found.append(average_precision(scores, has[left]))
        works, relevant = int(left.sum()), int(has[left].sum())
        chances.append(expected_precision(relevant, works))
        told.append(concept.ap.value if concept.ap else np.nan)
    low, high = np.percentile(found, [2.5, 97.5])
    chance = float(np.mean(chances))
    return {
        "ap": float(np.mean(found)),
        "low": float(low),
        "high": float(high),
        "chance": chance,
        "times": float(np.mean(found)) / chance,
        "times_low": float(low) / chance,
        "told_ap": float(np.nanmean(told)),
        "works": works,
        "relevant": relevant,
    }


def _mean(times: Sequence[object], seed: int) -> Row:
    """The mean of how often better than chance, and its interval over labels."""
    values = np.array(times, np.float64)
    rng = np.random.default_rng(seed)
    again = values[rng.integers(0, len(values), (2000, len(values)))].mean(axis=1)
    return {"times": float(values.mean()), "times_low": float(np.percentile(again, 2.5))}


def _row(
    gallery: Gallery, fitted: str, label: str, value: str, found: Row, options: Options
) -> Row:
    row = {k: round(v, 4) if isinstance(v, float) else v for k, v in found.items() if k != "times"}
    return row | {
        "backbone": gallery.column.backbone,
        "digest": gallery.column.digest[:12],
        "fitted": fitted,
        "label": label,
        "value": value,
        "examples": options.examples,
        "times_chance": round(float(str(found["times"])), 2),
        "draws": options.draws,
    }


def _groups(gallery: Gallery) -> npt.NDArray[np.intp]:
    """A number for each row, shared by versions of one work."""
    same = gallery.catalog.same_work[gallery.positions].astype(np.intp)
    alone = np.arange(len(gallery)) + int(same.max(initial=0)) + 1
    return np.where(same >= 0, same, alone)


def kept_aside(workspace: Workspace, backbone: str) -> set[str]:
    """Ids of the works that a published checkpoint's network was not trained on."""
    file = resolve(workspace, backbone).weights_file
    split = None if file is None else file.parent / "run" / "split.csv"
    if split is None or not split.is_file():
        return set()
    with split.open(encoding="utf-8", newline="") as lines:
        return {Path(line["id"]).stem for line in csv.DictReader(lines) if line["split"] != "train"}


def run(options: Options, results: Results) -> None:
    """Teach and measure, for every backbone."""
    known = facts(*FACTS)
    if options.quick:
        options.draws = 1
    workspace = Workspace.open(options.home)
    library = Library(workspace)
    with results.table("asking_concepts.csv", known) as table:
        for backbone in options.backbone:
            gallery = library.gallery(options.collection, backbone)
            aside = kept_aside(workspace, backbone)
            hidden = np.array([name in aside for name in gallery.ids])
            conditions = [("labels" if aside else "none", np.ones(len(gallery), bool))]
            conditions += [("trunk kept aside", hidden)] if aside else []
            for fitted, sorted_works in conditions:
                for row in concepts_table(gallery, fitted, sorted_works, options):
                    table.add(row)
                    print(*row.values(), sep="  ", flush=True)


BENCHMARK = Benchmark(
    run,
    {"asking_concepts.csv": TABLE},
    (
        NEEDED_HOME,
        COLLECTION,
        SEED,
        QUICK,
        Option("--backbone", "backbones of the embeddings", str, ("artsim-lite0",), several=True),
        Option("--examples", "works that teach a concept", int, 20),
        Option("--draws", "draws of examples for each concept", int, 10),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("asking_concepts"))
