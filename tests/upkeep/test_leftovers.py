"""What kills have left is gone after a sweep, and nothing that somebody still needs."""

import fcntl
import os
import time
from pathlib import Path

from filelock import FileLock
from pictures_kit import jpeg

from artsim.collection import uploads
from artsim.core.workspace import Workspace
from artsim.jobs.table import JobTable
from artsim.upkeep.leftovers import leftovers, sweep


def aged(path: Path, days: float) -> Path:
    when = time.time() - days * 86_400
    for one in (*path.rglob("*"), path):
        os.utime(one, (when, when))
    return path


def made(path: Path, days: float) -> Path:
    path.mkdir(parents=True)
    (path / "half.bin").write_bytes(b"x")
    return aged(path, days)


def upload(workspace: Workspace, name: str, days: float) -> Path:
    return aged(uploads.receive(workspace, name, [("a.jpg", jpeg(1))]), days)


def test_what_was_broken_off_goes_and_what_goes_on_stays(workspace: Workspace) -> None:
    root = workspace.root
    gone = [
        made(workspace.collections / ".deleted-old-x1", 0),
        made(workspace.collections / ".new-x2", 2),
        made(workspace.collections / "mine" / "maps" / ".new-x3", 2),
        made(workspace.runs / ".deleted-eval-x4", 3),
        made(workspace.checkpoints / ".training" / ".deleted-x5", 0),
        made(root / "uploads" / ".new-x6", 2),
        made(workspace.checkpoints / ".training" / "mine" / ".new-best.safetensors-x7", 2),
        made(workspace.runs / "run1" / ".new-run.json-x8", 2),
        made(workspace.collections / "mine" / "maps" / "map2" / ".new-map.json-x9", 2),
        made(workspace.cache / "training" / ".new-pixels.npy-x10", 2),
        made(workspace.cache / "nga" / "images" / ".new-1.jpg-x11", 2),
        upload(workspace, "deleted", 2),
    ]
    (root / ".new-trays.sqlite").write_bytes(b"x")
    gone.append(aged(root / ".new-trays.sqlite", 2))
    (workspace.collections / "mine" / "collection.json").write_text("{}")
    JobTable(workspace).add("import_folder", {"directory": "x", "name": "awaited"})
    stays = [
        made(workspace.collections / ".new-young", 0.5),
        made(workspace.collections / "mine" / "maps" / "map1", 9),
        upload(workspace, "mine", 9),
        upload(workspace, "awaited", 9),
        upload(workspace, "young", 0.1),
    ]
    assert set(leftovers(workspace)) == set(gone)
    assert set(sweep(workspace)) == set(gone)
    assert not [path for path in gone if path.exists()]
    assert all(path.exists() for path in stays)
    assert sweep(workspace) == []


def test_an_upload_that_comes_while_its_folder_is_swept_is_kept(workspace: Workspace) -> None:
    folder = upload(workspace, "again", 2)
    lock = folder.parent / ".again.lock"
    with FileLock(lock):  # as the process that stores one more
        assert sweep(workspace) == []
    uploads.receive(workspace, "again", [("b.jpg", jpeg(2))])
    assert sweep(workspace) == []
    assert [path.name for path in sorted(folder.iterdir())] == ["0001", "0002"]


def test_opening_a_workspace_ends_a_deletion_that_was_cut_off_and_none_that_goes_on(
    tmp_path: Path,
) -> None:
    root = tmp_path / "home"
    cut_off = [
        made(root / "collections" / ".deleted-old-x1", 0),
        made(root / "collections" / "mine" / "maps" / ".deleted-m-x2", 0),
        made(root / "uploads" / ".deleted-x3", 0),
    ]
    goes_on = made(root / "collections" / ".deleted-large-x4", 0)
    handle = os.open(goes_on, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)  # as the process that deletes it
    try:
        Workspace.open(root)
        assert not [path for path in cut_off if path.exists()]
        assert (goes_on / "half.bin").exists()
    finally:
        os.close(handle)
    assert sweep(Workspace.open(root)) == [goes_on]
