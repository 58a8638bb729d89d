"""Discriminant parts: what tells classes apart counts, what differs within a class does not."""

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

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


def test_classes_are_found_where_the_pooled_layer_hides_them():
    pooled, codes = works(np.random.default_rng(0))
    train = np.arange(len(codes)) % 2 == 0
    found = whiten(pooled[train], codes[train], 8, 0.0001)
    before = nearest_is_alike(pooled[~train] - pooled.mean(0), codes[~train])
    after = nearest_is_alike(found.apply(pooled[~train]), codes[~train])
    assert after > 0.8
    assert before < 0.3


def test_directions_for_known_classes_help_classes_never_seen():
    pooled, codes = works(np.random.default_rng(1), classes=40)
    known = codes < 30
    found = whiten(pooled[known], codes[known], 8, 0.0001, general=True)
    before = nearest_is_alike(pooled[~known] - pooled.mean(0), codes[~known])
    after = nearest_is_alike(found.apply(pooled[~known]), codes[~known])
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


def test_a_case_worked_out_by_hand():
    """Two classes of two works; the second number says nothing, the third is constant.

    Mean (2, 5, 9), deviation (2, 3, 0): standardised, the first number is -1 -1 1 1, the second
    1 -1 1 -1. Within the classes the covariance is 0 for the first and (4 x 1) / (4 works - 2
    classes) = 2 for the second; shrinkage 0.3 adds 0.3 x (0 + 2 + 0) / 3 = 0.2 to each. The only
    direction is the first number's, of length 1 / sqrt(0.2), for each of its deviation 2.
    """
    pooled = np.array([[0.0, 8, 9], [0, 2, 9], [4, 8, 9], [4, 2, 9]])
    found = whiten(pooled, np.array([0, 0, 1, 1]), dimension=3, shrinkage=0.3)
    sign = np.sign(found.weight[0, 0])
    length = 1 / (2 * np.sqrt(0.2))
    np.testing.assert_allclose(sign * found.weight, [[length, 0, 0]], atol=1e-9)
    np.testing.assert_allclose(sign * found.bias, [-2 * length], atol=1e-9)
    made = sign * found.apply(pooled)[:, 0] * np.sqrt(0.2)
    np.testing.assert_allclose(made, [-1, -1, 1, 1], rtol=1e-6)


@pytest.mark.parametrize("general", [False, True])
def test_the_mean_of_all_works_is_mapped_to_nothing(general):
    pooled, codes = works(np.random.default_rng(5))
    found = whiten(pooled + 40, codes, 8, 0.1, general)
    made = found.apply(pooled.astype(np.float64) + 40)
    np.testing.assert_allclose(made.mean(0), 0, atol=1e-3)
    assert np.abs(made).max() > 1


def unequal(rng):
    """Classes of 200, 150 and four of 3 works, far apart: the small ones lie far out on their own
    axis, and only where each counts as much as a large one is that axis the widest."""
    sizes = [200, 150, 3, 3, 3, 3]
    centres = np.zeros((6, 5))
    centres[0, 0], centres[1, 0] = 3, -3
    centres[2:, 1] = [7, -7, 7, -7]
    codes = np.repeat(np.arange(6), sizes)
    return centres[codes] + rng.standard_normal((len(codes), 5)), codes


@pytest.mark.parametrize("kept", [1, 2, 5])
def test_unequal_classes_count_as_in_fishers_discriminant_analysis(kept):
    pooled, codes = unequal(np.random.default_rng(6))
    found = whiten(pooled, codes, kept, 0.0).apply(pooled)
    fisher = LinearDiscriminantAnalysis(solver="svd", n_components=kept)
    wanted = fisher.fit(pooled, codes).transform(pooled)
    # Within the classes the variance is 1: over works less classes here, over works there.
    wanted *= np.sqrt((len(codes) - 6) / len(codes))
    signs = np.sign((found * wanted).sum(0))
    np.testing.assert_allclose(found * signs, wanted, atol=1e-3)


def test_a_large_class_outweighs_far_ones_of_a_few_works():
    pooled, codes = unequal(np.random.default_rng(7))
    direction = whiten(pooled, codes, 1, 0.0).weight[0]
    assert abs(direction[0]) > 5 * abs(direction[1])
