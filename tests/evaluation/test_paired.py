"""Backbones against each other: every pair, its numbers by hand, corrected together."""

import numpy as np
import pytest

from artsim.evaluation.metric import METRICS
from artsim.evaluation.paired import compare
from artsim.evaluation.significance import holm

FIGURES = tuple(METRICS.usable())


def figures(*values):
    """The same per-query values for every figure."""
    return {metric: np.array(values, float) for metric in FIGURES}


def test_a_comparison_by_hand():
    found = compare(
        {("a", "artist"): figures(1, 1, 0.5, 0), ("b", "artist"): figures(0, 1, 0, 0.5)}
    )
    assert [c.metric for c in found] == list(FIGURES)
    one = found[0]
    assert (one.a, one.b, one.relevance, one.queries) == ("a", "b", "artist", 4)
    assert one.difference == pytest.approx(0.25)
    assert (one.better, one.worse, one.same) == (2, 1, 1)
    assert one.effect == pytest.approx(0.25 / np.std([1, 0, 0.5, -0.5], ddof=1))
    assert one.ci95[0] < 0.25 < one.ci95[1]
    assert one.p == pytest.approx(6 / 8, abs=0.02)


def test_every_pair_of_every_relevance_is_corrected_within_its_metric():
    rng = np.random.default_rng(0)
    values = {
        (backbone, relevance): figures(*(rng.random(40) + shift))
        for relevance in ("artist", "style")
        for backbone, shift in (("a", 0), ("b", 0.05), ("c", 0.2))
    }
    found = compare(values)
    assert len(found) == 6 * len(FIGURES)
    for metric in FIGURES:
        family = [c for c in found if c.metric == metric]
        assert {(c.a, c.b) for c in family} == {("a", "b"), ("a", "c"), ("b", "c")}
        assert [c.p_holm for c in family] == pytest.approx(holm([c.p for c in family]).tolist())
        assert any(c.p_holm > c.p for c in family)


def test_one_query_and_equal_backbones_have_no_effect_size():
    single = compare({("a", "artist"): figures(1), ("b", "artist"): figures(0)})[0]
    assert (single.effect, single.difference, single.p, single.ci95) == (None, 1.0, 1.0, None)
    same = compare({("a", "artist"): figures(1, 0), ("b", "artist"): figures(1, 0)})[0]
    assert (same.effect, same.difference, same.same, same.p) == (None, 0.0, 2, 1.0)
    assert same.ci95 == (0.0, 0.0)


def test_one_backbone_is_compared_with_nothing():
    assert compare({("a", "artist"): figures(1, 0)}) == ()
