"""A work's pictures are what its files and a person say, whatever happened on the way."""

from pathlib import Path

import numpy as np
import pytest
from pictures_kit import jpeg

from artsim.collection import moves, works
from artsim.collection.importer import import_collection
from artsim.collection.media import picture
from artsim.collection.quality import choices
from artsim.collection.quality.choices import Choices, pairs
from artsim.collection.reconcile import QualityReport, reapply
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.errors import NotFound
from artsim.core.workspace import Workspace
from artsim.library import Library

TABLE = "id,title,image\n1,Mill,a.jpg\n2,Barn,b.jpg\n3,Gone,c.jpg\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.jpg").write_bytes(jpeg(1))
    (made / "b.jpg").write_bytes(jpeg(2))
    (made / "c.jpg").write_bytes(b"<html>not found</html>")
    (made / "a again.jpg").write_bytes(jpeg(1, quality=50))
    (made / "empty.jpg").write_bytes(jpeg(5, 40, 40))
    (tmp_path / "m.csv").write_text(TABLE, encoding="utf-8")
    return made


@pytest.fixture
def collection(workspace: Workspace, folder: Path) -> Collection:
    import_collection(workspace, "little", FolderSource(folder, folder.parent / "m.csv"))
    made = Collection.open(workspace, "little")
    column = made.ensure_embedding_column("tiny", "d" * 64, 2)
    made.write_embeddings(column, ["1", "2"], np.array([[1, 0], [0, 1]], np.float32))
    return made


def choose(collection: Collection, **values: object) -> QualityReport:
    choices.save(collection, Choices(**values))  # type: ignore[arg-type]
    return reapply(collection)


def ids(collection: Collection) -> list[str]:
    return [str(row["id"]) for row in collection.metadata(["id"]).to_pylist()]


def states(collection: Collection) -> dict[str, tuple[str, str | None]]:
    rows = collection.pictures.listed("role <> 'primary'")
    return {row["file"]: (row["state"], row["work"]) for row in rows}


def test_every_row_is_a_work_and_every_other_file_a_picture_with_a_state(
    collection: Collection, workspace: Workspace
) -> None:
    assert ids(collection) == ["1", "2", "3"]
    assert collection.artwork("3")["has_image"] is False
    assert states(collection) == {"a again.jpg": ("copy", "1"), "empty.jpg": ("rejected", None)}
    copy = next(row for row in collection.pictures.listed() if row["file"] == "a again.jpg")
    assert collection.artwork(copy["id"])["id"] == "1"
    library = Library(workspace)
    assert library.artwork("little", copy["id"])["title"] == "Mill"
    assert [p["file"] for p in library.pictures("little", "1").pictures] == ["a again.jpg"]
    shown = picture(collection, "1", "preview")
    assert picture(collection, "1", "preview", "a.jpg").etag == shown.etag
    assert picture(collection, "1", "preview", "a again.jpg").etag != shown.etag
    with pytest.raises(NotFound, match="no picture"):
        picture(collection, "2", "thumb", "a again.jpg")


def test_a_person_s_choices_hold_and_can_be_taken_back(
    collection: Collection, workspace: Workspace, folder: Path
) -> None:
    column = collection.info().embeddings[0].column
    choose(collection, keep=frozenset({"empty.jpg", "a again.jpg"}))
    assert len(ids(collection)) == 5
    assert {"1", "2", "3", "empty"} < set(ids(collection))
    import_collection(workspace, "little", FolderSource(folder, folder.parent / "m.csv"))
    assert len(ids(collection)) == 5, "an import does not forget them"
    choose(collection)
    assert ids(collection) == ["1", "2", "3"]

    choose(collection, together=frozenset({("a.jpg", "b.jpg")}))
    assert ids(collection) == ["1", "3"]
    assert states(collection)["b.jpg"] == ("kept", "1")
    assert collection.artwork("2")["title"] == "Mill"
    both = {"together": frozenset({("a.jpg", "b.jpg")}), "best": frozenset({"b.jpg"})}
    before = collection.image("1")
    choose(collection, **both)
    assert (collection.artwork("1")["file"], collection.artwork("1")["title"]) == ("b.jpg", "Mill")
    assert collection.image("1") != before
    assert collection.embedding(column)[1].tolist() == [[0, 1]], "embeddings go with the picture"
    choose(collection)
    assert ids(collection) == ["1", "2", "3"]
    assert collection.artwork("2")["title"] == "Barn", "nothing of it was forgotten"
    assert collection.image("1") == before
    assert collection.embedding(column)[1].tolist() == [[1, 0], [0, 1]]
    assert set(states(collection)) == {"a again.jpg", "empty.jpg"}

    choose(collection, reject=frozenset({"b.jpg"}), apart=pairs([("a.jpg", "a again.jpg")]))
    assert "2" not in ids(collection)
    assert states(collection)["b.jpg"] == ("rejected", None)
    assert "a again.jpg" not in states(collection)
    choose(collection)
    assert ids(collection) == ["1", "2", "3"]


def test_choices_follow_a_file_that_was_renamed(
    collection: Collection, workspace: Workspace, folder: Path
) -> None:
    choose(collection, keep=frozenset({"empty.jpg"}))
    (folder / "empty.jpg").rename(folder / "sketch.jpg")
    (folder / "a again.jpg").rename(folder / "a third time.jpg")
    source = FolderSource(folder, folder.parent / "m.csv")
    import_collection(workspace, "little", source, options={}, yes=True)
    assert choices.load(collection).keep == {"sketch.jpg"}
    assert states(collection) == {"a third time.jpg": ("copy", "1")}


def test_a_file_that_breaks_keeps_the_picture_that_was_imported(
    collection: Collection, workspace: Workspace, folder: Path
) -> None:
    before = collection.image("2")
    (folder / "b.jpg").write_bytes(b"half a file")
    source = FolderSource(folder, folder.parent / "m.csv")
    report = import_collection(workspace, "little", source, yes=True)
    assert collection.image("2") == before
    assert any("b.jpg" in note and "stay" in note for note in report.notes)


@pytest.mark.parametrize("after", ["_put_aside", "_show"])
def test_killed_while_the_shown_picture_changes(
    collection: Collection, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    done = getattr(moves, after)

    def killed(*arguments: object) -> None:
        done(*arguments)
        raise Killed

    chosen = {"best": frozenset({"a again.jpg"})}
    with monkeypatch.context() as context:
        context.setattr(moves, after, killed)
        with pytest.raises(Killed):
            choose(collection, **chosen)
    choose(collection, **chosen)
    assert collection.artwork("1")["file"] == "a again.jpg"
    assert states(collection)["a.jpg"] == ("kept", "1")
    choose(collection)
    assert collection.artwork("1")["file"] == "a.jpg"
    assert ids(collection) == ["1", "2", "3"]
    assert works.metadata(collection.uri, ["1"])["1"]["title"] == "Mill"
