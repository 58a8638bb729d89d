"""Corrections of a collection: what is edited, taken down and undone, and what a sync leaves."""

import csv
from pathlib import Path
from typing import Any

import pytest
from collection_kit import add_works
from pictures_kit import jpeg

from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import History
from artsim.collection.edits.overlay import edited
from artsim.collection.export import export_metadata
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.errors import ArtsimError, Conflict
from artsim.core.workspace import Workspace

NAME = "prints"
TABLE = """id,title,artist,date,room
w1,Bridge,Clude Monet,c. 1650/1660,7
w2,Boats,Clude Monet,1651,7
w3,Rain,Anna Ancher,1890,8
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of three pictures and a table beside it."""
    folder = tmp_path / "in"
    folder.mkdir()
    for i in (1, 2, 3):
        (folder / f"w{i}.jpg").write_bytes(jpeg(i))
    (tmp_path / "works.csv").write_text(TABLE, encoding="utf-8")
    return folder


def sync(workspace: Workspace, source: Path) -> Collection:
    import_collection(workspace, NAME, FolderSource(source, source.parent / "works.csv"))
    return Collection.open(workspace, NAME)


@pytest.fixture
def prints(workspace: Workspace) -> Collection:
    """The works of the table without pictures: what an edit does needs none."""
    made = Collection.create(workspace, NAME, "folder")
    rows = csv.DictReader(TABLE.splitlines())
    years = {"w1": (1650, 1660), "w2": (1651, 1651), "w3": (1890, 1890)}
    known = [
        {**row, **dict(zip(("year", "year_end"), years[row["id"]], strict=True))} for row in rows
    ]
    add_works(made, [{**row, "has_image": False} for row in known])
    return made


@pytest.fixture
def imported(workspace: Workspace, source: Path) -> Collection:
    return sync(workspace, source)


@pytest.fixture
def desk(workspace: Workspace, prints: Collection) -> Desk:
    return Desk(workspace, prints, "ana")


def column(collection: Collection, name: str) -> list[Any]:
    return list(collection.metadata([name]).column(name).to_pylist())


def refused(call: Any, *args: Any, **more: Any) -> str:
    with pytest.raises(ArtsimError) as error:
        call(*args, **more)
    return str(error.value)


def test_forty_works_get_another_artist_in_one_step(desk: Desk, prints: Collection) -> None:
    step = desk.edit(["w1", "w2", "w3"], {"artist": " Claude   Monet "})
    assert column(prints, "artist") == ["Claude Monet"] * 3
    assert step is not None
    assert step.to_json() | {"when": ""} == {
        "step": 1,
        "when": "",
        "who": "ana",
        "what": "edit",
        "before": {
            "w1": {"artist": "Clude Monet"},
            "w2": {"artist": "Clude Monet"},
            "w3": {"artist": "Anna Ancher"},
        },
        "after": {i: {"artist": "Claude Monet"} for i in ("w1", "w2", "w3")},
        "undone": False,
    }
    assert desk.edit(["w1"], {"artist": "Claude Monet"}) is None  # it says so already
    desk.undo()
    assert column(prints, "artist") == ["Clude Monet", "Clude Monet", "Anna Ancher"]
    assert edited(prints) == {}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"date": "1701-1705"}, {"date": "1701-1705", "year": 1701, "year_end": 1705}),
        ({"date": ""}, {"date": None, "year": None, "year_end": None}),
        ({"year": "1655"}, {"year": 1655, "year_end": 1660, "date": "c. 1650/1660"}),
        ({"year": "1701"}, {"year": 1701, "year_end": 1701}),
        ({"Artist": "Ane\u0301 B\nC"}, {"artist": "An\u00e9 B C"}),
        ({"room": ""}, {"room": None}),
    ],
)
def test_a_value_is_stored_as_a_table_would_have_it(
    desk: Desk, prints: Collection, changes: dict[str, str], found: dict[str, Any]
) -> None:
    desk.edit(["w1"], changes)
    row = prints.artwork("w1")
    assert {name: row[name] for name in found} == found


@pytest.mark.parametrize(
    ("ids", "changes", "said"),
    [
        (["w1"], {"id": "w9"}, "an id cannot be changed"),
        (["w1"], {"duplicate_group": "g"}, "merge or split"),
        (["w1"], {"image": "x"}, "said of the file"),
        (["w1"], {"year": "sixteen"}, "is no year"),
        (["w1"], {"year": "0"}, "is no year"),
        (["w1"], {"year": "1900", "year_end": "1800"}, "lies before the first"),
        (["w1"], {"rom": "8"}, "There is no column 'rom'"),
        (["w1", "nobody"], {"artist": "A"}, "There is no artwork 'nobody'"),
        (["w1"], {}, "Say what to change"),
    ],
)
def test_what_cannot_be_edited_is_one_sentence_and_changes_nothing(
    desk: Desk, prints: Collection, ids: list[str], changes: dict[str, str], said: str
) -> None:
    before = prints.metadata()
    assert said in refused(desk.edit, ids, changes)
    assert prints.metadata() == before
    assert History(prints).steps == []


def test_a_new_column_is_added_on_purpose_and_goes_when_the_last_edit_of_it_is_undone(
    desk: Desk, prints: Collection
) -> None:
    before = prints.metadata()
    desk.edit(["w2"], {"Lent to": "Louvre"}, add_columns=True)
    desk.edit(["w1"], {"lent to": "Orsay"})
    assert column(prints, "lent_to") == ["Orsay", "Louvre", None]
    desk.undo(1)
    assert column(prints, "lent_to") == ["Orsay", None, None]
    desk.undo(2)
    assert prints.metadata() == before
    desk.undo(4)  # the undo of the second edit: it is done again
    assert column(prints, "lent_to") == ["Orsay", None, None]


def test_a_column_of_a_museum_is_edited_by_its_own_name_though_a_picture_has_one_too(
    desk: Desk, prints: Collection
) -> None:
    assert "stored as meta_height: add it on purpose" in refused(
        desk.edit, ["w1"], {"Height": "30 cm"}
    )
    desk.edit(["w1"], {"Height": "30 cm"}, add_columns=True)
    desk.edit(["w2"], {"height": "40 cm"})
    assert column(prints, "meta_height") == ["30 cm", "40 cm", None]


def test_an_edit_outlives_a_corrected_table_and_both_values_are_known(
    workspace: Workspace, source: Path, imported: Collection
) -> None:
    prints, desk = imported, Desk(workspace, imported, "ana")
    desk.edit(["w1", "w2"], {"artist": "Claude Monet"})
    corrected = TABLE.replace("w1,Bridge,Clude Monet", "w1,The Bridge,Claud Monet")
    (source.parent / "works.csv").write_text(corrected, encoding="utf-8")
    (source / "w2.jpg").write_bytes(jpeg(22))  # a new photograph is stored anew
    sync(workspace, source)
    assert column(prints, "artist") == ["Claude Monet", "Claude Monet", "Anna Ancher"]
    assert column(prints, "title") == ["The Bridge", "Boats", "Rain"]
    assert edited(prints)["w1", "artist"].source == "Claud Monet"
    desk.undo(1)
    assert column(prints, "artist") == ["Claud Monet", "Clude Monet", "Anna Ancher"]


def test_any_step_is_undone_and_done_again_but_not_under_a_later_one(
    desk: Desk, prints: Collection
) -> None:
    assert "nothing to undo" in refused(desk.undo)
    desk.edit(["w1"], {"artist": "A"})
    desk.edit(["w1", "w2"], {"title": "T"})
    desk.edit(["w1"], {"title": "U"})
    desk.undo(1)  # not the last one, and of another field
    assert prints.artwork("w1")["artist"] == "Clude Monet"
    with pytest.raises(Conflict, match=r"step 3 .* has changed the same"):
        desk.undo(2)
    assert "is undone already" in refused(desk.undo, 1)
    assert "no step 9" in refused(desk.undo, 9)
    desk.undo(4)
    assert prints.artwork("w1")["artist"] == "A"
    desk.undo(3)
    desk.undo()
    assert column(prints, "title") == ["Bridge", "Boats", "Rain"]
    assert [s.undone for s in History(prints).steps] == [False, True, True, True, *[False] * 3]


def test_an_export_gives_the_corrected_table_back_and_changes_nothing_when_imported(
    workspace: Workspace, source: Path, imported: Collection
) -> None:
    prints, desk = imported, Desk(workspace, imported, "ana")
    desk.edit(["w1", "w2"], {"artist": "Claude Monet", "date": "1701-1705", "room": "9"})
    desk.edit(["w3"], {"lent_to": "Louvre"}, add_columns=True)
    before = prints.metadata()
    out = source.parent / "corrected.csv"
    export_metadata(prints, out)
    import_collection(workspace, NAME, FolderSource(source, out))
    assert prints.metadata() == before
    assert all(not one.differs for one in edited(prints).values())
    desk.undo(2)
    assert column(prints, "lent_to") == [None, None, "Louvre"]  # as the source says by now
