"""The importer: what is kept, what a second run does, and what a kill leaves behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pictures_kit import jpeg

from artsim.collection.edits.desk import Desk
from artsim.collection.importer import import_collection
from artsim.collection.quality import Thresholds
from artsim.collection.reconcile import quality_report, reapply
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import InvalidInput
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace


def _folder(path: Path, count: int, start: int = 0) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for i in range(start, start + count):
        (path / f"w{i:03}.jpg").write_bytes(jpeg(i))
    return path


def _csv(path: Path, lines: list[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_folder_becomes_a_collection(workspace: Workspace, tmp_path: Path) -> None:
    folder = _folder(tmp_path / "in", 5)
    (folder / "w900.jpg").write_bytes(jpeg(900)[:900])
    (folder / "w901.jpg").write_bytes(b"<html>404</html>")
    table = _csv(
        tmp_path / "m.csv",
        ["id,title,artist,year,shelf", "w000,Älter,É. Ünal,c. 1650/1660,12", "w001,,B,1700,13"],
    )
    report = import_collection(workspace, "little", FolderSource(folder, table))
    assert (report.read, report.kept, report.rejected) == (7, 5, 2)
    collection = Collection.open(workspace, "little")
    row = collection.artwork("w000")
    assert (row["title"], row["artist"], row["shelf"]) == ("Älter", "É. Ünal", 12)
    assert (row["year"], row["year_end"], row["date"]) == (1650, 1660, "c. 1650/1660")
    assert row["width"] == 160
    assert (collection.thumb("w000") or b"")[8:12] == b"WEBP"
    reasons = {f.file: f.reason for f in report.files if f.action == "reject"}
    assert "incomplete" in reasons["w900.jpg"]
    assert "HTML" in reasons["w901.jpg"]


def test_a_first_import_of_useless_files_leaves_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    """What can be kept by hand stays, and so does a collection that was there before."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"<html>404</html>")
    (folder / "b.jpg").write_bytes(jpeg(1)[:900])
    with pytest.raises(
        InvalidInput, match=r"'a.jpg' cannot be used \(.*HTML.*nor can any of 1 more"
    ):
        import_collection(workspace, "little", FolderSource(folder))
    assert list_collections(workspace) == []
    (folder / "c.jpg").write_bytes(jpeg(2, 40, 30))
    report = import_collection(workspace, "little", FolderSource(folder), title="Мои рисунки")
    assert (report.kept, report.rejected) == (0, 3)
    assert Collection.open(workspace, "little").info().heading == "Мои рисунки"
    report = import_collection(workspace, "little", FolderSource(folder), title="Other")
    assert Collection.open(workspace, "little").info().heading == "Мои рисунки"


def test_the_report_is_the_contract_s_document(workspace: Workspace, tmp_path: Path) -> None:
    report = import_collection(workspace, "little", FolderSource(_folder(tmp_path / "in", 2)))
    document = json.loads(json.dumps(report.to_json()))
    assert set(document) >= {"collection", "read", "kept", "converted", "rejected", "duplicates"}
    assert set(document["files"][0]) >= {"file", "action", "reason", "of", "score", "group"}
    counts = {"new", "changed", "moved", "renamed", "missing", "rejected", "unchanged"}
    assert {n: document[n] for n in counts} == dict.fromkeys(counts, 0) | {"new": 2}


def test_a_second_import_reads_only_what_is_new(workspace: Workspace, tmp_path: Path) -> None:
    folder = _folder(tmp_path / "in", 3)
    import_collection(workspace, "little", FolderSource(folder))
    collection = Collection.open(workspace, "little")
    column = collection.ensure_embedding_column("tiny", "d" * 64, 2)
    collection.write_embeddings(column, ["w000", "w001", "w002"], np.ones((3, 2), np.float32))
    _folder(folder, 2, start=3)
    report = import_collection(workspace, "little", FolderSource(folder))
    assert report.kept == 5
    info = collection.info()
    assert (info.artworks, info.embeddings[0].count) == (5, 3)


def test_a_changed_file_is_read_again_and_a_touched_one_keeps_its_embedding(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = _folder(tmp_path / "in", 2)
    import_collection(workspace, "little", FolderSource(folder))
    collection = Collection.open(workspace, "little")
    column = collection.ensure_embedding_column("tiny", "d" * 64, 2)
    collection.write_embeddings(column, ["w000", "w001"], np.ones((2, 2), np.float32))
    former = collection.image("w000")
    (folder / "w000.jpg").write_bytes(jpeg(77))
    os.utime(folder / "w001.jpg", (1, 1))
    import_collection(workspace, "little", FolderSource(folder))
    assert collection.image("w000") != former
    assert collection.embedding(column)[0] == ["w001"]


def test_new_metadata_reaches_works_whose_files_did_not_change(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = _folder(tmp_path / "in", 2)
    import_collection(workspace, "little", FolderSource(folder))
    table = _csv(tmp_path / "m.csv", ["id,title,image", "X-1,Dawn,w000.jpg", "w001,Dusk,"])
    import_collection(workspace, "little", FolderSource(folder, table))
    collection = Collection.open(workspace, "little")
    assert collection.metadata(["id", "title"]).to_pylist() == [
        {"id": "X-1", "title": "Dawn"},
        {"id": "w001", "title": "Dusk"},
    ]
    assert collection.image("X-1") is not None


def test_an_import_changes_what_its_table_says_and_nothing_else(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder, table = _folder(tmp_path / "in", 3), tmp_path / "m.csv"
    _csv(table, ["id,image,title,artist,year,shelf"])
    with table.open("a") as file:
        file.write("A,w000.jpg,One,Ada,1900,5\nB,w001.jpg,Two,Bo,1901,6\n")
    import_collection(workspace, "little", FolderSource(folder, table))
    columns = ["id", "title", "artist", "year", "shelf"]

    def works() -> list[tuple[object, ...]]:
        rows = Collection.open(workspace, "little").metadata(columns).to_pylist()
        return [tuple(row.values()) for row in rows]

    before = [
        ("A", "One", "Ada", 1900, 5),
        ("B", "Two", "Bo", 1901, 6),
        ("w002", "w002", None, None, None),
    ]
    assert works() == before
    (folder / "w000.jpg").write_bytes(jpeg(70))  # a better photograph
    import_collection(workspace, "little", FolderSource(folder))
    assert works() == before
    _csv(table, ["id,image,title", "B,w001.jpg,Deux"])
    import_collection(workspace, "little", FolderSource(folder, table))
    assert works() == [before[0], ("B", "Deux", "Bo", 1901, 6), before[2]]
    _csv(table, ["id,image,title,artist", "B,w001.jpg,Deux,"])
    import_collection(workspace, "little", FolderSource(folder, table))
    assert works()[1] == ("B", "Deux", None, 1901, 6)


def test_the_same_bytes_under_another_id_become_that_work(
    workspace: Workspace, tmp_path: Path
) -> None:
    """The file was touched, so it is read again, and nothing but its id has changed."""
    folder = _folder(tmp_path / "in", 2)
    import_collection(workspace, "little", FolderSource(folder))
    os.utime(folder / "w000.jpg", (1, 1))
    table = _csv(tmp_path / "m.csv", ["id,title,image", "X-1,Dawn,w000.jpg", "w001,Dusk,"])
    report = import_collection(workspace, "little", FolderSource(folder, table))
    assert (report.read, report.kept) == (2, 2)
    collection = Collection.open(workspace, "little")
    rows = collection.metadata(["id", "title"]).to_pylist()
    assert {row["id"]: row["title"] for row in rows} == {"X-1": "Dawn", "w001": "Dusk"}
    assert collection.image("X-1") is not None
    assert collection.thumb("X-1") is not None


def test_a_merged_copy_gives_its_metadata_to_the_better_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "small.jpg").write_bytes(jpeg(4, 240, 180, quality=40))
    (folder / "scan.jpg").write_bytes(jpeg(4, 240, 180, quality=98))
    table = _csv(tmp_path / "m.csv", ["id,title,artist", "small,The Mill,A. Painter"])
    report = import_collection(workspace, "little", FolderSource(folder, table))
    assert report.duplicates == 1
    rows = Collection.open(workspace, "little").metadata(["title", "artist"]).to_pylist()
    assert rows == [{"title": "The Mill", "artist": "A. Painter"}]


def test_other_thresholds_bring_works_back_without_the_files(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = _folder(tmp_path / "in", 3)
    (folder / "copy.jpg").write_bytes(jpeg(0))
    import_collection(workspace, "little", FolderSource(folder))
    collection = Collection.open(workspace, "little")
    assert collection.info().artworks == 3
    for file in folder.iterdir():
        file.unlink()
    assert reapply(collection, Thresholds(merge_duplicates=False)).kept == 4
    assert collection.info().artworks == 4
    assert reapply(collection, Thresholds(min_side=1000)).rejected == 4
    assert collection.info().artworks == 0
    assert reapply(collection, Thresholds()).duplicates == 1
    assert all(collection.image(i) for i in collection.metadata(["id"]).column("id").to_pylist())


def test_without_quality_whatever_decodes_is_kept(workspace: Workspace, tmp_path: Path) -> None:
    folder = _folder(tmp_path / "in", 1)
    (folder / "copy.jpg").write_bytes(jpeg(0))
    (folder / "tiny.jpg").write_bytes(jpeg(5, 48, 36))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    report = import_collection(workspace, "little", FolderSource(folder), quality=False)
    assert (report.kept, report.rejected, report.duplicates) == (3, 1, 0)


def test_a_source_that_gives_nothing_leaves_nothing_behind(
    workspace: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InvalidInput, match="no image"):
        import_collection(workspace, "none", FolderSource(tmp_path / "in"))
    assert list_collections(workspace) == []
    import_collection(workspace, "some", FolderSource(_folder(tmp_path / "a", 2)))
    with pytest.raises(InvalidInput, match="no image"):
        import_collection(workspace, "some", FolderSource(tmp_path / "in"))
    assert Collection.open(workspace, "some").info().artworks == 2


def test_a_file_that_could_not_be_read_is_tried_again(workspace: Workspace, tmp_path: Path) -> None:
    folder = _folder(tmp_path / "in", 2)

    class Early(FolderSource):
        """Finds a file that has gone when it is read, as one without permission would be."""

        def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
            for item in super().items(known, progress):
                gone = item.file == "w001.jpg"
                yield replace(item, path=tmp_path / "gone") if gone else item

    assert import_collection(workspace, "little", Early(folder)).rejected == 1
    assert import_collection(workspace, "little", FolderSource(folder)).rejected == 0


def test_two_imports_that_make_one_collection_both_go_into_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    met = threading.Barrier(2)

    class Late(FolderSource):
        """Tells its kind, which a new collection needs, when both have found that there is none."""

        @property
        def kind(self) -> str:  # type: ignore[override]
            if not self.__dict__.get("met"):
                self.__dict__["met"] = True
                met.wait(120)
            return "folder"

    sources = [Late(_folder(tmp_path / str(i), 3, 10 * i)) for i in range(2)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda source: import_collection(workspace, "both", source), sources))
    assert Collection.open(workspace, "both").info().artworks == 6


def test_two_folders_may_use_one_file_name(workspace: Workspace, tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").write_bytes(jpeg(seed))
        table = _csv(tmp_path / f"{name}.csv", ["id,image", f"{name}-a,a.jpg"])
        import_collection(workspace, "little", FolderSource(tmp_path / name, table))
    ids = Collection.open(workspace, "little").metadata(["id"]).column("id").to_pylist()
    assert ids == ["one-a", "two-a"]


def test_an_id_that_another_file_has_is_for_review_and_the_file_can_be_kept(
    workspace: Workspace, tmp_path: Path
) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.jpg").write_bytes(jpeg(seed))
        table = tmp_path / f"{name}.csv"
        table.write_text(f"id,image,title\nsame,{name}.jpg,Title {name}\n", encoding="utf-8")
        import_collection(workspace, "little", FolderSource(tmp_path / name, table))
    collection = Collection.open(workspace, "little")
    report = {f.file: f for f in quality_report(collection).files}
    assert collection.artwork("same")["file"] == "one.jpg"
    assert "already that of one.jpg" in report["two.jpg"].reason
    assert (report["two.jpg"].action, report["two.jpg"].review) == ("reject", True)
    desk = Desk(workspace, collection, "ana")
    desk.keep(["two.jpg"])
    shown = {row["title"]: row for row in collection.metadata().to_pylist()}
    assert (shown["Title one"]["file"], shown["Title two"]["file"]) == ("one.jpg", "two.jpg")
    desk.undo()
    assert collection.metadata(["id"]).column("id").to_pylist() == ["same"]
    table.write_text("id,image,title\nother,two.jpg,Title two\n", encoding="utf-8")
    import_collection(workspace, "little", FolderSource(tmp_path / "two", table))
    assert collection.artwork("other")["file"] == "two.jpg"  # once the table is corrected


def test_files_of_one_name_in_two_folders_without_a_table_are_two_works(
    workspace: Workspace, tmp_path: Path
) -> None:
    for seed, name in enumerate(("one", "two", "one", "two")):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "a.jpg").write_bytes(jpeg(seed % 2))
        report = import_collection(workspace, "little", FolderSource(tmp_path / name))
    assert report.rejected == 0
    ids = Collection.open(workspace, "little").metadata(["id"]).column("id").to_pylist()
    assert len(ids) == 2
    assert ids[0] == "a"


SLOW_IMPORT = """
import sys
from pathlib import Path
from artsim.collection import importer
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.folder import FolderSource
from artsim.core.workspace import Workspace

importer.BATCH = 16
look, log = importer._look, open(sys.argv[2], "a", buffering=1)

def logged(item, *rest):
    log.write(item.file + "\\n")
    return look(item, *rest)

importer._look = logged
importer.import_collection(Workspace.open(), "little", FolderSource(Path(sys.argv[1])))
"""


def _run_until(folder: Path, log: Path, files: int) -> None:
    """Import in a process of its own, and kill it once it has looked at so many more files."""
    log.touch()
    before = len(log.read_text().splitlines())
    process = subprocess.Popen([sys.executable, "-c", SLOW_IMPORT, str(folder), str(log)])
    while process.poll() is None and len(log.read_text().splitlines()) - before < files:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_nothing_and_repeats_no_finished_batch(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder, log = _folder(tmp_path / "in", 96), tmp_path / "looked.txt"
    for files in (20, 37, 18):
        _run_until(folder, log, files)
        if (workspace.collections / "little").exists():
            collection = Collection.open(workspace, "little")
            ids = collection.metadata(["id"]).column("id").to_pylist()
            assert len(ids) == len(set(ids))
            assert all(collection.image(i) for i in ids[:3])
    report = import_collection(workspace, "little", FolderSource(folder))
    assert (report.read, report.kept) == (96, 96)
    assert Collection.open(workspace, "little").info().artworks == 96
    # Each kill may cost the batch that was under way and the one that was being looked at.
    assert len(log.read_text().splitlines()) <= 96 + 3 * 32
