"""Failures of disk, memory and tables are one sentence with a remedy."""

import errno
import shutil
from pathlib import Path

import pytest

from artsim.cli.run import run
from artsim.collection import works
from artsim.collection.artwork import Artwork
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import Unreadable
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace
from artsim.search.galleries import Galleries


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


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Permission denied (os error 13)", "who may read and write"),
        ("Too many open files (os error 24)", "too many files open"),
        ("Generic LocalFileSystem error: Input/output error (os error 5)", "does not know why"),
        ("Generic LocalFileSystem error: something new", "does not know why"),
    ],
)
def test_nobody_is_told_to_delete_what_may_be_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, told: str
) -> None:
    workspace = Workspace.open(tmp_path)
    collection = Collection.create(workspace, "mine", "test")
    error = ValueError(f"LanceError(IO): {said}, /rust/lance-io/src/local.rs:274:24")

    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("lance.dataset", fails)
    with pytest.raises(Unreadable) as raised:
        collection.info()
    listed = Galleries(workspace).broken()["mine"]
    for sentence in (str(trouble(error)), str(raised.value), listed):
        assert told in sentence
        assert "delete" not in sentence


@pytest.mark.parametrize("kind", ["cut", "overwritten", "empty", "missing", "flipped"])
@pytest.mark.parametrize("folder", ["data", "_versions"])
def test_damage_of_every_kind_is_told_as_damage(tmp_path: Path, folder: str, kind: str) -> None:
    collection = Collection.create(Workspace.open(tmp_path), "torn", "test")
    made = [works.Work(Artwork(str(i), title=f"Work {i}" * 9), f"{i}.jpg") for i in range(40)]
    works.store(collection.uri, made)
    for file in (Path(collection.uri) / folder).iterdir():
        whole = file.read_bytes()
        middle = len(whole) // 2
        damaged = {
            "cut": whole[:middle],
            "overwritten": bytes(range(256)) * 4,
            "empty": b"",
            "flipped": whole[:middle] + bytes(255 - b for b in whole[middle:]),
        }
        file.unlink() if kind == "missing" else file.write_bytes(damaged[kind])
    with pytest.raises((Unreadable, ValueError, OSError, RuntimeError)) as raised:
        Collection.open(Workspace.open(tmp_path), "torn").ids_matching("title = 'x'")
    told = str(trouble(raised.value, "torn") or raised.value)
    assert "'torn' is damaged" in told, raised.value


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
