"""Hubs, dimensions and separation, on spaces whose truth is known."""

import json

import numpy as np
import pytest
from collection_kit import add_works, embed_with, make_collection
from scipy import stats
from sklearn.metrics import roc_auc_score

from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.evaluation.health import (
    auc,
    dimensions,
    health,
    hubness,
    occurrences,
    separation,
    skewness,
)
from artsim.library import Library


def unit(matrix):
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def brute(matrix, k, metric, groups=None):
    counts = np.zeros(len(matrix), int)
    for i, query in enumerate(matrix.astype(float)):
        far = -matrix @ query if metric == "cosine" else np.linalg.norm(matrix - query, axis=1)
        barred = (groups == groups[i]) & (groups >= 0) if groups is not None else np.zeros(0, int)
        far[np.flatnonzero(barred)] = np.inf
        far[i] = np.inf
        nearest = np.argsort(far)[:k]
        counts[nearest[np.isfinite(far[nearest])]] += 1
    return counts


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_occurrences_are_those_of_brute_force(metric):
    rng = np.random.default_rng(0)
    matrix = rng.standard_normal((300, 12)).astype(np.float32)
    matrix = unit(matrix) if metric == "cosine" else matrix
    groups = np.where(rng.random(300) < 0.2, rng.integers(0, 20, 300), -1).astype(np.int32)
    for asked in (None, groups):
        expected = brute(matrix, 5, metric, asked)
        np.testing.assert_array_equal(occurrences(matrix, 5, metric, asked), expected)


def test_a_planted_hub_is_everybodys_neighbour():
    """Works on the axes and one in the middle of all: every other work's nearest is the middle."""
    matrix = unit(np.vstack([np.eye(20), np.ones((1, 20))]))
    counts = occurrences(matrix, 1, "cosine")
    assert counts[20] == 20
    found = hubness(counts, 1, [f"w{i}" for i in range(21)])
    assert found.worst[0] == ("w20", 20)
    assert found.largest_share == 1.0
    assert found.never == pytest.approx(19 / 21)
    assert found.skewness > 4


def test_points_on_a_ring_have_no_hubs():
    angles = 2 * np.pi * np.arange(40) / 40
    ring = np.stack([np.cos(angles), np.sin(angles)], 1).astype(np.float32)
    found = hubness(occurrences(ring, 2, "cosine"), 2, [str(i) for i in range(40)])
    assert (found.skewness, found.never) == (0.0, 0.0)
    assert {count for _, count in found.worst} == {2}


def test_skewness_is_that_of_scipy_and_zero_for_equal_values():
    values = np.random.default_rng(0).exponential(size=500)
    assert skewness(values) == pytest.approx(stats.skew(values))
    assert skewness(np.full(5, 3.0)) == 0.0
    assert skewness(np.array([0.0, 0.0, 3.0])) == pytest.approx(2**-0.5)  # by hand


def test_a_ball_uses_all_dimensions_and_a_line_one():
    rng = np.random.default_rng(0)
    ball = dimensions(rng.standard_normal((20_000, 10)).astype(np.float32))
    assert ball.participation == pytest.approx(10, rel=0.01)
    assert ball.for_90_percent == 9
    line = rng.standard_normal((500, 1)) * rng.standard_normal((1, 30)) + 5
    found = dimensions(line.astype(np.float32))
    assert found.participation == pytest.approx(1, abs=1e-3)
    assert (found.for_90_percent, found.available) == (1, 30)


def test_dimensions_by_hand_and_with_fewer_works_than_dimensions():
    """Variances 3, 1: (3 + 1)^2 / (9 + 1) = 1.6; two of them hold 90 %."""
    cross = np.array([[3**0.5, 0], [-(3**0.5), 0], [0, 1], [0, -1]], np.float32)
    found = dimensions(cross)
    assert found.participation == pytest.approx(1.6)
    assert found.for_90_percent == 2
    padded = dimensions(np.hstack([cross, np.zeros((4, 50), np.float32)]))
    assert padded.participation == pytest.approx(1.6)
    assert padded.available == 52
    assert dimensions(np.full((30, 4), 7.1, np.float32)).participation == 0.0


def test_auc_is_that_of_scikit_learn_with_ties():
    rng = np.random.default_rng(0)
    same, random = rng.integers(2, 9, 200), rng.integers(0, 8, 900)
    truth = np.r_[np.ones(200), np.zeros(900)]
    assert auc(same, random) == pytest.approx(roc_auc_score(truth, np.r_[same, random]))
    assert auc(np.array([1.0, 2.0]), np.array([1.0])) == 0.75


def test_histograms_share_their_edges_and_sum_to_one():
    found = separation(np.array([0.5, 1.0]), np.array([0.0, 0.2, 0.2]))
    assert (found.edges[0], found.edges[-1]) == (0.0, 1.0)
    assert sum(found.same_artist) == pytest.approx(1)
    assert sum(found.random) == pytest.approx(1)
    assert (found.same_artist[-1], found.random[0]) == (0.5, pytest.approx(1 / 3))
    assert (found.same_artist_pairs, found.random_pairs, found.auc) == (2, 3, 1.0)
    assert separation(np.ones(3), np.ones(4)).auc == 0.5


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_health_of_a_collection(workspace, metric):
    rng = np.random.default_rng(1)
    centres = np.repeat(rng.standard_normal((10, 16)), 12, 0)
    vectors = centres + 0.4 * rng.standard_normal((120, 16))
    vectors[0] = 0
    works = [{"id": f"w{i:03}", "artist": f"A{i // 12}"} for i in range(120)]
    collection = Collection.create(workspace, "made", "folder")
    add_works(collection, works)
    embed_with(
        collection, "tiny", "d" * 64, dict(zip([w["id"] for w in works], vectors, strict=True))
    )
    gallery = Library(workspace).gallery("made", "tiny", "d" * 64)
    found = health(gallery, metric, k=5)
    assert (found.works, found.of) == (119, 120)
    assert found.separation.auc > 0.95
    assert sum(count for _, count in found.hubness.worst) <= 119 * 5
    assert 3 < found.dimensions.participation < 16
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["metric"] == metric
    assert health(gallery, metric, k=5) == found


def test_without_artists_there_is_no_separation_and_bad_input_is_told(workspace):
    make_collection(workspace, "plain", [{"id": f"w{i}"} for i in range(3)])
    gallery = Library(workspace).gallery("plain", "tiny", "d" * 64)
    found = health(gallery, k=10)
    assert found.separation is None
    assert found.hubness.k == 2
    with pytest.raises(InvalidInput, match="no metric"):
        health(gallery, "dot")
    make_collection(workspace, "one", [{"id": "w"}])
    with pytest.raises(InvalidInput, match="two works"):
        health(Library(workspace).gallery("one", "tiny", "d" * 64))
