"""Discriminant parts: what tells classes apart counts, what differs within a class does not."""

import numpy as np

from artsim.training.whitening import whiten


def works(rng, classes=12, each=20, noisy=6.0):
    """Pooled layers: 4 numbers tell classes apart, 4 differ wildly within them, 8 say little."""
    codes = np.repeat(np.arange(classes), each)
    telling = rng.standard_normal((classes, 4))[codes] + 0.1 * rng.standard_normal((len(codes), 4))
    wild = noisy * rng.standard_normal((len(codes), 4))
    rest = rng.standard_normal((len(codes), 8))
    mixed = np.concatenate([telling, wild, rest], 1) @ rng.standard_normal((16, 16))
    return mixed.astype(np.float32), codes


def nearest_is_alike(embeddings, codes):
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    cosine = unit @ unit.T
    np.fill_diagonal(cosine, -2)
    return (codes[cosine.argmax(1)] == codes).mean()


def mapped(pooled, one):
    return pooled @ one.weight.T + one.bias


def test_classes_are_found_where_the_pooled_layer_hides_them():
    pooled, codes = works(np.random.default_rng(0))
    train = np.arange(len(codes)) % 2 == 0
    found = whiten(pooled[train], codes[train], 8, 0.0001)
    before = nearest_is_alike(pooled[~train] - pooled.mean(0), codes[~train])
    after = nearest_is_alike(mapped(pooled[~train], found), codes[~train])
    assert after > 0.8
    assert before < 0.3


def test_directions_for_known_classes_help_classes_never_seen():
    pooled, codes = works(np.random.default_rng(1), classes=40)
    known = codes < 30
    found = whiten(pooled[known], codes[known], 8, 0.0001, general=True)
    before = nearest_is_alike(pooled[~known] - pooled.mean(0), codes[~known])
    after = nearest_is_alike(mapped(pooled[~known], found), codes[~known])
    assert after > before + 0.3


def test_there_are_no_more_directions_than_differences_of_classes():
    pooled, codes = works(np.random.default_rng(2), classes=3)
    assert whiten(pooled, codes, 8, 0.1).weight.shape == (2, 16)
    assert whiten(pooled, codes, 8, 0.1, general=True).weight.shape == (8, 16)


def test_works_of_no_class_change_only_what_is_standard():
    pooled, codes = works(np.random.default_rng(3))
    nobody = np.full(len(codes), -1)
    assert whiten(pooled, nobody, 8, 0.1) is None
    both = whiten(np.concatenate([pooled, pooled]), np.concatenate([codes, nobody]), 8, 0.1)
    alone = whiten(pooled, codes, 8, 0.1)
    assert np.allclose(np.abs(both.weight), np.abs(alone.weight), rtol=1e-4, atol=1e-6)


def test_a_number_that_is_the_same_everywhere_does_no_harm():
    pooled, codes = works(np.random.default_rng(4))
    found = whiten(np.concatenate([pooled, np.ones((len(pooled), 1))], 1), codes, 8, 0.1)
    assert np.isfinite(found.weight).all()
