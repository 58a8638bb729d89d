"""Worker processes: starting one, telling whether it lives, stopping it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from artsim.core.workspace import Workspace
from artsim.jobs.job import Job

_ENDED = ("Z", "X")  # states of a process that has ended and was not reaped yet
_DIES_WITHIN = 5.0  # seconds; only a process that hangs in a system call takes longer
_children: list[subprocess.Popen[bytes]] = []
_children_lock = threading.Lock()


def this_host() -> str:
    """Name of this machine: process ids mean something only on it."""
    return socket.gethostname()


def start(workspace: Workspace, job: Job) -> tuple[int, str]:
    """Start the worker of a claimed job in a process group of its own; its pid and start time."""
    environment = os.environ | {"ARTSIM_HOME": str(workspace.root), "PYTHONUNBUFFERED": "1"}
    package = str(Path(__file__).resolve().parents[2])
    paths = [package, *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    with open(job.log, "ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "artsim.tasks.worker", job.id, str(job.attempt)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    with _children_lock:
        _children.append(worker)
    return worker.pid, process_started(worker.pid)


def reap() -> None:
    """Let the system forget workers of this process that have ended."""
    with _children_lock:
        _children[:] = [child for child in _children if child.poll() is None]


def process_started(pid: int) -> str:
    """When a process started, in the system's own count; "" where the system does not tell."""
    stat = _stat(pid)
    return stat[19] if len(stat) > 19 else ""


def is_alive(job: Job) -> bool | None:
    """Whether the job's worker lives; None where this machine cannot tell."""
    if job.pid is None or job.host != this_host():
        return None
    reap()
    try:
        os.kill(job.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False if not job.pid_started else job.pid_started == process_started(job.pid)
    stat = _stat(job.pid)
    if stat and stat[0] in _ENDED:
        return False
    return not job.pid_started or job.pid_started == process_started(job.pid)


def ask_to_stop(job: Job) -> None:
    """SIGTERM to the worker, which ends its helpers itself."""
    if is_alive(job) and job.pid is not None:
        _signal(os.kill, job.pid, signal.SIGTERM)


def kill(job: Job) -> None:
    """SIGKILL to all that is left of the job's process group on this machine; waits for its end.

    The next job starts after this one: nothing of it may still write.
    """
    if job.pid is None or job.host != this_host():
        return
    try:
        os.kill(job.pid, 0)
        reused = not is_alive(job) and process_started(job.pid) != job.pid_started
    except ProcessLookupError:
        # The system does not reuse a group's number while a member of the group lives.
        reused = False
    except PermissionError:
        reused = True
    if reused:
        return
    _signal(os.killpg, job.pid, signal.SIGKILL)
    end = time.monotonic() + _DIES_WITHIN
    while (is_alive(job) or _group_lives(job.pid)) and time.monotonic() < end:
        time.sleep(0.01)


def _group_lives(group: int) -> bool:
    """Whether the system knows a process of this group that has not ended; no zombie counts."""
    stats = [_stat(int(path.name)) for path in Path("/proc").glob("[0-9]*")]
    return any(len(s) > 2 and s[0] not in _ENDED and s[2] == str(group) for s in stats)


def _signal(send: object, pid: int, number: signal.Signals) -> None:
    try:
        send(pid, number)  # type: ignore[operator]
    except (ProcessLookupError, PermissionError):
        return


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on; empty where there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
