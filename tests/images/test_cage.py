"""Hostile pictures cost one sentence, a bounded time and a bounded memory; honest ones nothing."""

import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hostile_kit import image, lying_tiff, many_scans, many_strips, png, webp_16k

from artsim.collection.looking import Looking
from artsim.core.errors import TooLarge, Unavailable, UnsupportedImage
from artsim.core.limits import IMPORT_LIMITS, TURN_SECONDS, UPLOAD_LIMITS, Limits
from artsim.images import canonical
from artsim.images.cage import Cage, _nursery, waiting_since
from artsim.images.canonical import canonical_jpeg, canonical_upload
from artsim.images.decode import decode
from artsim.images.pages import count_pages

HOSTILE = {
    "scans": (many_scans, "more than 100 passes"),
    "webp": (webp_16k, "over the limit"),
    "png": (lambda: png(12_999, 12_999), "over the limit of 512 MB"),
    "deep png": (lambda: png(9_000, 9_000, 6, 16), "over the limit of 512 MB"),
    "tiff": (lying_tiff, "TIFF|over the limit"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_cost_one_sentence(name: str) -> None:
    make, sentence = HOSTILE[name]
    data = make()
    assert len(data) < UPLOAD_LIMITS.max_bytes
    began = time.monotonic()
    with pytest.raises((TooLarge, UnsupportedImage), match=sentence) as caught:
        canonical_upload(data)
    assert time.monotonic() - began < UPLOAD_LIMITS.seconds
    assert "\n" not in str(caught.value)


def test_a_caged_upload_is_the_same_picture() -> None:
    for format in ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "JPEG2000"):
        data = image((1100, 700), format)
        assert canonical_upload(data) == canonical_jpeg(decode(data, UPLOAD_LIMITS)), format


@pytest.fixture
def cage(monkeypatch: pytest.MonkeyPatch) -> Cage:
    return Cage("tests.kits.caged_kit:sleep", Limits(memory=200_000_000, seconds=2.0), 1)


@pytest.mark.parametrize(
    ("about", "error", "sentence"),
    [
        ({"seconds": 60}, TooLarge, "longer than 2 seconds"),
        ({"memory": 400_000_000}, TooLarge, "more memory"),
        ({"signal": 1}, UnsupportedImage, "decoder broke"),
        ({"fail": 1}, UnsupportedImage, "cannot be read as a picture"),
    ],
)
def test_what_a_decoder_does_ends_at_the_limits(
    cage: Cage, about: dict[str, object], error: type[Exception], sentence: str
) -> None:
    with cage:
        first = cage.run({}).said["pid"]
        assert cage.run({"memory": 50_000_000}).said["pid"] == first
        with pytest.raises(error, match=sentence):
            cage.run(about)
        assert cage.run({}).said["pid"] != first


def test_who_has_no_turn_in_time_is_told_so() -> None:
    """What was waited before the cage counts; nothing is left of it."""
    with Cage("tests.kits.caged_kit:sleep", Limits(seconds=5.0), 1, TURN_SECONDS) as cage:
        pid = cage.run({}).said["pid"]
        other = threading.Thread(target=cage.run, args=({"seconds": 1},))
        other.start()
        while cage._free.qsize():
            time.sleep(0.01)
        began = time.monotonic()
        with (
            waiting_since(began + 0.2 - TURN_SECONDS),
            pytest.raises(Unavailable, match="no turn: try again in a minute"),
        ):
            cage.run({})
        assert time.monotonic() - began < 1
        assert cage.run({}).said["pid"] == pid
        other.join()


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="this system tells no threads")
def test_what_forks_has_one_thread() -> None:
    """A child would wait for ever for a lock that another thread held while it was forked."""
    works = (
        "collection.caged_look:work",
        "backbones.caged_prepare:work",
        "images.caged_file:pixels",
    )
    for work in works:
        with Cage(f"artsim.{work}", IMPORT_LIMITS, 1) as cage, pytest.raises(UnsupportedImage):
            cage.run({})
    nursery = _nursery._process
    assert nursery is not None
    assert len(list(Path(f"/proc/{nursery.pid}/task").iterdir())) == 1


def test_who_searches_comes_before_who_uploads(cage: Cage) -> None:
    """Also where the system divides the processors among sessions, in which niceness is nothing."""
    with cage:
        pid = cage.run({}).said["pid"]
        assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 5
        groups = Path("/proc/sys/kernel/sched_autogroup_enabled")
        if groups.is_file() and groups.read_text() == "1\n":
            group = Path(f"/proc/{pid}/autogroup")
            assert group.read_text() != Path("/proc/self/autogroup").read_text()
            assert group.read_text().endswith(" nice 5\n")


def test_a_caged_process_writes_no_file(cage: Cage, tmp_path: Path) -> None:
    with cage, pytest.raises(UnsupportedImage):
        cage.run({"write": str(tmp_path / "x")})
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_no_process_outlives_the_one_that_started_it() -> None:
    code = (
        "import os, signal\nfrom hostile_kit import image\n"
        "from artsim.images import canonical\n"
        "canonical.canonical_upload(image())\n"
        "print([lane._child.fileno() for lane in canonical._uploads._lanes if lane._child])\n"
        "from artsim.images.cage import _nursery\n"
        "print(_nursery._process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    paths = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": paths},
    )
    pid = int(done.stdout.split()[-1])
    end = time.monotonic() + 20
    while group_of(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert group_of(pid) == []


def group_of(pid: int) -> list[int]:
    """Processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[2] == str(pid) and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_an_import_goes_on_behind_a_hostile_file(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(many_scans())
    (tmp_path / "b.jpg").write_bytes(image())
    with Looking(IMPORT_LIMITS) as looking:
        found = [looking.at(name, tmp_path / name) for name in ("a.jpg", "b.jpg", "c.jpg")]
    assert "more than 100 passes" in found[0].record.error
    assert not found[0].again
    assert found[1].image
    assert found[2].record.error == "cannot be read: No such file or directory"
    assert found[2].again


def test_a_directory_of_pages_is_read_in_the_cage_too(tmp_path: Path) -> None:
    """A sparse file whose one page tells of 100 million strips, which are gigabytes as numbers."""
    data, size = many_strips()
    path = tmp_path / "a.tif"
    path.write_bytes(data)
    os.truncate(path, size)
    before = peak()
    assert count_pages(path) == 1
    assert peak() - before < 100_000_000
    assert count_pages(tmp_path / "none.tif") == 1


@pytest.mark.slow
def test_twenty_hostile_uploads_at_once_leave_the_server_as_it_is() -> None:
    """Memory stays, an honest upload of another person is served, and each gets a sentence."""
    canonical_upload(image())
    bombs = [png(9_000, 9_000, 0, rows=9_000), png(12_999, 12_999), many_scans(), lying_tiff()]
    said: list[str] = []

    def bring(data: bytes) -> None:
        try:
            canonical_upload(data)
            said.append("")
        except (TooLarge, UnsupportedImage) as error:
            said.append(str(error))

    before = resident()
    threads = [threading.Thread(target=bring, args=(bombs[n % 4],)) for n in range(20)]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, resident())
        time.sleep(0.05)
    assert len(said) == 20
    assert most - before < 400_000_000
    assert canonical._uploads._free.qsize() == 2


def resident() -> int:
    """Bytes of memory of this process."""
    status = Path("/proc/self/status").read_text()
    return int(next(x for x in status.splitlines() if x.startswith("VmRSS")).split()[1]) * 1024


def peak() -> int:
    """The most bytes of memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
