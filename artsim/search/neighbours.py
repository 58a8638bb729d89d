"""Exact nearest neighbours over one contiguous float32 matrix, at the speed memory can be read.

One matrix product gives float32 keys for every row; all rows whose key is within its error of the
K-th best are scored again in float64, so results, scores and ties are those of float64
arithmetic. Ties go to the lower row. Search, evaluation, maps and training all find neighbours
here. A large matrix that is asked again and again gets a copy with 16 bits a number for the first
pass: half the memory to read, the same answers.
"""

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from artsim.core.errors import InvalidInput
from artsim.search.compact import Compact, affordable
from artsim.search.selection import above, kth_largest, positions_in, reaching

Metric = Literal["cosine", "euclidean"]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

METRICS: tuple[Metric, ...] = ("cosine", "euclidean")
MAX_K = 10_000
SMALLEST_NORM, LARGEST_NORM = 1e-12, 1e18

_GATHER_SHARE = 0.27  # above this share of rows one full scan beats gathering (measured)
_GATHER_BYTES = 1 << 20  # gathered rows are read again from the cache
_KEY_BYTES = 128 << 20  # keys held at once for a batch of queries
_RESCORE_BYTES = 32 << 20
_COMPACT_BYTES = 128 << 20  # a smaller matrix is read in a few milliseconds anyway
_COMPACT_AFTER = 3  # searches of a large matrix, before making its copy pays
_LENGTH = 1.000001  # of a query scaled to 1 and rounded, at most


@dataclass(frozen=True)
class Neighbours:
    """Rows best first, with their score (higher is nearer) and distance, all of shape [K].

    ``index`` is the kind of index that found them.
    """

    rows: Rows
    scores: Doubles
    distances: Doubles
    index: str = "exact"


def checked_metric(metric: str) -> Metric:
    """Return ``metric`` if it is one of METRICS, else raise InvalidInput."""
    if metric not in METRICS:
        raise InvalidInput(f"{metric[:40]!r} is no metric: use cosine or euclidean.")
    return cast(Metric, metric)


def checked_k(k: int) -> int:
    """Return ``k`` if 1 <= k <= MAX_K, else raise InvalidInput."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer):
        raise InvalidInput(f"K must be a whole number between 1 and {MAX_K:,}.")
    if not 1 <= k <= MAX_K:
        shown = f"{k:,}" if abs(k) < 1e12 else "far too large"
        raise InvalidInput(f"K is {shown}, but it must be between 1 and {MAX_K:,}.")
    return int(k)


class _Copy(NamedTuple):
    """What is multiplied in place of a large matrix, and the most that any row lost in it."""

    rows: Compact
    lost: np.float32
    lost_at_one: np.float32  # of rows scaled to length 1


@dataclass(frozen=True)
class Keys:
    """One query's float32 keys: they order the rows as scores do, but for what rounding moved.

    ``values`` [n] are the keys of ``rows`` (of every row of ``index`` where that is None), higher
    is nearer, -inf where a row is left out. ``compact`` is what was multiplied to get them where
    that was not the matrix.
    """

    index: "ExactIndex"
    query: Doubles
    metric: Metric
    values: Floats
    rows: Rows | None = None
    compact: _Copy | None = None

    def nearest(self, k: int) -> Neighbours:
        """The ``k`` nearest rows, by their scores in float64; equal scores by lower row."""
        return self.index.scored(self.query, self.candidates(k), k, self.metric)

    def candidates(self, k: int) -> Rows:
        """Every row that may be among the ``k`` nearest, ascending."""
        possible = np.flatnonzero(
            reaching(self.values, kth_largest(self.values, k) - self._margin())
        )
        found = possible if self.rows is None else self.rows[possible]
        if self.metric == "euclidean":  # longer rows are less exact: each one's own error counts
            near, error = self.values[possible], self._error(found)
            found = found[reaching(near + error, kth_largest(near - error, k))]
        return found

    def hits_in_top(self, r: int, relevant: Rows) -> int:
        """How many of the rows ``relevant`` (unique) are among the ``r`` nearest."""
        bound, margin = kth_largest(self.values, r), self._margin()
        places = relevant if self.rows is None else positions_in(self.rows, relevant)
        mine = self.values[places]
        possible = np.flatnonzero(reaching(self.values, bound - margin))
        if len(possible) <= r:
            return int(np.count_nonzero(reaching(mine, bound - margin)))
        sure = above(self.values[possible], bound + margin)
        doubtful = possible[~sure] if self.rows is None else self.rows[possible[~sure]]
        left = r - int(np.count_nonzero(sure))
        winners = self.index.scored(self.query, doubtful, left, self.metric).rows
        hits = np.count_nonzero(above(mine, bound + margin)) + np.isin(winners, relevant).sum()
        return int(hits)

    def _margin(self) -> np.float32:
        """How much two keys may be wrong against each other."""
        return np.float32(2 * self._error())

    def _error(self, rows: Rows | None = None) -> Floats | np.float32:
        return self.index.error(self.metric, self.query, self.compact, rows)


class ExactIndex:
    """Exact search over ``matrix`` float32 [N, D], which is shared, not copied.

    Rows with NaN or infinite values, or a norm above 1e18, are never found. A row or query with a
    norm below 1e-12 counts as zero: its cosine with everything is 0. Thread-safe.

    With ``copies`` the third search of a large matrix starts a thread that makes its compact copy,
    where memory allows; ``nbytes`` counts that from the start.
    """

    kind = "exact"

    def __init__(self, matrix: Floats, copies: bool = True) -> None:
        if matrix.ndim != 2 or matrix.dtype != np.float32 or not matrix.flags.c_contiguous:
            raise ValueError("the matrix must be a C-contiguous float32 array of shape [N, D]")
        self.matrix = matrix
        self._exact_squares = _squares(matrix)
        norms = np.sqrt(self._exact_squares)
        usable = norms <= LARGEST_NORM
        self._unusable: Rows = np.flatnonzero(~usable)
        norms[~usable] = 0.0
        self.norms: Floats = norms.astype(np.float32)
        self._longest = self.norms.max(initial=0)
        with np.errstate(divide="ignore"):
            inverse = np.where(norms > SMALLEST_NORM, 1.0 / norms, 0.0)
        self._inverse: Floats = inverse.astype(np.float32)
        self._squares: Floats = np.square(norms).astype(np.float32)
        # Rounding error of a product of unit vectors: BLAS adds in lanes, so D / 4 is generous.
        self._unit = float(np.finfo(np.float32).eps) / 2 * (matrix.shape[1] / 4 + 16)
        self._large = copies and matrix.nbytes >= _COMPACT_BYTES and affordable(matrix.nbytes // 2)
        self._compact: _Copy | None = None
        self._asked = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def dimension(self) -> int:
        return int(self.matrix.shape[1])

    @property
    def nbytes(self) -> int:
        return int(self.matrix.nbytes) * 3 // 2 if self._large else int(self.matrix.nbytes)

    @property
    def compact(self) -> bool:
        """Whether the first pass reads a copy with 16 bits a number."""
        return self._compact is not None

    def make_compact(self) -> None:
        """Make the copy for the first pass now; answers stay the same."""
        usable = np.ones(len(self), bool)
        usable[self._unusable] = False
        compact = Compact(self.matrix, usable)
        lost, at_one = compact.lost.max(initial=0), (compact.lost * self._inverse).max(initial=0)
        self._compact = _Copy(compact, lost, at_one)

    def search(
        self,
        query: npt.ArrayLike,
        k: int,
        metric: str = "cosine",
        rows: Rows | None = None,
        exclude: Sequence[int] | Rows = (),
    ) -> Neighbours:
        """The ``k`` nearest rows of one query [D]; fewer where fewer are allowed.

        ``rows`` (ascending, unique) restricts the search, ``exclude`` names rows to leave out.
        Raises InvalidInput for a query of another dimension or with values that are no numbers.
        """
        kind, count, vector = checked_metric(metric), checked_k(k), self.checked(query)
        direction, compact = _direction(vector, kind), self._compact
        if compact is not None:
            products = compact.rows.products(direction, rows)
        else:
            self._count_question(rows)
            products = self._products(direction, rows)
        return self._keys(vector, products, kind, rows, exclude, compact).nearest(count)

    def search_many(
        self,
        queries: npt.ArrayLike,
        k: int,
        metric: str = "cosine",
        rows: Rows | None = None,
        exclude: Sequence[Sequence[int] | Rows] | None = None,
    ) -> list[Neighbours]:
        """``search`` for queries [M, D] in blocks; memory does not grow with M x N."""
        kind, count = checked_metric(metric), checked_k(k)
        asked = np.asarray(queries)
        if not len(asked):
            return []
        vectors = self.checked(asked, 2)
        return [keys.nearest(count) for keys in self.keys(vectors, kind, rows, exclude)]

    def keys(
        self,
        queries: npt.NDArray[np.floating],
        metric: Metric,
        rows: Rows | None = None,
        exclude: Sequence[Sequence[int] | Rows] | None = None,
        block: int | None = None,
    ) -> Iterator[Keys]:
        """The keys of each of ``queries`` [M, D], for what asks more than the nearest of them.

        Queries share a matrix product, at most ``block`` at a time; results do not depend on it.
        Queries are ones that ``checked`` lets pass: this does not look again.
        """
        width = len(self) if rows is None else len(rows)
        most = max(1, min(block or len(queries), _KEY_BYTES // (4 * max(1, width))))
        # Blocks of one size: a product pays for reading the matrix by the queries that share it.
        blocks = max(1, math.ceil(len(queries) / most))
        size = max(1, math.ceil(len(queries) / blocks))
        for start in range(0, len(queries), size):
            part = np.asarray(queries[start : start + size], np.float64)
            products = self._products_many(_direction(part, metric), rows)
            for i, query in enumerate(part):
                left_out = exclude[start + i] if exclude is not None else ()
                yield self._keys(query, products[i], metric, rows, left_out)

    def checked(self, query: npt.ArrayLike, dimensions: int = 1) -> Doubles:
        """``query`` as float64 [D], or [M, D] where it has two ``dimensions``.

        Raises InvalidInput where it cannot be searched with.
        """
        vectors = np.asarray(query, dtype=np.float64)
        if vectors.ndim != dimensions or vectors.shape[-1] != self.dimension:
            raise InvalidInput(
                f"The query has shape {vectors.shape}, but this gallery's embeddings have "
                f"dimension {self.dimension}: use the same backbone for both."
            )
        if not np.all(_norms(vectors) <= LARGEST_NORM):
            raise InvalidInput("The query's embedding holds values that are no usable numbers.")
        return vectors

    def _count_question(self, rows: Rows | None) -> None:
        """Start making the compact copy when a large matrix was read often enough."""
        if not self._large or (rows is not None and len(rows) <= _GATHER_SHARE * len(self)):
            return
        with self._lock:
            self._asked += 1
            due = self._asked == _COMPACT_AFTER
        if due:
            threading.Thread(target=self.make_compact, daemon=True).start()

    def _products(self, query: Floats, rows: Rows | None) -> Floats:
        """Products of the query with the allowed rows, float32 [len(rows) or N]."""
        with np.errstate(all="ignore"):
            if rows is None:
                return self.matrix @ query
            if len(rows) > _GATHER_SHARE * len(self):
                return (self.matrix @ query)[rows]
            products = np.empty(len(rows), np.float32)
            for start, part in self._gathered(rows):
                np.dot(part, query, out=products[start : start + len(part)])
        return products

    def _products_many(self, queries: Floats, rows: Rows | None) -> Floats:
        """As ``_products`` for queries [M, D]: float32 [M, len(rows) or N]."""
        with np.errstate(all="ignore"):
            if rows is None:
                return queries @ self.matrix.T
            products = np.empty((len(queries), len(rows)), np.float32)
            for start, part in self._gathered(rows):
                products[:, start : start + len(part)] = queries @ part.T
        return products

    def _gathered(self, rows: Rows) -> Iterator[tuple[int, Floats]]:
        """The allowed rows of the matrix in blocks, each valid until the next: (start, block)."""
        step = max(1, _GATHER_BYTES // (4 * max(1, self.dimension)))
        buffer = np.empty((min(step, len(rows)), self.dimension), np.float32)
        for start in range(0, len(rows), step):
            chosen = rows[start : start + step]
            # mode="clip" lets take write straight into the buffer; rows are known to be valid.
            yield start, self.matrix.take(chosen, 0, out=buffer[: len(chosen)], mode="clip")

    def _keys(
        self,
        query: Doubles,
        products: Floats,
        metric: Metric,
        rows: Rows | None,
        exclude: Sequence[int] | Rows,
        compact: _Copy | None = None,
    ) -> Keys:
        """Turn products (overwritten) into keys, -inf for rows that are left out.

        ``compact`` is what was multiplied where that was not the matrix.
        """
        pick = slice(None) if rows is None else rows
        with np.errstate(invalid="ignore"):
            if metric == "cosine":
                products *= self._inverse[pick]
            else:
                products -= self._squares[pick]
        for some in (self._unusable, exclude):
            if len(some):
                barred = np.asarray(some, dtype=np.intp)
                products[barred if rows is None else positions_in(rows, barred)] = -np.inf
        return Keys(self, query, metric, products, rows, compact)

    def error(
        self, metric: Metric, query: Doubles, compact: _Copy | None, rows: Rows | None = None
    ) -> Floats | np.float32:
        """How wrong a key may be: that of any row, or of each of ``rows``."""
        unit, most = np.float32(self._unit), np.float32(_LENGTH)
        if metric == "cosine":
            return unit if compact is None else unit + most * compact.lost_at_one
        norms = self._longest if rows is None else self.norms[rows]
        reach = np.float32(2 * _norms(query))
        error = (norms + reach) * norms * unit
        if compact is not None:
            error = error + reach * most * (
                compact.lost if rows is None else compact.rows.lost[rows]
            )
        return cast(Floats | np.float32, error)

    def scored(self, query: Doubles, rows: Rows, k: int, metric: Metric) -> Neighbours:
        """Score ``rows`` in float64 and keep the best ``k``; equal scores by lower row."""
        distances = np.empty(len(rows))
        scores = np.empty(len(rows))
        step = max(1, _RESCORE_BYTES // (8 * max(1, self.dimension)))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            if metric == "cosine":
                scores[part] = self.cosines(query, rows[part])
                distances[part] = 1.0 - scores[part]
            else:
                away = self.matrix[rows[part]].astype(np.float64)
                away -= query
                distances[part] = _norms(away)
                scores[part] = 0.0 - distances[part]
        order = np.lexsort((rows, -scores))[:k]
        return Neighbours(rows[order], scores[order], distances[order])

    def cosines(self, query: Doubles, rows: Rows) -> Doubles:
        """Cosine of float64 [D] with each of ``rows``, in [-1, 1]; exactly 1.0 for equal rows."""
        vectors, squares = self.matrix[rows].astype(np.float64), self._exact_squares[rows]
        # In the order of ``_exact_squares``, or equal rows would not come out as equal.
        products, square = np.vecdot(vectors, query), np.vecdot(query, query)
        zero = (squares <= SMALLEST_NORM**2) | (square <= SMALLEST_NORM**2)
        result = np.zeros(len(rows))
        np.divide(products, np.sqrt(squares * square), out=result, where=~zero)
        return np.clip(result, -1.0, 1.0, out=result)


def _direction(queries: Doubles, metric: Metric) -> Floats:
    """What the matrix is multiplied with: queries at length 1 (or zero); euclidean: doubled."""
    if metric == "cosine":
        norms = _norms(queries)[..., None]
        scaled = np.divide(queries, norms, out=np.zeros_like(queries), where=norms > SMALLEST_NORM)
        return scaled.astype(np.float32)
    return (2 * queries).astype(np.float32)


def _norms(vectors: Doubles) -> Any:
    """Euclidean norm of float64 [D], or of each of [M, D]; NaN or inf where a value is."""
    return np.sqrt(np.vecdot(vectors, vectors))


def _squares(matrix: Floats) -> Doubles:
    """Product of each row with itself in float64 [N], in blocks; NaN or inf where a value is."""
    squares = np.empty(len(matrix))
    step = max(1, _RESCORE_BYTES // (8 * max(1, matrix.shape[1])))
    with np.errstate(all="ignore"):
        for start in range(0, len(matrix), step):
            part = matrix[start : start + step].astype(np.float64)
            np.vecdot(part, part, out=squares[start : start + step])
    return squares
