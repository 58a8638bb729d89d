"""Saved searches over real collections: what they show later, and what is new in them."""

import sqlite3

import numpy as np
import pytest
from collection_kit import add_works, embed_with, image_bytes
from face_kit import DIGEST, make_demo
from people_kit import ruled

from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NotAllowed, NotFound, Unreadable
from artsim.core.workspace import Workspace
from artsim.desk.recent import RecentPlaces
from artsim.desk.saved_search import view_of
from artsim.images import query_pictures
from artsim.images.query_pictures import query_picture
from artsim.library import Library
from artsim.search.view import View

LIKE_3 = View("demo", backbone="tiny", query="w03", k=4)
WORDS = View("demo", text="Rare", k=2)


@pytest.fixture
def library(workspace: Workspace) -> Library:
    make_demo(workspace)
    return Library(workspace)


def bring(library: Library, *works: dict[str, str], embedded: bool = True) -> None:
    """Add works that look just like the first artist's."""
    collection = library.collection("demo")
    add_works(collection, list(works))
    if embedded:
        embed(library, *(work["id"] for work in works))
    library.refresh("demo")


def embed(library: Library, *ids: str) -> None:
    near = np.eye(1, 8, dtype=np.float32)[0]
    embed_with(library.collection("demo"), "tiny", DIGEST, dict.fromkeys(ids, near))
    library.refresh("demo")


def found(library: Library, name: str, look: bool = False) -> tuple[list[str], list[str]]:
    answer = library.run_search(name, look)
    return [row["id"] for row in answer.rows], list(answer.new)


def test_what_is_new_are_works_added_since_among_the_best(library: Library) -> None:
    saved = library.save_search("Like  3", LIKE_3)
    assert (saved.name, view_of(saved.address)) == ("Like 3", LIKE_3)
    before, new = found(library, "Like 3")
    assert new == []
    bring(library, {"id": "n1", "title": "New"}, {"id": "far", "title": "New"}, embedded=False)
    far = np.eye(8, dtype=np.float32)[7]
    embed_with(library.collection("demo"), "tiny", DIGEST, {"far": far})
    library.refresh("demo")
    assert found(library, "Like 3") == (before, [])  # n1 is not embedded, far is not alike
    embed(library, "n1")
    assert library.new_in_search(saved) == 1
    now, new = found(library, "Like 3", look=True)
    assert (len(now), new) == (4, ["n1"])
    assert found(library, "Like 3") == (now, [])
    assert library.new_in_search(library.searches.get("Like 3")) == 0


def test_a_work_that_rises_because_others_go_is_not_new(library: Library) -> None:
    library.save_search("Like 3", LIKE_3)
    before, _ = found(library, "Like 3")
    library.desk("demo", "ana").remove([before[0]])
    library.refresh("demo")
    now, new = found(library, "Like 3")
    assert (before[0] in now, len(now), new) == (False, 4, [])


def test_by_words_alone_every_new_work_that_matches_counts(library: Library) -> None:
    bring(library, *({"id": f"r{i}", "title": "Rare"} for i in range(3)))
    library.save_search("Rare ones", WORDS)
    assert found(library, "Rare ones") == (["r0", "r1"], [])
    bring(library, *({"id": f"s{i}", "title": "Rare"} for i in range(3)), {"id": "s9"})
    ids, new = found(library, "Rare ones", look=True)
    assert (sorted(ids), sorted(new)) == (["s0", "s1", "s2"], ["s0", "s1", "s2"])
    assert found(library, "Rare ones") == (["r0", "r1"], [])


def test_a_search_outlives_its_picture_and_the_name_of_its_collection(library: Library) -> None:
    picture = query_picture(image_bytes("red"))
    library.keep_picture(picture)
    view = View("demo", backbone="colour", upload=picture.digest, k=3)
    embed_with(library.collection("demo"), "colour", library.resolve("colour").digest, COLOURS)
    library.refresh("demo")
    library.save_search("Red", view)
    before, _ = found(library, "Red")
    for file in library.workspace.cache.rglob(f"{picture.digest}.jpg"):
        file.unlink()
    library.rename("demo", "prints", "ana")
    saved = library.searches.get("Red")
    assert saved.collection == "prints"
    assert "collection=prints" in saved.address
    assert found(library, "Red")[0] == before
    with pytest.raises(NotFound):
        query_pictures.read(library.workspace, picture.digest)
    library.open_search("Red")
    assert query_pictures.read(library.workspace, picture.digest) == picture


COLOURS = {"w01": np.full(189, 0.1, np.float32)}


@pytest.mark.parametrize(
    ("name", "view", "wrong", "said"),
    [
        ("Taken", LIKE_3, Conflict, "already: choose another name"),
        ("", LIKE_3, InvalidInput, "needs a name"),
        ("x" * 101, LIKE_3, InvalidInput, "at most 100 characters"),
        ("All", View("demo"), InvalidInput, "whole collection"),
        ("Gone", View("demo", backbone="tiny", query="w99"), NotFound, "w99"),
        ("Gone", View("none", query="w01"), NotFound, "none"),
        ("Gone", View("demo", backbone="tiny", upload="f" * 64), NotFound, "upload it again"),
    ],
)
def test_what_cannot_be_saved_says_why(
    library: Library, name: str, view: View, wrong: type[ArtsimError], said: str
) -> None:
    library.save_search("Taken", WORDS)
    with pytest.raises(wrong, match=said):
        library.save_search(name, view)
    assert [one.name for one in library.searches.all()] == ["Taken"]


def test_looking_and_being_nowhere_yet_make_no_file(library: Library) -> None:
    assert (library.searches.all(), library.recent.all()) == ([], {})
    for look in (library.searches.get, library.searches.delete, library.run_search):
        with pytest.raises(NotFound, match="no saved search 'x'"):
            look("x")
    assert not (library.workspace.root / "searches.sqlite").exists()


def test_each_person_has_searches_and_places_of_their_own(library: Library) -> None:
    with ruled(library.workspace, "carl"):
        library.save_search("Mine", WORDS)
        library.recent.note("tray", {"tray": ["1f"]}, "Winter")
    with ruled(library.workspace, "ada"):
        assert (library.searches.all(), library.recent.all()) == ([], {})
        library.save_search("Mine", LIKE_3)
        library.searches.delete("Mine")
    with ruled(library.workspace, "vera"):
        assert library.searches.all() == []
        library.recent.note("tray", {"tray": ["1f"]}, "Winter")
        with pytest.raises(NotAllowed):
            library.save_search("Mine", WORDS)
    with ruled(library.workspace, "carl"):
        assert [one.view for one in library.searches.all()] == [WORDS]
        assert library.recent.all()["tray"].params == {"tray": ["1f"]}
    assert library.searches.all() == []
    assert library.run_search("Mine", owner="carl").total == 0


def test_places_are_the_last_of_each_kind(workspace: Workspace) -> None:
    places = RecentPlaces(workspace)
    places.note("map", {"collection": ["demo"], "rows": ["1", "2"]}, "Map")
    places.note("search", {"collection": ["a"]}, "First")
    places.note("search", {"collection": ["b"]}, "Second")
    places.note("nonsense", {}, "")
    told = places.all()
    assert list(told) == ["search", "map"]
    assert (told["search"].title, told["map"].params["rows"]) == ("Second", ["1", "2"])


def test_works_that_were_seen_are_kept_once_and_go_with_the_last_search(library: Library) -> None:
    for name in ("One", "Two"):
        library.save_search(name, LIKE_3)
    path = library.workspace.root / "searches.sqlite"

    def kept() -> int:
        with sqlite3.connect(path) as db:
            return int(db.execute("SELECT count(*) FROM contents").fetchone()[0])

    assert kept() == 1
    library.searches.delete("One")
    assert kept() == 1
    library.searches.delete("Two")
    assert kept() == 0


def test_a_damaged_list_is_named_and_can_be_set_aside(library: Library) -> None:
    path = library.workspace.root / "searches.sqlite"
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(Unreadable, match="list of saved searches"):
        library.searches.all()
    library.searches.set_aside()
    assert library.searches.all() == []
