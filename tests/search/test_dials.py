"""Parts, apart, distinct and surprise, against arithmetic done the long way."""

import numpy as np
import pytest
from collection_kit import add_works, embed_with
from face_kit import make_demo

from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.search.catalog import Catalog
from artsim.search.dials import Dials
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.neighbours import ExactIndex
from artsim.search.parts import PartsIndex, part_weights
from artsim.search.query import Query, search
from artsim.search.query_item import Item

LAYOUT = {"style": 2, "artist": 3, "general": 3}


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    return make_demo(Workspace.open(tmp_path_factory.mktemp("demo")))


def asked(collection, like, k=12, layout=LAYOUT, metric="cosine", unlike=(), where="", **dials):
    gallery = Gallery.load(collection, collection.info().embeddings[-1], Catalog.load(collection))
    marks = [tuple(map(Item, names)) for names in (like, unlike)]
    query = Query(
        "tiny",
        like=marks[0],
        unlike=marks[1],
        k=k,
        metric=metric,
        filters=Filters(where=where),
        dials=Dials(**dials),
    )
    return search(gallery, query, collection.ids_matching, layout=layout)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("wanted", [{"style": 0}, {"artist": 2.5, "general": 0.1}])
def test_weighted_parts_are_searched_exactly(metric, wanted):
    rng = np.random.default_rng(5)
    matrix = (rng.normal(size=(400, 8)) * rng.gamma(1, size=(400, 1))).astype(np.float32)
    matrix[7] = matrix[9]
    matrix[11, 0] = np.nan
    matrix[13] = 0
    weights = part_weights(wanted, LAYOUT, "tiny")
    index = PartsIndex(ExactIndex(matrix), LAYOUT, weights)
    scaled = ExactIndex(np.ascontiguousarray((matrix * np.sqrt(weights)).astype(np.float32)))
    rows = np.arange(0, 400, 3)
    for some in (None, rows):
        found = index.search(matrix[9], 30, metric, some, exclude=[30])
        root = (matrix[9] * np.sqrt(weights)).astype(np.float32)
        barred = [30, 11] if not wanted.get("style", 1) else [30]
        other = scaled.search(root, 30, metric, some, exclude=barred)
        np.testing.assert_allclose(found.scores, other.scores, atol=1e-6)
        assert found.rows.tolist() == other.rows.tolist()
    best = index.search(matrix[9], 2, metric)
    assert (best.rows.tolist(), best.distances.tolist()) == ([7, 9], [0, 0])


def test_weights_of_one_change_nothing_and_marks_follow_the_parts(collection):
    plain = asked(collection, ["w00"])
    assert asked(collection, ["w00"], parts={"style": 1}).hits == plain.hits
    # Works of artists 0 and 1 differ in the numbers of part style, those of artist 2 in artist.
    hits = asked(collection, ["w00", "w03"], unlike=["w01"], k=6, parts={"style": 0}).hits
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    own = asked(collection, ["w00"], k=7, parts={"artist": 0, "general": 0})
    assert {h.artist for h in own.hits} == {"Artist 0"}


@pytest.mark.parametrize("surprise", [0, 0.4])
def test_apart_and_distinct_hold_for_every_hit(collection, surprise):
    away = asked(collection, ["w00"], k=24, apart="artist", surprise=surprise)
    assert {h.artist for h in away.hits} == {"Artist 1", "Artist 2"}
    assert len(away.hits) == 16
    each = asked(collection, ["w00"], k=12, distinct="style", surprise=surprise)
    assert sorted(h.artist for h in each.hits) == ["Artist 0", "Artist 1", "Artist 2"]
    if not surprise:
        best = {
            a: next(h.id for h in asked(collection, ["w00"], k=24).hits if h.artist == a)
            for a in {h.artist for h in each.hits}
        }
        assert {h.artist: h.id for h in each.hits} == best
    # The year of w05 is not known, and so shared with nothing.
    years = asked(collection, ["w01"], k=24, apart=["century"], surprise=surprise)
    assert {h.id for h in years.hits} == {"w00", "w05"}, "1800 is of the 18th century"


def test_nobody_is_nobody_s_artist_and_two_artists_are_each_of_them(tmp_path):
    made = Collection.create(Workspace.open(tmp_path), "hands", "folder")
    names = ["Unknown", "unknown", "Rubens", "Rubens; Jan Brueghel", "Jan Brueghel", "after Rubens"]
    add_works(made, [{"id": str(i), "artist": name} for i, name in enumerate(names)])
    embed_with(made, "tiny", "d" * 64, {str(i): [1, i / 10, 0] for i in range(6)})
    one = asked(made, ["0"], distinct="artist", layout=None)
    assert [h.id for h in one.hits] == ["1", "2", "4", "5"]
    assert [h.id for h in asked(made, ["3"], apart=["artist"]).hits] == ["5", "1", "0"]
    assert len(asked(made, ["0"], apart=["artist"]).hits) == 5


def test_surprise_gives_other_works_than_the_nearest(tmp_path):
    made = Collection.create(Workspace.open(tmp_path), "shades", "folder")
    add_works(made, [{"id": str(i)} for i in range(8)])
    close = {str(i): [1, 0.01 * i, 0] for i in range(6)}
    embed_with(made, "tiny", "d" * 64, close | {"6": [1, 0, 0.7], "7": [1, -0.7, 0]})
    for metric in ("cosine", "euclidean"):
        plain = [h.id for h in asked(made, ["0"], k=3, metric=metric).hits]
        varied = asked(made, ["0"], k=3, metric=metric, surprise=0.6).hits
        assert plain == ["1", "2", "3"]
        assert {h.id for h in varied} == {"1", "6", "7"}
        assert [h.rank for h in varied] == [1, 2, 3]


@pytest.mark.parametrize(
    ("dials", "words"),
    [
        ({"parts": {"colour": 1}}, "no part 'colour': it has style, artist, general"),
        ({"parts": {"style": 0, "artist": 0, "general": 0}}, "Every part has weight 0"),
        ({"parts": {"style": 1}, "layout": {}}, "have no parts that could be weighed"),
        ({"parts": {"style": -1}}, "must be a number from 0"),
        ({"parts": "style"}, "'style' is no weight of a part"),
        ({"apart": ["medium"]}, "cannot be told apart by 'medium'"),
        ({"distinct": ""}, "cannot be told apart by ''"),
        ({"surprise": 1.5}, "Surprise is a number from 0"),
        ({"surprise": float("nan")}, "Surprise is a number from 0"),
    ],
)
def test_dials_that_cannot_be_set_are_one_sentence(collection, dials, words):
    with pytest.raises(InvalidInput, match=words):
        asked(collection, ["w00"], **dials)
