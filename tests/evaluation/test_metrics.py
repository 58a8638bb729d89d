import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, ndcg_score

from artsim.core.average_precision import average_precision_at_k
from artsim.evaluation import metrics

RANKED = [
    metrics.precision_at_k,
    metrics.recall_at_k,
    average_precision_at_k,
    metrics.ndcg_at_k,
    metrics.reciprocal_rank,
    metrics.hit_at_k,
]


def one(function, relevant, n_relevant):
    return float(function(np.array([relevant], bool), np.array([n_relevant]))[0])


# Worked by hand: hits at ranks 1 and 3 of 4.
@pytest.mark.parametrize(
    ("function", "n_relevant", "expected"),
    [
        (metrics.precision_at_k, 2, 2 / 4),
        (metrics.recall_at_k, 2, 2 / 2),
        (metrics.recall_at_k, 8, 2 / 8),
        (average_precision_at_k, 2, (1 / 1 + 2 / 3) / 2),
        (average_precision_at_k, 3, (1 / 1 + 2 / 3) / 3),
        (average_precision_at_k, 100, (1 / 1 + 2 / 3) / 4),
        (metrics.ndcg_at_k, 2, (1 + 1 / 2) / (1 + 1 / math.log2(3))),
        (
            metrics.ndcg_at_k,
            9,
            (1 + 1 / 2) / (1 + 1 / math.log2(3) + 1 / 2 + 1 / math.log2(5)),
        ),
        (metrics.reciprocal_rank, 2, 1.0),
        (metrics.hit_at_k, 2, 1.0),
    ],
)
def test_by_hand(function, n_relevant, expected):
    assert one(function, [1, 0, 1, 0], n_relevant) == pytest.approx(expected, abs=1e-15)


def test_the_first_hit_counts():
    assert one(metrics.reciprocal_rank, [0, 0, 1, 1], 5) == pytest.approx(1 / 3)
    assert one(metrics.reciprocal_rank, [0, 0, 0, 0], 5) == 0
    assert one(metrics.hit_at_k, [0, 0, 0, 0], 5) == 0


@pytest.mark.parametrize("function", RANKED)
def test_a_query_without_a_relevant_work_has_no_value(function):
    assert math.isnan(one(function, [0, 0, 0], 0))


@pytest.mark.parametrize("function", RANKED)
def test_no_query_gives_no_value(function):
    assert function(np.zeros((0, 5), bool), np.zeros(0, int)).shape == (0,)


def test_a_perfect_list_reaches_one_where_more_than_k_works_are_relevant():
    perfect = [1] * 10
    for function in (average_precision_at_k, metrics.ndcg_at_k):
        assert one(function, perfect, 500) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_against_scikit_learn_on_full_rankings(seed):
    rng = np.random.default_rng(seed)
    relevant = rng.random((20, 30)) < 0.3
    relevant[:, 0] |= ~relevant.any(axis=1)
    scores = -np.arange(30.0)
    n_relevant = relevant.sum(axis=1)
    ap = average_precision_at_k(relevant, n_relevant)
    expected = [average_precision_score(row, scores) for row in relevant]
    np.testing.assert_allclose(ap, expected, rtol=1e-12)
    for k in (1, 5, 30):
        ndcg = metrics.ndcg_at_k(relevant[:, :k], n_relevant)
        expected = [ndcg_score(row[None].astype(float), scores[None], k=k) for row in relevant]
        np.testing.assert_allclose(ndcg, expected, rtol=1e-12)


@st.composite
def rankings(draw):
    k = draw(st.integers(1, 12))
    rows = draw(
        st.lists(
            st.tuples(st.lists(st.booleans(), min_size=k, max_size=k), st.integers(0, 20)),
            min_size=1,
            max_size=8,
        )
    )
    relevant = np.array([flags for flags, _ in rows], bool)
    return relevant, relevant.sum(axis=1) + np.array([more for _, more in rows])


@given(rankings(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_bounds_and_order_of_queries(ranked, random):
    relevant, n_relevant = ranked
    order = list(range(len(relevant)))
    random.shuffle(order)
    for function in RANKED:
        values = function(relevant, n_relevant)
        there = n_relevant > 0
        assert np.isnan(values[~there]).all()
        assert ((values[there] >= 0) & (values[there] <= 1 + 1e-12)).all()
        np.testing.assert_array_equal(function(relevant[order], n_relevant[order]), values[order])


@given(rankings())
@settings(max_examples=100, deadline=None)
def test_recall_and_hits_never_fall_with_k(ranked):
    relevant, n_relevant = ranked
    for function in (metrics.recall_at_k, metrics.hit_at_k, metrics.reciprocal_rank):
        by_k = [function(relevant[:, :k], n_relevant) for k in range(1, relevant.shape[1] + 1)]
        steps = np.diff(np.nan_to_num(by_k), axis=0)
        assert (steps >= -1e-12).all()


@given(rankings())
@settings(max_examples=100, deadline=None)
def test_moving_a_hit_up_never_hurts(ranked):
    relevant, n_relevant = ranked
    better = np.sort(relevant, axis=1)[:, ::-1]
    for function in RANKED:
        worse_values = np.nan_to_num(function(relevant, n_relevant))
        assert (np.nan_to_num(function(better, n_relevant)) >= worse_values - 1e-12).all()


def test_r_precision_and_chance():
    np.testing.assert_allclose(
        metrics.r_precision(np.array([2, 0, 0]), np.array([4, 1, 0])), [0.5, 0, np.nan]
    )
    np.testing.assert_allclose(
        metrics.chance_precision(np.array([3, 0]), np.array([12, 12])), [0.25, np.nan]
    )


def test_chance_precision_is_that_of_random_rankings():
    rng = np.random.default_rng(0)
    works, n_relevant, k = 40, 9, 5
    hits = [(rng.permutation(works)[:k] < n_relevant).mean() for _ in range(20_000)]
    expected = metrics.chance_precision(np.array([n_relevant]), np.array([works]))
    assert np.mean(hits) == pytest.approx(expected[0], abs=0.005)


def test_similarity_where_fewer_than_k_works_exist():
    cosines = np.array([[0.9, 0.8, np.nan, np.nan], [np.nan] * 4, [0.79, 0.5, 0.2, -1.0]])
    np.testing.assert_allclose(metrics.mean_similarity(cosines), [0.85, np.nan, 0.1225])
    np.testing.assert_allclose(metrics.feature_precision(cosines, 0.8), [0.5, 0, 0])


def test_combined_and_quality_by_hand():
    np.testing.assert_allclose(metrics.combined(np.array([0.5]), np.array([0.25])), [0.35])
    np.testing.assert_allclose(metrics.combined(np.array([0.5]), np.array([0.25]), 1, 0), [0.5])
    # 3 of the 10 retrieved are relevant, of 6 there are: recall 0.5 over n = 10.
    quality = metrics.quality_metric(np.array([3, 0]), np.array([10, 10]), np.array([6, 0]))
    np.testing.assert_allclose(quality, [0.05, np.nan])


def test_quality_never_exceeds_one_over_n():
    found = metrics.quality_metric(np.arange(1, 11), np.full(10, 10), np.arange(1, 11))
    np.testing.assert_allclose(found, 0.1)


def test_graded_ndcg_is_that_of_scikit_learn():
    gains = np.random.default_rng(0).choice([0.0, 0.1, 0.2, 2.0, 3.0], (40, 9))
    gains[:3] = 0.0  # nothing ideal to reach: no gain, and no division by it
    gains[3:9] = np.minimum(gains[3:9], 0.1)
    scores, k = -np.arange(9.0), 5
    ideal = -np.sort(-gains, axis=1)[:, :k]
    found = metrics.ndcg_at_k(gains[:, :k] > 0, np.full(40, 9), gains[:, :k], ideal)
    np.testing.assert_allclose(found, [ndcg_score(row[None], scores[None], k=k) for row in gains])
