import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artsim.evaluation.judgement import Coded
from artsim.evaluation.ranking import rank
from artsim.search import selection_kernels
from artsim.search.neighbours import ExactIndex


def spaces(seed, works=60, queries=60, dimension=5):
    """Embeddings of which many are equal, so that scores tie."""
    rng = np.random.default_rng(seed)
    some = rng.standard_normal((works // 3, dimension)).astype(np.float32)
    matrix = some[rng.integers(len(some), size=works)]
    return matrix, matrix[:queries].copy()


def coded(seed, works, queries, classes=4):
    codes = np.random.default_rng(seed).integers(-1, classes, works).astype(np.int32)
    return Coded("style", codes[:queries], codes, [f"c{i}" for i in range(classes)])


def brute_order(matrix, query, excluded, metric):
    a, b = matrix.astype(np.float64), query.astype(np.float64)
    if metric == "cosine":
        keys = [
            -float(v @ b / np.sqrt((v @ v) * (b @ b))) if i not in excluded else np.inf
            for i, v in enumerate(a)
        ]
    else:
        keys = [
            float(((v - b) ** 2).sum()) if i not in excluded else np.inf for i, v in enumerate(a)
        ]
    order = sorted(range(len(a)), key=lambda i: (keys[i], i))
    return [i for i in order if i not in excluded]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("seed", range(4))
def test_against_brute_force_with_many_ties(metric, seed, compiled, monkeypatch):
    monkeypatch.setattr(selection_kernels, "_WORTH_COMPILING", 0 if compiled else 1 << 31)
    matrix, queries = spaces(seed)
    judgement = coded(seed, 60, 60)
    exclude = [np.unique([i, (i * 7) % 60]) for i in range(60)]
    own = np.array([judgement.relevant(np.full(len(e), i), e).sum() for i, e in enumerate(exclude)])
    n_relevant = judgement.totals() - own
    apart = [np.union1d(rows, np.arange(i % 30)) for i, rows in enumerate(exclude)]
    judged = [(judgement, n_relevant)]
    found = rank(ExactIndex(matrix), queries, exclude, 8, metric, judged, block=7, apart=apart)
    assert found.apart is not None
    for i in range(60):
        without = brute_order(matrix, queries[i], set(apart[i].tolist()), metric)
        assert found.apart[i].tolist() == without[:8]
        order = brute_order(matrix, queries[i], set(exclude[i].tolist()), metric)
        assert found.rows[i].tolist() == order[:8]
        top = np.array(order[: n_relevant[i]], np.intp)
        hits = judgement.relevant(np.full(len(top), i), top).sum()
        assert found.hits_in_top_r[0][i] == hits
        vectors = matrix[order[:8]].astype(np.float64)
        lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(queries[i].astype(np.float64))
        np.testing.assert_allclose(found.cosines[i], vectors @ queries[i] / lengths, atol=1e-12)


@given(st.integers(0, 100), st.integers(1, 70), st.sampled_from(["cosine", "euclidean"]))
@settings(max_examples=30, deadline=None)
def test_blocks_do_not_matter(seed, block, metric):
    rng = np.random.default_rng(seed)
    matrix = rng.standard_normal((70, 9)).astype(np.float32)
    judgement = coded(seed, 70, 70)
    exclude = [np.array([i]) for i in range(70)]
    n_relevant = np.maximum(judgement.totals() - 1, 0)
    whole = rank(ExactIndex(matrix), matrix, exclude, 6, metric, [(judgement, n_relevant)])
    parts = rank(
        ExactIndex(matrix), matrix, exclude, 6, metric, [(judgement, n_relevant)], block=block
    )
    np.testing.assert_array_equal(whole.rows, parts.rows)
    searched = ExactIndex(matrix).search_many(matrix, 6, metric, exclude=exclude)
    np.testing.assert_array_equal(whole.rows, [found.rows for found in searched])
    np.testing.assert_array_equal(whole.cosines, parts.cosines)
    np.testing.assert_array_equal(whole.hits_in_top_r[0], parts.hits_in_top_r[0])


def test_memory_does_not_grow_with_queries_times_works():
    works, queries = 6_000, 600
    matrix = np.random.default_rng(0).standard_normal((works, 8)).astype(np.float32)
    index, exclude = ExactIndex(matrix), [np.array([i]) for i in range(queries)]
    judgement = coded(0, works, queries)
    n_relevant = np.minimum(judgement.totals(), 100)
    tracemalloc.start()
    rank(index, matrix[:queries], exclude, 5, "cosine", [(judgement, n_relevant)], block=32)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < works * queries * 4 / 3


def test_fewer_than_k_works():
    matrix = np.eye(3, dtype=np.float32)
    found = rank(ExactIndex(matrix), matrix, [np.array([0, 1])] * 3, 4)
    assert found.rows.tolist() == [[2, -1, -1, -1]] * 3
    assert np.isnan(found.cosines[:, 1:]).all()


def test_r_may_exceed_what_can_be_found():
    matrix = np.eye(4, dtype=np.float32)
    judgement = Coded("style", np.zeros(4, np.int32), np.zeros(4, np.int32), ["a"])
    found = rank(
        ExactIndex(matrix),
        matrix,
        [np.array([i]) for i in range(4)],
        1,
        "cosine",
        [(judgement, np.full(4, 50))],
    )
    assert found.hits_in_top_r[0].tolist() == [3, 3, 3, 3]
