"""What a reduced precision is judged by: the nearest works that stay, and mAP@10 that is lost."""

import numpy as np
import pytest

from artsim.backbones.runtime.agreement import Agreement, agreement, mean_average_precision, nearest


@pytest.fixture
def embeddings():
    return np.random.default_rng(0).standard_normal((200, 16)).astype(np.float32)


def with_noise(embeddings, much):
    noise = np.random.default_rng(1).standard_normal(embeddings.shape).astype(np.float32)
    return embeddings + much * noise


def test_the_same_embeddings_keep_all_and_noisier_ones_less(embeddings):
    found = [agreement(embeddings, with_noise(embeddings, much)) for much in (0, 0.001, 0.3)]
    assert [one.suffices for one in found] == [True, True, False]
    assert found[0].stay == 1 > found[1].stay > found[2].stay
    pairs = zip(nearest(embeddings), nearest(with_noise(embeddings, 0.3)), strict=True)
    assert found[2].stay == pytest.approx(np.mean([len(set(a) & set(b)) / 10 for a, b in pairs]))


def test_works_that_are_equally_near_are_equally_good(embeddings):
    twins = np.repeat(embeddings[:20], 15, axis=0)  # each has 14 as near as can be
    noisy = with_noise(twins, 1e-5)
    assert not np.array_equal(nearest(twins), nearest(noisy))
    assert agreement(twins, noisy).stay == 1


def test_one_embedding_that_is_no_number_keeps_nothing(embeddings):
    broken = embeddings.copy()
    broken[7, 3] = np.nan
    assert agreement(embeddings, broken).stay == 0


def test_a_sample_promises_no_more_than_stays_in_the_whole_collection():
    rng = np.random.default_rng(0)
    whole = rng.standard_normal((2000, 6)).astype(np.float32)
    noisy = with_noise(whole, 0.02)
    drawn = rng.permutation(2000)[:300]
    truth = agreement(whole, noisy).stay
    assert agreement(whole[drawn], noisy[drawn]).stay > truth + 0.01
    assert truth - 0.05 < agreement(whole[drawn], noisy[drawn], total=2000).stay <= truth


def test_what_map_loses_is_that_of_the_label_that_loses_most(embeddings):
    style = np.arange(200, dtype=np.int32) % 4
    marked = embeddings + 3 * np.eye(16, dtype=np.float32)[style]
    few = np.where(np.arange(200) < 50, 0, -1).astype(np.int32)
    lost = [agreement(marked, embeddings, labels).lost for labels in ({}, {"few": few})]
    assert lost == [None, None]
    found = agreement(marked, embeddings, {"style": style, "one": np.zeros(200, np.int32)})
    maps = [mean_average_precision(nearest(rows), style) for rows in (marked, embeddings)]
    assert found.lost == pytest.approx(maps[0] - maps[1], abs=1e-6)
    assert found.lost > 0.1
    assert np.isnan(mean_average_precision(nearest(embeddings), np.full(200, -1)))


@pytest.mark.parametrize(
    ("stay", "lost", "suffices"),
    [(0.98, None, True), (0.9799, None, False), (0.99, 0.002, True), (0.99, 0.0021, False)],
)
def test_both_must_hold(stay, lost, suffices):
    assert Agreement(500, stay, lost).suffices == suffices
