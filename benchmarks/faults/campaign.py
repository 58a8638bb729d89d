"""An action in a process of its own, ended by SIGKILL somewhere on its way, and what is after."""

import faulthandler
import json
import os
import signal
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from artsim.collection import uploads
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.upkeep import leftovers
from artsim.upkeep.doctor import examine, repair
from benchmarks.faults.actions import Place
from benchmarks.faults.heavy import ACTIONS
from benchmarks.kit.processes import processor_seconds

COUNTS = ("lost", "doubled", "unreadable", "unsound", "orphaned", "hung", "leaked")
_MARK = "ARTSIM_FAULTS"  # in the environment of all that a process starts
HUNG = -signal.SIGKILL  # exit status of what was ended because it made no progress
# A busy machine is no fault: what uses the processor is slow, what uses none is stuck.
_IDLE_SECONDS, _PROCESSOR_SECONDS = 120.0, 300.0
_LEAK_SECONDS = 15.0
_STACKS = "stacks.txt"


def killed(name: str, works: int, kills: int, draw: Any) -> Iterator[dict[str, int]]:
    """Kill an action ``kills`` times, each at another moment; the counts after each kill.

    Moments are drawn uniformly over the time that the action takes when nobody kills it.
    """
    for module in ACTIONS[name].imports:  # kills are to fall into the work
        import_module(module)
    with tempfile.TemporaryDirectory(prefix="artsim-faults-") as folder:
        place = begun(name, Path(folder, "whole"), works)
        seconds = _seconds(name, place)
    done = 0
    for _ in range(3 * kills + 10):
        if done == kills:
            return
        with tempfile.TemporaryDirectory(prefix="artsim-faults-") as folder:
            place = begun(name, Path(folder), works)
            if found := _kill(name, place, draw.uniform(0, seconds)):
                done += 1
                yield found
    raise InvalidInput(f"{name} ended before it could be killed: use more works.")


def begun(name: str, folder: Path, works: int) -> Place:
    place = Place(folder / "home", folder / "beside", works)
    place.home.mkdir(parents=True, exist_ok=True)
    place.beside.mkdir()
    status, said = in_child(lambda: ACTIONS[name].begin(place), place)
    if status:
        raise InvalidInput(f"{name} cannot begin: {said}")
    return place


def _seconds(name: str, place: Place) -> float:
    began = time.monotonic()
    status, said = in_child(lambda: ACTIONS[name].act(place), place)
    if status:
        raise InvalidInput(f"{name} fails when nobody kills it: {said}")
    return time.monotonic() - began


def _kill(name: str, place: Place, moment: float) -> dict[str, int] | None:
    """The counts after a kill; None where the action ended before."""
    mark = uuid.uuid4().hex
    child = forked(lambda: ACTIONS[name].act(place), place, mark)
    time.sleep(moment)
    for pid in (child, *(_marked(mark) if ACTIONS[name].family else ())):
        with suppress(ProcessLookupError):  # it ended with the first
            os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        return None
    found = dict.fromkeys(COUNTS, 0)
    end = time.monotonic() + _LEAK_SECONDS
    while (left := _marked(mark)) and time.monotonic() < end:
        time.sleep(0.05)
    found["leaked"] = len(left)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    status, said = in_child(lambda: after(name, place), place)
    if status == HUNG:
        print(f"{name}, {moment:.2f} s: no end\n{said}", flush=True)
        return found | {"hung": 1}
    if status:
        print(f"{name}, {moment:.2f} s: {said}", flush=True)
        return found | {"unreadable": 1}
    return found | {key: int(value) for key, value in json.loads(said).items()}


def after(name: str, place: Place) -> dict[str, int]:
    """The counts after what a person does: look, let it be repaired, and do the same again."""
    before = examine(Workspace.open(place.home))
    made_worse = not repair(Workspace.open(place.home)).sound
    told = ACTIONS[name].end(place)
    # As tomorrow: what a kill has left half written is old enough to go then.
    leftovers.HALF_WRITTEN_SECONDS = uploads.AWAITED_SECONDS = 0.0
    leftovers.sweep(place.workspace)
    orphans = [path for path in place.home.rglob(".*") if path.name.startswith((".new-", ".del"))]
    orphans += uploads.orphans(place.workspace)
    if orphans:
        print(f"{name}: {[str(path.relative_to(place.home)) for path in orphans]}", flush=True)
    after = examine(place.workspace)
    if not after.sound or made_worse:
        print(f"{name}: {[one.problem for one in (*before.found, *after.found)]}", flush=True)
    return told | {"orphaned": len(orphans), "unsound": int(made_worse or not after.sound)}


def in_child(work: Callable[[], Any], place: Place) -> tuple[int, str]:
    """Exit status of ``work`` in a process of its own, and what it gave or why it failed.

    HUNG, and the stacks of its threads, where it made no progress.
    """
    mark = uuid.uuid4().hex
    child = forked(work, place, mark)
    used = spent = 0.0
    moved = time.monotonic()
    while True:
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                answer = place.beside / "answer.txt"
                said = answer.read_text(encoding="utf-8") if answer.is_file() else ""
                return os.waitstatus_to_exitcode(status), said
            time.sleep(0.005)
        now = _used([child, *_marked(mark)])
        spent += max(0.0, now - used)
        if abs(now - used) > 0.05:
            moved = time.monotonic()
        used = now
        if spent > _PROCESSOR_SECONDS or time.monotonic() - moved > _IDLE_SECONDS:
            return HUNG, _stacks_of(child, mark, place)


def _used(processes: list[int]) -> float:
    """Seconds of the processors that those of the processes have used which still live."""
    total = 0.0
    for pid in processes:
        with suppress(OSError):
            total += processor_seconds(pid)
    return total


def _stacks_of(child: int, mark: str, place: Place) -> str:
    """The stacks of a process that hangs, which is then ended with all that it started."""
    os.kill(child, signal.SIGUSR1)
    time.sleep(1.0)
    for pid in (child, *_marked(mark)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    os.waitpid(child, 0)
    return (place.beside / _STACKS).read_text(encoding="utf-8")


def forked(work: Callable[[], Any], place: Place, mark: str) -> int:
    """The process id of a copy of this process that does ``work``.

    This process has imported all and used nothing of it, so that the copy may.
    """
    answer = place.beside / "answer.txt"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 2)
        os.environ |= {"ARTSIM_HOME": str(place.home), _MARK: mark}
        stacks = (place.beside / _STACKS).open("w", encoding="utf-8")
        faulthandler.register(signal.SIGUSR1, stacks)
        answer.write_text(json.dumps(work()), encoding="utf-8")
        status = 0
    except BaseException:
        answer.write_text(traceback.format_exc()[-1500:], encoding="utf-8")
    finally:
        os._exit(status)


def _marked(mark: str) -> list[int]:
    """Processes that live and were started by the one with this mark."""
    wanted, found = f"{_MARK}={mark}".encode(), []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (path / "environ").read_bytes():
                found.append(int(path.name))
        except OSError:  # another user's, or gone
            continue
    return found
