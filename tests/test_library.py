"""The engine on real collections: sharing, freshness and sentences for people."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from collection_kit import add_works, embed_with, make_collection

from artsim.collection.export import export_bytes
from artsim.collection.store import Collection
from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.library import Library, open_library
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.query import Query

WORKS = [
    {"id": str(i), "title": f"Work {i}", "artist": "AB"[i % 2], "year": 1800 + i} for i in range(30)
]


@pytest.fixture
def workspace(tmp_path):
    return Workspace.open(tmp_path)


@pytest.fixture
def small(workspace):
    works = [*WORKS, {"id": "blank", "has_image": False}]
    return make_collection(workspace, "small", works)


@pytest.fixture
def asked(workspace, small):
    return Library(workspace)


def soon(check, seconds=60.0):
    """Wait until ``check`` comes true."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def test_a_search_answers(asked):
    result = asked.search("small", Query("tiny", id="7", k=5))
    assert len(result.hits) == 5
    assert "7" not in {hit.id for hit in result.hits}
    assert result.candidates == 29
    assert result.took_ms > 0


def test_works_are_browsed_exported_and_left_through_as_people_count(workspace):
    numbers = [f"Inv.-{n}" for n in range(1, 13)]
    make_collection(workspace, "prints", [{"id": n} for n in numbers])
    library = Library(workspace)
    page = library.browse("prints", Filters(), limit=12)
    assert [row["id"] for row in page.rows] == numbers
    some = library.browse("prints", Filters(where="id > 'Inv.-1'"), offset=3, limit=2)
    assert [row["id"] for row in some.rows] == ["Inv.-5", "Inv.-6"]
    beside = library.beside("prints", "Inv.-10")
    assert (beside.before, beside.after, beside.place) == ("Inv.-9", "Inv.-11", 10)
    assert library.beside("prints", "Inv.-12").after is None
    assert export_bytes(library.catalog("prints").listed(), "csv").split()[3].startswith(b"Inv.-3")


def test_threads_share_one_gallery(asked, monkeypatch):
    loads = []
    load = Gallery.load
    monkeypatch.setattr(Gallery, "load", lambda *a: loads.append(1) or load(*a))
    with ThreadPoolExecutor(8) as pool:
        galleries = list(pool.map(lambda _: asked.gallery("small", "tiny"), range(8)))
    assert len(loads) == 1
    assert len({id(g.matrix) for g in galleries}) == 1


def test_new_embeddings_are_found_soon(asked, small):
    asked.search("small", Query("tiny", id="1"))
    add_works(small, [{"id": "new", "title": "New"}])
    like = np.full(8, 9.0)
    embed_with(small, "tiny", "d" * 64, {"new": like, "1": like})
    query = Query("tiny", id="1", k=1)
    soon(lambda: asked.search("small", query).hits[0].id == "new")
    assert asked.artwork("small", "new")["title"] == "New"


def test_a_collection_made_again_under_its_name_is_another(asked, small, workspace):
    asked.search("small", Query("tiny", id="1"))
    time.sleep(1.1)  # the time of creation has whole seconds
    small.delete()
    make_collection(workspace, "small", [{"id": "z1"}, {"id": "z2"}])
    soon(lambda: asked.browse("small", Filters()).total == 2)

    def found():
        with suppress(NotFound):  # for a second or so the former one may still be asked
            return [hit.id for hit in asked.search("small", Query("tiny", id="z1")).hits]

    soon(lambda: found() == ["z2"])


def test_searching_while_another_embeds_never_fails(asked, small):
    def write():
        for i in range(8):
            add_works(small, [{"id": f"n{i}"}])
            embed_with(small, "tiny", "d" * 64, {f"n{i}": np.arange(8) + i})

    with ThreadPoolExecutor(4) as pool:
        writing = pool.submit(write)
        while not writing.done():
            for result in pool.map(
                lambda i: asked.search("small", Query("tiny", id=str(i), k=3)), range(8)
            ):
                assert len(result.hits) == 3
        writing.result()


def test_pages_are_cut_from_what_passes(asked):
    page = asked.browse("small", Filters(artists=("A",)), offset=10, limit=3)
    assert page.total == 15
    assert [row["id"] for row in page.rows] == ["20", "22", "24"]
    assert asked.browse("small", Filters(), offset=1000).rows == []
    assert asked.browse("small", Filters(where="year > 1825")).total == 4
    assert asked.browse("small", Filters(has_image=False)).total == 1


def test_a_work_by_chance_passes_the_filters_and_has_an_image(asked):
    drawn = {asked.random_artwork("small", Filters(where="year >= 1828")) for _ in range(40)}
    assert drawn == {"28", "29"}
    late = Filters(where="year >= 1828")
    assert {asked.random_artwork("small", late, other_than="28") for _ in range(20)} == {"29"}
    alone = Filters(where="year >= 1829")
    assert asked.random_artwork("small", alone, other_than="29") == "29"
    assert asked.random_artwork("small", Filters(has_image=False, text="blank")) is None


def test_facets_count_the_whole_collection(asked):
    facets = asked.facets("small")
    assert facets.values["artist"] == (("A", 15), ("B", 15))
    assert facets.years == (1800, 1829)


def test_pictures_are_webp_with_a_tag(asked):
    thumb, preview = (asked.media("small", "3", size) for size in ("thumb", "preview"))
    for picture in (thumb, preview):
        assert picture.data[8:12] == b"WEBP"
        assert picture.etag.startswith('"')
    assert thumb.etag != preview.etag


def test_a_broken_collection_hides_no_other(asked, workspace):
    make_collection(workspace, "broken", [{"id": "1"}])
    folder = workspace.collections / "broken" / "artworks.lance"
    for file in (folder / "_versions").iterdir():
        file.write_bytes(b"no longer a manifest")
    assert [info.name for info in asked.collections()] == ["small"]
    assert "damaged" in asked.broken()["broken"]


def test_embeddings_of_other_weights_are_told_apart(asked, small):
    assert asked.column("small", "tiny").digest == "d" * 64
    with pytest.raises(Conflict, match=r"other weights of 'tiny'.*artsim embed small"):
        asked.column("small", "tiny", "e" * 64)
    embed_with(small, "tiny", "e" * 64, {"1": np.ones(8), "2": np.ones(8)})
    soon(lambda: len(asked.info("small").embeddings) == 2)
    assert len(asked.gallery("small", "tiny", "e" * 64)) == 2
    assert len(asked.gallery("small", "tiny", "d" * 64)) == 30


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda e: e.search("none", Query("tiny", id="1")), NotFound, "no collection 'none'"),
        (lambda e: e.search("../etc", Query("tiny", id="1")), InvalidInput, "cannot name"),
        (lambda e: e.search("small", Query("tiny", id="x")), NotFound, "no artwork 'x'"),
        (lambda e: e.search("small", Query("tiny", id="blank")), InvalidInput, "no image"),
        (lambda e: e.browse("small", Filters(), -1), InvalidInput, "offset"),
        (lambda e: e.browse("small", Filters(), 0, 501), InvalidInput, "limit"),
        (lambda e: e.browse("small", Filters(where="colour = 1")), InvalidInput, "columns are"),
        (lambda e: e.artwork("small", "nope"), NotFound, "no artwork 'nope'"),
        (lambda e: e.artwork("small", "../x"), InvalidInput, "cannot be an artwork id"),
        (lambda e: e.media("small", "nope", "thumb"), NotFound, "no artwork 'nope'"),
        (lambda e: e.media("small", "blank", "thumb"), NotFound, "has no image"),
        (lambda e: e.media("small", "1", "huge"), NotFound, "thumb or preview"),
        (lambda e: e.media("small", "a/../b", "thumb"), InvalidInput, "cannot be an artwork id"),
    ],
)
def test_what_cannot_be_answered_gets_one_sentence(asked, ask, error, message):
    with pytest.raises(error, match=message) as caught:
        ask(asked)
    assert isinstance(caught.value, ArtsimError)
    assert "\n" not in str(caught.value)


def test_a_process_has_one_engine_a_workspace(workspace, tmp_path):
    assert open_library(workspace) is open_library(Workspace.open(workspace.root))
    assert open_library(workspace) is not open_library(Workspace.open(tmp_path / "other"))


def test_a_gallery_is_of_the_collection_it_names(asked, small):
    gallery = asked.gallery("small", "tiny")
    assert gallery.catalog.name == Collection.open(asked.workspace, "small").name
    assert gallery.nbytes > 30 * 8 * 4
