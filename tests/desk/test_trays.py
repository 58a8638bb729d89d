"""Trays in a real SQLite file: kept in order, shared, and whole whatever becomes of their works."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from browser_kit import REPOSITORY
from face_kit import make_demo
from people_kit import ruled

import artsim
from artsim.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, Unreadable
from artsim.core.workspace import Workspace
from artsim.desk import personal
from artsim.desk.tray import MAX_ITEMS, TrayItem
from artsim.desk.trays import Trays
from artsim.evaluation.trays import relevant_ids
from artsim.library import Library
from artsim.people import access


def put(*ids: str, collection: str = "demo", **values: str) -> list[TrayItem]:
    return [TrayItem(collection, one, **values) for one in ids]


def order(trays: Trays, name: str = "Snow") -> list[str]:
    return [item.id for item in trays.get(name).items]


@pytest.fixture
def trays(workspace: Workspace) -> Trays:
    made = Trays(workspace)
    made.create("Snow", "for Ana")
    made.add("Snow", put("a", "b", "c"))
    return made


def test_looking_makes_no_file(workspace: Workspace) -> None:
    trays = Trays(workspace)
    assert trays.all() == []
    for look in (lambda: trays.get("Snow"), lambda: trays.shared("x"), lambda: trays.shared("")):
        with pytest.raises(NotFound):
            look()
    assert not (workspace.root / "trays.sqlite").exists()


def test_works_are_added_once_and_ordered_by_hand(trays: Trays) -> None:
    assert trays.add("Snow", put("b", "d", "d")) == 1
    assert order(trays) == ["a", "b", "c", "d"]
    assert [item.order for item in trays.move("Snow", ("demo", "d"), 1).items] == [1, 2, 3, 4]
    assert order(trays) == ["d", "a", "b", "c"]
    trays.move("Snow", ("demo", "d"), 99)
    assert order(trays) == ["a", "b", "c", "d"]
    trays.order("Snow", [("demo", "c"), ("demo", "a"), ("demo", "c")])
    assert order(trays) == ["c", "a", "b", "d"]
    assert trays.remove("Snow", [("demo", "a"), ("demo", "not there")]) == 1
    assert trays.add("Snow", put("e")) == 1
    assert order(trays) == ["c", "b", "d", "e"]
    for wrong in (
        lambda: trays.move("Snow", ("demo", "z"), 1),
        lambda: trays.order("Snow", [("demo", "z")]),
    ):
        with pytest.raises(NotFound, match="'z' of 'demo' is not in this tray"):
            wrong()
    with pytest.raises(InvalidInput, match="counted from 1"):
        trays.move("Snow", ("demo", "b"), 0)


def test_notes_copies_and_archives(trays: Trays) -> None:
    trays.annotate("Snow", ("demo", "b"), "=1+1 雪\x00\nзима 🖼")
    copy = trays.copy("Snow", "Snow, second")
    assert (copy.note, copy.items[1].note) == ("for Ana", "=1+1 雪\nзима 🖼")
    trays.remove("Snow", [("demo", "b")])
    assert order(trays, "Snow, second") == ["a", "b", "c"]
    trays.archive("Snow")
    assert [tray.name for tray in trays.all()] == ["Snow, second"]
    assert [tray.name for tray in trays.all(archived=True)] == ["Snow"]
    with pytest.raises(Conflict, match="among the archived ones"):
        trays.create("Snow")
    trays.archive("Snow", False)
    trays.delete("Snow, second")
    assert [tray.name for tray in trays.all()] == ["Snow"]
    with pytest.raises(NotFound):
        trays.delete("Snow, second")


def test_a_tray_is_found_by_its_name_in_any_form_and_by_its_id(trays: Trays) -> None:
    made = trays.rename("Snow", "  Hiver   à  Paris ")
    assert made.name == "Hiver à Paris"
    for name in ("Hiver  à Paris", "Hiver a\u0300 Paris", made.id):
        assert trays.get(name).id == made.id


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 101, "a\x00b", "\u202egnp", "\u200b"])
def test_what_cannot_name_a_tray(trays: Trays, name: str) -> None:
    with pytest.raises(InvalidInput):
        trays.create(name)


def test_a_link_ends_when_it_is_taken_back(trays: Trays) -> None:
    token = trays.share("Snow").token
    assert len(token) >= 22
    assert trays.share("Snow").token == token
    assert trays.shared(token).name == "Snow"
    trays.share("Snow", False)
    for gone in (token, "", "x"):
        with pytest.raises(NotFound, match="This link shows no tray"):
            trays.shared(gone)
    assert trays.share("Snow").token != token


def test_a_tray_has_its_limits(trays: Trays) -> None:
    with pytest.raises(InvalidInput, match="at most 2,000 works"):
        trays.add("Snow", put(*(f"w{i}" for i in range(MAX_ITEMS))))
    assert order(trays) == ["a", "b", "c"], "nothing of it is added"
    with pytest.raises(InvalidInput, match="at most 4,000 characters"):
        trays.annotate("Snow", ("demo", "a"), "x" * 4001)
    with pytest.raises(InvalidInput, match="cannot be an artwork id"):
        put("../a")


def test_several_add_at_once(workspace: Workspace, trays: Trays) -> None:
    def add(number: int) -> None:
        Trays(workspace).add("Snow", put(f"w{number}", "a"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(12)))
    found = order(trays)
    assert sorted(found[3:]) == sorted(f"w{i}" for i in range(12))
    assert [item.order for item in trays.get("Snow").items] == list(range(1, 16))


def test_a_damaged_list_is_one_sentence_and_can_be_set_aside(workspace: Workspace) -> None:
    path = workspace.root / "trays.sqlite"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(Unreadable, match="The list of trays at"):
        Trays(workspace).all()
    Trays(workspace).set_aside()
    assert Trays(workspace).create("Snow").items == ()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(Unreadable, match="newer artsim"):
        Trays(workspace).all()


def test_each_person_has_their_own_and_everybodys_are_shared(workspace: Workspace) -> None:
    trays = Trays(workspace)
    trays.create("Everybody's")
    with ruled(workspace, "carl"):
        own = trays.create("Winter")
        trays.add("Winter", put("a", "b"))
        token = trays.share("Winter").token
        assert [tray.name for tray in trays.all()] == ["Winter", "Everybody's"]
        with pytest.raises(Conflict):
            trays.create("Everybody's")
    with ruled(workspace, "ada"):
        assert [tray.name for tray in trays.all()] == ["Everybody's"]
        for not_hers in (
            lambda: trays.get("Winter"),
            lambda: trays.get(own.id),
            lambda: trays.add(own.id, put("c")),
            lambda: trays.copy(own.id, "Mine"),
            lambda: trays.delete("Winter"),
            lambda: trays.share(own.id, False),
        ):
            with pytest.raises(NotFound):
                not_hers()
        assert (trays.shared(token).name, trays.shared(token).owner) == ("Winter", "")
        mine = trays.copy_shared(token, "Winter")
        assert (mine.owner, mine.ids("demo")) == ("ada", ("a", "b"))
        trays.add("Winter", put("c"))
        trays.add("Everybody's", put("d"))
    with ruled(workspace, "carl"):
        assert trays.get("Winter").ids("demo") == ("a", "b")
        assert trays.get("Everybody's").ids("demo") == ("d",)
    with ruled(workspace, "vera"):
        assert trays.all() == []
        assert trays.shared(token).ids("demo") == ("a", "b")
        with pytest.raises(NotAllowed, match="needs the role curator"):
            trays.copy_shared(token, "Mine")
    access.set_rule(workspace, "demo", "named", ["vera"])
    with ruled(workspace, "vera"):
        assert trays.shared(token).ids("demo") == ("a", "b")
    with ruled(workspace, "carl"):  # for whom it is no longer, and whose tray has it still
        assert [trays.get("Winter").items, trays.get("Everybody's").items] == [(), ()]
        assert trays.shared(token).items == trays.copy_shared(token, "Copy").items == ()
        trays.delete("Copy")
    access.set_rule(workspace, "demo", "signed-in")
    # Whoever runs the server sees all, and says whose is meant.
    assert {(t.owner, t.name) for t in trays.all()} == {
        *(("", "Everybody's"), ("carl", "Winter"), ("ada", "Winter"))
    }
    with pytest.raises(Conflict, match="each have a tray 'Winter'"):
        trays.get("Winter")
    assert trays.get(own.id).owner == "carl"
    # A job counts the trays of whoever asked for it.
    with personal.acting_for("ada"):
        assert set(relevant_ids(workspace, "Winter", "demo", "demo")) == {"a", "b", "c"}
        assert [tray.owner for tray in trays.all()] == ["", "ada"]


def test_trays_from_before_people_had_their_own_are_everybodys(workspace: Workspace) -> None:
    fixture = REPOSITORY / "tests" / "fixtures" / "trays" / "format-1.sql"
    db = sqlite3.connect(workspace.root / "trays.sqlite")
    db.executescript(fixture.read_text(encoding="utf-8"))
    db.close()
    trays = Trays(workspace)
    with ruled(workspace, "carl"):
        winter = trays.get("Winter")
        assert (winter.owner, winter.note) == ("", "for Ana; room 2")
        assert [(item.id, item.note) for item in winter.items] == [
            *(("w01", "opens; the room"), ("w02", ""))
        ]
        assert trays.shared("IjY76_UQwddAkMHF9G0Yzg").id == winter.id
        assert [tray.name for tray in trays.all(archived=True)] == ["Old"]
        trays.create("Snow")
    assert (workspace.root / "trays.sqlite.format-1").exists()


@pytest.fixture
def library(workspace: Workspace) -> Library:
    make_demo(workspace)
    library = Library(workspace)
    library.trays.create("Snow")
    library.add_to_tray("Snow", "demo", ["w01", "w02"], "a note", "like w00")
    return library


def test_a_renamed_collection_is_followed(library: Library) -> None:
    library.rename("demo", "paintings", "ana")
    tray = library.trays.get("Snow")
    assert tray.ids("paintings") == ("w01", "w02")
    assert [entry.title for entry in library.tray_entries(tray)] == ["Work 1", "Work 2"]


def test_what_is_gone_stays_with_a_sentence(library: Library) -> None:
    library.desk("demo", "ana").remove(["w01"])
    library.refresh("demo")
    first, second = library.tray_entries(library.trays.get("Snow"))
    assert first.trouble.startswith("“Work 1” is no longer in 'demo'")
    assert (first.title, first.artist, first.item.note) == ("Work 1", "Artist 1", "a note")
    assert (second.trouble, second.has_picture) == ("", True)
    library.delete_collection("demo")
    entries = library.tray_entries(library.trays.get("Snow"))
    assert all("'demo' is no longer here" in entry.trouble for entry in entries)
    assert [entries.picture(entry) for entry in entries] == [None, None]


def test_only_works_that_are_there_are_added(library: Library) -> None:
    with pytest.raises(NotFound, match="'zz' in 'demo'"):
        library.add_to_tray("Snow", "demo", ["w05", "zz"])
    assert library.trays.get("Snow").ids("demo") == ("w01", "w02")


def test_a_tray_is_a_query_a_filter_a_relevance_and_a_label(library: Library) -> None:
    demo = artsim.open(library.workspace.root)["demo"]
    tray = artsim.open(library.workspace.root).trays["Snow"]
    tray.add("demo", ["w04", "w07"])
    found = demo.search("tiny", like=tray.ids("demo"), k=5)
    assert not {hit.id for hit in found.hits} & set(tray.ids("demo"))
    among = demo.search("tiny", like=["w01"], where=tray.where("demo"), k=9)
    assert sorted(hit.id for hit in among.hits) == ["w02", "w04", "w07"]
    assert demo.search("tiny", like=["w01"], where=tray.where("other"), k=9).hits == ()
    judged = demo.evaluate(["tiny"], relevance=["tray:Snow", "trays"], k=3).per_query
    asked = judged.set_index(["relevance", "query"])["n_relevant"]
    assert asked.to_dict() == {
        (kind, one): 3 for kind in ("tray:Snow", "trays") for one in ("w01", "w02", "w04", "w07")
    }
    tray.label("demo", "theme")
    themes = demo.to_pandas()["theme"]
    assert themes[themes == "Snow"].index.tolist() == ["w01", "w02", "w04", "w07"]
    demo.undo()
    assert (demo.to_pandas()["theme"] == "Snow").sum() == 0
