"""A work that is taken down is gone from the disk, stays away, and comes back when allowed."""

import hashlib
from pathlib import Path

import pytest
from pictures_kit import jpeg

from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import History
from artsim.collection.importer import import_collection
from artsim.collection.reconcile import quality_report
from artsim.collection.sources.base import Source
from artsim.collection.sources.folder import FolderSource
from artsim.collection.sources.uploaded import UploadedSource
from artsim.collection.store import Collection
from artsim.collection.uploads import receive
from artsim.core.errors import NotFound
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import keep, query_picture
from artsim.library import Library

NAME = "prints"
TABLE = b"id,title,artist\nw1,Bridge,A\nw2,Boats,B\nw3,Rain,C\n"


@pytest.fixture
def uploaded(workspace: Workspace) -> Path:
    """Three uploaded pictures and their table."""
    return receive(workspace, NAME, [(f"w{i}.jpg", jpeg(i)) for i in (1, 2, 3)], TABLE)


def sync(workspace: Workspace, source: Source) -> Collection:
    import_collection(workspace, NAME, source)
    return Collection.open(workspace, NAME)


def ids(collection: Collection) -> list[str]:
    return list(collection.metadata(["id"]).column("id").to_pylist())


def holding(root: Path, data: bytes) -> list[str]:
    """The files below a folder that hold these very bytes somewhere."""
    return [
        str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() if data in p.read_bytes()
    ]


def test_its_bytes_leave_the_disk_and_later_imports_leave_it_out(
    workspace: Workspace, uploaded: Path, tmp_path: Path
) -> None:
    prints = sync(workspace, UploadedSource(uploaded))
    query = query_picture(jpeg(2))
    keep(workspace, query)
    library = Library(workspace)
    assert library.media(NAME, "w2", "thumb").data
    stored = [prints.image("w2"), prints.thumb("w2"), jpeg(2)]
    assert all(data and holding(workspace.root, data) for data in stored)
    Desk(workspace, prints, "ana").remove(["w2"], "claimed by the estate")
    assert [holding(workspace.root, data) for data in stored if data] == [[], [], []]
    named = [file for name in (b"Boats", b"w2,") for file in holding(workspace.root, name)]
    assert named
    assert all("/history.lance/" in file for file in named)  # the record of it, nothing else
    library.refresh(NAME)
    with pytest.raises(NotFound):
        library.media(NAME, "w2", "thumb")
    assert "w2" not in library.catalog(NAME).positions
    assert ids(prints) == ["w1", "w3"]
    assert "w2.jpg" not in {f.file for f in quality_report(prints).files}

    step = History(prints).steps[-1]
    assert (step.who, step.what) == ("ana", "remove")
    assert step.after["w2"]["reason"] == "claimed by the estate"
    assert hashlib.sha256(jpeg(2)).hexdigest() in step.after["w2"]["digests"]

    again = tmp_path / "again"
    again.mkdir()
    for name, picture in (("w2", 22), ("other", 2)):  # its id, and its content
        (again / f"{name}.jpg").write_bytes(jpeg(picture))
    sync(workspace, FolderSource(again))
    assert ids(prints) == ["w1", "w3"]
    refused = {f.file: f.reason for f in quality_report(prints).files if f.action == "reject"}
    assert set(refused) == {"w2.jpg", "other.jpg"}
    assert all(reason.startswith("taken down on 20") for reason in refused.values())
    (tmp_path / "works.csv").write_bytes(TABLE)
    sync(workspace, FolderSource(again, tmp_path / "works.csv"))
    assert not any("Boats" in note for note in quality_report(prints).notes)


def test_it_comes_back_with_the_next_sync_once_it_is_restored(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for i in (1, 2):
        (folder / f"w{i}.jpg").write_bytes(jpeg(i))
    prints = sync(workspace, FolderSource(folder))
    desk = Desk(workspace, prints, "ana")
    desk.edit(["w2"], {"title": "Boats"})
    desk.remove(["w2"])
    assert desk.remove(["w2"]) is None  # it is gone already
    sync(workspace, FolderSource(folder))
    assert ids(prints) == ["w1"]
    with pytest.raises(NotFound, match="No artwork 'w9' was taken down"):
        desk.restore(["w9"])
    desk.restore(["w2"])
    sync(workspace, FolderSource(folder))
    assert ids(prints) == ["w1", "w2"]
    assert prints.artwork("w2")["title"] == "Boats"  # what was edited still holds
    desk.undo()  # the restoring: it is taken down again
    assert ids(prints) == ["w1"]
    desk.undo(2)
    sync(workspace, FolderSource(folder))
    assert ids(prints) == ["w1", "w2"]
