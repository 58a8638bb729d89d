"""What goes wrong around an action instead of a kill: disk, permissions, clock, locks, damage.

A full disk and one that is only read are real ones, a file system in memory of a few megabytes:
mounting it takes an administrator. Where somebody else runs it, those two are left out.
"""

import json
import os
import sqlite3
import subprocess
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from artsim.collection.seen import list_collections
from artsim.collection.store import Collection
from artsim.core import database
from artsim.core.errors import ArtsimError
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace
from artsim.jobs.table import JobTable
from artsim.upkeep.doctor import examine, repair
from benchmarks.faults.actions import Place
from benchmarks.faults.campaign import COUNTS, HUNG, after, begun, forked, in_child
from benchmarks.faults.heavy import ACTIONS

_NOBODY = 65_534
_YEAR = 365 * 86_400.0
_MB = 1 << 20
_DATABASE_SECONDS = 1.0

Within = Callable[[], None]  # called in the process that acts, before it does


def _nothing() -> None:
    """The fault lies outside of the process that acts."""


@contextmanager
def _full(place: Place, draw: Random) -> Iterator[Within]:
    used = sum(path.stat().st_blocks * 512 for path in place.home.rglob("*") if path.is_file())
    _mount(place, f"remount,size={used + draw.randrange(4_096, _MB)}")
    yield _nothing
    _mount(place, "remount,size=256m")


@contextmanager
def _read_only(place: Place, _draw: Random) -> Iterator[Within]:
    _mount(place, "remount,ro")
    yield _nothing
    _mount(place, "remount,rw")


@contextmanager
def _denied(place: Place, _draw: Random) -> Iterator[Within]:
    """Somebody changed the owner of the workspace: the process may read it and write nothing."""
    # Whoever acts must reach the workspace: a temporary folder is its owner's alone.
    shut = {path: path.stat().st_mode for path in place.home.parents}
    shut = {path: mode for path, mode in shut.items() if not mode & 0o001}
    for path, mode in shut.items():
        path.chmod(mode | 0o011)
    place.home.parent.chmod(0o755)
    place.beside.chmod(0o777)
    for path in place.beside.rglob("*"):
        path.chmod(0o777)

    def within() -> None:
        if os.geteuid() == 0:
            os.setuid(_NOBODY)

    if os.geteuid():
        place.home.chmod(0o500)
    yield within
    place.home.chmod(0o700)
    for path, mode in shut.items():
        path.chmod(mode)


@contextmanager
def _clock_back(place: Place, _draw: Random) -> Iterator[Within]:
    """What is there was written in a year to come."""
    for path in [place.home, *place.home.rglob("*")]:
        os.utime(path, (time.time() + _YEAR,) * 2)
    real = time.time

    def within() -> None:
        time.time = lambda: real() - 2 * _YEAR

    yield within


@contextmanager
def _locked(place: Place, _draw: Random) -> Iterator[Within]:
    """Another process holds every database of the workspace and does not let go."""
    held = [sqlite3.connect(path, isolation_level=None) for path in place.home.rglob("*.db")]
    for one in held:
        one.execute("BEGIN EXCLUSIVE")

    def within() -> None:
        database.BUSY_SECONDS = _DATABASE_SECONDS

    yield within
    for one in held:
        one.close()


Condition = Callable[[Place, Random], Any]
_SHORT = ("import", "sync", "delete", "embed")
_WRITING = (*_SHORT, "edit and undo", "tray", "users")
CONDITIONS: dict[str, tuple[Condition, tuple[str, ...]]] = {
    "disk full": (_full, _WRITING),
    "read-only": (_read_only, _WRITING),
    "permission lost": (_denied, _WRITING),
    "clock back": (_clock_back, _SHORT),
    "SQLite locked": (_locked, ("import", "delete", "tray", "users")),
}
MOUNTED = ("disk full", "read-only")
FAILING = ("read-only", "permission lost")  # nothing can be written: who says it was is wrong
DONE, TOLD = "done", "told"
TWO, DAMAGED = "two at once", "damaged files"
_OTHERS = {TWO: _SHORT, DAMAGED: ("migrate", "embed", "import")}
NAMES = (*CONDITIONS, *_OTHERS)


def suffered(name: str, works: int, count: int, draw: Random) -> Iterator[dict[str, int]]:
    """The counts after each of ``count`` times that the condition ``name`` held; none unmounted."""
    if name in MOUNTED and not _may_mount():
        return
    actions = CONDITIONS[name][1] if name in CONDITIONS else _OTHERS[name]
    for number in range(count):
        action = actions[number % len(actions)]
        with tempfile.TemporaryDirectory(prefix="artsim-faults-") as folder:
            if name in MOUNTED:
                (Path(folder) / "home").mkdir()
                with _mounted(Path(folder) / "home"):
                    yield _once(name, action, Path(folder), works, draw)
            else:
                yield _once(name, action, Path(folder), works, draw)


def _once(name: str, action: str, folder: Path, works: int, draw: Random) -> dict[str, int]:
    place = begun(action, folder, works)
    found = dict.fromkeys(COUNTS, 0)
    if name == DAMAGED:
        return found | _damaged(action, place, draw)
    if name == TWO:
        statuses = _two(action, place)
    else:
        with CONDITIONS[name][0](place, draw) as within:
            statuses = [in_child(lambda: _acted(action, place, within), place)]
    fine = (TOLD,) if name in FAILING else (DONE, TOLD)
    raw = [said for status, said in statuses if status or json.loads(said) not in fine]
    for said in raw:
        print(f"{name}, {action}: {said}", flush=True)
    status, said = in_child(lambda: after(action, place), place)
    if status:
        print(f"{name}, {action}, afterwards: {said}", flush=True)
        return found | {"hung" if status == HUNG else "unreadable": 1}
    told = _counted(said)
    return found | told | {"unreadable": len(raw)}


def _counted(said: str) -> Counter[str]:
    """The counts that a child gave."""
    return Counter({key: int(value) for key, value in json.loads(said).items()})


def _acted(action: str, place: Place, within: Within) -> str:
    """Do an action; how it ended: DONE, TOLD in a sentence, or what was raised."""
    within()
    try:
        ACTIONS[action].act(place)
    except ArtsimError:
        return TOLD
    except Exception as error:
        return traceback.format_exc()[-1500:] if trouble(error) is None else TOLD
    return DONE


def _two(action: str, place: Place) -> list[tuple[int, str]]:
    """The same done by two processes at once."""
    child = forked(lambda: _acted(action, place, _nothing), place, "")
    found = in_child(lambda: _acted(action, place, _nothing), place)
    _, status = os.waitpid(child, 0)
    return [found, (os.waitstatus_to_exitcode(status), json.dumps(DONE))]


def _damaged(action: str, place: Place, draw: Random) -> dict[str, int]:
    """A file of the workspace is cut off, overwritten or emptied: it is told of, in words."""
    status, said = in_child(lambda: _acted(action, place, _nothing), place)
    if status or json.loads(said) != DONE:
        return {"unreadable": 1}
    files = sorted(path for path in place.home.rglob("*") if path.is_file() and path.stat().st_size)
    path = draw.choice(files)
    data = bytearray(path.read_bytes())
    kind = draw.choice(("cut", "noise", "empty"))
    start = draw.randrange(len(data))
    if kind == "noise":
        data[start : start + 64] = draw.randbytes(len(data[start : start + 64]))
    else:
        del data[start if kind == "cut" else 0 :]
    path.write_bytes(data)
    status, said = in_child(lambda: _looked(place), place)
    if status or said != '""':
        print(f"damaged {path.relative_to(place.home)} ({kind}): {said}", flush=True)
    return {
        "hung": int(status == HUNG),
        "unreadable": int(status != HUNG and (bool(status) or said != '""')),
    }


def _looked(place: Place) -> str:
    """Look at all, let it be repaired, look again; what was raised that is no sentence."""
    for work in (_everything, _examined, _everything):
        try:
            work(place.workspace)
        except ArtsimError:
            continue
        except Exception as error:
            if trouble(error) is None:
                return traceback.format_exc()[-1500:]
    return ""


def _examined(workspace: Workspace) -> None:
    examine(workspace)
    repair(workspace)


def _everything(workspace: Workspace) -> None:
    JobTable(workspace).all()
    for name in list_collections(workspace):
        Collection.open(workspace, name).metadata()


@contextmanager
def _mounted(home: Path) -> Iterator[None]:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", home], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", home], check=True)


def _mount(place: Place, options: str) -> None:
    subprocess.run(["mount", "-o", options, place.home], check=True)


def _may_mount() -> bool:
    try:
        with tempfile.TemporaryDirectory() as folder, _mounted(Path(folder)):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False
