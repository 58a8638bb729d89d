"""Older formats are migrated, also after kill -9; newer ones are one sentence."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa
import pytest
from workspace_kit import OLDEST, unpacked

from artsim.cli.run import run
from artsim.collection.manifest import MANIFEST
from artsim.collection.store import Collection
from artsim.core.database import connected
from artsim.core.errors import NewerFormat, Unreadable
from artsim.core.formats import Format
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.runs import load_run, unreadable_runs
from artsim.jobs.table import JobTable

KILLED = -signal.SIGKILL


def _with_a_sum(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "sum": document["a"] + document["b"]}


def _renamed(document: dict[str, Any]) -> dict[str, Any]:
    return {"total": document["sum"]}


THING = Format("thing", "make it again", (_with_a_sum, _renamed))


@pytest.mark.parametrize(
    "stored",
    [{"a": 1, "b": 2}, {"format": 1, "a": 1, "b": 2}, {"format": 2, "sum": 3}, {"total": 3}],
    ids=["without a number", "1", "2", "3"],
)
def test_each_format_is_brought_to_the_last(stored: dict[str, Any]) -> None:
    if "total" in stored:
        stored = THING.stamped(stored)
    assert THING.parsed(json.dumps(stored), "x") == {"total": 3}
    assert THING.stamped({"total": 3}) == {"format": 3, "total": 3}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "missing"),
        ("", "cut off or no JSON"),
        ('{"a": 1', "cut off or no JSON"),
        ("[" * 100_000, "cut off or no JSON"),
        ("[1]", "no JSON object"),
        ('{"format": "1"}', "no number"),
        ('{"format": true}', "no number"),
        ('{"format": 0}', "no number"),
        ('{"a": 1}', "fields are missing"),
        ('{"a": 1, "b": "2"}', "wrong type"),
    ],
)
def test_damage_is_one_sentence_with_a_remedy(text: str | None, reason: str) -> None:
    with pytest.raises(Unreadable, match=f"The thing 'x' .*{reason}.*: make it again") as error:
        THING.parsed(text, "x")
    assert error.value.status == 409


def test_a_newer_format_says_which_is_known() -> None:
    said = r"made by a newer artsim \(format 9, this one reads up to 3\): update artsim\."
    with pytest.raises(Unreadable, match=said):
        THING.parsed('{"format": 9}', "x")


def test_a_collection_of_the_first_release_gets_its_number(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace = unpacked(OLDEST, home)
    file = workspace.collections / "attic" / "collection.json"
    before = file.read_text(encoding="utf-8")
    about = Collection.open(workspace, "attic").about()
    assert json.loads(file.read_text(encoding="utf-8")) == {"format": MANIFEST.number, **about}
    assert file.with_name("collection.json.format-1").read_text(encoding="utf-8") == before
    assert f"'attic' was migrated from format 1 to {MANIFEST.number}" in capfd.readouterr().err
    Collection.open(workspace, "attic")
    assert capfd.readouterr().err == ""


def test_where_nothing_can_be_written_an_old_collection_is_read_all_the_same(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = unpacked(OLDEST, home)
    folder = workspace.collections / "attic"
    before = (folder / "collection.json").read_bytes()

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refused)
    assert Collection.open(workspace, "attic").info().artworks == 10
    assert (folder / "collection.json").read_bytes() == before


DYING = """
import json, os, pathlib, signal, sys
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace

def dying(call):
    def counted(*args, **kwargs):
        global calls
        calls += 1
        if calls == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **kwargs)
    return counted

workspace = Workspace.open()
for step in range(1, 20):
    child = os.fork()  # which has imported everything
    if child == 0:
        calls = 0
        os.fsync, os.replace, os.rename = dying(os.fsync), dying(os.replace), dying(os.rename)
        pathlib.os = os
        Collection.open(workspace, "attic")
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(json.dumps([code, pathlib.Path(sys.argv[1]).read_text()]), flush=True)
    if code == 0:
        break
"""


def test_a_migration_of_a_collection_is_whole_after_kill_9_at_any_step(home: Path) -> None:
    workspace = unpacked(OLDEST, home)
    file = workspace.collections / "attic" / "collection.json"
    before = json.loads(file.read_text(encoding="utf-8"))
    words = [sys.executable, "-c", DYING, str(file)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    codes = []
    for line in done.stdout.splitlines():
        code, text = json.loads(line)
        codes.append(code)
        assert json.loads(text) in (before, MANIFEST.stamped(before))
    assert codes.count(KILLED) >= 4, "it was killed before and after each of two files"
    assert codes[-1] == 0
    assert Collection.open(workspace, "attic").about() == before
    kept = json.loads(file.with_name("collection.json.format-1").read_text(encoding="utf-8"))
    assert kept == before


FIRST = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX n ON notes (text);"
KILLED_BETWEEN = """
import os, signal, sys
from pathlib import Path
from artsim.core.database import connected
first, path = sys.argv[1], Path(sys.argv[2])

def second(db):
    db.execute("ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE notes SET author = 'half' WHERE id < 50")
    os.kill(os.getpid(), signal.SIGKILL)

with connected(path, "The notes", (first, "CREATE TABLE more (id INTEGER);", second)) as db:
    pass
"""


def _second(db: sqlite3.Connection) -> None:
    db.execute("ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE notes SET author = 'somebody'")


def test_a_database_goes_on_where_kill_9_stopped_its_migration(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "notes.sqlite"
    with connected(path, "The notes", (FIRST,)) as db:
        db.executemany("INSERT INTO notes (text) VALUES (?)", [(f"note {i}",) for i in range(99)])
    assert not list(tmp_path.glob("*.format-*")), "a new database is no migration"
    words = [sys.executable, "-c", KILLED_BETWEEN, FIRST, str(path)]
    assert subprocess.run(words, check=False).returncode == KILLED
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (2,)
        assert raw.execute("SELECT count(*) FROM more").fetchone() == (0,)
        assert len(raw.execute("SELECT * FROM notes").fetchone()) == 2, "half of it is no step"
    steps = (FIRST, "CREATE TABLE more (id INTEGER);", _second)
    with connected(path, "The notes", steps) as db:
        assert db.execute("SELECT DISTINCT author FROM notes").fetchone()[0] == "somebody"
        assert db.execute("SELECT count(*) FROM notes").fetchone()[0] == 99
    assert "The notes was migrated from format 2 to 3" in capfd.readouterr().err
    with sqlite3.connect(tmp_path / "notes.sqlite.format-1") as kept:
        assert kept.execute("SELECT count(*) FROM notes").fetchone() == (99,)
    said = r"format 3, this one reads up to 1\): update artsim"
    with pytest.raises(NewerFormat, match=said), connected(path, "The notes", (FIRST,)):
        pass


def newer_database(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")


def newer_document(path: Path) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, "format": 99}), encoding="utf-8")


def test_every_kind_of_a_newer_format_is_one_sentence_and_exit_1(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = unpacked(OLDEST, home)
    run_id = next(iter(workspace.runs.glob("eval-*"))).name
    map_file = next(iter(workspace.collections.glob("demo/maps/*/map.json")))
    newer_database(workspace.jobs_db)
    newer_database(workspace.root / "votes.sqlite")
    newer_document(workspace.runs / run_id / "run.json")
    newer_document(map_file)
    newer_document(workspace.collections / "attic" / "collection.json")
    newer_document(workspace.checkpoints / "tiny-attic" / "backbone.json")
    tables = Collection.open(workspace, "vectors").uri
    lance.dataset(tables).update_schema_metadata({"artsim.format": "99"})
    Collection.open(workspace, "demo")
    capsys.readouterr()  # what was migrated is told, and no part of this
    for words in (
        ["jobs", "list"],
        ["jobs", "list", "--json"],
        ["evaluate", "--run", run_id],
        ["collection", "show", "attic"],
        ["collection", "show", "vectors"],
        ["search", "attic", "--backbone", "efficientnet_lite0", "--id", "harbour"],
        ["embed", "demo", "--backbone", "tiny-attic"],
    ):
        assert run(words) == 1, words
        said = capsys.readouterr().err
        assert "made by a newer artsim (format 99, this one reads up to" in said, (words, said)
        assert said.count("\n") == 1
    with pytest.raises(Unreadable, match="newer"):
        votes.of_collection(workspace, "attic")
    with pytest.raises(Unreadable, match="newer"):
        load_run(workspace, run_id)
    assert list(unreadable_runs(workspace)) == [run_id]
    assert sqlite3.connect(workspace.jobs_db).execute("SELECT count(*) FROM jobs").fetchone()[0] > 5


def test_new_tables_and_documents_carry_their_number(workspace: Workspace) -> None:
    collection = Collection.create(workspace, "new", "test")
    row = pa.table({"id": ["a"], "title": ["A"], "has_image": [False]})
    from artsim.collection import lance_io

    lance_io.append(collection.uri, row)
    lance_io.upsert(collection.uri, row, "id")
    lance_io.add_columns(collection.uri, pa.schema([pa.field("more", pa.string())]))
    assert lance.dataset(collection.uri).schema.metadata[b"artsim.format"] == b"1"
    about = json.loads((collection.path / "collection.json").read_text(encoding="utf-8"))
    assert about["format"] == MANIFEST.number
    JobTable(workspace).all()
    version = sqlite3.connect(workspace.jobs_db).execute("PRAGMA user_version").fetchone()
    assert version == (2,)
