"""All ways to search, measured: marks, dials, regions, why, words, concepts, identify, speed.

Without --part all are run, one after another, those of other modules in processes of their own
(python -m benchmarks.asking_regions ...), and asking.csv has every figure that has a target.

Marks: the first 20 results of a work as the query are marked by whether they share its label, and
AP@20 of the remaining works is measured without the marks, with Rocchio and with artsim's method.
Dials: what each changes in precision at 12, in the number of artists shown, and in how alike
colours and composition are. Intervals resample artists. Speed: one search by 20 marks among
generated embeddings.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import chain

import numpy as np
import pyarrow as pa

from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.search.catalog import Catalog
from artsim.search.dials import Dials
from artsim.search.gallery import Gallery
from artsim.search.query import Query, search
from artsim.search.query_item import Item
from benchmarks.asking_dials import dials_table, looks_table
from benchmarks.asking_marks import marks_table
from benchmarks.asking_targets import COLUMNS, figures
from benchmarks.asking_why import BACKBONE, NAME, prepare
from benchmarks.hidden_works import hidden_works
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
from benchmarks.kit.processes import REPOSITORY
from benchmarks.kit.results import Results
from benchmarks.train_data import paintings

FACTS = ("cores", "load", "python", "artsim", "date")
MARKS = (
    *("backbone", "label", "wrong", "way", "ap_at_20", "low", "high", "factor", "factor_low"),
    *("factor_high", "target_factor", "ms", "marks", "queries", "clusters", "gallery", *FACTS),
)
DIALS = (
    *("backbone", "dial", "measure", "value", "low", "high", "of_anything", "k", "queries"),
    *("clusters", "gallery", *FACTS),
)
SPEED = ("query", "works", "dimension", "ms", "target_ms", *FACTS)
LAYOUT = {"style": 26, "genre": 9, "artist": 256, "general": 256}
QUICK_TRAINED, QUICK_QUERIES, QUICK_WORKS = 600, 20, 5_000
OWN = ("speed", "dials", "marks")
TAKEN: dict[str, tuple[str, ...]] = {
    "text": ("data", "seed"),
    "concepts": ("home", "seed"),
    "regions": ("home", "data", "seed"),
    "why": ("home", "data", "seed"),
    "identify": ("home", "data", "seed"),
}
PARTS = (*OWN, *TAKEN)
Row = dict[str, object]


def speed_table(works: int, seed: int) -> Iterator[Row]:
    """Median milliseconds of a search with marks and dials among ``works`` embeddings."""
    rng = np.random.default_rng(seed)
    dimension = sum(LAYOUT.values())
    matrix = rng.normal(size=(works, dimension)).astype(np.float32)
    ids = [f"{i:07}" for i in range(works)]
    rows = {
        "id": ids,
        "artist": [f"Artist {i}" for i in rng.integers(0, works // 20, works).tolist()],
        "has_image": [True] * works,
    }
    columns = [
        pa.array(rows[field.name], field.type)
        if field.name in rows
        else pa.nulls(works, field.type)
        for field in ARTWORK_SCHEMA
    ]
    catalog = Catalog("generated", 1, pa.Table.from_arrays(columns, schema=ARTWORK_SCHEMA))
    column = EmbeddingColumn("emb", "generated", "0" * 64, dimension, works)
    gallery = Gallery(catalog, column, ids, matrix)
    marks = rng.permutation(ids)[:20].tolist()
    like, unlike = tuple(map(Item, marks[:12])), tuple(map(Item, marks[12:]))
    queries = {
        "one work": Query("generated", id=ids[0]),
        "20 marks": Query("generated", like=like, unlike=unlike),
        "20 marks, parts": Query(
            "generated", like=like, unlike=unlike, dials=Dials({"style": 0, "artist": 2})
        ),
        "20 marks, one of each artist, surprise": Query(
            "generated", like=like, unlike=unlike, dials=Dials(distinct="artist", surprise=0.5)
        ),
    }
    for name, query in queries.items():
        seconds = []
        for _ in range(7):
            began = time.perf_counter()
            search(gallery, query, lambda _: [], layout=LAYOUT)
            seconds.append(time.perf_counter() - began)
        yield {
            "query": name,
            "works": works,
            "dimension": dimension,
            "ms": round(float(np.median(seconds[2:])) * 1000, 1),
            "target_ms": 300,
        }


def run(options: Options, results: Results) -> None:
    """Measure the parts that are asked for, and sum up."""
    try:
        _own(options, results)
        ill = [part for part in TAKEN if part in options.part and not _other(part, options)]
    finally:
        if not options.quick:
            with results.table("asking.csv", {}) as table:
                for row in figures(options.out):
                    table.add(row)
    if ill:
        raise InvalidInput(f"these parts failed: {', '.join(ill)}.")


def _other(part: str, options: Options) -> bool:
    """Whether the benchmark of a module of its own went well."""
    words = [f"--{name}={getattr(options, name)}" for name in TAKEN[part]]
    quick = ["--quick"] if options.quick else []
    command = [sys.executable, "-m", f"benchmarks.asking_{part}", f"--out={options.out}"]
    done = subprocess.run([*command, *words, *quick], cwd=REPOSITORY, check=False)
    return done.returncode == 0


def _own(options: Options, results: Results) -> None:
    """Speed, dials and marks."""
    known = facts(*FACTS)
    queries = QUICK_QUERIES if options.quick else options.queries
    if "speed" in options.part:
        with results.table("asking_speed.csv", known) as table:
            for row in speed_table(QUICK_WORKS if options.quick else options.works, options.seed):
                table.add(row)
                print(*row.values(), sep="  ", flush=True)
    if not {"dials", "marks"} & set(options.part):
        return
    workspace = Workspace.open(options.home)
    name = "asking-quick" if options.quick else "paintings"
    sample = QUICK_TRAINED if options.quick else None
    folder = paintings(options.home / name, options.data, sample)
    hidden = hidden_works(workspace, folder, options.data, options.backbone)
    made = {"dials": dials_table, "marks": marks_table}
    for part in [part for part in made if part in options.part]:
        rows = made[part](hidden, queries, options.seed)
        if part == "dials" and not options.quick:
            library, looks = prepare(options.home, options.data), queries // 3
            rows = chain(rows, looks_table(library, NAME, BACKBONE, looks, options.seed))
        with results.table(f"asking_{part}.csv", known) as table:
            for row in rows:
                table.add({"backbone": options.backbone, **row})
                print(*row.values(), sep="  ", flush=True)


BENCHMARK = Benchmark(
    run,
    {
        "asking.csv": COLUMNS,
        "asking_speed.csv": SPEED,
        "asking_dials.csv": DIALS,
        "asking_marks.csv": MARKS,
    },
    (
        NEEDED_HOME,
        DATA,
        SEED,
        QUICK,
        Option("--backbone", "a published checkpoint", str, "artsim-lite0"),
        Option("--queries", "queries for each label", int, 300),
        Option("--part", "what to measure", str, PARTS, several=True),
        Option("--works", "generated embeddings of the speed measurement", int, 100_000),
    ),
    needs=("paintings",),
)

if __name__ == "__main__":
    sys.exit(command_line("asking"))
