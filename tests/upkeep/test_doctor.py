"""A workspace that was damaged: what the doctor says of it, and what is there after a repair."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from socket import gethostname

import damage_kit
import pytest
from pictures_kit import jpeg
from workspace_kit import OLDEST, unpacked

from artsim.cli.run import run
from artsim.collection import uploads
from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace
from artsim.desk.tray import TrayItem
from artsim.desk.trays import Trays
from artsim.jobs.table import JobTable
from artsim.upkeep.doctor import examine, repair


@pytest.fixture
def old(home: Path) -> Workspace:
    return unpacked(OLDEST, home)


def works(workspace: Workspace, name: str) -> list[str]:
    return list(Collection.open(workspace, name).metadata(["id"]).column("id").to_pylist())


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_sound_workspace_is_sound_and_nothing_of_it_is_changed(
    old: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    examine(old)  # migrates what a release of old has left
    before = files(old.root)
    assert examine(old).found == ()
    assert repair(old).repaired == ()
    assert files(old.root) == before
    assert run(["doctor"]) == 0
    assert "is sound" in capsys.readouterr().out


def test_damage_of_every_kind_is_told_and_what_can_be_is_repaired(
    old: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = list_collections(old)
    damaged = damage_kit.damage_collections(old)
    records = damage_kit.damage_runs(old) + damage_kit.damage_maps(old)
    records += damage_kit.damage_trainings(old)
    told = {one.where for one in examine(old).found}
    for name in [*damaged, *records]:
        assert any(name in where for where in told), name
    assert run(["doctor", "--repair", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["failed"] == {}
    # What only a person can help with: a newer artsim's, and tables that are gone.
    left = {one["where"].split("/")[1].removesuffix("-damage") for one in report["found"]}
    assert {"table", "tableless", "versions", "newer"} <= left
    assert not any(one["repairable"] for one in report["found"])
    for name in sound:
        assert works(old, name)
    for name in ("cut", "binary", "list", "missing"):
        assert works(old, f"{name}-damage") == works(old, "attic")
    kept = {path.name for path in (old.root / "aside").rglob("*")}
    assert "collection.json" in kept
    assert "torn-damage" in kept


def test_a_table_goes_back_to_the_state_before_a_commit_that_was_cut_off(old: Workspace) -> None:
    collection = Collection.open(old, "attic")
    before, version = works(old, "attic"), collection.version
    collection.touch()
    versions = Path(collection.uri) / "_versions"
    latest = min(versions.glob("*.manifest"))
    latest.write_bytes(latest.read_bytes()[:40])
    (finding,) = examine(old).found
    assert "attic" in finding.problem
    report = repair(old)
    assert report.sound
    assert works(old, "attic") == before
    # Nobody who saw the version that was cut off takes another state for it.
    assert Collection.open(old, "attic").version > version + 1
    assert [path.name for path in (old.root / "aside").rglob("*.manifest")] == [latest.name]


def test_what_can_be_read_of_a_damaged_database_is_saved(old: Workspace) -> None:
    trays = Trays(old)
    for number in range(40):
        trays.create(f"Tray {number:02}", "x" * 900)
    trays.add("Tray 07", [TrayItem("attic", "harbour")])
    path = old.root / "trays.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    old.jobs_db.write_bytes(b"no database " * 999)
    before = (old.jobs_db.stat().st_mode, path.stat().st_mode)
    assert {one.where for one in examine(old).found} == {"trays.sqlite", "jobs/jobs.sqlite"}
    report = repair(old)
    assert report.sound, report
    assert 20 < len(Trays(old).all()) <= 40
    assert JobTable(old).all() == []
    assert path.stat().st_mode == before[1]
    assert len(list(old.root.rglob("*.damaged-*"))) >= 2


def test_bytes_that_are_no_text_damage_one_thing_alone(old: Workspace) -> None:
    upload = uploads.receive(old, "attic", [("new.jpg", jpeg(1))]) / "0001" / "upload.json"
    concept = old.root / "concepts" / "attic" / "blue.json"
    concept.parent.mkdir(parents=True, exist_ok=True)
    for file in (upload, concept, old.collections / ".first"):
        file.write_bytes(b"\xff\xfe\0")
    assert old.first_collection == ""
    found = {one.where: one.problem for one in examine(old).found}
    assert set(found) == {"uploads/attic/0001", "concepts/attic/blue.json"}
    assert all("cut off or no JSON" in what for what in found.values())


def test_a_job_whose_process_is_gone_is_told(old: Workspace) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    table = JobTable(old)
    table.add("import_folder", {"directory": "x", "name": "y"})
    job = table.claim_next("")
    assert job
    with sqlite3.connect(old.jobs_db) as db:
        db.execute("UPDATE jobs SET pid = ?, host = ?", (gone.pid, gethostname()))
    assert [one.where for one in examine(old).found] == [f"jobs/{job.id}"]
    assert repair(old).sound
    assert table.get(job.id).state == "failed"


def test_a_check_that_cannot_be_finished_is_no_clean_bill(old: Workspace) -> None:
    (old.runs / "eval-x").symlink_to(old.runs / "eval-x")
    (old.collections / ".first").write_text("gone")
    found = examine(old).found
    assert [one.where for one in found] == ["collections/.first"]
    assert repair(old).sound
