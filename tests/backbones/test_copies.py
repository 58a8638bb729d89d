"""Altered copies of a collection's works: what is made, kept and made again."""

import numpy as np
import pytest
from backbones_kit import cosines, picture

from artsim.backbones.alterations import ALTERATIONS, altered
from artsim.backbones.copies import WORKS, read_copies, score_copies, wanted
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.load import load_runtime
from artsim.collection.store import Collection
from artsim.images.canonical import decode_canonical

BACKBONE = "efficientnet_lite0"


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_an_alteration_is_another_picture_of_much_the_same(kind):
    original = decode_canonical(picture(1))
    made = decode_canonical(altered(picture(1), kind, np.random.default_rng(0)))
    assert made.dtype == np.uint8
    assert made.shape != original.shape or (made != original).any()
    assert abs(made.shape[1] / made.shape[0] - original.shape[1] / original.shape[0]) < 0.1


def test_copies_are_scored_against_the_stored_embeddings(demo_workspace):
    collection = Collection.open(demo_workspace, "demo")
    column = collection.info().embeddings[0].column
    runtime = load_runtime(resolve(demo_workspace, BACKBONE))
    found = score_copies(collection, column, runtime)
    kept = read_copies(collection, column)
    assert (found.ids, found.alterations) == (kept.ids, kept.alterations)
    np.testing.assert_allclose(found.cosine, kept.cosine, atol=1e-3)
    ids, own = collection.embedding(column)
    rng = np.random.default_rng(3)
    for name, kind, score in zip(found.ids, found.alterations, found.cosine, strict=True):
        made = runtime.preprocess(altered(collection.image(name), kind, rng))
        other = runtime.embed(made[None])[0]
        again = cosines(other[None], own[[ids.index(name)]])[0]
        assert score == pytest.approx(again, abs=0.25)  # altered by other numbers
        if kind == "re-encoded":
            assert score > 0.9
    assert max(found.euclidean) <= 0
    assert score_copies(collection, column, runtime, seed=1).ids != found.ids


def test_they_are_wanted_until_enough_are_kept(demo_workspace):
    collection = Collection.open(demo_workspace, "demo")
    column = collection.info().embeddings[0].column
    kept = read_copies(collection, column)
    assert 0 < len(kept.ids) <= kept.drawn <= WORKS
    assert not wanted(collection, column, 48)
    assert wanted(collection, column, 100_000)
    assert not wanted(collection, "emb_other", 3)
    assert wanted(collection, "emb_other", 8)


def test_a_damaged_file_counts_as_none(demo_copy):
    collection = Collection.open(demo_copy, "demo")
    column = collection.info().embeddings[0].column
    for text in ("{", "[]", '{"drawn": 1, "other": []}', "null"):
        (collection.path / "calibration" / f"{column}.copies.json").write_text(text)
        assert read_copies(collection, column).ids == ()
        assert wanted(collection, column, 48)
