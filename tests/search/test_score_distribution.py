"""Tails, chance and odds: small tables against samples whose shares are known."""

import numpy as np
import pytest
from scipy import stats

from artsim.search.score_distribution import chance, odds, tail


def test_chance_is_that_of_the_best_of_as_many_unrelated_works():
    """Independent normal scores: the best of n reaches s with 1 - F(s)^n."""
    rng = np.random.default_rng(0)
    table = chance(list(rng.standard_normal((400, 2000))))
    for share in (0.9, 0.5, 0.1):
        for works in (10, 2000):
            score = stats.norm.ppf((1 - share) ** (1 / works))
            assert table.share(score, works) == pytest.approx(share, abs=0.12), (works, share)
            assert table.reached_by(share, works) == pytest.approx(score, abs=0.25)
        far = stats.norm.ppf((1 - share) ** (1 / 200_000))
        assert table.share(far, 200_000) > share - 0.05  # a hundred times the sample: careful
        assert table.reached_by(share, 200_000) == pytest.approx(far, abs=0.6)
    assert table.share(99.0, 10**6) == 0.0
    assert table.share(-99.0, 1) == 1.0


def test_a_tail_is_exact_at_its_points_and_monotone():
    sample = np.random.default_rng(0).standard_normal(50_000)
    found = tail(sample)
    for score in (-1.0, 0.0, 1.0, 2.0, 3.0):
        true = (sample >= score).mean()
        assert found.share(score) == pytest.approx(true, rel=0.05)
    shares = [found.share(s) for s in np.linspace(-5, 5, 300)]
    assert shares == sorted(shares, reverse=True)
    small = tail(np.array([3.0, 1.0, 2.0, 2.0]))
    assert (small.scores, small.shares) == ((1.0, 2.0, 3.0), (1.0, 0.75, 0.25))
    assert small.rate(2.0).count == 3
    assert tail(np.array([])) is None


def test_odds_by_hand():
    """Two bins of 100: 10 and 50 hits, each with one result more at the mean share of 0.3."""
    scores = np.repeat([0.2, 0.8], 100)
    hits = np.zeros(200, bool)
    hits[:10], hits[100:150] = True, True
    found = odds(scores, hits)
    assert found.scores == (0.2, 0.8)
    assert found.shares == (round(10.3 / 101, 6), round(50.3 / 101, 6))
    assert found.share(0.5) == pytest.approx((10.3 + 50.3) / 202, abs=1e-5)
    assert found.reached_by(0.3) == pytest.approx(0.5, abs=0.01)
    assert found.reached_by(0.9) is None
    falling = odds(scores, ~hits)  # against the order: pooled into one
    assert falling.shares == pytest.approx((140.7 / 201,), abs=1e-5)
    assert odds(scores[:150], hits[:150]) is None
