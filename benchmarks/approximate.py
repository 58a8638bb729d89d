"""Approximate search of a million works against exact search and the memory bandwidth.

    python -m benchmarks.approximate [--rows 1000000 --dim 512 --k 10] [--peers] [--home FOLDER]

A real collection of embeddings in small groups, without pictures, is made in a temporary workspace,
indexed as ``artsim index`` does, opened by a second engine and asked through it, as a page asks.
Contenders answer the same query in turn, so that each finds the processor's caches as another left
them; ``search in a row`` is the approximate index alone, asked one query after another. The limit
is that of exact search of float32: the time in which two threads read the matrix once. A peer is
IVF of FAISS over 8-bit numbers with as few cells as find 0.99 of the truth; ``--peers`` adds HNSW
of usearch over 8-bit numbers, which takes longer to build than all the rest. ``--home`` keeps the
workspace, where an index that is there is not built again. About 12 minutes, most of them building.
"""

import argparse
import csv
import os
import resource
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.store import Collection, embedding_column, list_collections
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.build_index import build_index
from artsim.search.index_store import about
from artsim.search.query import Query
from benchmarks.search import THREADS, Reader, in_a_row, interleaved, machine
from benchmarks.synthetic import grouped

RESULTS = Path(__file__).parent / "results" / "approximate.csv"
BACKBONE, DIGEST = "synthetic", "5" * 64
LINKS, EFFORT = 24, 200


def collect(workspace: Workspace, rows: int, dimension: int, seed: int) -> None:
    """A collection of works without pictures that have embeddings in small groups."""
    collection = Collection.create(workspace, "many", "folder", generated=True)
    column = embedding_column(BACKBONE, DIGEST)
    kind = pa.list_(pa.float32(), dimension)
    added = [
        pa.field(column, kind, metadata={"backbone": BACKBONE, "digest": DIGEST}),
        pa.field(f"{column}_ok", pa.bool_()),
    ]
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


def resident() -> float:
    """Megabytes of memory that this process uses now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


def usearch_peer(matrix: np.ndarray, k: int, effort: int) -> Callable[[np.ndarray], np.ndarray]:
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


def ivf_peer(matrix: np.ndarray, k: int, seed: int) -> Callable[[np.ndarray], np.ndarray]:
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.approximate", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    facts = machine() | {"rows": options.rows, "dimension": options.dim, "k": options.k}
    rows: list[dict[str, object]] = []

    def told(what: str, by: str, **values: object) -> None:
        rows.append({"what": what, "contender": by, **values, **facts})
        shown = "  ".join(f"{name} {value}" for name, value in values.items())
        print(f"{what:16}{by:24}{shown}", flush=True)

    with ExitStack() as stack:
        home = options.home or stack.enter_context(tempfile.TemporaryDirectory(prefix="artsim-"))
        workspace = Workspace.open(home)
        if "many" not in list_collections(workspace):
            began = time.monotonic()
            collect(workspace, options.rows, options.dim, options.seed)
            told("store", "artsim", seconds=f"{time.monotonic() - began:.1f}")
        before = Library(workspace)
        collection, gallery = before.collection("many"), before.gallery("many", BACKBONE)
        known = about(collection, gallery.column, "cosine")
        info = known[1] if known else build_index(collection, gallery)
        told(
            "build",
            "artsim approximate",
            seconds=f"{info.seconds:.1f}",
            recall_at_10=f"{info.recall_at_10:.4f}",
            recall_at_100=f"{info.recall_at_100:.4f}",
            megabytes=info.megabytes,
        )
        del before, gallery
        here = Library(workspace)
        gallery = here.gallery("many", BACKBONE)
        held, began = resident(), time.monotonic()

        def ask(i: int, index: str) -> list[int]:
            found = here.search("many", Query(BACKBONE, id=names[i], k=options.k, index=index))
            if found.index != index:
                raise SystemExit(f"{index} was asked, {found.index} answered: {found.note}")
            return [int(hit.id[1:]) for hit in found.hits]

        # The first half is asked in turn with the peers, the second in a row.
        chosen = np.random.default_rng(options.seed + 1).choice(
            len(gallery), 2 * options.queries, replace=False
        )
        names = [gallery.ids[row] for row in chosen]
        ask(0, "approximate")
        told(
            "open",
            "artsim approximate",
            seconds=f"{time.monotonic() - began:.1f}",
            megabytes=f"{resident() - held:.0f}",
        )
        gallery.index.make_compact()
        truth = [set(ask(i, "exact")) for i in range(options.queries)]
        answers: list[tuple[str, str, str, Callable[[int], object]]] = [
            ("limit", f"memcmp, {THREADS} threads", "", Reader(gallery.matrix.nbytes)),
            ("search", "artsim exact", "cosine", lambda i: ask(i, "exact")),
            ("search", "artsim approximate", "cosine", lambda i: ask(i, "approximate")),
        ]
        makers: dict[str, Callable[[], Callable[[np.ndarray], np.ndarray]]] = {
            "faiss IVF, 8 bits": lambda: ivf_peer(gallery.matrix, options.k, options.seed)
        }
        if options.peers:
            makers["usearch HNSW, 8 bits"] = lambda: usearch_peer(
                gallery.matrix, options.k, info.effort
            )
        for by, make in makers.items():
            began, held = time.monotonic(), resident()
            peer = make()
            told(
                "build",
                by,
                seconds=f"{time.monotonic() - began:.1f}",
                megabytes=f"{resident() - held:.0f}",
            )

            def found(i: int, peer: Callable[[np.ndarray], np.ndarray] = peer) -> list[int]:
                row = int(chosen[i])
                return [int(n) for n in peer(gallery.matrix[row]) if n != row][: options.k]

            answers.append(("search", by, "cosine", found))
        times = interleaved(answers, options.queries)
        limit = min(times[0])
        for n, (what, by, _, answer) in enumerate(answers):
            p50, p95 = np.percentile(times[n], [50, 95])
            hits = (
                [len(truth[i] & set(answer(i))) for i in range(options.queries)] if n else []  # type: ignore[call-overload]
            )
            told(
                what,
                by,
                p50_ms=f"{p50:.2f}",
                p95_ms=f"{p95:.2f}",
                times_limit=f"{p50 / limit:.2f}",
                recall_at_10=f"{np.sum(hits) / (options.k * options.queries):.4f}" if n else "",
            )
        alone = in_a_row(lambda i: ask(options.queries + i, "approximate"), options.queries)
        p50, p95 = np.percentile(alone, [50, 95])
        told("search in a row", "artsim approximate", p50_ms=f"{p50:.2f}", p95_ms=f"{p95:.2f}")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    print(f"wrote {options.out.name}")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
    main()
