"""Queries against a real collection's gallery."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pytest
from collection_kit import add_works, embed_with, image_bytes

from artsim.collection.pictures import Placement
from artsim.collection.store import Collection
from artsim.core.csvfile import csv_bytes, safe_cell
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import query_picture
from artsim.search.catalog import Catalog
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.query import Hit, Query, SearchResult, search

WORKS = [
    {"id": "10", "title": "Ten", "artist": "B", "year": 1800},
    {"id": "9", "title": "Nine", "artist": "A", "duplicate_group": "g-9"},
    {"id": "x-1", "title": "=HYPERLINK(1)", "artist": "@A", "duplicate_group": "g-9"},
    {"id": "2", "title": "Two", "artist": "A"},
    {"id": "3", "title": "No picture", "artist": "A", "has_image": False},
    {"id": "4", "title": "Not embedded", "artist": "A"},
]
VECTORS = {"10": [1, 0], "9": [0.8, 0.6], "x-1": [0.8, 0.6], "2": [0, 1]}
VECTORS32 = np.array(VECTORS["9"], np.float32)

PICTURE = query_picture(image_bytes("red"))


@pytest.fixture
def collection(tmp_path):
    made = Collection.create(Workspace.open(tmp_path), "small", "folder")
    add_works(made, WORKS)
    embed_with(made, "tiny", "d" * 64, VECTORS)
    return made


@pytest.fixture
def gallery(collection):
    return Gallery.load(collection, collection.info().embeddings[0], Catalog.load(collection))


def found(gallery, collection, **options):
    embedding = options.pop("embedding", None)
    query = Query("tiny", **options)
    return search(gallery, query, collection.ids_matching, embedding)


def test_a_gallery_is_in_id_order_and_read_only(gallery):
    assert gallery.ids == ["2", "9", "10", "x-1"]
    assert gallery.catalog.table.column("id").to_pylist() == ["2", "3", "4", "9", "10", "x-1"]
    assert gallery.positions.tolist() == [0, 3, 4, 5]
    np.testing.assert_allclose(gallery.matrix[2], VECTORS["10"])
    with pytest.raises(ValueError, match="read-only"):
        gallery.matrix[0, 0] = 1


def test_a_gallery_keeps_only_what_its_catalog_knows(collection, gallery):
    ids, matrix = collection.embedding(gallery.column.column)
    smaller = Catalog("small", 1, gallery.catalog.table.slice(1))
    assert Gallery(smaller, gallery.column, ids, matrix).ids == ["9", "10", "x-1"]


def test_neither_the_artwork_nor_its_copies_are_found(gallery, collection):
    assert [h.id for h in found(gallery, collection, id="9").hits] == ["2", "10"][::-1]
    both = found(gallery, collection, id="10", k=2, copies="all")
    assert [h.id for h in both.hits] == ["9", "x-1"]


def test_an_uploaded_image_finds_the_work_itself(gallery, collection):
    asked = {"picture": PICTURE, "embedding": VECTORS32, "copies": "all"}
    result = found(gallery, collection, **asked, metric="euclidean")
    assert [(h.rank, h.id) for h in result.hits[:2]] == [(1, "9"), (2, "x-1")]
    assert (result.hits[0].score, result.hits[0].distance) == (0.0, 0.0)
    assert result.hits[2].score == -result.hits[2].distance


def test_filters_apply_before_the_search(gallery, collection):
    only = found(gallery, collection, id="10", k=1, filters=Filters(where="title = 'Two'"))
    assert [h.id for h in only.hits] == ["2"]
    assert only.candidates == 1
    assert found(gallery, collection, id="10", filters=Filters(text="nothing")).hits == ()


def test_exclusions_by_id_and_group(gallery, collection):
    query = {"picture": PICTURE, "embedding": [1, 0], "copies": "all"}
    left = found(gallery, collection, **query, exclude_ids=("10", "unknown"))
    assert [h.id for h in left.hits] == ["9", "x-1", "2"]
    left = found(gallery, collection, **query, exclude_groups=("g-9",))
    assert [h.id for h in left.hits] == ["10", "2"]
    assert left.candidates == 2


def test_copies_are_one_hit_and_take_nobody_s_place(gallery, collection):
    query = {"picture": PICTURE, "embedding": [0.8, 0.6], "k": 2}
    shown = found(gallery, collection, **query)
    assert [(h.id, h.copies) for h in shown.hits] == [("9", ("x-1",)), ("10", ())]
    hidden = found(gallery, collection, **query, copies="none")
    assert [(h.id, h.copies) for h in hidden.hits] == [("9", ()), ("10", ())]
    every = found(gallery, collection, **query, copies="all")
    assert [h.id for h in every.hits] == ["9", "x-1"]
    filtered = found(gallery, collection, **query, filters=Filters(where="id = 'x-1'"))
    assert [(h.id, h.copies) for h in filtered.hits] == [("x-1", ())]
    with pytest.raises(InvalidInput, match="collapsed, all, none"):
        Query("tiny", id="9", copies="some")


def test_a_work_is_found_by_its_best_picture(collection):
    pictures = collection.pictures
    rows = [
        Placement("back.jpg", "2", "verso", "kept"),
        Placement("part.jpg", "2", "detail", "converted"),
        Placement("copy.jpg", "10", "other", "copy", of="10.jpg"),
    ]
    pictures.put([r.values() | {"image": image_bytes("red"), "id": r.file[:-4]} for r in rows])
    column = collection.info().embeddings[0].column
    assert pictures.pending_count(column) == 2, "a copy is not embedded"
    pictures.ensure_embedding_column(collection.embedding_field(column))
    vectors = np.array([[1, 0.1], [0.6, 0.8]], np.float32)
    pictures.write_embeddings(column, ["back.jpg", "part.jpg"], vectors)
    gallery = Gallery.load(collection, collection.info().embeddings[0], Catalog.load(collection))
    hits = found(gallery, collection, picture=PICTURE, embedding=[1, 0]).hits
    assert [(h.id, h.image) for h in hits] == [("10", None), ("2", "back.jpg"), ("9", None)]
    assert hits[1].score == pytest.approx(1 / np.hypot(1, 0.1))
    near = found(gallery, collection, picture=PICTURE, embedding=[0, 1]).hits
    assert (near[0].id, near[0].image) == ("2", None)
    assert found(gallery, collection, id="2").hits[0].id == "9", "a work is not its own result"
    only = found(gallery, collection, id="10", filters=Filters(where="id = '2'")).hits
    assert [(h.id, h.image) for h in only] == [("2", "back.jpg")]
    assert found(gallery, collection, id="10", filters=Filters(where="id = '9'")).hits[0].id == "9"
    asked = found(gallery, collection, id="copy", k=2)
    assert [h.id for h in asked.hits] == ["2", "9"], "it is the work that it is a copy of"


def test_the_json_is_that_of_the_contract(gallery, collection):
    document = json.loads(json.dumps(found(gallery, collection, id="2", k=1).to_json()))
    assert list(document) == (
        ["collection", "backbone", "digest", "metric", "index", "k", "took_ms", "query", "results"]
    )
    assert (document["collection"], document["index"]) == ("small", "exact")
    assert document["digest"] == "d" * 64
    hit = document["results"][0]
    assert list(hit) == [
        *("rank", "id", "score", "distance", "title", "artist", "year", "duplicate_group"),
        *("image", "box", "copies"),
    ]
    assert (hit["image"], hit["box"], hit["copies"]) == (None, None, ["x-1"])
    assert (hit["id"], hit["year"], hit["duplicate_group"]) == ("9", None, "g-9")
    assert hit["score"] == pytest.approx(0.6)
    assert hit["distance"] == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("artwork", "error", "message"),
    [
        ("404", NotFound, "There is no artwork '404' in 'small'"),
        ("' OR 1=1", NotFound, "There is no artwork"),
        ("3", InvalidInput, "has no image to search with"),
        ("4", Conflict, "run 'artsim embed small --backbone tiny'"),
    ],
)
def test_artworks_that_cannot_be_asked_with(gallery, collection, artwork, error, message):
    with pytest.raises(error, match=message):
        found(gallery, collection, id=artwork)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "either an artwork's id or an image"),
        ({"id": "1", "picture": PICTURE}, "either an artwork's id or an image"),
        ({"id": "1", "k": 0}, "between 1 and 10,000"),
        ({"id": "1", "metric": "dot"}, "cosine or euclidean"),
        ({"id": "1", "index": "magic"}, "auto, exact, approximate, milvus"),
        ({"id": "1", "backbone": ""}, "Name the backbone"),
    ],
)
def test_queries_that_make_no_sense(options, message):
    with pytest.raises(InvalidInput, match=message):
        Query(**{"backbone": "tiny", **options})


def test_the_csv_runs_no_formula_and_keeps_numbers(gallery, collection):
    result = found(gallery, collection, id="2", metric="euclidean", copies="all")
    works = [{"id": hit.id, "medium": "=oil"} for hit in result.hits]
    data = result.to_csv(works, "http://here/work?id={}".format)
    assert data.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in data
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    risky = next(row for row in rows if row["id"] == "x-1")
    assert (risky["title"], risky["artist"]) == ("'=HYPERLINK(1)", "'@A")
    assert float(rows[0]["score"]) < 0
    assert all(len(row["score"].partition(".")[2]) <= 4 for row in rows)
    assert (risky["medium"], risky["link"]) == ("'=oil", "http://here/work?id=x-1")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_cells_that_a_spreadsheet_might_run(start):
    assert safe_cell(start + "cmd") == "'" + start + "cmd"


def test_plain_cells_round_trip():
    cells = ["a,b", 'quoted "x"', "two\nlines", "é 🎨 שלום", "", "'already"]
    text = csv_bytes(pd.DataFrame([cells])).decode("utf-8-sig")
    read = csv.reader(io.StringIO(text, newline=""))
    assert list(read)[1] == cells
    assert safe_cell(-1.5) == -1.5


def test_results_and_hits_are_values():
    hit = Hit(1, "a", 1.0, 0.0, "t", "a", 1900, None)
    result = SearchResult("c", "b", "d", "cosine", "exact", 1, 0.1, 1, (hit,))
    assert hash(result) == hash(SearchResult("c", "b", "d", "cosine", "exact", 1, 0.1, 1, (hit,)))
