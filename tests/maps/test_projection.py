"""Neighbours, principal components, layout and how far they can be trusted."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import umap.layouts
from maps_kit import embeddings_of
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from artsim.core.errors import Cancelled
from artsim.core.progress import NullProgress
from artsim.maps import nearest as nearest_module
from artsim.maps.components import components
from artsim.maps.nearest import nearest, prepared
from artsim.maps.projection import laid_out
from artsim.maps.trust import trust

pytestmark = pytest.mark.xdist_group("maps")  # one worker compiles UMAP, for 15 seconds


def cloud(count, dimension=24, seed=0):
    return np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("count", [5, 200, 1500])
def test_neighbours_are_those_of_scikit_learn(metric, count) -> None:
    matrix = cloud(count) + 3
    k = min(15, count - 1)
    found = nearest(prepared(matrix, metric), k, metric)
    model = NearestNeighbors(n_neighbors=k + 1, metric=metric, algorithm="brute")
    distances, rows = model.fit(matrix.astype(float)).kneighbors(matrix.astype(float))
    assert (found.rows == rows[:, 1:]).mean() > 0.999
    assert np.allclose(found.distances, distances[:, 1:], rtol=1e-3, atol=1e-5)
    assert found.rows.dtype == np.int32


def test_candidates_from_components_are_used_only_where_they_find_the_neighbours(
    monkeypatch,
) -> None:
    monkeypatch.setattr(nearest_module, "_COMPONENTS", 8)
    flat = cloud(900, 8) @ cloud(8, 40, seed=1)  # of 8 dimensions within 40
    round_ = cloud(900, 40)
    for matrix in (flat, round_):
        space = prepared(matrix, "cosine")
        exact = nearest(space, 10, "cosine")
        with monkeypatch.context() as patch:
            patch.setattr(nearest_module, "_MANY", 500)
            found = nearest(space, 10, "cosine")
        assert (found.rows == exact.rows).mean() > 0.999


def test_copies_are_each_others_neighbours() -> None:
    matrix = np.repeat(cloud(10), 3, axis=0)
    found = nearest(prepared(matrix, "cosine"), 2, "cosine")
    assert (found.rows // 3 == np.arange(30)[:, None] // 3).all()
    assert not found.distances.any()


@pytest.mark.parametrize("shape", [(200, 24), (12, 24)])
def test_components_are_those_of_scikit_learn(shape) -> None:
    matrix = cloud(*shape)
    ours, theirs = components(matrix, 3), PCA(3).fit_transform(matrix.astype(float))
    assert np.allclose(np.abs(ours), np.abs(theirs), atol=1e-3)
    assert (components(matrix, 3) == ours).all()


def test_missing_components_are_zero() -> None:
    assert not components(np.ones((5, 3), np.float32), 2).any()
    assert components(cloud(4, 1), 2).shape == (4, 2)


def test_trust_is_scikit_learns_and_continuity_the_same_turned_round() -> None:
    space, points = cloud(300), cloud(300)[:, :2]
    found = trust(space, points)
    assert found.trustworthiness == pytest.approx(trustworthiness(space, points, n_neighbors=15))
    assert found.continuity == pytest.approx(trustworthiness(points, space, n_neighbors=15))
    assert found.works == 300


def test_trust_of_a_perfect_and_of_a_tiny_map() -> None:
    points = cloud(100, 2)
    assert trust(points, points).trustworthiness == 1
    assert trust(points[:2], points[:2]).continuity is None


def test_trust_of_many_works_is_measured_on_a_sample_that_the_seed_draws(monkeypatch) -> None:
    monkeypatch.setattr("artsim.maps.trust.SAMPLE", 500)
    space = cloud(540, 3)
    first, again, other = (trust(space, space[:, :2], seed) for seed in (0, 0, 1))
    assert first == again
    assert first.works == 500
    assert first.trustworthiness != other.trustworthiness
    assert first.trustworthiness == pytest.approx(other.trustworthiness, abs=0.01)


@pytest.fixture(scope="module")
def near():
    return nearest(prepared(embeddings_of(90), "cosine"), 10, "cosine")


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_layout_is_repeatable_and_keeps_groups_apart(near, dimensions) -> None:
    begin = components(embeddings_of(90), dimensions)
    points, again = (laid_out(near, begin, 0.1, 0) for _ in range(2))
    assert (points == again).all()
    assert points.shape == (90, dimensions)
    middles = np.array([points[i::3].mean(axis=0) for i in range(3)])
    closest = np.square(points[:, None] - middles).sum(axis=2).argmin(axis=1)
    assert (closest == np.arange(90) % 3).all()
    assert (laid_out(near, begin, 0.1, 1) != points).any()


def test_a_layout_tells_how_far_it_is_and_stops_when_told(near) -> None:
    class Rounds(NullProgress):
        done = 0

        def advance(self, n=1):
            self.done += n

    class Stopped(NullProgress):
        def advance(self, n=1):
            raise Cancelled("stop")

    rounds, begin = Rounds(), components(embeddings_of(90), 2)
    laid_out(near, begin, 0.1, 0, progress=rounds)
    assert rounds.done == 500
    with pytest.raises(Cancelled):
        laid_out(near, begin, 0.1, 0, progress=Stopped())
    with ThreadPoolExecutor(1) as other:  # one that was stopped keeps no lock from other threads
        after = other.submit(laid_out, near, begin, 0.1, 0, 20)
        assert after.result(60).shape == begin.shape


def test_layouts_of_two_threads_are_what_each_is_alone(near) -> None:
    wide = components(embeddings_of(90), 5)
    alone = laid_out(near, wide, 0.0, 0, 50)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(laid_out, near, wide, 0.0, 0, 50) for _ in range(2)]
    assert all((one.result() == alone).all() for one in both)
    loop = umap.layouts._nb_optimize_layout_euclidean_single_epoch
    assert loop.targetoptions["nogil"]  # else one waits for the other


def test_identical_works_do_not_stand_on_one_point() -> None:
    space = prepared(np.ones((20, 4), np.float32), "cosine")
    points = laid_out(nearest(space, 5, "cosine"), components(space, 2), 0.1, 0)
    assert np.isfinite(points).all()
    assert len(np.unique(points, axis=0)) == 20
