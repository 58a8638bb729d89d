"""Search on Milvus beside exact search: publishing, memory, disk, time and recall.

Starts the standalone server of the package milvus in a temporary folder, publishes synthetic
embeddings in small groups and asks with works of the collection, one query after the other, both
indexes in turn. Then the server is started again with what it kept: its memory above that of an
empty one, and its disk, are divided by the works. ``--sq8`` publishes everything once more with
the index for collections above five million works. About ten minutes, twice as many with it.
"""

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from milvus_kit import milvus_server

from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection
from artsim.core.errors import Unavailable
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.plugins.milvus import shape
from artsim.plugins.milvus.publish import publish
from artsim.search.filters import Filters
from artsim.search.query import Query
from benchmarks.kit.command import Benchmark, Option, Options, command_line, flag
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import resident
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles
from benchmarks.synthetic import grouped

FACTS = ("cpu", "cores", "load", "python", "pymilvus", "artsim", "date")
COLUMNS = (
    *("works", "dimension", "what", "by", "p50_ms", "p95_ms", "recall_at_10", "a_second"),
    *("bytes_a_work", "queries", *FACTS),
)
NAME, BACKBONE, K = "works", "synthetic", 10
STYLES = 100  # a filter for one of them passes 1 %
_SETTLE = 20.0  # seconds until a server that starts again has loaded what it serves
Row = dict[str, Any]


def made(workspace: Workspace, works: int, dimension: int) -> None:
    """A collection without pictures."""
    collection = Collection.create(workspace, NAME, "synthetic")
    ids = [str(i) for i in range(works)]
    numbers = range(works)
    table = {
        "id": ids,
        "title": [f"Untitled {i}" for i in numbers],
        "artist": [f"Artist {i % 3_000}" for i in numbers],
        "style": [f"Style {i % STYLES}" for i in numbers],
        "medium": ["Oil on canvas"] * works,
        "year": [1500 + i % 500 for i in numbers],
        "has_image": [True] * works,
    }
    schema = pa.schema([ARTWORK_SCHEMA.field(name) for name in table])
    lance_io.append(collection.uri, pa.table(table, schema=schema))
    column = collection.ensure_embedding_column(BACKBONE, "5" * 64, dimension)
    for numbers, _, embeddings in grouped(works, dimension):
        collection.write_embeddings(column, [ids[i] for i in numbers], embeddings)


def searched(library: Library, uri: str, ids: list[str], kind: str) -> list[Row]:
    """Milvus and exact search in turn, without and with a filter that 1 % of the works pass."""
    rows = []
    for what, filters in (("search", Filters()), ("1 % filter", Filters(styles=("Style 7",)))):
        times: dict[str, list[float]] = {"milvus": [], "exact": []}
        shares = []
        for index in times:  # the first of each opens what it needs
            library.search(NAME, Query(BACKBONE, ids[0], k=K, filters=filters, index=index), uri)
        for name in ids:
            found = {}
            for index, taken in times.items():
                query = Query(BACKBONE, name, k=K, filters=filters, index=index)
                result = library.search(NAME, query, uri)
                taken.append(result.took_ms)
                found[index] = {hit.id for hit in result.hits}
            shares.append(len(found["milvus"] & found["exact"]) / max(1, len(found["exact"])))
        for index, taken in times.items():
            p50, p95 = percentiles(taken)
            by = f"Milvus {kind}" if index == "milvus" else "artsim exact"
            recall = float(np.mean(shares)) if index == "milvus" else 1.0
            rows.append(
                {"what": what, "by": by, "p50_ms": round(p50, 2)}
                | {"p95_ms": round(p95, 2), "recall_at_10": round(recall, 4)}
                | {"queries": len(ids)}
            )
    return rows


def disk(folder: Path) -> int:
    """Bytes of the files of collections: not those of logs and of the server itself."""
    stored = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_blocks * 512 for path in stored)


def measure(works: int, dimension: int, queries: int, sq8: bool) -> list[Row]:
    """All rows of one size."""
    kind = "IVF_SQ8" if sq8 else "HNSW"
    shape.HNSW_UP_TO = 0 if sq8 else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        library = Library(Workspace.open(home / "home"))
        made(library.workspace, works, dimension)
        column = library.column(NAME, BACKBONE)
        with milvus_server(home / "server") as server:
            empty, nothing = resident(server.pid), disk(home / "server" / "data")
            done = publish(
                library.collection(NAME), column, "cosine", server.uri, TerminalProgress()
            )
            rng = np.random.default_rng(1)
            ids = [str(i) for i in rng.choice(works, min(queries, works), replace=False)]
            rows = searched(library, server.uri, ids, kind)
        with milvus_server(home / "server") as server:
            library.search(NAME, Query(BACKBONE, "1", index="exact"))
            time.sleep(_SETTLE)
            for _ in range(30):
                with suppress(Unavailable):  # until it has loaded the collection again
                    library.search(NAME, Query(BACKBONE, "1", index="milvus"), server.uri)
                    break
                time.sleep(1)
            held = resident(server.pid) - empty
            kept = disk(home / "server" / "data") - nothing
    rows += [
        {"what": "publish", "by": f"Milvus {kind}", "a_second": round(works / done.seconds, 1)},
        {"what": "memory", "by": f"Milvus {kind}", "bytes_a_work": round(held / works)},
        {"what": "disk", "by": f"Milvus {kind}", "bytes_a_work": round(kept / works)},
        {"what": "memory", "by": "artsim exact", "bytes_a_work": 4 * dimension},
    ]
    return [{"works": works, "dimension": dimension} | row for row in rows]


def run(options: Options, results: Results) -> None:
    """Measure every size with each index."""
    with results.table("milvus.csv", facts(*FACTS)) as table:
        for sq8 in (False, True) if options.sq8 else (False,):
            for works in options.works:
                for row in measure(works, options.dim, options.queries, sq8):
                    table.add(row)
                    shown = (f"{name} {row[name]}" for name in COLUMNS if name in row)
                    print("  ".join(shown), flush=True)


BENCHMARK = Benchmark(
    run,
    {"milvus.csv": COLUMNS},
    (
        Option("--works", "works of each collection", int, (7_352, 100_000), several=True),
        Option("--dim", "dimension of the embeddings", int, 1_280),
        Option("--queries", "queries of each collection", int, 200),
        flag("--sq8", "measure IVF_SQ8 too"),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("milvus"))
