"""What a person chooses of files: kept, left out, merged, split, shown by; and all of it undone."""

from pathlib import Path

import pytest
from pictures_kit import jpeg

from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import History
from artsim.collection.importer import import_collection
from artsim.collection.reconcile import quality_report
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace

NAME = "prints"
TABLE = "id,title,image\na,Bridge,a.jpg\nb,Bridge again,b.jpg\nc,Rain,c.jpg\n"


@pytest.fixture
def prints(workspace: Workspace, tmp_path: Path) -> Collection:
    """Three works, two of one picture; a copy of c without a row; and a tiny picture."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(jpeg(1))
    (folder / "b.jpg").write_bytes(jpeg(1, quality=60))
    (folder / "c.jpg").write_bytes(jpeg(3))
    (folder / "copy-of-c.jpg").write_bytes(jpeg(3, quality=60))
    (folder / "tiny.jpg").write_bytes(jpeg(4, width=40, height=30))
    (folder / "broken.jpg").write_bytes(jpeg(5)[:900])
    table = tmp_path / "works.csv"
    table.write_text(TABLE, encoding="utf-8")
    import_collection(workspace, NAME, FolderSource(folder, table))
    return Collection.open(workspace, NAME)


@pytest.fixture
def desk(workspace: Workspace, prints: Collection) -> Desk:
    return Desk(workspace, prints, "ana")


def ids(collection: Collection) -> list[str]:
    return list(collection.metadata(["id"]).column("id").to_pylist())


def state(collection: Collection) -> dict[str, tuple[str, str | None, str | None]]:
    """What became of each file: its action, its work and its group."""
    files = quality_report(collection).files
    return {f.file: (f.action, f.work, f.group) for f in files}


def refused(call: object, *args: object) -> str:
    with pytest.raises(ArtsimError) as error:
        call(*args)  # type: ignore[operator]
    return str(error.value)


def test_everything_a_person_chooses_of_files_is_done_and_undone(
    desk: Desk, prints: Collection
) -> None:
    first, works = state(prints), ids(prints)
    assert works == ["a", "b", "c"]
    assert first["a.jpg"][2] == first["b.jpg"][2] == "g-a"
    assert first["copy-of-c.jpg"][:2] == ("duplicate", "c")
    assert first["tiny.jpg"][0] == "reject"

    def undone() -> None:
        desk.undo()
        assert (state(prints), ids(prints)) == (first, works)

    desk.keep(["tiny.jpg"])
    assert ids(prints) == ["a", "b", "c", "tiny"]
    assert prints.image("tiny")
    undone()
    desk.reject(["c.jpg"])
    assert "c" not in ids(prints)
    undone()
    desk.split("a", "b.jpg")  # two works of one picture, no group any more
    assert state(prints)["b.jpg"] == ("keep", "b", None)
    undone()
    desk.split("c", "copy-of-c.jpg")  # a copy becomes a work
    assert ids(prints) == ["a", "b", "c", "copy-of-c"]
    undone()
    desk.merge("a", ["c"])  # with the copy of c
    assert ids(prints) == ["a", "b"]
    assert {state(prints)[f][1] for f in ("c.jpg", "copy-of-c.jpg")} == {"a"}
    assert prints.image("a") == prints.image("c")  # the id that was merged is still known
    desk.split("a", "copy-of-c.jpg")
    assert "copy-of-c" in ids(prints)
    desk.undo()
    undone()
    desk.merge("c", ["a"])
    desk.best("a.jpg")
    shown = prints.image("c")
    assert shown == prints.image("a")
    desk.undo()
    assert prints.image("c") != shown
    undone()
    assert prints.metadata(["title"]).column("title").to_pylist() == [
        "Bridge",
        "Bridge again",
        "Rain",
    ]


def test_what_cannot_be_chosen_is_one_sentence_and_no_step(desk: Desk, prints: Collection) -> None:
    for call, args, said in (
        (desk.keep, (["broken.jpg"],), "broken.jpg cannot be kept"),
        (desk.keep, (["nowhere.jpg"],), "There is no file 'nowhere.jpg'"),
        (desk.merge, ("a", ["a"]), "with itself"),
        (desk.merge, ("a", ["zz"]), "The artwork 'zz' is not there"),
        (desk.split, ("c", "a.jpg"), "shown with no other file of 'c'"),
        (desk.split, ("c", "c.jpg"), "choose another best picture first"),
        (desk.best, ("nowhere.jpg",), "There is no file"),
    ):
        assert said in refused(call, *args)
    assert History(prints).steps == []
