"""Killed in the middle of a sync or an upload: nothing is lost, and the same command finishes."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pictures_kit import jpeg

from artsim.collection.edits.desk import Desk
from artsim.collection.reconcile import quality_report
from artsim.collection.store import Collection
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.tasks.configs import ImportFolderConfig, SyncConfig
from artsim.tasks.kinds import kind_named

DIES = """
import importlib, os, signal, sys
from functools import reduce

module, _, path = sys.argv[1].partition(":")
*holder, name = path.split(".")
holder = reduce(getattr, holder, importlib.import_module(module))
setattr(holder, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
"""
SYNC = "from artsim.cli.run import run; run(['collection', 'sync', 'mine'])"
UPLOAD = """
from pathlib import Path
from artsim.collection.uploads import receive
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.tasks.configs import ImportFolderConfig
from artsim.tasks.kinds import kind_named

place, here = Path(sys.argv[2]), Workspace.open()
files = [(p.name, p.read_bytes()) for p in sorted(place.glob("*.jpg"))]
folder = receive(here, "mine", files, (place / "table.csv").read_bytes())
config = ImportFolderConfig(directory=folder, name="mine")
kind_named("import_folder").run(here, config, NULL)
"""


def killed(what: str, at: str, *words: str) -> None:
    """Run ``what`` in a process that is killed where it comes to the function ``at``."""
    process = subprocess.run([sys.executable, "-c", DIES + what, at, *words], check=False)
    assert process.returncode == -signal.SIGKILL, at


@pytest.mark.slow
def test_a_sync_that_is_killed_anywhere_is_finished_by_the_next(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder, table = tmp_path / "in", tmp_path / "works.csv"
    folder.mkdir()
    for i in range(12):
        (folder / f"w{i:02}.jpg").write_bytes(jpeg(i))
    table.write_text("id,image,title\nA,w00.jpg,One\nB,w01.jpg,Two\n")
    config = ImportFolderConfig(directory=folder, name="mine", metadata=table)
    kind_named("import_folder").run(workspace, config, NULL)
    collection = Collection.open(workspace, "mine")
    before = {r["id"]: r["title"] for r in collection.metadata(["id", "title"]).to_pylist()}
    (folder / "w02.jpg").rename(folder / "two.jpg")
    (folder / "w03.jpg").unlink()
    (folder / "new.jpg").write_bytes(jpeg(50))
    (folder / "w04.jpg").write_bytes(jpeg(51))
    table.write_text("id,image,title\nA,w00.jpg,Eins\nB,w01.jpg,Two\n")
    log = "artsim.collection.import_log:ImportLog."
    points = (f"{log}place", f"{log}lose", f"{log}update", f"{log}write", f"{log}remember")
    for point in (*points, "artsim.collection.importer:reconcile"):
        killed(SYNC, point)
        works = {r["id"] for r in Collection.open(workspace, "mine").metadata(["id"]).to_pylist()}
        assert works >= before.keys()
    kind_named("sync").run(workspace, SyncConfig(collection="mine"), NULL)
    rows = Collection.open(workspace, "mine").metadata(["id", "title", "file"]).to_pylist()
    assert {r["id"]: r["title"] for r in rows} == before | {"A": "Eins", "new": "new"}
    assert {r["id"]: r["file"] for r in rows}["w02"] == "two.jpg"
    report = quality_report(Collection.open(workspace, "mine"))
    assert (report.read, report.kept, report.missing) == (13, 13, 1)


@pytest.mark.slow
def test_an_upload_that_is_killed_anywhere_loses_nothing(
    workspace: Workspace, tmp_path: Path
) -> None:
    for part, ids in (("one", (1, 2)), ("two", (3, 4))):
        place = tmp_path / part
        place.mkdir()
        for i in ids:
            (place / f"p{i}.jpg").write_bytes(jpeg(i))
        rows = [f"p{i},Title {i}" for i in ids]
        (place / "table.csv").write_text("\n".join(["id,title", *rows]))
        for point in (
            "artsim.core.atomic:_finish",
            "artsim.collection.import_log:ImportLog.write",
        ):
            killed(UPLOAD, point, str(place))
        done = subprocess.run(
            [sys.executable, "-c", "import sys\n" + UPLOAD, "", str(place)], check=False
        )
        assert done.returncode == 0
    rows = Collection.open(workspace, "mine").metadata(["id", "title"]).to_pylist()
    assert {r["id"]: r["title"] for r in rows} == {f"p{i}": f"Title {i}" for i in range(1, 5)}
    stored = sorted((workspace.root / "uploads" / "mine").rglob("*.jpg"))
    assert [path.name for path in stored] == [f"p{i}.jpg" for i in range(1, 5)]
    assert json.loads((workspace.root / "uploads" / "mine" / "0001" / "upload.json").read_text())


@pytest.mark.slow
def test_ids_that_change_hands_are_never_half_given(workspace: Workspace, tmp_path: Path) -> None:
    folder, table = tmp_path / "in", tmp_path / "works.csv"
    folder.mkdir()
    for i in range(12):
        (folder / f"w{i:02}.jpg").write_bytes(jpeg(i))
    head = "id,image,title\n"
    table.write_text(head + "A,w00.jpg,One\nB,w01.jpg,Two\nC,w02.jpg,Three\n")
    config = ImportFolderConfig(directory=folder, name="mine", metadata=table)
    kind_named("import_folder").run(workspace, config, NULL)
    Desk(workspace, Collection.open(workspace, "mine"), "").edit(["C"], {"title": "By hand"})
    (folder / "w02.jpg").unlink()
    (folder / "new.jpg").write_bytes(jpeg(50))
    table.write_text(head + "A,w01.jpg,One\nB,w00.jpg,Two\nC,new.jpg,Three\n")
    for point in (
        "artsim.collection.works:give",
        "artsim.collection.import_log:ImportLog.update",
        "artsim.collection.importer:reconcile",
    ):
        killed(SYNC, point)
    kind_named("sync").run(workspace, SyncConfig(collection="mine"), NULL)
    rows = Collection.open(workspace, "mine").metadata(["id", "title", "file"]).to_pylist()
    found = {row["id"]: (row["title"], row["file"]) for row in rows}
    assert found["A"] == ("One", "w01.jpg")
    assert found["B"] == ("Two", "w00.jpg")
    assert found["C"] == ("By hand", "new.jpg")
    assert len(found) == 12
