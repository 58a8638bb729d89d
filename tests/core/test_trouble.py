"""Failures of disk, memory and tables are one sentence with a remedy."""

import errno
import shutil
from pathlib import Path

import pytest

from artsim.cli.run import run
from artsim.collection.store import Collection, list_collections
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace


def test_a_full_disk_is_told_from_a_damaged_table(tmp_path: Path) -> None:
    full = OSError("LanceError(IO): No space left on device (os error 28), /rust/lance-file/x.rs:1")
    for error in (OSError(errno.ENOSPC, "No space left on device", "/x"), full):
        assert "disk is full" in str(trouble(error))
    here = tmp_path / "collections" / "mine"
    text = f"Not found: {str(here)[1:]}/artworks.lance/data/1, /rust/lance-io/src/local.rs:273"
    assert "'mine' is no longer there" in str(trouble(OSError(text)))
    here.mkdir(parents=True)
    assert "'mine' is damaged" in str(trouble(OSError(text)))
    assert trouble(ValueError("something else")) is None


def test_memory_that_ran_out_is_told_whoever_says_so() -> None:
    for error in (MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 20 GiB")):
        assert "memory of this machine ran out" in str(trouble(error))


def test_a_damaged_collection_is_one_sentence_and_the_others_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = Workspace.open(tmp_path)
    Collection.create(workspace, "sound", "test")
    torn = Collection.create(workspace, "torn", "test")
    shutil.rmtree(Path(torn.uri) / "_versions")
    monkeypatch.setenv("ARTSIM_HOME", str(tmp_path))
    assert run(["collection", "show", "torn"]) == 1
    captured = capsys.readouterr()
    assert "'torn' is damaged" in captured.err
    assert len(captured.err.splitlines()) == 1
    assert run(["collection", "list"]) == 0
    listed = capsys.readouterr()
    assert "sound" in listed.out
    assert "'torn' is damaged" in listed.err
    assert run(["collection", "delete", "torn", "--yes"]) == 0


def test_what_a_kill_left_behind_is_no_collection(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    collection = Collection.create(workspace, "sound", "test")
    shutil.copytree(collection.path, collection.path.with_name(".new-abc"))
    assert list_collections(workspace) == ["sound"]
