"""Where the band of the same work begins, and galleries larger than the sample."""

import numpy as np
import pytest
from collection_kit import add_works, embed_with

from artsim.collection.store import Collection
from artsim.library import Library
from artsim.search.calibration import SAME_WORK, CopyScores, calibrate
from artsim.search.gallery import Gallery
from artsim.search.pairs import sample_pairs


def gallery_of(workspace, vectors, name="made", **labels) -> Gallery:
    """A gallery of works w000, w001 ... with these vectors and lists of labels."""
    collection = Collection.create(workspace, name, "folder", "made for a test")
    works = [
        {"id": f"w{i:03}", "title": "A", **{label: values[i] for label, values in labels.items()}}
        for i in range(len(vectors))
    ]
    add_works(collection, works)
    embed_with(
        collection, "tiny", "d" * 64, dict(zip([w["id"] for w in works], vectors, strict=True))
    )
    return Library(workspace).gallery(name, "tiny", "d" * 64)


@pytest.fixture(scope="module")
def scattered(tmp_path_factory):
    """Four hundred works at random, so that every work has another nearest score."""
    from artsim.core.workspace import Workspace

    workspace = Workspace.open(tmp_path_factory.mktemp("scattered"))
    return gallery_of(workspace, np.random.default_rng(0).standard_normal((400, 16)))


def nearest(gallery, metric="cosine"):
    pairs = sample_pairs(gallery, 0)
    return np.sort(np.where(pairs.allowed, pairs.scores(metric), -np.inf).max(axis=1))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_one_work_in_a_hundred_at_most_is_taken_for_another(scattered, metric):
    """Of 400 works at most 4 may have another within the band, and no work more is left out."""
    limit = calibrate(scattered).metrics[metric].same_work
    best = nearest(scattered, metric)
    assert 2 <= (best >= limit).sum() <= 4
    assert limit == pytest.approx(best[396], rel=1e-5)
    assert limit > best[396]


def pairs_of_twins(workspace, count=60):
    """Each work has one other at a cosine of exactly 0.8, the rest at right angles."""
    vectors = np.zeros((count, count))
    for i in range(0, count, 2):
        vectors[i, i], vectors[i + 1, i], vectors[i + 1, i + 1] = 1, 0.8, 0.6
    return gallery_of(workspace, vectors)


def test_a_score_that_every_work_reaches_with_another_is_not_the_same_work(workspace):
    """The band begins above the score of a false alarm, not at it."""
    gallery = pairs_of_twins(workspace)
    alarm = float(nearest(gallery).max())
    assert alarm == pytest.approx(0.8)
    found = calibrate(gallery)
    assert found.metrics["cosine"].same_work > alarm
    assert found.band(alarm).name != SAME_WORK
    assert found.band(alarm + 0.05).name == SAME_WORK
    assert found.bands()[0].threshold > alarm


def test_nineteen_of_twenty_copies_lie_in_the_band_where_copies_set_it(workspace):
    gallery = pairs_of_twins(workspace)
    scores = np.linspace(0.9, 0.99, 200)
    found = calibrate(gallery, copies=CopyScores(tuple(scores), tuple(scores - 1)))
    top = found.bands()[0]
    assert (scores >= top.threshold).mean() == pytest.approx(0.95, abs=0.006)
    assert (top.copies.count, top.copies.of) == (pytest.approx(190, abs=1), 200)


def test_copies_below_the_false_alarms_do_not_lower_the_band(workspace):
    gallery = pairs_of_twins(workspace)
    low = CopyScores((0.5,) * 20, (-5.0,) * 20)
    assert calibrate(gallery, copies=low).bands()[0].threshold == pytest.approx(
        calibrate(gallery).bands()[0].threshold
    )


def test_fewer_than_ten_copies_measure_nothing(workspace):
    gallery = pairs_of_twins(workspace)
    few, enough = (
        calibrate(gallery, copies=CopyScores((0.99,) * n, (-0.01,) * n)).bands()[0] for n in (9, 10)
    )
    assert few.copies is None
    assert enough.copies.of == 10
    assert enough.threshold > few.threshold


def test_more_works_than_the_sample_raise_the_band_to_the_false_alarms_of_all(scattered):
    """Alarms were counted among 60 works: among 400, and a million, more of them come close."""
    part = calibrate(scattered, works=60)
    found = part.metrics["cosine"]
    of_all = found.chance.reached_by(0.01, 400)
    assert of_all > found.same_work, "the sample's own limit is the higher one: nothing is tested"
    assert part.bands()[0].threshold == of_all
    assert part.bands(candidates=1_000_000)[0].threshold == found.chance.reached_by(0.01, 1_000_000)
    assert part.bands(candidates=60)[0].threshold < of_all
    best = nearest(scattered)
    assert (best >= of_all).mean() <= 0.01


def test_a_sample_of_all_works_needs_no_such_limit(scattered):
    whole = calibrate(scattered)
    assert whole.bands()[0].threshold == pytest.approx(whole.metrics["cosine"].same_work)


def test_the_nearest_of_all_counts_whatever_the_sample_of_queries(scattered):
    found = calibrate(scattered, queries=100)
    assert (found.queries, found.sampled, found.works) == (100, 400, 400)
    assert found.metrics["cosine"].best.size == 100
    assert found.metrics["cosine"].random.size == 100 * 399


def test_every_usable_work_is_drawn_and_the_labels_that_there_are(workspace):
    """Vectors of any length but none, not finite ones left out; as many queries as were asked."""
    vectors = np.random.default_rng(0).standard_normal((40, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[:20] *= 0.5
    vectors[7], vectors[9, 0] = 0, np.nan
    artists = [None] * 10 + ["Anna"] * 20 + ["Bo"] * 10
    gallery = gallery_of(workspace, vectors, artist=artists, style=[None] * 40)
    pairs = sample_pairs(gallery, queries=10)
    assert sorted(pairs.works.tolist()) == [i for i in range(40) if i not in (7, 9)]
    assert len(pairs.queries) == 10
    assert set(pairs.codes) == {"artist"}
    assert (pairs.codes["artist"] < 0).tolist() == [artist is None for artist in artists]
    assert pairs.queries.tolist() == sample_pairs(gallery, 0, queries=10).queries.tolist()
    assert pairs.queries.tolist() != sample_pairs(gallery, 1, queries=10).queries.tolist()


def test_what_is_not_measured_is_none_and_no_scores_are_not_by_chance(scattered, workspace):
    found = calibrate(scattered)
    assert found.nothing_close([]) is False
    assert found.nothing_close([-1.0]) is True
    assert (found.same_artist(0.5), found.shared_label(0.5)) == (None, None)
    vectors = np.random.default_rng(1).standard_normal((80, 8))
    labelled = gallery_of(workspace, vectors, style=["Cubism", "Baroque"] * 40)
    assert 0 <= (calibrate(labelled).shared_label(0.5) or -1) <= 1
