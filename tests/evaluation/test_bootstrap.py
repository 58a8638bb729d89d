import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artsim.evaluation import bootstrap, significance
from artsim.evaluation.bootstrap import confidence, expanded_tail, interval, resampled_means
from artsim.evaluation.significance import holm, paired_p


def test_means_are_those_of_queries_drawn_with_replacement():
    values = np.random.default_rng(0).random((50, 2))
    means = resampled_means(values, 300, seed=7)
    assert means.shape == (300, 2)
    rng = np.random.default_rng(7)
    drawn = rng.integers(0, 50, (300, 50), dtype=np.int32)
    np.testing.assert_allclose(means, values[drawn].mean(axis=1), rtol=1e-12)


def test_an_interval_leaves_the_same_share_out_at_both_ends():
    means = np.column_stack([np.arange(1001.0), 2 * np.arange(1001.0)])
    np.testing.assert_allclose(interval(means), [[25, 975], [50, 1950]])
    np.testing.assert_allclose(interval(means, 0.9), [[50, 950], [100, 1900]])
    values = np.random.default_rng(0).random((90, 1))
    np.testing.assert_allclose(
        confidence(values, 500, 3, 0.8)[0],
        interval(resampled_means(values, 500, 3), tail=expanded_tail(np.ones(90), 0.8))[0],
    )


def test_means_drawn_in_blocks_are_all_of_their_own(monkeypatch):
    """More resamples than are held at once: every block is filled, and with other draws."""
    monkeypatch.setattr(bootstrap, "_CELLS", 100)
    values = np.random.default_rng(0).random((30, 1))
    means = resampled_means(values, 200)[:, 0]
    assert len(np.unique(means)) > 190
    assert means.mean() == pytest.approx(values.mean(), abs=0.02)
    assert means.std() == pytest.approx(values.std() / np.sqrt(30), rel=0.2)


def test_the_interval_is_about_the_normal_one():
    values = np.random.default_rng(1).normal(0.3, 0.2, (2_000, 1))
    low, high = confidence(values)[0]
    half = 1.96 * values.std() / np.sqrt(2_000)
    assert low == pytest.approx(values.mean() - half, abs=half / 8)
    assert high == pytest.approx(values.mean() + half, abs=half / 8)


def test_few_clusters_widen_the_interval_as_student_s_t_does():
    assert expanded_tail(np.ones(5)) == pytest.approx(0.000954, rel=1e-3)  # t of 4 is 2.7764
    assert expanded_tail(np.array([3.0, 1, 1, 1])) == pytest.approx(expanded_tail(np.ones(3)))
    assert expanded_tail(np.ones(1)) == 0


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(2)
    covered = 0
    for i in range(300):
        low, high = confidence((rng.random((200, 1)) < 0.3).astype(float), 300, seed=i)[0]
        covered += low <= 0.3 <= high
    assert 0.91 < covered / 300 < 0.985


def test_a_seed_gives_the_same_interval_and_pairs_backbones():
    values = np.random.default_rng(3).random((400, 3))
    np.testing.assert_array_equal(confidence(values, seed=5), confidence(values, seed=5))
    assert (confidence(values, seed=5) != confidence(values, seed=6)).any()
    apart = resampled_means(values[:, 0]) - resampled_means(values[:, 1])
    together = resampled_means(values[:, :1] - values[:, 1:2])
    np.testing.assert_allclose(apart, together, atol=1e-12)


@pytest.mark.parametrize("values", [np.zeros((0, 1)), np.array([[np.nan], [1.0]])])
def test_nothing_and_nan_are_refused(values):
    with pytest.raises(ValueError, match="at least one query, and no NaN"):
        confidence(values)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
@settings(max_examples=60, deadline=None)
def test_intervals_stay_within_the_values(values):
    low, high = confidence(np.array(values)[:, None], 50)[0]
    assert min(values) - 1e-12 <= low <= high <= max(values) + 1e-12


def test_five_thousand_queries_take_less_than_two_seconds():
    values = np.random.default_rng(4).random((5_000, 12))
    began = time.process_time()
    confidence(values)
    assert time.process_time() - began < 2


def test_p_is_exact_where_every_permutation_can_be_counted():
    differences = np.array([[0.4], [0.1], [0.3], [-0.2], [0.5]])
    signs = np.array(np.meshgrid(*[[-1, 1]] * 5)).reshape(5, -1)
    sums = np.abs(differences[:, 0] @ signs)
    exact = (sums >= abs(differences.sum()) - 1e-12).mean()
    assert paired_p(differences, 50_000)[0] == pytest.approx(exact, abs=0.01)


def test_p_in_blocks_counts_every_permutation_once(monkeypatch):
    monkeypatch.setattr(significance, "_CELLS", 64)
    differences = np.array([[0.4], [0.1], [0.3], [-0.2], [0.5]])
    assert paired_p(differences, 9_999)[0] == pytest.approx(6 / 32, abs=0.02)
    assert paired_p(np.zeros((3, 2)), 99).tolist() == [1, 1]


def test_a_mean_as_far_on_the_other_side_counts():
    """Two queries with one difference: both signs alike in half of the permutations."""
    assert paired_p(np.array([[0.1], [0.1]]), 20_000)[0] == pytest.approx(0.5, abs=0.02)
    assert paired_p(np.array([[-0.1], [-0.1]]), 20_000)[0] == pytest.approx(0.5, abs=0.02)
    assert paired_p(np.ones((1, 1)), 9)[0] == 1


def test_every_pattern_of_signs_is_as_likely():
    """Of the 256 patterns of eight equal differences two are as far from 0: all + and all -."""
    assert paired_p(np.ones((8, 1)), 60_000)[0] == pytest.approx(2 / 256, rel=0.2)


def test_p_of_a_real_and_of_no_difference():
    rng = np.random.default_rng(5)
    real = rng.normal(0.1, 0.2, (500, 1))
    none = rng.normal(0, 0.2, (500, 1))
    same = np.zeros((500, 1))
    p = paired_p(np.hstack([real, none, same]))
    assert p[0] == pytest.approx(1 / 10_001)
    assert p[1] > 0.01
    assert p[2] == 1


def test_p_is_uniform_without_a_difference():
    rng = np.random.default_rng(6)
    p = paired_p(rng.normal(0, 1, (60, 400)), 999)
    assert (p < 0.05).mean() == pytest.approx(0.05, abs=0.03)
    assert p.mean() == pytest.approx(0.5, abs=0.05)


def test_holm_by_hand():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02])
    np.testing.assert_allclose(holm([0.6, 0.7]), [1, 1])
    assert len(holm([])) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_holm_lies_between_p_and_bonferroni(p):
    corrected = holm(p)
    assert (corrected >= np.array(p) - 1e-15).all()
    assert (corrected <= np.minimum(np.array(p) * len(p), 1) + 1e-12).all()
    assert (np.diff(corrected[np.argsort(p, kind="stable")]) >= 0).all()
