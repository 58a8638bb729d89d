"""Collections in an S3 bucket on loopback against a folder of this machine, in one run.

Both hold the same generated pictures and 1,280 random numbers a work. The S3 server is moto, in
Python: a real store has a latency of its own, some 10 to 50 ms a request, so the requests that
each step makes are counted as well. Takes about two minutes. Writes object_store.csv.
"""

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from s3_kit import KEYS, S3Server, serving

from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.query import Query
from benchmarks.kit.command import Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results, Row, Table
from benchmarks.kit.timing import percentiles, seconds_of

FACTS = ("cpu", "cores", "python", "artsim", "date")
COLUMNS = ("what", "store", "p50_ms", "p95_ms", "requests", "times", "works", *FACTS)
NAME, BACKBONE, DIMENSION, COMMIT = "works", "random", 1280, 512
LATER = 0.6  # seconds after which the library asks for the latest version again


def pictures(folder: Path, works: int) -> Path:
    """JPEGs of 400 x 300 coarse colours, about 12 KB each."""
    folder.mkdir()
    for i in range(works):
        blocks = np.random.default_rng(i).integers(0, 256, (24, 32, 3), np.uint8)
        image = Image.fromarray(blocks).resize((400, 300), Image.Resampling.BICUBIC)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=88)
        (folder / f"w{i}.jpg").write_bytes(out.getvalue())
    return folder


class Watch:
    """Times steps and counts the requests that they make."""

    def __init__(self, store: str, server: S3Server | None, table: Table) -> None:
        self.store, self._server, self._table = store, server, table

    def step(self, what: str, runs: list[Callable[[], object]], pause: float = 0.0) -> None:
        times, before = [], self._requests()
        for run in runs:
            time.sleep(pause)
            times.append(1000 * seconds_of(run))
        # The question after the count is a request too.
        made = max(0, self._requests() - before - 1) / len(runs) if self._server else 0.0
        p50, p95 = percentiles(times)
        self._table.add(
            {
                "what": what,
                "store": self.store,
                "p50_ms": round(p50, 1),
                "p95_ms": round(p95, 1),
                "requests": round(made, 1),
                "times": len(times),
            }
        )
        print(f"{what:34}{self.store:24}{p50:10,.1f}{p95:10,.1f}{made:10,.1f}", flush=True)

    def _requests(self) -> int:
        return self._server.requests() if self._server else 0


def measure(watch: Watch, workspace: Workspace, folder: Path, options: Options) -> None:
    """Every step on one store."""
    works, repeat = options.works, options.repeat
    source = FolderSource(folder)
    watch.step("import", [lambda: import_collection(workspace, NAME, source, quality=False)])
    watch.step(
        "import again, nothing new",
        [lambda: import_collection(workspace, NAME, FolderSource(folder), quality=False)],
    )
    collection = Collection.open(workspace, NAME)
    ids = collection.metadata(["id"]).column("id").to_pylist()
    rows = np.random.default_rng(0).standard_normal((works, DIMENSION), np.float32)
    column = collection.ensure_embedding_column(BACKBONE, "d" * 64, DIMENSION)

    def commits() -> Iterator[Callable[[], object]]:
        for start in range(0, works, COMMIT):
            part = slice(start, start + COMMIT)
            yield lambda p=part: collection.write_embeddings(column, ids[p], rows[p])

    watch.step(f"commit of {COMMIT} embeddings", list(commits()))
    watch.step("list of collections", [lambda: list_collections(workspace)] * repeat)
    queries = [Query(backbone=BACKBONE, id=name) for name in ids[:50]]
    watch.step(
        "search, cold",
        [lambda: Library(workspace).search(NAME, queries[0])] * repeat,
    )
    library = Library(workspace)
    library.search(NAME, queries[0])
    watch.step(
        "search, first in half a second",
        [lambda: library.search(NAME, queries[1])] * repeat,
        LATER,
    )
    watch.step("search, warm", [lambda q=q: library.search(NAME, q) for q in queries])
    watch.step("thumbnail", [lambda i=i: library.media(NAME, i, "thumb") for i in ids[:50]])


def run(options: Options, results: Results) -> None:
    """Measure both stores."""
    known = facts(*FACTS) | {"works": options.works}
    steps: dict[str, int] = {}

    def by_step(row: Row) -> int:
        """Both stores beside each other, in the order of the first one's steps."""
        return steps.setdefault(row["what"], len(steps))

    print(f"{'':34}{'':24}{'p50 ms':>10}{'p95 ms':>10}{'requests':>10}")
    with (
        results.table("object_store.csv", known, order=by_step) as table,
        tempfile.TemporaryDirectory() as aside,
        serving(Path(aside)) as server,
    ):
        folder = pictures(Path(aside) / "pictures", options.works)
        os.environ.pop("ARTSIM_TABLES", None)
        local = Watch("folder", None, table)
        measure(local, Workspace.open(Path(aside) / "a"), folder, options)
        os.environ |= {**KEYS, "AWS_ENDPOINT": server.address}
        os.environ["ARTSIM_TABLES"] = f"s3://{server.bucket()}/museum"
        remote = Watch("S3 on loopback (moto)", server, table)
        measure(remote, Workspace.open(Path(aside) / "b"), folder, options)


BENCHMARK = Benchmark(
    run,
    {"object_store.csv": COLUMNS},
    (
        Option("--works", "works in the collection", int, 1_000),
        Option("--repeat", "repeats of the quick steps", int, 5),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("object_store"))
