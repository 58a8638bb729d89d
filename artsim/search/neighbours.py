"""Exact nearest neighbours over one contiguous float32 matrix, at the speed memory can be read.

One matrix product gives float32 keys for every row; all rows whose key is within its error of the
K-th best are scored again in float64, so results, scores and ties are those of float64
arithmetic. Ties go to the lower row. Search, evaluation, maps and training all find neighbours
here. A large matrix that is asked again and again gets a copy with 8 bits a number: a quarter of
the memory to read, with proved bounds that leave few rows to the full numbers, the same answers.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from artsim.core.errors import InvalidInput
from artsim.core.limits import MAX_K
from artsim.search import products as dense
from artsim.search.narrowing import Narrowing
from artsim.search.selection import Look, best_first, kth_largest, leave_out, possible, reaching

Metric = Literal["cosine", "euclidean"]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

METRICS: tuple[Metric, ...] = ("cosine", "euclidean")
SMALLEST_NORM, LARGEST_NORM = 1e-12, 1e18

_SCORE_BYTES = 1 << 20  # rows scored at once, while the cache holds them
_KEY_BYTES = 128 << 20  # keys held at once for a batch of queries
_SELECT_BYTES = 2 << 20  # keys looked through at once, while the cache holds them
_MANY = 4  # times K: so many rows may be among the K nearest before their own errors are looked at
_SCORED = np.float32(2.0**-40)  # of a distance's square in float64


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
    return metric


def checked_k(k: int) -> int:
    """Return ``k`` if 1 <= k <= MAX_K, else raise InvalidInput."""
    if isinstance(k, bool) or not isinstance(k, int | np.integer):
        raise InvalidInput(f"K must be a whole number between 1 and {MAX_K:,}.")
    if not 1 <= k <= MAX_K:
        shown = f"{k:,}" if abs(k) < 1e12 else "far too large"
        raise InvalidInput(f"K is {shown}, but it must be between 1 and {MAX_K:,}.")
    return int(k)


@dataclass(frozen=True)
class Keys:
    """float32 keys of some queries: they order the rows as scores do, except for rounding.

    ``values`` [M, n] are those of ``queries`` float64 [M, D] with ``rows`` (with every row of
    ``index`` where that is None), higher is nearer, -inf where a row is left out.
    """

    index: "ExactIndex"
    queries: Doubles
    metric: Metric
    values: Floats
    rows: Rows | None = None

    def __len__(self) -> int:
        return len(self.queries)

    def nearest(self, k: int) -> list[Neighbours]:
        """The ``k`` nearest rows of each query, by scores in float64; equal ones by lower row."""
        return self.index.scored(self.queries, *self.candidates(k), k, self.metric)

    def candidates(self, k: int) -> tuple[Rows, Rows]:
        """Every row that may be among the ``k`` nearest of a query: places of queries, rows.

        Both are ascending, the rows for each query.
        """
        return self._near_enough(k, *possible(self.values, k, self._margin))

    def nearest_and_hits(
        self,
        k: int,
        ranks: Counts,
        relevant: Sequence[Sequence[Rows]],
        apart: Sequence[Rows],
        look: Look,
    ) -> tuple[list[list[Neighbours]], Counts]:
        """``nearest``, of every row, and for each of ``ranks`` [M, J] the hits; int64 [M, J].

        Hits are those of the rows ``relevant[i][j]`` (unique) that are among so many nearest ones
        of query i. Where ``apart`` names rows [M] of each query, there is a second list of the
        nearest without them. ``look`` goes through the keys.
        """
        found, each = look(self.values, k, ranks, self._margin, apart), ranks.shape[1]
        owners, column = np.divmod(found.owners, 1 + each + bool(len(apart)))
        nearest = []
        for top in (0, 1 + each)[: 1 + bool(len(apart))]:
            mine = column == top
            rows = self._near_enough(k, owners[mine], found.places[mine])
            nearest.append(self.index.scored(self.queries, *rows, k, self.metric))
        doubted = (column > 0) & (column <= each)
        whose, places = owners * each + column - 1, found.places
        asked, left = np.repeat(self.queries, each, axis=0), (ranks - found.surely).ravel()
        winners = self.index.scored(asked, whose[doubted], places[doubted], left, self.metric)
        hits = np.zeros(ranks.shape, np.int64)
        for i, j in np.argwhere(ranks > 0):
            some, low, high = relevant[i][j], found.low[i, j], found.high[i, j]
            mine = self.values[i].take(some)
            hits[i, j] = np.count_nonzero(mine > high)
            if np.count_nonzero(mine >= low) > hits[i, j]:  # seldom: few rows are in doubt
                doubtful = some[(mine >= low) & (mine <= high)]
                won = winners[i * each + j].rows.tolist()
                hits[i, j] += len(set(doubtful.tolist()).intersection(won))
        return nearest, hits

    def _near_enough(self, k: int, owners: Rows, places: Rows) -> tuple[Rows, Rows]:
        """What ``candidates`` gives, of places that may be among the ``k`` nearest."""
        rows = places if self.rows is None else self.rows[places]
        if self.metric == "euclidean" and len(rows) > _MANY * k * len(self):
            # Longer rows are less exact: what each may be wrong by leaves fewer.
            error = self.index.error(self.metric, self._lengths[owners], rows)
            near, least = self.values[owners, places], np.empty(len(self), np.float32)
            for i in range(len(self)):
                mine = owners == i
                least[i] = kth_largest((near[mine] - error[mine])[None], k)[0]
            near_enough = reaching(near + error, least[owners])
            owners, rows = owners[near_enough], rows[near_enough]
        return owners, rows

    @cached_property
    def _lengths(self) -> Doubles:
        return cast(Doubles, dense.lengths_of(self.queries))

    @cached_property
    def _margin(self) -> Floats:
        """How much two keys of each query may be wrong against each other; float32 [M]."""
        return 2 * self.index.error(self.metric, self._lengths)


class ExactIndex:
    """Exact search over ``matrix`` float32 [N, D], which is shared, not copied.

    Rows with NaN or infinite values, or a norm above 1e18, are never found. A row or query with a
    norm below 1e-12 counts as zero: its cosine with everything is 0. Thread-safe.

    Where ``copies``, a large matrix that is asked again and again gets a copy with 8 bits a number;
    ``nbytes`` counts that from the start.
    """

    kind = "exact"

    def __init__(self, matrix: Floats, copies: bool = True) -> None:
        if matrix.ndim != 2 or matrix.dtype != np.float32 or not matrix.flags.c_contiguous:
            raise ValueError("the matrix must be a C-contiguous float32 array of shape [N, D]")
        self.matrix = matrix
        self._exact_squares = dense.squares_of(matrix)
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
        self._narrowing = Narrowing(matrix, self.norms, self._inverse, copies)

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def dimension(self) -> int:
        return int(self.matrix.shape[1])

    @property
    def nbytes(self) -> int:
        return int(self.matrix.nbytes) + self._narrowing.nbytes

    @property
    def compact(self) -> bool:
        """Whether there is a copy with 8 bits a number, which searches read first."""
        return self._narrowing.ready

    def make_compact(self) -> None:
        """Make the copy that searches read first now; answers stay the same."""
        self._narrowing.make()

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
        near = self.narrowed(vector, count, kind, rows, exclude)
        if near is not rows and near is not None and len(near) <= _MANY * count:
            owners = np.zeros(len(near), np.intp)  # so few are scored sooner than multiplied first
            return self.scored(vector[None], owners, near, count, kind)[0]
        direction = _asked(vector, kind).astype(np.float32)
        products = dense.products_of(self.matrix, direction, near)
        keys = self._keys(vector[None], products[None], kind, near, [exclude])
        return keys.nearest(count)[0]

    def narrowed(
        self,
        query: Doubles,
        k: int,
        metric: Metric,
        rows: Rows | None = None,
        exclude: Sequence[int] | Rows = (),
    ) -> Rows | None:
        """The rows that ``search`` reads in full for a ``checked`` query; None for every row."""
        left_out = [self._unusable, np.asarray(exclude, np.intp)]
        asked = _asked(query, metric)
        return self._narrowing.rows(asked, k, metric == "euclidean", rows, left_out)

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
        some = self.keys(vectors, kind, rows, exclude)
        return [found for keys in some for found in keys.nearest(count)]

    def keys(
        self,
        queries: npt.NDArray[np.floating],
        metric: Metric,
        rows: Rows | None = None,
        exclude: Sequence[Sequence[int] | Rows] | None = None,
        block: int | None = None,
    ) -> Iterator[Keys]:
        """The keys of ``queries`` [M, D], a few at a time, in their order.

        At most ``block`` queries share a matrix product; results do not depend on it. Queries are
        ones that ``checked`` lets pass: this does not look again.
        """
        width = len(self) if rows is None else len(rows)
        most = max(1, min(block or len(queries), _KEY_BYTES // (4 * max(1, width))))
        # Blocks of one size: a product pays for reading the matrix by the queries that share it.
        blocks = max(1, math.ceil(len(queries) / most))
        size = max(1, math.ceil(len(queries) / blocks))
        for start in range(0, len(queries), size):
            part = np.asarray(queries[start : start + size], np.float64)
            directions = _asked(part, metric).astype(np.float32)
            products = dense.products_of_many(self.matrix, directions, rows)
            few = max(1, _SELECT_BYTES // (4 * max(1, width)))
            for first in range(0, len(part), few):
                some = slice(first, first + few)
                left_out = exclude[start:][some] if exclude is not None else ()
                yield self._keys(part[some], products[some], metric, rows, left_out)

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
        if not np.all(dense.lengths_of(vectors) <= LARGEST_NORM):
            raise InvalidInput("The query's embedding holds values that are no usable numbers.")
        return vectors

    def _keys(
        self,
        queries: Doubles,
        products: Floats,
        metric: Metric,
        rows: Rows | None,
        exclude: Sequence[Sequence[int] | Rows],
    ) -> Keys:
        """Turn products [M, n] (overwritten) into keys, -inf for rows that are left out."""
        pick = slice(None) if rows is None else rows
        with np.errstate(invalid="ignore"):
            if metric == "cosine":
                products *= self._inverse[pick]
            else:
                products -= self._squares[pick]
        if len(self._unusable):
            leave_out(products, rows, self._unusable)
        for keys, some in zip(products, exclude, strict=False):
            if len(some):
                leave_out(keys, rows, np.asarray(some, dtype=np.intp))
        return Keys(self, queries, metric, products, rows)

    def error(self, metric: Metric, lengths: Doubles, rows: Rows | None = None) -> Floats:
        """How wrong keys of queries of such ``lengths`` [M] may be; float32 [M].

        Of any row, or where ``rows`` [M] are named each query's with that one.
        """
        unit = np.float32(self._unit)
        if metric == "cosine":
            return np.full(len(lengths), unit, np.float32)
        norms = self._longest if rows is None else self.norms[rows]
        reach = (2 * lengths).astype(np.float32)
        error: Floats = (norms + reach) * norms * unit + _SCORED * reach * reach
        return error

    def scored(
        self, queries: Doubles, owners: Rows, rows: Rows, k: int | Counts, metric: Metric
    ) -> list[Neighbours]:
        """The best ``k`` of each query's [M, D] ``rows``, scored in float64; ties by lower row.

        ``owners`` tells for each of ``rows`` [n] whose it is: 0 to M - 1, ascending. ``k`` may be
        one for each query.
        """
        distances, scores = np.empty(len(rows)), np.empty(len(rows))
        step = max(1, _SCORE_BYTES // (8 * max(1, self.dimension)))
        for start in range(0, len(rows), step):
            part = slice(start, start + step)
            asked = queries[0] if len(queries) == 1 else queries[owners[part]]
            if metric == "cosine":
                scores[part] = self.cosines(asked, rows[part])
            else:
                away = self.matrix[rows[part]].astype(np.float64)
                away -= asked
                distances[part] = dense.lengths_of(away)
        if metric == "cosine":
            np.subtract(1.0, scores, out=distances)
        else:
            np.subtract(0.0, distances, out=scores)
        best = best_first(owners, rows, scores, len(queries), k)
        return [Neighbours(rows[mine], scores[mine], distances[mine]) for mine in best]

    def cosines(self, query: Doubles, rows: Rows) -> Doubles:
        """Cosine of float64 [D] with each of ``rows`` [n], in [-1, 1]; exactly 1.0 for equal rows.

        Queries [n, D] are each compared with their own of the rows.
        """
        vectors, squares = self.matrix[rows].astype(np.float64), self._exact_squares[rows]
        # In the order of ``_exact_squares``, or equal rows would not come out as equal.
        products, square = np.vecdot(vectors, query), np.vecdot(query, query)
        zero = (squares <= SMALLEST_NORM**2) | (square <= SMALLEST_NORM**2)
        result = np.zeros(len(rows))
        np.divide(products, np.sqrt(squares * square), out=result, where=~zero)
        return np.clip(result, -1.0, 1.0, out=result)


def _asked(queries: Doubles, metric: Metric) -> Doubles:
    """What rows are multiplied with: queries at length 1 (or zero); euclidean: doubled."""
    if metric == "euclidean":
        return 2 * queries
    norms = dense.lengths_of(queries)[..., None]
    unit = np.zeros_like(queries)
    np.divide(queries, norms, out=unit, where=norms > SMALLEST_NORM)
    return unit
