"""Approximate search of a million works against exact search and the memory bandwidth.

A real collection of embeddings in small groups, without pictures, is made in a temporary workspace,
indexed as ``artsim index`` does, opened by a second library and asked through it, as a page asks.
Contenders answer the same query in turn, so that each finds the processor's caches as another left
them; ``search in a row`` is the approximate index alone, asked one query after another. The limit
is that of exact search of float32: the time in which two threads read the matrix once. A peer is
IVF of FAISS over 8-bit numbers with as few cells as find 0.99 of the truth; ``--peers`` adds HNSW
of usearch over 8-bit numbers, which takes longer to build than all the rest. ``--home`` keeps the
workspace, where an index that is there is not built again. About 12 minutes, most of them building.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np
import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.embedding_column import field_of
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import Unavailable
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.build_index import build_index
from artsim.search.gallery import Gallery
from artsim.search.index_store import about
from artsim.search.query import Query
from benchmarks.kit.command import HOME, SEED, Benchmark, Option, Options, command_line, flag
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import resident
from benchmarks.kit.results import Results
from benchmarks.kit.timing import in_a_row, interleaved, percentiles
from benchmarks.search import THREADS, Reader
from benchmarks.synthetic import grouped

FACTS = (
    *("cpu", "cores", "numpy", "faiss", "usearch", "lancedb"),
    *("python", "artsim", "commit", "date"),
)
COLUMNS = (
    *("what", "contender", "seconds", "recall_at_10", "recall_at_100", "megabytes", *FACTS),
    *("rows", "dimension", "k", "p50_ms", "p95_ms", "times_limit"),
)
BACKBONE, DIGEST = "synthetic", "5" * 64
LINKS, EFFORT = 32, 40
Tell = Callable[..., None]
Answer = Callable[[np.ndarray], np.ndarray]  # the rows nearest to a query


def collect(workspace: Workspace, rows: int, dimension: int, seed: int) -> None:
    """A collection of works without pictures that have embeddings in small groups."""
    collection = Collection.create(workspace, "many", "folder", generated=True)
    field = field_of(BACKBONE, DIGEST, dimension, None)
    column = field.name
    added = [field, pa.field(f"{column}_ok", pa.bool_())]
    lance_io.add_columns(collection.uri, pa.schema(added))
    for numbers, _, part in grouped(rows, dimension, seed):
        ids = [f"w{row:07d}" for row in numbers]
        table = pa.table(
            {
                "id": ids,
                "title": ids,
                "has_image": [True] * len(part),
                column: pa.FixedSizeListArray.from_arrays(pa.array(part.ravel()), dimension),
                f"{column}_ok": [True] * len(part),
            }
        )
        lance_io.append(collection.uri, table)


def usearch_peer(matrix: np.ndarray, k: int, effort: int) -> Answer:
    """HNSW of usearch over 8-bit numbers, with the links and the effort of artsim's graph."""
    from usearch.index import Index

    index = Index(
        ndim=matrix.shape[1],
        metric="cos",
        dtype="i8",
        connectivity=LINKS,
        expansion_add=EFFORT,
        expansion_search=effort,
    )
    index.add(np.arange(len(matrix)), matrix, threads=THREADS)
    return lambda query: np.asarray(index.search(query, k + 1, threads=1).keys)


def ivf_peer(matrix: np.ndarray, k: int, seed: int) -> Answer:
    """Cells of FAISS over 8-bit numbers, as many looked at as find 0.99 of some exact results."""
    import faiss

    kind = faiss.METRIC_INNER_PRODUCT
    unit = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    cells = faiss.index_factory(matrix.shape[1], f"IVF{int(4 * len(matrix) ** 0.5)},SQ8", kind)
    chosen = np.random.default_rng(seed + 2).choice(len(unit), 100, replace=False)
    cells.train(unit[:: max(1, len(unit) // 200_000)])
    cells.add(unit)
    truth = np.argpartition(-(unit[chosen] @ unit.T), k + 1, axis=1)[:, : k + 1]
    for probes in (8, 16, 32, 64, 128, 256, 512, 1024):
        cells.nprobe = probes
        found = cells.search(unit[chosen], k + 1)[1]
        pairs = zip(found, truth, strict=True)
        if np.mean([len(np.intersect1d(a, b)) / (k + 1) for a, b in pairs]) >= 0.99:
            break

    def answer(query: np.ndarray) -> np.ndarray:
        return np.asarray(cells.search(query[None] / np.linalg.norm(query), k + 1)[1][0])

    return answer


def indexed(workspace: Workspace, options: Options, tell: Tell) -> Any:
    """The collection with its index, made where it is not there; what the index says of itself."""
    if "many" not in list_collections(workspace):
        began = time.monotonic()
        collect(workspace, options.works, options.dim, options.seed)
        tell("store", "artsim", seconds=f"{time.monotonic() - began:.1f}")
    library = Library(workspace)
    collection, gallery = library.collection("many"), library.gallery("many", BACKBONE)
    known = about(collection, gallery.column, "cosine")
    info = known[1] if known else build_index(collection, gallery)
    tell(
        "build",
        "artsim approximate",
        seconds=f"{info.seconds:.1f}",
        recall_at_10=f"{info.recall_at_10:.4f}",
        recall_at_100=f"{info.recall_at_100:.4f}",
        megabytes=info.megabytes,
    )
    return info


def peers(gallery: Gallery, options: Options, effort: int, tell: Tell) -> dict[str, Answer]:
    """The other indexes over the same embeddings, by name."""
    makers: dict[str, Callable[[], Answer]] = {
        "faiss IVF, 8 bits": lambda: ivf_peer(gallery.matrix, options.k, options.seed)
    }
    if options.peers:
        makers["usearch HNSW, 8 bits"] = lambda: usearch_peer(gallery.matrix, options.k, effort)
    made = {}
    for by, make in makers.items():
        began, held = time.monotonic(), resident()
        made[by] = make()
        tell(
            "build",
            by,
            seconds=f"{time.monotonic() - began:.1f}",
            megabytes=f"{(resident() - held) / 1e6:.0f}",
        )
    return made


def run(options: Options, results: Results) -> None:
    """Index the collection, then ask everybody in turn."""
    known = facts(*FACTS) | {"rows": options.works, "dimension": options.dim, "k": options.k}
    with ExitStack() as stack:
        home = options.home or stack.enter_context(tempfile.TemporaryDirectory(prefix="artsim-"))
        table = stack.enter_context(results.table("approximate.csv", known))

        def tell(what: str, by: str, **values: object) -> None:
            table.add({"what": what, "contender": by, **values})
            shown = "  ".join(f"{name} {value}" for name, value in values.items())
            print(f"{what:16}{by:24}{shown}", flush=True)

        workspace = Workspace.open(home)
        info = indexed(workspace, options, tell)
        asked(Library(workspace), options, info.effort, tell)


def asked(library: Library, options: Options, effort: int, tell: Tell) -> None:
    """Ask the index, exact search and the peers the same queries."""
    gallery = library.gallery("many", BACKBONE)
    held, began = resident(), time.monotonic()

    def ask(i: int, index: str) -> list[int]:
        found = library.search("many", Query(BACKBONE, id=names[i], k=options.k, index=index))
        if found.index != index:
            raise Unavailable(f"{index} was asked, {found.index} answered: {found.note}")
        return [int(hit.id[1:]) for hit in found.hits]

    # The first half is asked in turn with the peers, the second in a row.
    chosen = np.random.default_rng(options.seed + 1).choice(
        len(gallery), 2 * options.queries, replace=False
    )
    names = [gallery.ids[row] for row in chosen]
    ask(0, "approximate")
    tell(
        "open",
        "artsim approximate",
        seconds=f"{time.monotonic() - began:.1f}",
        megabytes=f"{(resident() - held) / 1e6:.0f}",
    )
    gallery.index.make_compact()
    truth = [set(ask(i, "exact")) for i in range(options.queries)]
    answers: dict[str, Callable[[int], list[int]]] = {
        "artsim exact": lambda i: ask(i, "exact"),
        "artsim approximate": lambda i: ask(i, "approximate"),
    }
    for by, peer in peers(gallery, options, effort, tell).items():

        def found(i: int, peer: Answer = peer) -> list[int]:
            row = int(chosen[i])
            return [int(n) for n in peer(gallery.matrix[row]) if n != row][: options.k]

        answers[by] = found
    reading, *times = interleaved(
        [Reader(gallery.matrix.nbytes), *answers.values()], options.queries
    )
    limit = min(reading)

    def told(what: str, by: str, taken: list[float], recall: str = "") -> None:
        p50, p95 = percentiles(taken)
        figures = {"p50_ms": f"{p50:.2f}", "p95_ms": f"{p95:.2f}"}
        tell(what, by, **figures, times_limit=f"{p50 / limit:.2f}", recall_at_10=recall)

    told("limit", f"memcmp, {THREADS} threads", reading)
    for (by, answer), taken in zip(answers.items(), times, strict=True):
        hits = [len(truth[i] & set(answer(i))) for i in range(options.queries)]
        told("search", by, taken, f"{np.sum(hits) / (options.k * options.queries):.4f}")
    alone = in_a_row(lambda i: ask(options.queries + i, "approximate"), options.queries)
    p50, p95 = percentiles(alone)
    tell("search in a row", "artsim approximate", p50_ms=f"{p50:.2f}", p95_ms=f"{p95:.2f}")


BENCHMARK = Benchmark(
    run,
    {"approximate.csv": COLUMNS},
    (
        HOME,
        Option("--works", "works in the collection", int, 1_000_000),
        Option("--dim", "dimension of the embeddings", int, 512),
        Option("--k", "results for each query", int, 10),
        Option("--queries", "queries in turn with the others, and as many in a row", int, 100),
        flag("--peers", "build and search usearch too"),
        SEED,
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("approximate"))
