"""How often works are recognised in photographs, and how often a missing work is claimed.

Photographs come from benchmarks.photographs, seeded: of works that the collection has, and of works
that were left out of it with all their versions. Paintings are looked up among 10,000 works
(mirrored ones fill the number up), works of the generated demo among those of its beginning. A
photograph counts as right where the answer is its work or another version of it. Intervals are
Wilson's, a photograph a trial, each of another work. Times are medians, on a machine that may be
shared: processor seconds tell what the work itself takes.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from artsim.demo.source import work
from artsim.evaluation.votes import wilson
from artsim.images.query_pictures import query_picture
from artsim.library import Library
from benchmarks.identify_collection import DEMO, NAME, left_out, picture_of, prepare, rows_of
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
from benchmarks.photographs import Conditions, photograph

BACKBONE = "artsim-lite0"
FACTS = ("cpu", "cores", "load", "python", "artsim", "date")
SUMMARY = (
    *("photographs", "figure", "value", "low", "high", "of", "target"),
    *("works", "backbone", "seed", *FACTS),
)
EACH = (
    *("photographs", "work", "present", "found", "answer", "right", "inliers"),
    *("confidence", "place", "corner_error", "seconds", "cpu_seconds"),
    *Conditions.__dataclass_fields__,
)
Row = dict[str, object]


@dataclass(frozen=True)
class Subject:
    """A work to photograph; ``present`` tells whether the collection has it."""

    collection: str
    id: str
    present: bool
    draw: Callable[[], npt.NDArray[np.uint8]]
    group: str


def subjects(data: Path, seed: int, count: int) -> Iterator[Subject]:
    """Present and absent works in turn: paintings, then a fifth as many of the demo."""
    rows = rows_of(data)
    without = left_out(rows, seed)
    rng = np.random.default_rng([seed, 2])
    there, gone = ([r for r in rows if (r["id"] in without) is absent] for absent in (False, True))
    of = {"present": [there[i] for i in rng.permutation(len(there))[:count]]}
    of["absent"] = [gone[i] for i in rng.permutation(len(gone))[:count]]
    for pair in zip(of["present"], of["absent"], strict=True):
        for present, row in zip((True, False), pair, strict=True):
            artwork_id = row["id"]

            def draw(artwork_id: str = artwork_id) -> npt.NDArray[np.uint8]:
                return np.asarray(picture_of(data, artwork_id))

            yield Subject(NAME, artwork_id, present, draw, row["work_group"])
    for place in range(min(DEMO, count // 5)):
        for present, index in ((True, place), (False, DEMO + place)):

            def drawn(index: int = index) -> npt.NDArray[np.uint8]:
                pixels = work(index)[1]
                assert pixels is not None
                return np.ascontiguousarray(pixels)

            name = f"demo-{index + 1:04d}"
            yield Subject("demo", name, present, drawn, name)


def asked(library: Library, subject: Subject, seed: int, groups: dict[str, str]) -> Row:
    """What came of one photograph."""
    rng = np.random.default_rng([seed, 3, int("".join(filter(str.isdigit, subject.id)))])
    photo = photograph(subject.draw(), rng)
    picture = query_picture(photo.jpeg)
    began, busy = time.perf_counter(), time.process_time()
    found = library.identify(subject.collection, picture)
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    answer = str(found.id or "")
    right = found.found and groups.get(answer, answer) == subject.group
    ids = [one.id for one in found.candidates]
    error = np.abs(np.array(found.outline) - photo.outline).max() if right else None
    return {
        "photographs": "demo" if subject.collection == "demo" else "paintings",
        "work": subject.id,
        "present": subject.present,
        "found": found.found,
        "answer": answer,
        "right": right,
        "inliers": found.inliers,
        "confidence": found.confidence,
        "place": ids.index(subject.id) + 1 if subject.id in ids else "",
        "corner_error": round(float(error), 4) if error is not None else "",
        "seconds": round(seconds, 3),
        "cpu_seconds": round(cpu, 3),
        **photo.row(),
    }


def summary(name: str, rows: list[Row]) -> Iterator[Row]:
    """The figures of the photographs of one kind."""
    present, absent = ([r for r in rows if bool(r["present"]) is there] for there in (True, False))
    right = sum(bool(r["right"]) for r in present)
    false = sum(bool(r["found"]) for r in absent)
    wrong = sum(bool(r["found"]) and not r["right"] for r in present)
    for figure, hits, of, target in (
        ("recognised", right, len(present), ">= 0.97"),
        ("claimed though not there", false, len(absent), "<= 0.01"),
        ("claimed another work", wrong, len(present), ""),
    ):
        low, high = wilson(hits, of)
        yield {
            "photographs": name,
            "figure": figure,
            "value": round(hits / max(1, of), 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "of": of,
            "target": target,
        }
    for figure, column, some, target in (
        ("median seconds, recognised", "seconds", [r for r in present if r["right"]], "<= 1.5"),
        ("median seconds, not there", "seconds", absent, "<= 1.5"),
        ("median processor seconds, recognised", "cpu_seconds", present, ""),
        ("median processor seconds, not there", "cpu_seconds", absent, ""),
        ("median error of a corner", "corner_error", [r for r in present if r["right"]], ""),
    ):
        values = [float(str(r[column])) for r in some]
        low, value, high = np.percentile(values, [25, 50, 75]) if values else (np.nan,) * 3
        yield {
            "photographs": name,
            "figure": figure,
            "value": round(float(value), 4),
            "low": round(float(low), 4),
            "high": round(float(high), 4),
            "of": len(values),
            "target": target,
        }


def confident(rows: list[Row]) -> list[tuple[int, float]]:
    """For artsim.explain.confidence: matches, and how many of such answers were right at least."""
    claims = [r for r in rows if r["found"]]
    table = []
    for least in (12, 20, 40, 80):
        some = [r for r in claims if int(str(r["inliers"])) >= least]
        table.append((least, round(wilson(sum(bool(r["right"]) for r in some), len(some))[0], 4)))
    return table


def run(options: Options, results: Results) -> None:
    """Photograph and ask, one work after another."""
    count = 10 if options.quick else options.photographs
    workspace = prepare(options.home, options.data, options.backbone, options.seed)
    library = Library(workspace)
    groups = {row["id"]: row["work_group"] for row in rows_of(options.data)}
    known: Row = facts(*FACTS) | {"backbone": options.backbone, "seed": options.seed}
    done: list[Row] = []
    with results.table("asking_identify_photographs.csv", {}) as each:
        end = time.monotonic() + 60 * options.minutes
        for subject in subjects(options.data, options.seed, count):
            if time.monotonic() > end and subject.present:
                break  # a pair is asked whole, and what was asked counts
            row = asked(library, subject, options.seed, groups)
            each.add(row)
            done.append(row)
            print(*list(row.values())[:12], sep="  ", flush=True)
    print("MEASURED =", tuple(confident(done)), flush=True)
    with results.table("asking_identify.csv", known) as table:
        for name, collection in (("paintings", NAME), ("demo", "demo")):
            works = library.info(collection).artworks
            for row in summary(name, [r for r in done if r["photographs"] == name]):
                table.add({**row, "works": works})
                print(*row.values(), sep="  ", flush=True)


BENCHMARK = Benchmark(
    run,
    {"asking_identify.csv": SUMMARY, "asking_identify_photographs.csv": EACH},
    (
        NEEDED_HOME,
        DATA,
        SEED,
        QUICK,
        Option("--backbone", "backbone of the embeddings", str, BACKBONE),
        Option("--minutes", "minutes after which no further photograph is tried", float, 600.0),
        Option(
            "--photographs",
            "photographs of known paintings, and as many of others",
            int,
            300,
        ),
    ),
    needs=("paintings",),
)

if __name__ == "__main__":
    sys.exit(command_line("asking_identify"))
