"""A preparation that is killed, or whose disk is full, ends as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from wikiart_kit import files_below, write_tree

from artsim.core.workspace import Workspace
from artsim.training.wikiart.config import PrepareWikiartConfig
from artsim.training.wikiart.prepare import prepare_wikiart
from tests.conftest import REPOSITORY

# Small batches, so that there is much to interrupt; nothing else differs from the command.
# On a busy machine whoever watches must come to see each batch: what is watched gives way.
PREPARE = """
import os, sys
os.nice(19)
from artsim.cli.run import run
from artsim.training.wikiart import measurement_cache, place
measurement_cache.BATCH = place._BATCH = 4
sys.exit(run(["prepare", "wikiart", "--images", sys.argv[1], "--out", sys.argv[2],
              "--min-images", "5", "--max-images", "90"]))
"""


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tree(tmp_path_factory.mktemp("wikiart") / "images", {"A": 60, "B": 50}, 2000)


def kill_when(images: Path, out: Path, ready: Callable[[], bool]) -> bool:
    """Prepare in a process of its own and kill it once ``ready``; whether it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", PREPARE, str(images), str(out)],
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not ready():
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_killed_while_reading_and_while_copying_it_ends_with_the_same_files(
    workspace: Workspace, images: Path, tmp_path: Path
) -> None:
    out, cache = tmp_path / "out", workspace.cache / "wikiart"

    def parts() -> int:
        return len(list(cache.rglob("*.arrow")))

    def placed() -> int:
        return len(list(out.rglob("*.jpg")))

    for count in (4, 12):
        assert kill_when(images, out, lambda n=count: parts() >= n)
        assert not out.exists()
    read = parts()
    assert kill_when(images, out, lambda: placed() >= 20)
    assert read <= parts() <= 28 + 2  # a kill costs the batch under way, no more
    assert 0 < placed() < 110
    assert not (out / "report.json").exists()
    config = PrepareWikiartConfig(out=out, images=images, min_images=5, max_images=90)
    prepare_wikiart(workspace, config)
    fresh = Workspace.open(tmp_path / "fresh-home")
    prepare_wikiart(fresh, config.model_copy(update={"out": tmp_path / "fresh"}))
    assert files_below(out) == files_below(tmp_path / "fresh")
    assert len([name for name in files_below(out) if name.endswith(".jpg")]) == 110
    assert not (out / ".unfinished").exists()


SMALL_DISK = """
mount -t tmpfs -o size={size}k none {disk} || exit 77
{python} -c '{prepare}' {images} {disk}/out 2> {told}; echo $? >> {told}
find {disk}/out -name '*.jpg' | wc -l >> {told}
mount -o remount,size=64m {disk}
{python} -c '{prepare}' {images} {disk}/out 2>> {told}; echo $? >> {told}
cp -r {disk}/out {result}
"""


@pytest.mark.parametrize("room", [0.5, 1.05], ids=["too small", "full on the way"])
def test_a_full_disk_is_one_sentence_and_costs_nothing(
    workspace: Workspace, images: Path, tmp_path: Path, room: float
) -> None:
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"]).returncode:
        pytest.skip("no disk of a chosen size can be made here: unshare -rm is not allowed")
    disk, told, result = tmp_path / "disk", tmp_path / "told.txt", tmp_path / "result"
    disk.mkdir()
    size = sum(path.stat().st_size for path in images.rglob("*.jpg"))
    script = SMALL_DISK.format(
        size=int(size * room / 1024),
        disk=disk,
        python=sys.executable,
        prepare=PREPARE.replace("'", '"'),
        images=images,
        told=told,
        result=result,
    )
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=REPOSITORY, env=os.environ)
    if done.returncode == 77:
        pytest.skip("no disk of a chosen size can be made here: mount is not allowed")
    lines = told.read_text().splitlines()
    (sentence,) = (line for line in lines if line.startswith("artsim:"))
    codes = [line.strip() for line in lines if line.strip().isdigit()]
    assert (codes[0], codes[2]) == ("1", "0"), lines
    if room < 1:
        assert "are free: free some space, or use --link hard" in sentence
        assert codes[1] == "0"
    else:
        assert "The disk is full: free some space and run it again" in sentence
        assert 0 < int(codes[1]) < 110
    config = PrepareWikiartConfig(out=tmp_path / "o", images=images, min_images=5, max_images=90)
    prepare_wikiart(workspace, config)
    assert files_below(result) == files_below(tmp_path / "o")
