"""What scores mean, on galleries whose truth is known."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from collection_kit import add_works, embed_with, make_collection

from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.library import Library
from artsim.search.calibration import (
    BY_CHANCE,
    ONE_ARTIST,
    RELATED,
    SAME_WORK,
    Calibration,
    CopyScores,
    calibrate,
)
from artsim.search.pairs import sample_pairs

ARTISTS, EACH, DIMENSION = 40, 10, 32


def gallery_of(workspace, works, vectors, name="made"):
    collection = Collection.create(workspace, name, "folder", "made for a test")
    add_works(collection, works)
    embed_with(
        collection, "tiny", "d" * 64, dict(zip([w["id"] for w in works], vectors, strict=True))
    )
    return Library(workspace).gallery(name, "tiny", "d" * 64)


def clustered(seed=0, spread=0.5, labels=True):
    """Works round one centre an artist, in a space where centres are far apart."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((ARTISTS, DIMENSION))
    vectors = np.repeat(centres, EACH, 0) + spread * rng.standard_normal(
        (ARTISTS * EACH, DIMENSION)
    )
    artists = [f"Artist {i // EACH}" for i in range(len(vectors))]
    works = [
        {"id": f"w{i:04}", "title": "A", **({"artist": a, "style": f"S{i % 7}"} if labels else {})}
        for i, a in enumerate(artists)
    ]
    return works, vectors


@pytest.fixture
def painted(workspace):
    return gallery_of(workspace, *clustered())


def copies_of(gallery, noise=0.1):
    rng = np.random.default_rng(5)
    rows = gallery.matrix[::8].astype(float)
    made = rows + noise * rng.standard_normal(rows.shape)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(made, axis=1)
    distances = np.linalg.norm(rows - made, axis=1)
    return CopyScores(tuple((rows * made).sum(1) / lengths), tuple(-distances))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_bands_tell_copies_artists_and_strangers_apart(painted, metric):
    found = calibrate(painted, copies=copies_of(painted))
    scores = sample_pairs(painted, 3)
    own = scores.scores(metric)[scores.shared("artist")]
    strangers = scores.scores(metric)[scores.unrelated]
    copies = getattr(copies_of(painted), metric)
    names = [band.name for band in found.bands(metric)]
    assert names == [SAME_WORK, ONE_ARTIST, RELATED, BY_CHANCE]
    assert found.band(np.median(copies), metric).name == SAME_WORK
    assert found.band(np.median(own), metric).name == ONE_ARTIST
    assert found.band(np.median(strangers), metric).name == BY_CHANCE
    thresholds = [band.threshold for band in found.bands(metric)]
    assert thresholds[3] is None
    assert thresholds[:3] == sorted(thresholds[:3], reverse=True)


def test_rates_of_a_band_are_the_shares_at_or_above_its_threshold(painted):
    found = calibrate(painted, copies=copies_of(painted))
    pairs = sample_pairs(painted, 0)
    scores = pairs.scores("cosine")
    for band in found.bands()[:-1]:
        for rate, mask in (
            (band.random, pairs.allowed),
            (band.same_artist, pairs.shared("artist")),
        ):
            true = (scores[mask] >= band.threshold).mean()
            assert rate.of == mask.sum()
            assert rate.share == pytest.approx(true, rel=0.1, abs=2e-3)
            assert rate.count == pytest.approx(rate.share * rate.of, abs=1)
        assert band.copies.of == len(copies_of(painted).cosine)
    assert found.bands()[0].copies.share >= 0.5
    lowest = found.bands()[-1]
    assert lowest.random.share == 1.0
    assert f"{found.works:,} works" in lowest.sentence


def test_more_works_to_choose_from_make_chance_likelier_and_bands_stricter(painted):
    found = calibrate(painted)
    chances = [found.chance(0.6, candidates=n) for n in (1, 10, 100, 10_000, 1_000_000)]
    assert chances == sorted(chances)
    few, many = (found.bands(candidates=n)[-2].threshold for n in (20, 1_000_000))
    assert few < many


def test_the_same_artist_share_is_that_of_fresh_queries(workspace):
    """Odds learned from one half of the works hold on the other half."""
    works, vectors = clustered(spread=1.6)
    works, rng = np.array(works, object), np.random.default_rng(1)
    half = np.sort(rng.permutation(len(works))[: len(works) // 2])
    rest = np.setdiff1d(np.arange(len(works)), half)
    learned = calibrate(gallery_of(workspace, list(works[half]), vectors[half], "half"))
    fresh = sample_pairs(gallery_of(workspace, list(works[rest]), vectors[rest], "rest"))
    scores = np.where(fresh.allowed, fresh.scores("cosine"), -2)
    top = np.argsort(-scores, 1)[:, :20]
    hits = np.take_along_axis(fresh.shared("artist"), top, 1).ravel()
    told = np.array([learned.same_artist(s) for s in np.take_along_axis(scores, top, 1).ravel()])
    for low, high in ((0, 0.15), (0.15, 0.5), (0.5, 1)):
        part = (told >= low) & (told < high)
        assert part.sum() > 30
        assert hits[part].mean() == pytest.approx(told[part].mean(), abs=0.12)


def test_values_are_comparable_between_spaces_of_another_scale(workspace):
    works, vectors = clustered()
    plain = calibrate(gallery_of(workspace, works, vectors, "plain"))
    scaled = calibrate(gallery_of(workspace, works, 7 * vectors, "scaled"))
    for score in (-3.0, -5.0, -8.0):
        assert scaled.percentile(7 * score, "euclidean") == pytest.approx(
            plain.percentile(score, "euclidean"), abs=1e-3
        )
        assert scaled.same_artist(7 * score, "euclidean") == pytest.approx(
            plain.same_artist(score, "euclidean"), abs=0.02
        )


def test_nothing_close_where_no_result_is_closer_than_chance(painted):
    found = calibrate(painted)
    limit = found.bands()[-2].threshold
    assert found.nothing_close([limit - 0.01, limit - 0.2])
    assert not found.nothing_close([limit + 0.01, limit - 0.2])
    assert not found.nothing_close([])


def test_shares_are_told_only_where_they_were_measured(painted):
    """By rank and by filter: the share that is told is the share that is found."""
    found = calibrate(painted)
    pairs = sample_pairs(painted)
    scores = np.where(pairs.allowed, pairs.scores("cosine"), -2)
    order = np.argsort(-scores, 1)[:, :60]
    hits = pairs.allowed & ~pairs.unrelated
    strange = pairs.unrelated  # as a filter that leaves out all that is related
    for mask, works in ((pairs.allowed, len(painted)), (strange, 100)):
        told, true = [], []
        for query, line in enumerate(order):
            for rank, other in enumerate(line[mask[query][line]], 1):
                band = found.told(float(scores[query, other]), "cosine", works, rank)
                if band is not None and "the results with such a score" in band.sentence:
                    told.append(float(re.search(r"(\d+)%", band.sentence)[1]) / 100)
                    true.append(hits[query, other])
        if mask is strange:
            assert not told
        else:
            assert len(told) > 1000
            assert np.mean(true) == pytest.approx(np.mean(told), abs=0.05)
    copy = found.bands()[0].threshold
    assert found.told(copy, candidates=3, rank=90).name == SAME_WORK
    assert found.told(-1.0, rank=90).name == BY_CHANCE
    # Leaving out one artist leaves nearly all works, and just those that the word is about.
    artist = found.bands()[1].threshold
    assert found.told(artist, candidates=len(painted) - 9).name == ONE_ARTIST
    assert found.told(artist, candidates=len(painted) - 9, filtered=True) is None
    assert found.told(copy, filtered=True).name == SAME_WORK
    assert not found.nothing_close([-1.0], candidates=3)


def test_random_embeddings_leave_no_band_of_one_artist(workspace):
    rng = np.random.default_rng(2)
    works = [{"id": f"w{i:03}", "artist": f"A{i % 9}"} for i in range(300)]
    found = calibrate(gallery_of(workspace, works, rng.standard_normal((300, 64))))
    assert [band.name for band in found.bands()] == [SAME_WORK, RELATED, BY_CHANCE]
    assert found.same_artist(0.3) == pytest.approx(1 / 9, abs=0.06)


def test_without_labels_the_artist_band_is_missing_and_chance_is_random(workspace):
    found = calibrate(gallery_of(workspace, *clustered(labels=False)))
    assert [band.name for band in found.bands()] == [SAME_WORK, RELATED, BY_CHANCE]
    assert found.unrelated_by == ()
    assert found.same_artist(0.5) is None
    assert found.shared_label(0.5) is None
    assert all(band.same_artist is None for band in found.bands())
    assert "drawn at random" in found.bands()[-1].sentence
    apart = replace(found, unrelated_by=("style", "genre", "artist")).bands()[-1]
    assert "a work that shares no style, genre or artist comes this close" in apart.sentence


def test_artists_that_nobody_knows_are_not_one_artist(workspace):
    works, vectors = clustered()
    for work in works:
        work["artist"] = "Unknown artist"
    assert calibrate(gallery_of(workspace, works, vectors)).same_artist(0.9) is None


def test_copies_raise_the_band_and_are_counted_and_their_lack_is_told(painted):
    without = calibrate(painted).bands()[0]
    assert without.copies is None
    assert "not measured" in without.sentence
    perfect = CopyScores((0.9999,) * 40, (-0.001,) * 40)
    strict = calibrate(painted, copies=perfect).bands()[0]
    assert strict.threshold > without.threshold
    assert strict.copies.share == 1.0
    assert "40 of 40 altered copies" in strict.sentence


def test_a_gallery_larger_than_the_sample_has_a_stricter_band_of_the_same_work(
    painted, monkeypatch
):
    whole = calibrate(painted)
    part = calibrate(painted, queries=50, works=100)
    assert (part.sampled, part.works, part.queries) == (100, 400, 50)
    same = part.bands()[0]
    assert same.threshold >= part.metrics["cosine"].chance.reached_by(0.01, 400)
    assert "among 100 drawn" in same.sentence
    assert "drawn" not in whole.bands()[0].sentence


@pytest.mark.parametrize("count", [1, 5, 29])
def test_few_works_cannot_be_calibrated_and_it_says_so(workspace, count):
    rng = np.random.default_rng(0)
    works = [{"id": f"w{i}", "artist": "A"} for i in range(count)]
    found = calibrate(gallery_of(workspace, works, rng.standard_normal((count, 8))))
    assert not found.calibrated
    assert f"has {count} embedded works" in found.note
    assert not found.nothing_close([-1.0])
    with pytest.raises(InvalidInput, match="can be calibrated from 30 on"):
        found.band(0.5)


def test_thirty_works_by_one_artist_are_enough(workspace):
    rng = np.random.default_rng(0)
    works = [{"id": f"w{i}", "artist": "A"} for i in range(30)]
    found = calibrate(gallery_of(workspace, works, rng.standard_normal((30, 8))))
    assert found.calibrated
    assert {found.band(s).name for s in np.linspace(-1, 1, 50)} <= {
        SAME_WORK,
        ONE_ARTIST,
        RELATED,
        BY_CHANCE,
    }


def test_equal_embeddings_and_unusable_ones_do_no_harm(workspace):
    works = [{"id": f"w{i:02}", "artist": f"A{i % 3}"} for i in range(60)]
    vectors = np.ones((60, 8))
    vectors[0], vectors[1, 0] = 0, np.nan
    found = calibrate(gallery_of(workspace, works, vectors))
    assert np.isfinite(found.percentile(0.5))
    assert found.band(1.0).name
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))


def test_it_survives_json_and_is_the_same_for_the_same_seed(painted):
    found = calibrate(painted, copies=copies_of(painted))
    text = json.dumps(found.to_json(), allow_nan=False)
    assert Calibration.from_json(json.loads(text)) == found
    assert calibrate(painted, copies=copies_of(painted)) == found
    assert calibrate(painted, seed=1) != found
    with pytest.raises(ValueError, match="another format"):
        Calibration.from_json({**json.loads(text), "format": 0})


def test_the_engine_keeps_it_beside_the_collection_and_measures_again_after_a_change(workspace):
    works = [{"id": f"w{i:02}", "artist": f"A{i % 3}"} for i in range(40)]
    collection = make_collection(workspace, "small", works, backbone="resnet18")
    library = Library(workspace)
    found = library.calibration("small", "resnet18")
    (file,) = (collection.path / "calibration").glob("*.json")
    assert Library(workspace).calibration("small", "resnet18") == found
    before = file.read_bytes()
    file.write_text("{", encoding="utf-8")
    assert Library(workspace).calibration("small", "resnet18") == found
    assert file.read_bytes() == before
    add_works(collection, [{"id": "w99", "artist": "A1"}])
    column = collection.info().embeddings[0].column
    collection.write_embeddings(column, ["w99"], np.ones((1, 8), np.float32))
    assert Library(workspace).calibration("small", "resnet18").works == 41


def test_embedding_measures_altered_copies(demo_workspace):
    found = Library(demo_workspace).calibration("demo", "efficientnet_lite0")
    top = found.bands()[0]
    assert top.name == SAME_WORK
    assert top.copies is not None
    assert 10 <= top.copies.of <= 96
    assert found.metrics["cosine"].copies.reached_by(0.5) > 0.75
