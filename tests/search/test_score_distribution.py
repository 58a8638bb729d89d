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


def test_a_short_sample_is_kept_whole_and_a_long_one_thinned():
    rng = np.random.default_rng(1)
    assert len(tail(rng.standard_normal(600)).scores) == 600
    long = rng.standard_normal(5000)
    thinned = tail(long)
    assert 100 < len(thinned.scores) <= 200
    assert (thinned.scores[-1], thinned.size) == (pytest.approx(long.max(), rel=1e-5), 5000)
    assert (thinned.scores[0], thinned.shares[0]) == (pytest.approx(long.min(), rel=1e-5), 1.0)
    top = np.sort(long)[-10:]
    assert [thinned.share(score) for score in top[5:]] == pytest.approx(
        [k / 5000 for k in (5, 4, 3, 2, 1)], rel=0.02
    )


def test_a_tail_by_hand():
    found = tail(np.array([1.0, 2.0, 3.0, 4.0]))
    assert (found.share(0.0), found.share(1.0), found.share(2.5)) == (1.0, 1.0, 0.625)
    assert (found.share(4.0), found.share(4.001)) == (0.25, 0.0)
    assert found.reached_by(0.5) == 3.0
    assert found.reached_by(0.625) == 2.5
    rate = found.rate(2.0)
    assert (rate.share, rate.count, rate.of) == (0.75, 3, 4)


def test_chance_within_the_sample_is_counted_query_by_query():
    """One query's works all lie at 0.1 to 0.2, the other's at 0.6 to 0.7: half of all searches."""
    table = chance([np.linspace(0.1, 0.2, 400), np.linspace(0.6, 0.7, 400)])
    assert table.share(0.4, 1) == pytest.approx(0.5, abs=0.01)
    assert table.share(0.4, 10_000) == pytest.approx(0.5, abs=0.01)
    assert table.share(0.05, 1) == pytest.approx(1.0)
    assert table.share(0.65, 1) == pytest.approx(0.25, abs=0.02)
    assert table.share(0.65, 2) == pytest.approx((1 - 0.5**2) / 2, abs=0.05)


def test_chance_beyond_the_sample_falls_exponentially():
    rng = np.random.default_rng(0)
    table = chance(list(rng.exponential(0.1, (200, 4000))))
    for score in (0.9, 1.1):  # a scale of 0.1: p falls by e every 0.1
        true = 1 - (1 - np.exp(-score / 0.1)) ** 4000
        assert table.share(score, 4000) == pytest.approx(true, rel=0.35)
    assert table.share(0.9, 4000) / table.share(1.1, 4000) == pytest.approx(np.e**2, rel=0.5)


def test_chance_of_sizes_between_and_beyond_those_of_the_table():
    table = chance(list(np.random.default_rng(2).standard_normal((100, 500))))
    four, eight, sixteen = (table.share(1.5, n) for n in (4, 8, 16))
    assert eight == pytest.approx((four + sixteen) / 2)
    assert table.share(1.5, 0) == table.share(1.5, 1)
    largest = table.sizes[-1]
    assert table.share(4.5, 8 * largest) == table.share(4.5, largest)


def test_odds_begin_at_the_lowest_score_where_all_reach_the_share():
    scores = np.repeat([0.2, 0.8], 100)
    hits = np.zeros(200, bool)
    hits[:90], hits[100:] = True, True
    found = odds(scores, hits)
    assert found.reached_by(0.5) == 0.2
    assert found.share(0.0) == found.shares[0]
    assert found.share(1.0) == found.shares[-1]
    assert found.counts == (100, 100)
    assert found.reached_by(found.shares[-1]) == 0.8
    assert found.reached_by(found.shares[-1] + 0.001) is None


def test_bins_grow_downwards_and_the_rest_joins_the_lowest():
    scores = np.linspace(0, 1, 600)
    found = odds(scores, np.random.default_rng(0).random(600) < scores**2)
    assert found.counts[-1] == 100
    assert sum(found.counts) == 600
    assert list(found.counts) == sorted(found.counts, reverse=True)
    assert list(found.shares) == sorted(found.shares)
