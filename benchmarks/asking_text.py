"""Full text: how often a misspelt title or name is found, and how long 100,000 works take.

Each query is a title or an artist of the paintings with generated faults of typing: a letter left
out, doubled, wrong, or two exchanged; without accents and marks; with a word left out. It is found
where one of the first five works has that title, or that artist. Intervals: Wilson, 95 %.
"""

import csv
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from artsim.evaluation.votes import wilson
from artsim.search.fulltext import TextIndex
from benchmarks.kit.command import (
    DATA,
    QUICK,
    SEED,
    Benchmark,
    Option,
    Options,
    command_line,
)
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles

FACTS = ("cores", "load", "python", "artsim", "date")
RECALL = ("field", "fault", "queries", "recall_at_5", "low", "high", "first", "works", *FACTS)
SPEED = (
    "works",
    "words",
    "build_s",
    "queries",
    "p50_ms",
    "p95_ms",
    "p50_cpu_ms",
    "p95_cpu_ms",
    "target_p95_ms",
    *FACTS,
)
FIELDS = ("title", "artist")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ENOUGH = 4  # letters of a word that is misspelt
Fault = Callable[[str, np.random.Generator], str]
Row = dict[str, object]


def _place(word: str, rng: np.random.Generator) -> int:
    return int(rng.integers(1, len(word) - 1))


def left_out(word: str, rng: np.random.Generator) -> str:
    """A letter is missing."""
    i = _place(word, rng)
    return word[:i] + word[i + 1 :]


def wrong(word: str, rng: np.random.Generator) -> str:
    """A letter is another one."""
    i = _place(word, rng)
    return word[:i] + str(rng.choice(list(_LETTERS))) + word[i + 1 :]


def doubled(word: str, rng: np.random.Generator) -> str:
    """A letter stands twice."""
    i = _place(word, rng)
    return word[:i] + word[i] + word[i:]


def exchanged(word: str, rng: np.random.Generator) -> str:
    """Two letters have changed places."""
    i = _place(word, rng)
    return word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def twice(word: str, rng: np.random.Generator) -> str:
    """A letter is missing and another one wrong, where the word is long."""
    return wrong(left_out(word, rng), rng) if len(word) > 7 else left_out(word, rng)


FAULTS: dict[str, Fault | None] = {
    "none": None,
    "left out": left_out,
    "wrong": wrong,
    "doubled": doubled,
    "exchanged": exchanged,
    "two faults": twice,
}


def misspelt(text: str, fault: Fault | None, rng: np.random.Generator) -> str:
    """``text`` with a fault in one of its longer words."""
    words = text.lower().split()
    places = [i for i, word in enumerate(words) if len(word) >= _ENOUGH and word.isalpha()]
    if fault is not None and places:
        i = int(rng.choice(places))
        words[i] = fault(words[i], rng)
    return " ".join(words)


def recall_table(rows: list[dict[str, str]], queries: int, seed: int) -> Iterator[Row]:
    """Recall at 5 of misspelt titles and artists among ``rows``."""
    index = TextIndex(pa.Table.from_pylist(rows))
    rng = np.random.default_rng(seed)
    for field in FIELDS:
        values = sorted({row[field] for row in rows if len(row[field]) >= _ENOUGH})
        drawn = rng.permutation(len(values))[:queries].tolist()
        for name, fault in FAULTS.items():
            found, first = 0, 0
            for i in drawn:
                query = misspelt(" ".join(values[i].split()[:32]), fault, rng)
                five = index.find(query).rows[:5].tolist()
                right = [rows[row][field] == values[i] for row in five]
                found += any(right)
                first += right[:1] == [True]
            low, high = wilson(found, len(drawn))
            yield {
                "field": field,
                "fault": name,
                "queries": len(drawn),
                "recall_at_5": round(found / len(drawn), 4),
                "low": round(low, 4),
                "high": round(high, 4),
                "first": round(first / len(drawn), 4),
                "works": len(rows),
            }


def speed_row(rows: list[dict[str, str]], works: int, queries: int, seed: int) -> Row:
    """Seconds of building and milliseconds of asking, among ``works`` made of ``rows``.

    Titles and names go on with words of their own, so that there are as many different words as
    100,000 real works have. A third of the queries is misspelt.
    """
    rng = np.random.default_rng(seed)
    syllables = ["ba", "ce", "di", "fo", "gu", "ra", "le", "mi", "no", "su", "ta", "ve", "xi", "zo"]
    own = ["".join(rng.choice(syllables, int(n))) for n in rng.integers(2, 6, works // 2)]
    many = []
    for i, row in enumerate(rng.integers(0, len(rows), works).tolist()):
        more = own[int(rng.integers(0, len(own)))]
        many.append(rows[row] | {"id": f"{i:07}", "title": f"{rows[row]['title']} {more}"})
    began = time.perf_counter()
    index = TextIndex(pa.Table.from_pylist(many))
    built = time.perf_counter() - began
    times: list[float] = []
    worked: list[float] = []  # on a busy machine others' work is in the time that passes
    faults = [None, None, *list(FAULTS.values())[1:2]]
    for i in range(queries):
        row = rows[int(rng.integers(0, len(rows)))]
        value = " ".join(row[FIELDS[i % 2]].split()[: 1 + i % 4])
        query = misspelt(value, faults[i % 3], rng)
        began, work = time.perf_counter(), time.thread_time()
        index.find(query)
        times.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - work) * 1000)
    (p50, p95), (p50_cpu, p95_cpu) = percentiles(times), percentiles(worked)
    return {
        "works": works,
        "words": index.words,
        "build_s": round(built, 2),
        "queries": queries,
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "p50_cpu_ms": round(p50_cpu, 1),
        "p95_cpu_ms": round(p95_cpu, 1),
        "target_p95_ms": 100,
    }


def read_rows(data: Path) -> list[dict[str, str]]:
    """The metadata of the paintings."""
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(options: Options, results: Results) -> None:
    """Measure recall, then speed."""
    known = facts(*FACTS)
    rows = read_rows(options.data)
    queries, works = (30, 5_000) if options.quick else (options.queries, options.works)
    with results.table("asking_text.csv", known) as table:
        for row in recall_table(rows, queries, options.seed):
            table.add(row)
            print(*row.values(), sep="  ", flush=True)
    with results.table("asking_text_speed.csv", known) as table:
        row = speed_row(rows, works, queries, options.seed)
        table.add(row)
        print(*row.values(), sep="  ", flush=True)


BENCHMARK = Benchmark(
    run,
    {"asking_text.csv": RECALL, "asking_text_speed.csv": SPEED},
    (
        DATA,
        SEED,
        QUICK,
        Option("--queries", "titles and artists to misspell with each fault", int, 300),
        Option("--works", "works of the speed measurement", int, 100_000),
    ),
    needs=("paintings",),
)

if __name__ == "__main__":
    sys.exit(command_line("asking_text"))
