"""The commands that clean a collection, and what a kill in the middle of one leaves."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pictures_kit import jpeg

from artsim.cli.run import run
from artsim.collection.edits.history import History
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def prints(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A collection of three pictures and a tiny one."""
    folder = tmp_path / "in"
    folder.mkdir()
    for i in (1, 2, 3):
        (folder / f"w{i}.jpg").write_bytes(jpeg(i))
    (folder / "tiny.jpg").write_bytes(jpeg(4, width=40, height=30))
    table = tmp_path / "works.csv"
    table.write_text("id,artist\nw1,Clude Monet\nw2,Clude Monet\nw3,B\n", encoding="utf-8")
    import_collection(workspace, "prints", FolderSource(folder, table))
    return workspace


def done(capsys: Capture, *arguments: str) -> Any:
    """The JSON of ``artsim collection ...``."""
    assert run(["collection", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_collection_is_cleaned_from_a_shell(prints: Workspace, capsys: Capture) -> None:
    where = "artist = 'Clude Monet'"
    step = done(capsys, "edit", "prints", "--where", where, "--set", "artist=Claude Monet")
    assert (step["step"], step["what"], sorted(step["after"])) == (1, "edit", ["w1", "w2"])
    assert done(capsys, "edit", "prints", "--id", "w1", "--set", "artist=Claude Monet") is None
    assert done(capsys, "keep", "prints", "--file", "tiny.jpg")["what"] == "keep"
    assert done(capsys, "merge", "prints", "--id", "w1", "--with", "w2")["what"] == "merge"
    assert done(capsys, "best", "prints", "--file", "w2.jpg")["what"] == "best"
    assert done(capsys, "undo", "prints")["after"]["step"] == 4
    assert done(capsys, "split", "prints", "--id", "w1", "--file", "w2.jpg")["what"] == "split"
    assert done(capsys, "reject", "prints", "--file", "tiny.jpg")["what"] == "reject"
    assert list(done(capsys, "remove", "prints", "--id", "w3")["after"]) == ["w3"]
    assert done(capsys, "restore", "prints", "--id", "w3")["what"] == "restore"
    assert done(capsys, "rename", "prints", "works")["after"] == {"name": "works"}
    assert done(capsys, "undo", "works", "--step", "1")["after"]["values"]["w1"] == {
        "artist": "Clude Monet"
    }
    steps = done(capsys, "history", "works")
    assert set(steps[0]) == {"step", "when", "who", "what", "before", "after", "undone"}
    assert [s["undone"] for s in steps] == [True, False, False, True, *[False] * 7]
    assert done(capsys, "undo", "works", "--step", "10")["after"] == {"name": "prints"}
    assert list_collections(prints) == ["prints"]
    assert run(["collection", "history", "prints"]) == 0
    told = capsys.readouterr().out
    assert "edited w1 and w2: artist: 'Clude Monet' became 'Claude Monet'" in told
    assert run(["collection", "undo", "prints", "--step", "2"]) == 1
    assert "step 7 (reject by" in capsys.readouterr().err
    for wrong, said in (
        (["edit", "prints", "--set", "artist=A"], "name works with --id or --where"),
        (["edit", "prints", "--id", "w1", "--set", "artist"], "write --set COLUMN=VALUE"),
    ):
        assert run(["collection", *wrong]) == 2
        assert said in capsys.readouterr().err


KILLED = """
import os, signal, sys
from artsim.cli.run import run
left, writes = int(sys.argv[1]), {"upsert", "replace", "update_columns", "delete_where_in",
    "append", "vacuum", "write", "move"}

def killing(frame, event, _):
    global left
    code = frame.f_code
    if event == "return" and code.co_name in writes and "folders.py lance_io.py".find(
        os.path.basename(code.co_filename)
    ) >= 0:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.setprofile(killing)
sys.exit(run(["collection", *sys.argv[2:]]))
"""


@pytest.mark.slow
def test_killed_in_the_middle_the_same_command_finishes(prints: Workspace, capsys: Capture) -> None:
    commands: dict[str, tuple[int, list[str]]] = {
        "a": (1, ["edit", "a", "--id", "w1", "--set", "artist=A"]),  # the step is made
        "b": (2, ["edit", "b", "--id", "w1", "--set", "artist=A"]),  # and over the source
        "c": (3, ["undo", "c"]),
        "d": (3, ["merge", "d", "--id", "w1", "--with", "w2"]),
        "e": (4, ["remove", "e", "--id", "w1"]),
        "f": (2, ["rename", "f", "g"]),
    }
    for name in commands:
        shutil.copytree(prints.collections / "prints", prints.collections / name)
    done(capsys, "edit", "c", "--id", "w1", "--set", "artist=A")
    children = [
        subprocess.Popen([sys.executable, "-c", KILLED, str(after), *arguments])
        for after, arguments in commands.values()
    ]
    assert [child.wait(120) for child in children] == [-signal.SIGKILL] * len(commands)
    for name, (_, arguments) in commands.items():
        name = "g" if name == "f" and "g" in list_collections(prints) else name
        collection = Collection.open(prints, name)
        assert collection.metadata(["id"]).num_rows in (2, 3)  # it can be read
        steps = History(collection).steps
        assert run(["collection", *arguments]) == 0
        capsys.readouterr()
        if name != "f":
            assert len(History(Collection.open(prints, name)).steps) == len(steps)  # no second one
    now = {name: Collection.open(prints, name) for name in "abcdeg"}
    assert all(not History(collection).unsettled() for collection in now.values())
    assert now["a"].artwork("w1")["artist"] == now["b"].artwork("w1")["artist"] == "A"
    assert now["c"].artwork("w1")["artist"] == "Clude Monet"
    assert now["d"].metadata(["id"]).column("id").to_pylist() == ["w1", "w3"]
    assert now["e"].metadata(["id"]).column("id").to_pylist() == ["w2", "w3"]
    assert "f" not in list_collections(prints)
