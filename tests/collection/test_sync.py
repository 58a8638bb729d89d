"""A source read again: the same works wherever their files lie, and what is missing stays."""

import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictures_kit import jpeg

from artsim.collection import lance_io
from artsim.collection.edits.desk import Desk
from artsim.collection.edits.listing import MISSING, listing
from artsim.collection.import_log import ImportLog
from artsim.collection.looking import Looking
from artsim.collection.reconcile import QualityReport, quality_report
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput, NeedsConsent
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.tasks.kinds import checked_config, kind_named

COUNT = 24


def do(workspace: Workspace, kind: str, **values: Any) -> QualityReport:
    kind_named(kind).run(workspace, checked_config(kind, values), NULL)
    return quality_report(Collection.open(workspace, "mine"))


def read(workspace: Workspace, folder: Path, **more: Any) -> QualityReport:
    return do(workspace, "import_folder", name="mine", directory=folder, **more)


def sync(workspace: Workspace, **more: Any) -> QualityReport:
    return do(workspace, "sync", collection="mine", **more)


def counts(report: QualityReport) -> dict[str, int]:
    document = report.to_json()
    names = ("new", "changed", "moved", "renamed", "missing", "rejected")
    return {name: document[name] for name in names if document[name]}


def shown(collection: Collection, *columns: str) -> list[dict[str, Any]]:
    return collection.metadata(columns).to_pylist()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "a").mkdir(parents=True)
    for i in range(COUNT):
        (folder / "a" / f"w{i:02}.jpg").write_bytes(jpeg(i))
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    table = tmp_path / "works.csv"
    rows = [f"id{i},a/w{i:02}.jpg,Title {i},Ada" for i in range(4)]
    table.write_text("\n".join(["id,image,title,artist", *rows]))
    return table


@pytest.fixture
def mine(workspace: Workspace, folder: Path, table: Path) -> Collection:
    read(workspace, folder, metadata=table)
    collection = Collection.open(workspace, "mine")
    ids = collection.metadata(["id"]).column("id").to_pylist()
    column = collection.ensure_embedding_column("tiny", "d" * 64, 2)
    collection.write_embeddings(column, ids, np.ones((len(ids), 2), np.float32))
    return collection


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are decoded."""
    names: list[str] = []
    look = Looking.at
    monkeypatch.setattr(
        Looking, "at", lambda self, file, *rest: names.append(file) or look(self, file, *rest)
    )
    return names


def state(collection: Collection) -> dict[str, Any]:
    rows = collection.metadata(["id", "title", "artist"]).to_pylist()
    return {row["id"]: (row["title"], row["artist"]) for row in rows}


def same_works(mine: Collection, before: dict[str, Any], looked: list[str]) -> None:
    assert state(mine) == before
    assert mine.info().embeddings[0].count == COUNT
    assert looked == []


def test_nothing_has_changed(workspace: Workspace, mine: Collection, looked: list[str]) -> None:
    before = state(mine)
    report = sync(workspace)
    assert counts(report) == {}
    assert report.to_json()["unchanged"] == COUNT
    same_works(mine, before, looked)


@pytest.mark.parametrize("times", ["kept", "new"])
def test_a_folder_is_the_same_wherever_it_lies(
    workspace: Workspace, mine: Collection, folder: Path, table: Path, looked: list[str], times: str
) -> None:
    before = state(mine)
    there = shutil.copytree(folder, folder.parent / "there" / "deep")
    if times == "new":
        for i, path in enumerate(sorted(there.rglob("*.jpg"))):
            os.utime(path, (i + 1, i + 1))
    shutil.rmtree(folder)
    assert counts(read(workspace, there, metadata=table)) == {}
    same_works(mine, before, looked)
    # The new place is remembered, and the old one may hold something else.
    folder.mkdir()
    (folder / "other.jpg").write_bytes(jpeg(90))
    assert counts(sync(workspace)) == {}
    assert counts(read(workspace, folder)) == {"new": 1}
    assert state(mine).keys() == before.keys() | {"other"}


def test_each_file_counts_once_and_a_corrected_row_is_a_change(
    workspace: Workspace, mine: Collection, folder: Path, table: Path
) -> None:
    table.write_text(table.read_text().replace("Title 1,Ada", "Title 1,Ada Lovelace"))
    a = folder / "a"
    (a / "w02.jpg").write_bytes(jpeg(82))
    (a / "w05.jpg").rename(a / "five.jpg")
    (a / "w06.jpg").unlink()
    (a / "new.jpg").write_bytes(jpeg(91))
    (a / "flat.jpg").write_bytes(jpeg(92, 40, 30))
    (a / "page.jpg").write_bytes(b"<html>not found</html>")
    report = sync(workspace)
    assert counts(report) == {"new": 1, "changed": 2, "renamed": 1, "missing": 1, "rejected": 2}
    assert sum(counts(report).values()) + report.changes.unchanged == report.read
    assert mine.artwork("id1")["artist"] == "Ada Lovelace"
    again = sync(workspace)
    assert counts(again) == {"missing": 1, "rejected": 2}
    assert again.changes.unchanged == COUNT


def test_files_that_were_renamed_and_moved_keep_their_works(
    workspace: Workspace, mine: Collection, folder: Path, looked: list[str]
) -> None:
    before = state(mine)
    a = folder / "a"
    (folder / "b").mkdir()
    (a / "w05.jpg").rename(folder / "b" / "w05.jpg")
    (a / "w06.jpg").rename(a / "six.jpg")
    for one, other in (("w07.jpg", "aside"), ("w08.jpg", "w07.jpg"), ("aside", "w08.jpg")):
        (a / one).rename(a / other)
    report = sync(workspace)
    assert counts(report) == {"moved": 1, "renamed": 3}
    same_works(mine, before, looked)
    rows = {r["id"]: r["file"] for r in mine.metadata(["id", "file"]).to_pylist()}
    swapped = {
        f"a-w{i:02}": rows[next(k for k in rows if k.startswith(f"a-w{i:02}"))] for i in (7, 8)
    }
    assert swapped == {"a-w07": "a/w08.jpg", "a-w08": "a/w07.jpg"}
    assert {"a/six.jpg", "b/w05.jpg"} <= {f.file for f in report.files}
    (a / "w06.jpg").write_bytes(jpeg(77))
    assert counts(sync(workspace)) == {"new": 1}
    assert len(state(mine)) == COUNT + 1


def test_missing_pictures_stay_and_are_marked(
    workspace: Workspace, mine: Collection, folder: Path, looked: list[str]
) -> None:
    before = state(mine)
    aside = (folder / "a" / "w03.jpg").rename(folder.parent / "w03.jpg")
    report = sync(workspace)
    assert counts(report) == {"missing": 1}
    assert [f.file for f in report.files if f.missing] == ["a/w03.jpg"]
    assert (
        "missing from its source since 20" in {f.file: f.reason for f in report.files}["a/w03.jpg"]
    )
    assert [f.file for f in listing(mine) if MISSING in f.states] == ["a/w03.jpg"]
    same_works(mine, before, looked)
    assert counts(sync(workspace)) == {"missing": 1}
    aside.rename(folder / "back.jpg")
    assert counts(sync(workspace)) == {"renamed": 1}
    same_works(mine, before, looked)


def test_a_changed_file_and_a_corrected_table_change_what_they_correct(
    workspace: Workspace, mine: Collection, folder: Path, table: Path
) -> None:
    before = state(mine)
    image = mine.image("id1")
    (folder / "a" / "w01.jpg").write_bytes(jpeg(78))
    table.write_text(table.read_text().replace("Title 2", "The Mill"))
    assert counts(sync(workspace)) == {"changed": 2}
    assert state(mine) == before | {"id2": ("The Mill", "Ada")}
    assert mine.image("id1") != image
    assert mine.info().embeddings[0].count == COUNT - 1


def test_a_file_that_was_replaced_by_a_broken_one_changes_once_and_is_told_until_it_is_mended(
    workspace: Workspace, mine: Collection, folder: Path, table: Path
) -> None:
    image, good = mine.image("id1"), (folder / "a" / "w01.jpg").read_bytes()
    for name, bad in (("w01", good[:300]), ("w02", b"<html>moved</html>"), ("w03", b"")):
        (folder / "a" / f"{name}.jpg").write_bytes(bad)
    table.write_text(table.read_text().replace("Title 1", "The Mill"))
    first = sync(workspace, yes=True)
    assert counts(first) == {"changed": 3}
    assert state(mine)["id1"] == ("The Mill", "Ada")  # its row is heard all the same
    for report in (first, sync(workspace), sync(workspace)):
        assert "3 files can no longer be used" in " ".join(report.notes)
    assert counts(report) == {}
    assert mine.image("id1") == image
    (folder / "a" / "w01.jpg").write_bytes(good)
    report = sync(workspace)
    assert counts(report) == {}
    assert "2 files can no longer be used" in " ".join(report.notes)


@pytest.mark.parametrize("how", ["gone", "empty", "page", "thresholds"])
def test_what_would_lose_a_tenth_stops_and_asks(
    workspace: Workspace, mine: Collection, folder: Path, how: str
) -> None:
    before, log = state(mine), ImportLog(mine).entries
    for path in sorted(folder.rglob("*.jpg"))[:3] if how != "thresholds" else ():
        if how == "gone":
            path.unlink()
        else:
            path.write_bytes(b"" if how == "empty" else b"<html>404</html>")
    more: dict[str, Any] = {"thresholds": {"min_side": 500}} if how == "thresholds" else {}
    with pytest.raises(NeedsConsent, match=r"of 24 works of 'mine' .*nothing was changed.*--yes"):
        read(workspace, folder, **more) if more else sync(workspace)
    assert (state(mine), ImportLog(mine).entries) == (before, log)
    if how == "gone":
        assert counts(sync(workspace, yes=True)) == {"missing": 3}
        assert state(mine) == before


def test_a_folder_that_was_emptied_asks_and_one_that_gave_nothing_is_no_source(
    workspace: Workspace, mine: Collection, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="no image"):
        read(workspace, tmp_path / "empty")
    assert counts(sync(workspace)) == {}
    before = state(mine)
    shutil.rmtree(folder / "a")  # what a share that is not mounted looks like
    with pytest.raises(NeedsConsent, match="24 of 24 works"):
        sync(workspace)
    assert counts(sync(workspace, yes=True)) == {"missing": COUNT}
    assert state(mine) == before
    shutil.rmtree(folder)
    with pytest.raises(InvalidInput, match="is not there: bring it back"):
        sync(workspace)


def test_a_picture_that_another_source_has_is_no_second_work(
    workspace: Workspace, mine: Collection, folder: Path, tmp_path: Path, looked: list[str]
) -> None:
    """Uploaded again, with a table that knows more of it; and a row of its own is a work."""
    before = state(mine)
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(folder / "a" / "w00.jpg", other / "x.jpg")
    (tmp_path / "x.csv").write_text("id,image,artist\nid0,x.jpg,Bo\n")
    assert counts(read(workspace, other, metadata=tmp_path / "x.csv")) == {"changed": 1}
    assert counts(read(workspace, other, metadata=tmp_path / "x.csv")) == {}
    same_works(mine, before | {"id0": ("Title 0", "Bo")}, looked)


def test_a_row_that_takes_another_source_s_id_is_told_and_changes_nothing(
    workspace: Workspace, mine: Collection, tmp_path: Path
) -> None:
    other, named = tmp_path / "other", tmp_path / "x.csv"
    other.mkdir()
    (other / "x.jpg").write_bytes(jpeg(70))
    named.write_text("id,image,title\nx,x.jpg,Mine\n")
    read(workspace, other, metadata=named)
    before = state(mine)
    named.write_text("id,image,title\nid0,x.jpg,Stolen\n")
    report = read(workspace, other, metadata=named)
    assert state(mine) == before
    assert "1 row gives a work the id that another one has" in " ".join(report.notes)


def test_a_collection_of_an_earlier_version_knows_its_folder(
    workspace: Workspace, mine: Collection, folder: Path, table: Path, looked: list[str]
) -> None:
    """Its log holds no more of a source than a digest of the path."""
    before = state(mine)
    about = mine.folder.read("import.json") or ""
    mine.folder.write("import.json", about.replace('"sources"', '"former"'))
    there = folder.rename(folder.parent / "there")
    assert counts(read(workspace, there, metadata=table)) == {}
    same_works(mine, before, looked)


def test_a_corrected_table_gives_ids_to_other_files(
    workspace: Workspace, mine: Collection, folder: Path, table: Path
) -> None:
    """Two mixed up, a better scan under a new name, a right picture for a wrong one."""
    for artwork_id, artist in (("id0", "By hand"), ("id3", "By hand too")):
        Desk(workspace, mine, "").edit([artwork_id], {"artist": artist})
    (folder / "a" / "w02.jpg").unlink()
    (folder / "a" / "better.jpg").write_bytes(jpeg(2, 320, 240))
    files = {"id0": "w01", "id1": "w00", "id2": "better", "id3": "w20"}
    rows = [f"{i},a/{file}.jpg,Title {i[2:]},Ada" for i, file in files.items()]
    table.write_text("\n".join(["id,image,title,artist", *rows]))
    before = {row["file"]: row["id"] for row in shown(mine, "id", "file")}
    column = next(n for n in lance_io.opened(mine.uri).schema.names if n.startswith("emb_"))
    places = np.arange(2 * len(before), dtype=np.float32).reshape(-1, 2)
    mine.write_embeddings(column, list(before.values()), places)
    report = sync(workspace)
    found = {row["id"]: row for row in shown(mine, "id", "file", "title", "artist")}
    for artwork_id, file in files.items():
        row = found[artwork_id]
        assert (row["file"], row["title"]) == (f"a/{file}.jpg", f"Title {artwork_id[2:]}")
    assert [found[i]["artist"] for i in files] == ["By hand", "Ada", "Ada", "By hand too"]
    # what no row names any more is a work of its own, and the missing scan a picture of its work
    assert (found["w03"]["title"], found["w03"]["artist"]) == ("w03", None)
    assert [p["file"] for p in mine.pictures.of_work("id2")] == ["a/w02.jpg"]
    assert len(found) == len(before)
    assert {f.file for f in report.files if f.action == "reject"} == set()
    embedded = lance_io.opened(mine.uri).to_table(columns=["file", column]).to_pylist()
    vectors = {row["file"]: row[column] for row in embedded}
    for file, vector in zip(before, places, strict=True):  # they are the pictures'
        if file != "a/w02.jpg":
            assert vectors[file] == list(vector), file
    again = sync(workspace)
    assert counts(again) in ({}, {"missing": 1})
    assert {row["id"]: row for row in shown(mine, "id", "file", "title", "artist")} == found


def test_a_work_without_a_picture_gets_one_and_keeps_it(
    workspace: Workspace, folder: Path, table: Path
) -> None:
    with table.open("a") as text:
        text.write("\nid9,late.jpg,Title 9,Ada")
    read(workspace, folder, metadata=table, include_imageless=True)
    mine = Collection.open(workspace, "mine")
    Desk(workspace, mine, "").edit(["id9"], {"artist": "By hand"})
    (folder / "late.jpg").write_bytes(jpeg(90))
    row = {"id": "id9", "title": "Title 9", "artist": "By hand", "file": "late.jpg"}
    assert counts(sync(workspace)) == {"new": 1}
    assert [r for r in shown(mine, *row) if r["id"] == "id9"] == [row]
    assert mine.info().artworks == COUNT + 1
    (folder / "late.jpg").unlink()
    assert counts(sync(workspace)) == {"missing": 1}
    assert [r for r in shown(mine, *row) if r["id"] == "id9"] == [row]
    assert mine.info().artworks == COUNT + 1
