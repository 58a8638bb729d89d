"""Backups of a workspace that is written to meanwhile, and workspaces restored from them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import damage_kit
import pytest
from workspace_kit import OLDEST, unpacked

from artsim.cli.run import run
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import Conflict, InvalidInput, NotFound, Unreadable
from artsim.core.workspace import Workspace
from artsim.desk.trays import Trays
from artsim.evaluation.runs import list_runs
from artsim.upkeep.backup import backup, check, restore
from artsim.upkeep.doctor import examine


@pytest.fixture
def old(home: Path) -> Workspace:
    return unpacked(OLDEST, home)


def state(workspace: Workspace) -> dict[str, object]:
    """What people see of a workspace."""
    collections = [Collection.open(workspace, name) for name in list_collections(workspace)]
    return {
        "works": {c.name: c.metadata().to_pylist() for c in collections},
        "embeddings": {c.name: c.info().embeddings for c in collections},
        "images": {c.name: c.images(c.ids_matching("has_image")) for c in collections},
        "runs": [one.id for one in list_runs(workspace)],
        "trays": [one.name for one in Trays(workspace).all()],
    }


def test_a_workspace_that_was_backed_up_comes_back_as_it_was(
    old: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Trays(old).create("Proposal")
    people = old.root / "people.sqlite"
    people.touch(0o600)
    before = state(old)
    to, again = tmp_path / "backups" / "monday", tmp_path / "again"
    assert run(["backup", str(to), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] > 20
    assert not list(to.rglob("cache"))
    assert (to / "workspace" / "people.sqlite").stat().st_mode & 0o077 == 0
    assert run(["restore", str(to), "--to", str(again), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sound"]
    assert state(Workspace.open(again)) == before
    assert (again / "people.sqlite").stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict):
        backup(old, to)
    with pytest.raises(Conflict):
        restore(to, old.root)
    with pytest.raises(InvalidInput):
        backup(old, old.root / "backups" / "x")


def test_what_was_changed_or_broken_off_is_no_backup(old: Workspace, tmp_path: Path) -> None:
    made = backup(old, tmp_path / "a").path
    victim = max(
        (made / "workspace").rglob("*.lance"), key=lambda p: p.is_file() and p.stat().st_size
    )
    data = victim.read_bytes()
    for damaged in (data[:-1], data[:-1] + bytes([data[-1] ^ 1])):
        victim.write_bytes(damaged)
        with pytest.raises(Unreadable, match="was changed or cut off"):
            check(made)
        with pytest.raises(Unreadable, match="nothing was restored"):
            restore(made, tmp_path / "b")
        assert not (tmp_path / "b").exists()
    victim.unlink()
    with pytest.raises(Unreadable, match="is missing"):
        restore(made, tmp_path / "b")
    (made / "backup.json").write_text('{"format": 1, "files": {"../../x": {"size": 1}}}')
    with pytest.raises(Unreadable):
        restore(made, tmp_path / "b")
    code = "import sys; from pathlib import Path; from artsim.core.workspace import Workspace\n"
    code += "from artsim.upkeep.backup import backup; backup(Workspace.open(), Path(sys.argv[1]))"
    to = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-c", code, str(to)])
    while process.poll() is None and not list(tmp_path.glob(".new-*/workspace/*/*")):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if not to.exists():  # it was killed before its end
        with pytest.raises(NotFound):
            check(to)


def test_a_backup_while_everything_is_written_is_sound(old: Workspace, tmp_path: Path) -> None:
    collection, trays, ended = Collection.open(old, "attic"), Trays(old), threading.Event()
    writes = [0]

    def write() -> None:
        while not ended.is_set():
            writes[0] += 1
            trays.create(f"Tray {writes[0]}")
            collection.touch()
            collection.compact()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            before, done = len(trays.all()), writes[0]
            while writes[0] == done:
                time.sleep(0.01)
            made = backup(old, tmp_path / str(number))
            assert check(made.path).damaged == ()
            again = restore(made.path, tmp_path / f"again{number}")
            assert examine(again).sound
            assert len(Trays(again).all()) >= before
    finally:
        ended.set()
        writer.join()
    assert writes[0] > 3


def test_a_damaged_collection_stops_no_backup(old: Workspace, tmp_path: Path) -> None:
    damage_kit.damage_collections(old)
    made = backup(old, tmp_path / "a")
    assert set(made.damaged) >= {"collections/manifest-damage/artworks.lance"}
    before = {p.name: p.stat().st_size for p in (old.collections / "manifest-damage").rglob("*")}
    again = restore(made.path, tmp_path / "b").collections / "manifest-damage"
    assert {
        p.name: p.stat().st_size for p in again.rglob("*") if p.is_file()
    }.items() <= before.items()
    assert os.listdir(again / "artworks.lance" / "_versions")
