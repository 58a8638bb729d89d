"""Searching by several marks, on real collections of a few dozen works."""

import numpy as np
import pytest
from collection_kit import image_bytes, make_collection
from face_kit import make_demo, vectors
from sklearn.linear_model import LogisticRegression

from artsim.collection.pictures import Placement
from artsim.core.average_precision import average_precision
from artsim.core.errors import InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import query_picture
from artsim.search.catalog import Catalog
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.marks import Marked, direction, logistic, rocchio, unit
from artsim.search.query import Query, search
from artsim.search.query_item import Item

PICTURE = query_picture(image_bytes("red"), "red.jpg")


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    return make_demo(Workspace.open(tmp_path_factory.mktemp("demo")))


def asked(collection, like=(), unlike=(), pictures=None, **options):
    gallery = Gallery.load(collection, collection.info().embeddings[-1], Catalog.load(collection))
    like, unlike = (
        tuple(one if isinstance(one, Item) else Item(one) for one in marks)
        for marks in (like, unlike)
    )
    query = Query("tiny", like=like, unlike=unlike, **options)
    return search(gallery, query, collection.ids_matching, pictures=pictures)


def artists_of(result):
    return {hit.artist for hit in result.hits}


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_marks_move_the_results_and_what_is_marked_never_appears(collection, metric):
    both = asked(collection, ["w00", "w01"], metric=metric, k=10)
    assert artists_of(both) == {"Artist 0", "Artist 1"}
    without = asked(collection, ["w00", "w01"], ["w04", "w07"], metric=metric, k=6)
    assert artists_of(without) == {"Artist 0"}
    marked = {"w00", "w03", "w06", "w04", "w07"}
    learnt = asked(collection, ["w00", "w03", "w06"], ["w04", "w07"], metric=metric, k=24)
    assert [hit.artist for hit in learnt.hits[:5]] == ["Artist 0"] * 5
    assert {hit.id for hit in learnt.hits} == {f"w{i:02}" for i in range(24)} - marked
    old = Filters(where="year < 1812")
    assert len(asked(collection, ["w00", "w01"], metric=metric, filters=old).hits) == 9


def test_works_pictures_and_weights_mix(collection):
    second = vectors()[1]
    mixed = asked(collection, ["w00", Item(picture=PICTURE)], pictures={PICTURE.digest: second})
    assert artists_of(mixed) == {"Artist 0", "Artist 1"}
    assert mixed.to_json()["query"]["like"] == ["w00", "red.jpg"]
    heavy = asked(collection, ["w01", Item("w00", weight=9)], k=5)
    assert artists_of(heavy) == {"Artist 0"}
    away = asked(collection, ["w00", "w01"], [Item(picture=PICTURE)], {PICTURE.digest: second}, k=6)
    assert artists_of(away) == {"Artist 0"}
    np.testing.assert_allclose(
        asked(collection, ["w00"], k=1).hits[0].score,
        asked(collection, k=1, id="w00").hits[0].score,
    )
    assert asked(collection, ["w00", "w00"]).hits == asked(collection, id="w00").hits


def test_copies_and_further_pictures_of_what_is_marked_stay_away(tmp_path):
    works = [{"id": name, "duplicate_group": "g" if name in "ab" else None} for name in "abcdef"]
    made = make_collection(Workspace.open(tmp_path), "copies", works, dimension=3)
    assert [h.id for h in asked(made, ["a", "c"], k=9).hits if h.id in "abc"] == []
    assert not {"a", "b"} & {h.id for h in asked(made, ["c"], ["a"], k=9).hits}
    with pytest.raises(InvalidInput, match="'b' is marked as unlike, and what shows the same"):
        asked(made, ["a"], ["b"])
    pictures = made.pictures
    back = Placement("back.jpg", "e", "verso", "kept")
    pictures.put([back.values() | {"image": image_bytes("red"), "id": "back"}])
    column = made.info().embeddings[0].column
    pictures.ensure_embedding_column(made.embedding_field(column))
    target = Gallery.load(made, made.info().embeddings[0], Catalog.load(made)).matrix
    pictures.write_embeddings(column, ["back.jpg"], target[2:4].mean(axis=0)[None])
    found = asked(made, ["c", "d"], k=9).hits
    assert "e" not in {h.id for h in asked(made, ["c"], ["e"], k=9).hits}
    assert next(h.image for h in found if h.id == "e") == "back.jpg"


def test_many_marks_are_learnt_from_where_that_helps_and_always_alike():
    """What the liked have in common is one number beside louder ones that say nothing."""
    rng = np.random.default_rng(3)
    works = rng.normal(scale=[0.3, 3, 3, 3, 3, 3], size=(400, 6))
    liked = np.arange(400) % 2 == 0
    works[:, 0] += np.where(liked, 1, -1)
    marked = Marked(works[:48], np.ones(48), liked[:48])
    found = direction(marked, works[48:200])
    np.testing.assert_array_equal(found, direction(marked, works[48:200]))
    rest, hits = unit(works[200:]), liked[200:]
    learnt, plain = (average_precision(rest @ v, hits) for v in (found, rocchio(marked)))
    assert learnt > plain + 0.1


def test_the_classifier_is_scikit_learn_s():
    rng = np.random.default_rng(1)
    vectors, weights = unit(rng.normal(size=(60, 12))), rng.uniform(0.2, 3, 60)
    positive = vectors[:, 0] + 0.3 * rng.normal(size=60) > 0
    theirs = LogisticRegression(C=10, tol=1e-8, max_iter=1000)
    theirs.fit(vectors, positive, sample_weight=weights)
    ours = logistic(vectors, positive, weights, 10)
    np.testing.assert_allclose(ours, theirs.coef_[0], rtol=0.02, atol=0.02)


@pytest.mark.parametrize(
    ("marks", "error", "words"),
    [
        ({"like": ["w00"], "unlike": ["w00"]}, InvalidInput, "both as like and as unlike"),
        ({"unlike": ["w00"]}, InvalidInput, "at least one work or picture as like"),
        ({"like": [f"w{i}" for i in range(500)]}, InvalidInput, "500 marks, and a search takes"),
        ({"like": ["w00", "gone"]}, NotFound, "There is no artwork 'gone'"),
        ({}, InvalidInput, "either an artwork's id or an image"),
    ],
)
def test_marks_that_cannot_be_searched_with_are_one_sentence(collection, marks, error, words):
    with pytest.raises(error, match=words):
        asked(collection, **marks)
