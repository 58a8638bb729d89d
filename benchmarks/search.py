"""Exact search against NumPy, FAISS, usearch, LanceDB and the memory bandwidth of this machine.

Every contender answers the same query before the next query is asked, so that a busy machine
slows all of them alike, and each starts after a short rest, because the idle threads of OpenBLAS
and OpenMP go on spinning for some 30 ms; a filtered search is asked in a row too, as the rest takes
longer to wake from than it takes itself. The limit is the best time in which two threads of the C
library's memcmp read as many bytes as the matrix has (two streams a thread, equal throughout):
nothing is computed or written, so an exact search of float32 can hardly be faster. artsim reads a
copy with 8 bits a number first, whose limit is a row of its own; ``float32 only`` is without it.
``times ours`` is how many times as long the same questions took as artsim's, a question at a time:
the median and the quartiles. ``left`` is the median and the largest number of rows that the copy
left to be read in full. LanceDB searches a table on disk without an index, the others arrays in
memory. About five minutes.
"""

import ctypes
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

THREADS = 2
os.environ.setdefault("OMP_NUM_THREADS", str(THREADS))
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(THREADS))

import faiss  # noqa: E402
import lancedb  # noqa: E402
import numpy as np  # noqa: E402
import pyarrow as pa  # noqa: E402
import usearch.index  # noqa: E402

from artsim.search.compact import compact_bytes  # noqa: E402
from artsim.search.neighbours import METRICS, ExactIndex  # noqa: E402
from benchmarks.kit.command import SEED, Benchmark, Option, Options, command_line  # noqa: E402
from benchmarks.kit.machine import facts  # noqa: E402
from benchmarks.kit.results import Results  # noqa: E402
from benchmarks.kit.timing import in_a_row, interleaved, percentiles, ratio  # noqa: E402

FACTS = (
    *("cpu", "cores", "numpy", "faiss", "usearch", "lancedb"),
    *("python", "artsim", "commit", "date"),
)
COLUMNS = (
    *("what", "contender", "metric", "p50_ms", "p95_ms", "times_limit", "times_read"),
    *("times_ours", "left", "agrees"),
    *("rows", "dimension", "k", "queries", "limit_gb_s"),
    *FACTS,
)
READ = "read the matrix once", "read its 8-bit copy once"
Answer = tuple[str, str, str, Callable[[int], object]]


def clustered(rows: int, dim: int, seed: int) -> np.ndarray:
    """Embeddings in clusters, like those of a real collection: float32 [rows, dim]."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((200, dim), dtype=np.float32)
    matrix = rng.standard_normal((rows, dim), dtype=np.float32)
    for start in range(0, rows, 10_000):
        part = matrix[start : start + 10_000]
        part += centres[rng.integers(0, len(centres), len(part))]
    return matrix


class Reader:
    """Reads ``size`` bytes in THREADS threads, two streams each, and does nothing else."""

    def __init__(self, size: int) -> None:
        self._part = size // (2 * THREADS)
        self._bytes = np.ones(2 * THREADS * self._part, np.uint8)
        self._pool = ThreadPoolExecutor(THREADS)
        self._memcmp = ctypes.CDLL(None).memcmp
        self._memcmp.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t]

    def __call__(self, _: int) -> None:
        if any(self._pool.map(self._differs, range(THREADS))):
            raise AssertionError("the streams are equal")

    def _differs(self, thread: int) -> bool:
        start = self._bytes.ctypes.data + 2 * thread * self._part
        return bool(self._memcmp(start, start + self._part, self._part))


def plain_numpy(matrix: np.ndarray, k: int, metric: str) -> Callable[..., np.ndarray]:
    """What one writes first: a product, argpartition, and a sort of the K."""
    squares = np.einsum("ij,ij->i", matrix, matrix)
    norms = np.sqrt(squares)

    def answer(query: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        pick = slice(None) if rows is None else rows
        products = matrix[pick] @ query
        if metric == "cosine":
            keys = products / (norms[pick] * np.linalg.norm(query))
        else:
            keys = 2 * products - squares[pick]
        best = np.argpartition(-keys, k)[:k]
        best = best[np.argsort(-keys[best])]
        return best if rows is None else rows[best]

    return answer


def lance_table(matrix: np.ndarray, rows: np.ndarray, folder: str) -> "lancedb.table.Table":
    """A table of the embeddings, with a column that is true for ``rows``."""
    chosen = np.zeros(len(matrix), bool)
    chosen[rows] = True
    kind = pa.list_(pa.float32(), matrix.shape[1])
    schema = pa.schema([("row", pa.int64()), ("chosen", pa.bool_()), ("vector", kind)])

    def parts() -> Iterator[pa.RecordBatch]:
        for start in range(0, len(matrix), 10_000):
            part = matrix[start : start + 10_000]
            vectors = pa.FixedSizeListArray.from_arrays(pa.array(part.ravel()), part.shape[1])
            numbers = pa.array(range(start, start + len(part)), pa.int64())
            flags = pa.array(chosen[start : start + len(part)])
            yield pa.RecordBatch.from_arrays([numbers, flags, vectors], schema=schema)

    return lancedb.connect(folder).create_table("works", parts(), schema=schema)


def contenders(
    ours: ExactIndex, queries: np.ndarray, k: int, seed: int, folder: str
) -> list[Answer]:
    """(what is measured, by whom, metric, answer to query i) for every contender."""
    matrix = ours.matrix
    plainly = ExactIndex(matrix, copies=False)
    scaled = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    unit = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(matrix), len(matrix) // 100, replace=False))
    chosen = faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))
    table = lance_table(matrix, rows, folder)
    found: list[Answer] = []
    for metric, stored, asked, kind, name in (
        ("cosine", scaled, unit, faiss.IndexFlatIP, "ip"),
        ("euclidean", matrix, queries, faiss.IndexFlatL2, "l2sq"),
    ):
        flat = kind(matrix.shape[1])
        flat.add(stored)
        naive = plain_numpy(matrix, k, metric)
        lance_metric = "cosine" if metric == "cosine" else "l2"

        def exact(i: int, m: str = metric) -> object:
            return ours.search(queries[i], k, m).rows

        def exact_plain(i: int, m: str = metric) -> object:
            return plainly.search(queries[i], k, m).rows

        def exact_few(i: int, m: str = metric) -> object:
            return ours.search(queries[i], k, m, rows).rows

        def plain(i: int, f: Callable[..., np.ndarray] = naive) -> object:
            return f(queries[i])

        def plain_few(i: int, f: Callable[..., np.ndarray] = naive) -> object:
            return f(queries[i], rows)

        def faiss_all(i: int, f: faiss.Index = flat, q: np.ndarray = asked) -> object:
            return f.search(q[i : i + 1], k)[1][0]

        def faiss_few(i: int, f: faiss.Index = flat, q: np.ndarray = asked) -> object:
            return f.search(q[i : i + 1], k, params=chosen)[1][0]

        def usearch_all(
            i: int, s: np.ndarray = stored, q: np.ndarray = asked, n: str = name
        ) -> object:
            return usearch.index.search(s, q[i], k, n, exact=True, threads=THREADS).keys

        def lance_all(i: int, m: str = lance_metric) -> object:
            asking = table.search(queries[i]).distance_type(m).limit(k).select(["row", "_distance"])
            return asking.to_arrow().column("row").to_numpy()

        def lance_few(i: int, m: str = lance_metric) -> object:
            asking = table.search(queries[i]).distance_type(m).where("chosen", prefilter=True)
            return asking.limit(k).select(["row", "_distance"]).to_arrow().column("row").to_numpy()

        found += [
            ("single query", "artsim exact", metric, exact),
            ("single query", "artsim exact, float32 only", metric, exact_plain),
            ("single query", "numpy matmul + argpartition", metric, plain),
            ("single query", "faiss flat", metric, faiss_all),
            ("single query", "usearch exact", metric, usearch_all),
            ("single query", "lancedb flat", metric, lance_all),
            ("1 % filter", "artsim exact", metric, exact_few),
            ("1 % filter", "numpy matmul + argpartition", metric, plain_few),
            ("1 % filter", "faiss flat", metric, faiss_few),
            ("1 % filter", "lancedb flat", metric, lance_few),
        ]
    return found


def batched(matrix: np.ndarray, queries: np.ndarray, k: int) -> list[Answer]:
    """All queries at once; the time is for one of them."""
    ours, flat = ExactIndex(matrix), faiss.IndexFlatL2(matrix.shape[1])
    flat.add(matrix)
    return [
        ("batch, a query", "artsim exact", "cosine", lambda _: ours.search_many(queries, k)),
        (
            "batch, a query",
            "artsim exact",
            "euclidean",
            lambda _: ours.search_many(queries, k, "euclidean"),
        ),
        ("batch, a query", "faiss flat", "euclidean", lambda _: flat.search(queries, k)),
    ]


def agreement(answers: list[Answer], count: int) -> list[float]:
    """Share of each contender's answers that artsim gives too, for the same question."""
    truth = {(what, metric): answer for what, by, metric, answer in answers if by == "artsim exact"}
    shares = []
    for what, _, metric, answer in answers:
        same = [
            len(np.intersect1d(answer(i), truth[what, metric](i))) / len(np.asarray(answer(i)))
            for i in range(min(3, count))
        ]
        shares.append(float(np.mean(same)))
    return shares


def left_over(ours: ExactIndex, queries: np.ndarray, k: int) -> dict[str, str]:
    """Rows that the copy leaves to be read in full, by metric: the median and the most."""
    found = {}
    for metric in METRICS:
        near = [ours.narrowed(ours.checked(query), k, metric) for query in queries]
        counts = [len(ours) if rows is None else len(rows) for rows in near]
        found[metric] = f"{np.median(counts):.0f}, {max(counts)} at most"
    return found


def paired(answers: list[Answer], times: list[list[float]]) -> list[str]:
    """How many times as long as artsim each contender took for the same questions."""
    ours = {a[0::2][:2]: t for a, t in zip(answers, times, strict=True) if a[1] == "artsim exact"}
    asked = [ours.get(answer[0::2][:2]) for answer in answers]
    return [
        "" if o is None or o is t else str(ratio(t, o)) for o, t in zip(asked, times, strict=True)
    ]


def run(options: Options, results: Results) -> None:
    """Ask every contender, and tell how each compares with reading the memory."""
    known = facts(*FACTS)
    faiss.omp_set_num_threads(THREADS)
    matrix = clustered(options.works, options.dim, options.seed)
    rng = np.random.default_rng(options.seed + 1)
    queries = matrix[rng.choice(len(matrix), max(options.queries, options.batch))]
    queries = queries + 0.1 * rng.standard_normal(queries.shape, dtype=np.float32)
    readers: list[Answer] = [
        (what, f"memcmp, {THREADS} threads", "", Reader(size))
        for what, size in zip(READ, (matrix.nbytes, compact_bytes(*matrix.shape)), strict=True)
    ]
    with tempfile.TemporaryDirectory(prefix="artsim-") as folder:
        ours = ExactIndex(matrix)
        ours.make_compact()
        answers = readers + contenders(ours, queries, options.k, options.seed, folder)
        times = interleaved([answer[3] for answer in answers], options.queries)
        agree = [float("nan")] * 2 + agreement(answers[2:], options.queries)

    few = [a for a in answers if a[0] == "1 % filter" and a[1] != "lancedb flat"]
    times += [in_a_row(answer[3], options.queries) for answer in few]
    answers += [("1 % filter, in a row", *answer[1:]) for answer in few]
    many = batched(matrix, queries[: options.batch], options.k)
    for values in interleaved([answer[3] for answer in many], 7, warm=1):
        times.append([value / options.batch for value in values])
    answers += many
    agree += [float("nan")] * (len(few) + len(many))

    left = left_over(ours, queries[: options.queries], options.k)
    compared = paired(answers, times)
    limit = min(times[0])  # the best read of the run: what a quiet moment allows
    known |= {
        "rows": options.works,
        "dimension": options.dim,
        "k": options.k,
        "limit_gb_s": f"{matrix.nbytes / limit / 1e6:.1f}",
    }
    print(f"limit {limit:.1f} ms = {known['limit_gb_s']} GB/s; then p50, p95, p50 over the limit")
    print("and over the median of reading, times as long as artsim, share of artsim's answers")
    with results.table("search.csv", known) as table:
        for answer, taken, times_ours, agrees in zip(answers, times, compared, agree, strict=True):
            what, by, metric, _ = answer
            p50, p95 = percentiles(taken)
            whole = what in ("single query", *READ)
            row = {
                "what": what,
                "contender": by,
                "metric": metric,
                "p50_ms": f"{p50:.2f}",
                "p95_ms": f"{p95:.2f}",
                "times_limit": f"{p50 / limit:.2f}" if whole else "",
                "times_read": f"{p50 / np.median(times[0]):.2f}" if whole else "",
                "times_ours": times_ours,
                "left": left[metric] if (what, by) == ("single query", "artsim exact") else "",
                "agrees": "" if np.isnan(agrees) else f"{agrees:.3f}",
                "queries": len(taken),
            }
            table.add(row)
            print(
                f"{what:26}{by:30}{metric:11}{p50:9.2f}{p95:9.2f} ms "
                f"{row['times_limit']:>6} {row['times_read']:>6} {times_ours:24} {row['agrees']:>6}"
            )


BENCHMARK = Benchmark(
    run,
    {"search.csv": COLUMNS},
    (
        Option("--works", "works in the collection", int, 100_000),
        Option("--dim", "dimension of the embeddings", int, 1_280),
        Option("--k", "results for each query", int, 50),
        Option("--queries", "queries asked one by one", int, 60),
        Option("--batch", "queries asked at once", int, 200),
        SEED,
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("search"))
