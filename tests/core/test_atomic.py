"""What is written is whole or not there, and what was there before is kept until then."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from artsim.core import atomic


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    atomic.write(path, "ä")
    atomic.write(path, b"second")
    assert path.read_bytes() == b"second"
    assert names(tmp_path) == ["a.json"]


def test_a_block_that_raises_leaves_the_file_before_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    atomic.write(path, "before")
    with pytest.raises(ZeroDivisionError), atomic.opened(path) as file:
        file.write(bytes(1 // 0))
    assert path.read_text() == "before"
    assert names(tmp_path) == ["a"]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "map"
    for content in ("one", "two"):
        with atomic.folder(path) as aside:
            (aside / "inner").mkdir()
            (aside / "inner" / "file").write_text(content)
    assert (path / "inner" / "file").read_text() == "two"
    with pytest.raises(FileNotFoundError), atomic.folder(path) as aside:
        (aside / "missing" / "file").write_text("three")
    assert names(path) == ["inner"]
    assert names(tmp_path) == ["map"]


def test_a_folder_is_removed_with_all_that_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "map"
    with atomic.folder(path) as aside:
        (aside / "file").write_text("x")
    atomic.remove(path)
    assert names(tmp_path) == []


def test_a_folder_that_is_not_there_cannot_be_removed_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        atomic.remove(tmp_path / "none")
    assert names(tmp_path) == []


def test_others_may_read_what_the_umask_lets_them(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic.write(tmp_path / "a", "x")
        with atomic.folder(tmp_path / "b"):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o750


def test_a_kill_in_the_middle_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a"
    atomic.write(path, "before")
    code = (
        "import os, signal, sys; from pathlib import Path; from artsim.core import atomic\n"
        "with atomic.opened(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert path.read_text() == "before"
    assert all(name == "a" or name.startswith(".new-") for name in names(tmp_path))
