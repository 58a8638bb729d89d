"""Queries of one artist are no independent draws: clusters, their intervals and tests."""

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from artsim.core.errors import InvalidInput
from artsim.evaluation.bootstrap import confidence, expanded_tail, resampled_means
from artsim.evaluation.clusters import clusters_of
from artsim.evaluation.significance import paired_p
from artsim.evaluation.summary import figures_of
from artsim.search.catalog import Catalog

WORKS = {
    "id": ["a1", "a2", "b1", "n1", "n2", "c1", "c2"],
    "artist": ["Ada", "ADA ", "Bea", "unknown", None, "Cy", "Cy"],
    "work_group": [None, "w1", "w1", None, None, "w2", "w2"],
    "duplicate_group": [None, None, None, "g", "g", None, None],
    "year": [1900, 1901, None, 1900, 1900, 2000, 2000],
}
ALL = np.arange(7)


def catalog(**columns):
    return Catalog("works", 1, pa.table({**WORKS, **columns}))


def same(codes):
    """Which works share a cluster, whatever its number."""
    return [[int(j) for j in np.flatnonzero(codes == c)] for c in dict.fromkeys(codes.tolist())]


def test_works_of_an_artist_a_work_group_and_a_duplicate_group_stand_together():
    found = clusters_of(catalog(), ALL)
    assert same(found.codes) == [[0, 1, 2], [3, 4], [5, 6]]  # a2 and b1 are one work by two names
    assert (len(found), found.by) == (3, "artist, work_group")
    assert same(found.of(np.array([3, 5, 6])).codes) == [[0], [1, 2]]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("year", [[0, 3, 4], [1], [2], [5, 6]]),
        ("none", [[0], [1], [2], [3], [4], [5], [6]]),
        ("work_group", [[0], [1, 2], [3, 4], [5, 6]]),
    ],
)
def test_another_column_or_none(by, expected):
    found = clusters_of(catalog(), ALL, by)
    assert same(found.codes) == expected
    assert found.by == by


def test_without_names_each_query_stands_alone_and_an_unknown_column_is_named():
    nobody = clusters_of(catalog(artist=["anon."] * 7, work_group=[None] * 7), ALL)
    assert (len(nobody), nobody.by) == (7, "none")
    with pytest.raises(InvalidInput, match="no column 'owner' to cluster by"):
        clusters_of(catalog(), ALL, "owner")


def test_a_cluster_is_drawn_whole():
    values = np.array([0.0, 1.0, 0.0, 1.0])
    means = resampled_means(values, 500, clusters=np.array([0, 0, 1, 1], np.int32))
    assert (means == 0.5).all()  # both clusters have this mean
    by_hand = resampled_means(np.array([1.0, 0.0, 0.0]), 4_000, 1, np.array([0, 0, 1], np.int32))
    shares = {m: float((np.isclose(by_hand, m)).mean()) for m in (0, 1 / 3, 0.5)}
    assert shares == pytest.approx({0: 0.25, 1 / 3: 0.5, 0.5: 0.25}, abs=0.03)


def test_the_interval_of_clusters_is_that_of_scipy_on_their_sums():
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(30), rng.integers(1, 9, 30)).astype(np.int32)
    values = rng.random((len(codes), 1)) + rng.normal(size=30)[codes][:, None]
    sums, sizes = np.bincount(codes, values[:, 0]), np.bincount(codes)
    tail = expanded_tail(sizes)
    theirs = stats.bootstrap(
        (sums, sizes),
        lambda s, n, axis: s.sum(axis=axis) / n.sum(axis=axis),
        paired=True,
        vectorized=True,
        n_resamples=20_000,
        confidence_level=1 - 2 * tail,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    ours = confidence(values, 20_000, 2, clusters=codes)[0]
    width = theirs.high - theirs.low
    assert ours == pytest.approx([theirs.low, theirs.high], abs=width / 30)


def test_few_and_uneven_clusters_widen_the_interval():
    assert expanded_tail(np.ones(1_000_000)) == pytest.approx(0.025, abs=1e-6)
    tails = [expanded_tail(np.ones(c)) for c in (3, 5, 10, 20, 100)]
    assert tails == sorted(tails)
    assert expanded_tail(np.array([50.0, 1, 1, 1])) < expanded_tail(np.ones(4))
    assert expanded_tail(np.array([8.0])) == 0


def test_p_of_clusters_is_that_of_scipy_on_their_sums():
    rng = np.random.default_rng(3)
    codes = np.repeat(np.arange(9), 4).astype(np.int32)
    differences = rng.normal(0.3, 1, (36, 1)) + rng.normal(size=9)[codes][:, None]
    sums = np.bincount(codes, differences[:, 0])
    exact = stats.permutation_test(
        (sums,), lambda x, axis: x.sum(axis=axis), permutation_type="samples", vectorized=True
    ).pvalue
    assert paired_p(differences, 40_000, clusters=codes)[0] == pytest.approx(exact, abs=0.01)


def test_artists_that_differ_fool_no_test_and_no_interval():
    """40 artists of 8 works, intra-class correlation 0.6, no difference between the backbones."""
    rng = np.random.default_rng(4)
    codes = np.repeat(np.arange(40), 8).astype(np.int32)
    wrong = alone = missed = 0
    for i in range(200):
        drawn = np.sqrt(0.6) * rng.normal(size=40)[codes] + np.sqrt(0.4) * rng.normal(size=320)
        column = drawn[:, None]
        wrong += paired_p(column, 199, i, codes)[0] <= 0.05
        alone += paired_p(column, 199, i)[0] <= 0.05
        low, high = confidence(column, 199, i, clusters=codes)[0]
        missed += not low <= 0 <= high
    assert wrong <= 200 * 0.09
    assert missed <= 200 * 0.11
    assert alone >= 200 * 0.3  # what taking queries as independent would conclude


def test_one_cluster_has_a_mean_and_no_interval():
    one = clusters_of(catalog(artist=["Ada"] * 7), ALL)
    figure = figures_of({"x": np.linspace(0, 1, 7)}, 0, one)["x"]
    assert (figure.value, figure.ci95) == (0.5, None)
