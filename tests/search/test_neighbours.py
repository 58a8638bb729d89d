"""Exact search against brute force in float64, on shapes and values chosen to hurt."""

import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artsim.core.errors import InvalidInput
from artsim.search import narrowing, neighbours
from artsim.search.compact import Compact, compact_bytes
from artsim.search.neighbours import ExactIndex
from artsim.search.selection import near
from artsim.search.selection_kernels import compiled


def brute(matrix, query, k, metric, rows=None, exclude=()):
    """The k nearest by a full sort in float64; equal scores by lower row."""
    wide, query = matrix.astype(np.float64), np.asarray(query, np.float64)
    if metric == "cosine":
        squares, square = np.vecdot(wide, wide), np.vecdot(query, query)
        with np.errstate(invalid="ignore"):
            scores = np.clip(np.vecdot(wide, query) / np.sqrt(squares * square), -1, 1)
        scores[(squares <= 1e-24) | (square <= 1e-24)] = 0
    else:
        scores = -np.sqrt(np.vecdot(wide - query, wide - query))
    allowed = np.ones(len(matrix), bool)
    if rows is not None:
        allowed[:] = False
        allowed[rows] = True
    allowed[list(exclude)] = False
    candidates = np.flatnonzero(allowed)
    order = np.lexsort((candidates, -scores[candidates]))[:k]
    return candidates[order], scores[candidates[order]]


@st.composite
def problems(draw):
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    n, d = draw(st.integers(1, 700)), draw(st.integers(1, 70))
    kind = draw(st.sampled_from(["normal", "grid", "near", "offset", "copies"]))
    if kind == "normal":
        matrix = rng.standard_normal((n, d))
    elif kind == "grid":  # few distinct values: many exact ties
        matrix = rng.integers(-1, 2, (n, d)).astype(float)
    elif kind == "near":  # rows that differ in the last bits only
        matrix = rng.standard_normal(d) * (1 + rng.integers(0, 3, (n, 1)) * 1e-7)
    elif kind == "offset":  # a large common part: cancellation in ||x||^2 - 2xq + ||q||^2
        matrix = 1000.0 + rng.standard_normal((n, d))
    else:
        matrix = rng.standard_normal((3, d))[rng.integers(0, 3, n)]
    matrix = np.ascontiguousarray(matrix, np.float32)
    query = matrix[rng.integers(n)] if draw(st.booleans()) else rng.standard_normal(d)
    rows = None
    if draw(st.booleans()):
        rows = np.flatnonzero(rng.random(n) < draw(st.sampled_from([0.0, 0.05, 0.5, 1.0])))
    exclude = rng.integers(0, n, draw(st.integers(0, 4)))
    return matrix, query, draw(st.integers(1, n + 5)), rows, exclude


@pytest.mark.parametrize("metric", neighbours.METRICS)
@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_equals_brute_force(metric, problem):
    matrix, query, k, rows, exclude = problem
    found = ExactIndex(matrix).search(query, k, metric, rows, exclude)
    wanted, scores = brute(matrix, query, k, metric, rows, exclude)
    np.testing.assert_array_equal(found.rows, wanted)
    np.testing.assert_array_equal(found.scores, scores)
    compact = ExactIndex(matrix)
    compact.make_compact()
    found = compact.search(query, k, metric, rows, exclude)
    np.testing.assert_array_equal(found.rows, wanted)
    np.testing.assert_array_equal(found.scores, scores)
    together = ExactIndex(matrix).search_many([query, query], k, metric, rows, [exclude, []])
    np.testing.assert_array_equal(together[0].rows, wanted)
    np.testing.assert_array_equal(together[1].rows, brute(matrix, query, k, metric, rows)[0])


@pytest.mark.parametrize("metric", neighbours.METRICS)
@settings(max_examples=60, deadline=None)
@given(problem=problems())
def test_hits_in_the_top_r_are_those_of_brute_force(metric, problem):
    matrix, query, r, apart, exclude = problem
    relevant, ranks = np.arange(0, len(matrix), 3), (r, 0, 1)
    (keys,) = ExactIndex(matrix).keys(np.asarray(query, np.float64)[None], metric, None, [exclude])
    wanted = brute(matrix, query, r, metric, None, exclude)[0]
    without = [] if apart is None else [apart]
    for look in (near, compiled()):
        told = [[relevant] * 3]
        tops, hits = keys.nearest_and_hits(3, np.array([ranks]), told, without, look)
        assert hits.tolist() == [[np.isin(wanted[:n], relevant).sum() for n in ranks]]
        for (found,), less in zip(tops, ([], *without), strict=True):
            out = [*exclude, *less]
            np.testing.assert_array_equal(found.rows, brute(matrix, query, 3, metric, None, out)[0])


@pytest.mark.parametrize("kind", ["normal", "ties", "equal", "far", "wild"])
def test_compiled_or_not_the_same_keys_are_left_open(kind):
    rng = np.random.default_rng(7)
    for _ in range(40):
        rows, count = rng.integers(1, 4), rng.integers(1, 3_000)
        keys = rng.standard_normal((rows, count))
        if kind == "ties":
            keys = np.round(keys, 1)
        elif kind == "equal":
            keys[:] = 0.25
        elif kind == "far":  # the next number up is many buckets away
            keys += 1e6
        elif kind == "wild":
            keys *= np.exp(rng.standard_normal(keys.shape) * 8)
        keys[rng.random(keys.shape) < rng.choice([0, 0.1, 0.9, 1])] = -np.inf
        keys = keys.astype(np.float32)
        ranks = rng.integers(0, count + 5, (rows, rng.integers(0, 4)))
        margin = np.full(rows, rng.choice([0, 1e-5, 0.1, 100]), np.float32)
        apart = list(rng.integers(0, count, (rows, 9))) if rng.random() < 0.5 else []
        asked = keys, int(rng.integers(1, count + 5)), ranks, margin, apart
        for told, wanted in zip(compiled()(*asked), near(*asked), strict=True):
            np.testing.assert_array_equal(told, wanted)


@pytest.mark.parametrize("metric", neighbours.METRICS)
def test_large_gallery_and_every_path(metric):
    rng = np.random.default_rng(3)
    matrix = rng.standard_normal((20_000, 64)).astype(np.float32)
    matrix[rng.integers(0, 20_000, 4_000)] = matrix[17]
    index = ExactIndex(matrix)
    for share in (0.001, 0.2, 0.6, 1.0):
        rows = np.flatnonzero(rng.random(20_000) < share)
        for k in (1, 50, 5_000):
            wanted = brute(matrix, matrix[17], k, metric, rows, [17])[0]
            got = index.search(matrix[17], k, metric, rows, [17]).rows
            np.testing.assert_array_equal(got, wanted)


@pytest.mark.parametrize("metric", neighbours.METRICS)
def test_order_of_rows_changes_nothing_but_ties(metric):
    rng = np.random.default_rng(1)
    matrix = rng.standard_normal((900, 33)).astype(np.float32)
    order = rng.permutation(900)
    query = rng.standard_normal(33)
    plain = ExactIndex(matrix).search(query, 40, metric)
    mixed = ExactIndex(np.ascontiguousarray(matrix[order])).search(query, 40, metric)
    np.testing.assert_array_equal(order[mixed.rows], plain.rows)
    np.testing.assert_array_equal(mixed.scores, plain.scores)


@pytest.mark.parametrize("metric", neighbours.METRICS)
def test_batches_are_bounded_and_equal_single_queries(metric, monkeypatch):
    rng = np.random.default_rng(2)
    matrix = rng.standard_normal((3_000, 24)).astype(np.float32)
    queries = rng.standard_normal((37, 24))
    index = ExactIndex(matrix)
    monkeypatch.setattr(neighbours, "_KEY_BYTES", 4 * 3_000 * 5)
    for query, many in zip(queries, index.search_many(queries, 20, metric), strict=True):
        np.testing.assert_array_equal(many.rows, index.search(query, 20, metric).rows)


@given(seed=st.integers(0, 2**32), size=st.floats(1e-6, 1e6))
def test_equal_vectors_score_one_and_distance_zero(seed, size):
    rng = np.random.default_rng(seed)
    matrix = (rng.standard_normal((20, 129)) * size).astype(np.float32)
    matrix[7] = matrix[3]
    index = ExactIndex(matrix)
    cosine = index.search(matrix[3], 20, "cosine")
    assert cosine.rows[:2].tolist() == [3, 7]
    assert cosine.scores[:2].tolist() == [1.0, 1.0]
    assert np.all(np.abs(cosine.scores) <= 1.0)
    euclidean = index.search(matrix[3], 20, "euclidean")
    assert euclidean.distances[:2].tolist() == [0.0, 0.0]
    np.testing.assert_array_equal(euclidean.scores, -euclidean.distances)


@pytest.mark.parametrize("metric", neighbours.METRICS)
def test_rows_that_are_no_numbers_are_never_found(metric):
    matrix = np.ones((6, 4), np.float32)
    matrix[1, 2], matrix[2, 0], matrix[3] = np.nan, np.inf, 3e38
    index = ExactIndex(matrix)
    for _ in range(2):
        for rows in (None, np.arange(6)):
            assert index.search(np.ones(4), 6, metric, rows).rows.tolist() == [0, 4, 5]
        index.make_compact()


def hostile(kind, rng):
    """Rows on which few bits are wrong in as many ways: float32 [4,000, 96]."""
    n, d = 4_000, 96
    matrix = rng.standard_normal((n, d))
    if kind == "lengths":
        matrix *= 10.0 ** rng.uniform(-44, 17, (n, 1))
    elif kind == "peaks":  # a single number is the largest of its row by far
        matrix[np.arange(n), rng.integers(0, d, n)] *= 1e4
    elif kind == "outlier dimensions":
        matrix[:, :3] = matrix[:, :3] * 100 + 900
    elif kind == "zero rows":
        matrix[rng.random(n) < 0.5] = 0
        matrix[rng.random(n) < 0.1] *= 1e-13
    elif kind == "equal":
        matrix[:] = matrix[0]
    elif kind == "copies":  # the K-th place is one of many equal ones
        matrix = matrix[rng.integers(0, 40, n)]
    elif kind == "nearly equal":
        matrix = matrix[0] * (1 + rng.uniform(0, 1e-4, (n, 1)))
    elif kind == "last bits":
        matrix = np.float32(matrix[:1]) * (1 + rng.integers(0, 3, (n, d)) * 2.0**-23)
    elif kind == "no numbers":
        matrix[rng.random(n) < 0.2, 5] = rng.choice([np.nan, np.inf, -np.inf, 3e38])
    elif kind == "signs":  # codes lose nothing of them: what the query loses is left
        matrix = np.sign(matrix)
        matrix[n // 2 :] = -matrix[: n // 2]
    elif kind == "clusters":
        matrix += 3 * matrix[rng.integers(0, 20, n)]
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(matrix, np.float32)


HOSTILE = (
    *("lengths", "peaks", "outlier dimensions", "zero rows", "equal", "copies", "nearly equal"),
    *("last bits", "no numbers", "signs", "clusters"),
)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("metric", neighbours.METRICS)
def test_a_copy_of_8_bits_changes_no_answer(metric, kind):
    rng = np.random.default_rng(5)
    matrix = hostile(kind, rng)
    plain, compact = ExactIndex(matrix), ExactIndex(matrix)
    compact.make_compact()
    some = np.flatnonzero(rng.random(len(matrix)) < 0.2)
    usable = np.flatnonzero(np.isfinite(matrix).all(axis=1) & (np.abs(matrix).max(axis=1) < 1e17))
    queries = [*matrix[usable[:3]], rng.standard_normal(96), np.zeros(96), np.full(96, 1e16)]
    # Rows go by fours.
    asked = (None, 1), (None, 50), (some, 50), (some[1:], 50), (some[2:], 1), (some[3:], 50)
    for query in queries:
        for rows, k in asked:
            compact._narrowing._left = 0  # it would rest where it does not pay
            wanted = plain.search(query, k, metric, rows, [usable[0], usable[7]])
            found = compact.search(query, k, metric, rows, [usable[0], usable[7]])
            np.testing.assert_array_equal(found.rows, wanted.rows)
            np.testing.assert_array_equal(found.scores, wanted.scores)


@pytest.mark.parametrize("kind", HOSTILE)
def test_bounds_hold_for_every_row(kind):
    matrix = hostile(kind, np.random.default_rng(8))
    index = ExactIndex(matrix)
    norms, inverse = index.norms, index._inverse
    compact = Compact(matrix, norms, inverse)
    there = np.flatnonzero(norms > 0)
    wide = matrix[there].astype(np.longdouble)
    lengths = np.sqrt(np.vecdot(wide, wide))
    peak = np.random.default_rng(1).standard_normal(96) + 1e4 * np.eye(96)[3]
    for query in (wide[0], wide[1] + 0.1 * wide[2], np.full(96, 1e-3), peak, peak * 1e9):
        direction = (query / np.sqrt(query @ query)).astype(np.float64)
        cosines = np.where(inverse[there] > 0, wide @ direction / lengths, 0)
        lower, upper = (bound[there] for bound in compact.bounds(direction, False))
        assert np.all((lower <= cosines) & (cosines <= upper))
        doubled = 2 * np.asarray(query, np.float64)
        keys = wide @ doubled - lengths**2
        lower, upper = (bound[there] for bound in compact.bounds(doubled, True))
        assert np.all((lower <= keys) & (keys <= upper))


def test_products_with_the_copy_have_room_in_32_bits():
    matrix = np.repeat(np.array([[1], [-1]], np.float32), 1_500, axis=1)
    compact = Compact(matrix, np.full(2, 1_500**0.5, np.float32), np.full(2, 1_500**-0.5, "f4"))
    lower, upper = compact.bounds(np.full(1_500, 1_500**-0.5), False)
    np.testing.assert_allclose([lower, upper], [[1, -1], [1, -1]], atol=0.001)


def test_distances_that_float64_cannot_tell_apart_are_ties():
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((3_000, 32)).astype(np.float32)
    query = 1e16 * rng.standard_normal(32)
    wanted = brute(matrix, query, 20, "euclidean")[0]
    np.testing.assert_array_equal(ExactIndex(matrix).search(query, 20, "euclidean").rows, wanted)


@pytest.mark.parametrize("metric", neighbours.METRICS)
def test_a_copy_leaves_few_rows_of_embeddings_to_be_read_in_full(metric):
    rng = np.random.default_rng(9)
    matrix = hostile("clusters", rng)
    index = ExactIndex(matrix)
    index.make_compact()
    assert 10 <= len(index.narrowed(index.checked(matrix[3]), 10, metric)) < 80


def test_a_copy_that_does_not_pay_rests_and_is_tried_again():
    index = ExactIndex(np.ones((2_000, 40), np.float32))
    index.make_compact()
    read = [index.narrowed(np.ones(40), 5, "cosine") for _ in range(40)]
    tried = [i for i, rows in enumerate(read) if rows is not None]
    assert tried == [0, 2, 6, 14, 30]


def test_a_large_gallery_gets_its_compact_copy_when_it_is_asked_again_and_again(monkeypatch):
    monkeypatch.setattr(narrowing, "_LARGE_BYTES", 1 << 10)
    matrix = np.random.default_rng(6).standard_normal((2_000, 16)).astype(np.float32)
    matrix.flags.writeable = False
    index = ExactIndex(matrix)
    assert index.nbytes == matrix.nbytes + compact_bytes(2_000, 16) < 1.75 * matrix.nbytes
    wanted = index.search(matrix[4], 9).rows.tolist()
    assert not index.compact
    deadline = time.monotonic() + 240
    while not index.compact and time.monotonic() < deadline:
        assert index.search(matrix[4], 9).rows.tolist() == wanted
    assert index.compact
    assert index.search(matrix[4], 9).rows.tolist() == wanted


WITHOUT_COMPILER = """
import sys, threading
sys.modules["numba"] = None  # as where it is not installed
import numpy as np
from artsim.evaluation.judgement import Coded
from artsim.evaluation.ranking import rank
from artsim.search import narrowing, selection_kernels
from artsim.search.neighbours import ExactIndex
narrowing._LARGE_BYTES = 1
index = ExactIndex(np.eye(900, 8, dtype=np.float32))
for _ in range(4):
    assert index.search(np.eye(8)[2], 3).rows.tolist() == [2, 0, 1]
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join()
assert not index.compact and index.nbytes == index.matrix.nbytes
selection_kernels._WORTH_COMPILING = 0
styles = Coded("style", np.arange(8) % 2, np.arange(900) % 2, ["a", "b"])
found = rank(index, index.matrix[:8], [[i] for i in range(8)], 2, judgements=[(styles, [3] * 8)])
assert found.rows.tolist() == [[1, 2], [0, 2]] + [[0, 1]] * 6
assert found.hits_in_top_r[0].tolist() == [1, 1, 1, 1, 2, 1, 2, 1]
"""


def test_where_nothing_can_be_compiled_the_answers_are_the_same():
    done = subprocess.run([sys.executable, "-c", WITHOUT_COMPILER], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "exact search reads float32" in done.stderr
    assert "keys are looked through by NumPy" in done.stderr


def test_a_small_gallery_never_holds_a_copy():
    index = ExactIndex(np.ones((50, 4), np.float32))
    for _ in range(10):
        index.search(np.ones(4), 5)
    assert not index.compact
    assert index.nbytes == index.matrix.nbytes


def test_zero_vectors_have_cosine_zero_with_everything():
    matrix = np.array([[0, 0], [1, 1], [-1, -1], [1e-20, 0]], np.float32)
    found = ExactIndex(matrix).search([1.0, 1.0], 4)
    assert found.rows.tolist() == [1, 0, 3, 2]
    assert found.scores.tolist() == [1.0, 0.0, 0.0, -1.0]
    assert ExactIndex(matrix).search([0.0, 0.0], 4).rows.tolist() == [0, 1, 2, 3]


def test_nothing_allowed_gives_nothing():
    index = ExactIndex(np.ones((3, 2), np.float32))
    assert len(index.search([1, 1], 5, rows=np.array([], np.intp)).rows) == 0
    assert len(index.search([1, 1], 5, exclude=[0, 1, 2]).rows) == 0
    assert len(ExactIndex(np.empty((0, 2), np.float32)).search([1, 1], 5).rows) == 0


@pytest.mark.parametrize(
    ("query", "k", "metric", "message"),
    [
        ([1, 1], 0, "cosine", "between 1 and 10,000"),
        ([1, 1], -3, "cosine", "between 1 and 10,000"),
        ([1, 1], 10_001, "cosine", "between 1 and 10,000"),
        ([1, 1], True, "cosine", "whole number"),
        ([1, 1], 2.5, "cosine", "whole number"),
        ([1, 1], 1, "manhattan", "cosine or euclidean"),
        ([1, 1, 1], 1, "cosine", "dimension 2"),
        ([1, np.nan], 1, "cosine", "no usable numbers"),
        ([1, np.inf], 1, "euclidean", "no usable numbers"),
    ],
)
def test_bad_questions_get_one_clear_sentence(query, k, metric, message):
    with pytest.raises(InvalidInput, match=message):
        ExactIndex(np.ones((3, 2), np.float32)).search(query, k, metric)


@pytest.mark.parametrize("matrix", [np.ones((2, 2)), np.ones(3, np.float32)])
def test_other_arrays_are_refused(matrix):
    with pytest.raises(ValueError, match="float32"):
        ExactIndex(matrix)
