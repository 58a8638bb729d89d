"""Work that stands still says so: real processes that freeze, with and without the GIL."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from artsim.app import supervise
from artsim.core import watchdog
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.jobs import runner, store
from artsim.jobs.store import JobStore
from artsim.jobs.table import JobTable

FREEZES = {
    "a thread waits for ever": "time.sleep(600)",
    # PyDLL keeps the GIL while the C function runs: no other thread of Python goes on.
    "the GIL is held for ever": "ctypes.PyDLL(None).sleep(600)",
}
FREEZES_HERE = """
import ctypes, sys, time

def freezes_here():
    {freeze}
"""
COMMAND = """
from artsim.cli.app import app
from artsim.cli.run import run
from artsim.core.progress import TerminalProgress

@app.command()
def freeze():
    progress = TerminalProgress()
    progress.start(100, "Working")
    for _ in range(100 if len(sys.argv) > 1 else 2):
        time.sleep(0.03)
        progress.advance()
    if len(sys.argv) == 1:
        freezes_here()
    progress.finish()

sys.exit(run(["freeze"]))
"""
JOB = """
import os
from artsim.jobs import runner
from artsim.jobs.job_progress import JobProgress
from artsim.jobs.table import JobTable
from artsim.core.workspace import Workspace

table = JobTable(Workspace.open())
job = table.get(sys.argv[1])
table.set_process(job, os.getpid(), runner.process_started(os.getpid()))
with JobProgress(table, job) as progress:
    progress.start(100, "Working")
    progress.advance()
    freezes_here()
"""
SERVER = """
import asyncio
from artsim.app.server import parts

async def serve():
    async with parts()["lifespan"](None):
        await asyncio.sleep(0.5)
        freezes_here()

asyncio.run(serve())
"""
WAIT = 90.0


@contextmanager
def running(freeze: str, script: str, log: Path, *arguments: str) -> Iterator[None]:
    """A process that freezes, its stderr in ``log``."""
    text = FREEZES_HERE.format(freeze=freeze) + script
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", text, *arguments],
            stdout=file,
            stderr=file,
            env=os.environ | {"ARTSIM_STALL_SECONDS": "3"},
            start_new_session=True,
        )
        try:
            yield
        finally:
            process.kill()
            process.wait(10)


def until_in(file: Path, text: str) -> str:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        found = file.read_text() if file.exists() else ""
        if text in found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{text!r} did not come: {found}")


@pytest.mark.parametrize("freeze", FREEZES.values(), ids=FREEZES)
def test_a_command_that_freezes_says_so(workspace: Workspace, tmp_path: Path, freeze: str) -> None:
    stderr, log = tmp_path / "stderr", workspace.root / "artsim-errors.log"
    with running(freeze, COMMAND, stderr):
        said = until_in(stderr, str(log))
        assert "No progress for 3 seconds: this may be frozen. What every thread was" in said
        assert "freezes_here" not in said  # stacks are for the log
        assert "in freezes_here" in until_in(log, "in freezes_here")


@pytest.mark.parametrize("freeze", FREEZES.values(), ids=FREEZES)
def test_a_server_that_freezes_says_so(workspace: Workspace, tmp_path: Path, freeze: str) -> None:
    stderr, log = tmp_path / "stderr", workspace.root / "artsim-errors.log"
    with running(freeze, SERVER, stderr):
        assert "frozen" in until_in(stderr, str(log))
        assert "in freezes_here" in until_in(log, "in freezes_here")


@pytest.mark.slow
def test_a_server_that_freezes_is_started_again_and_can_be_stopped(workspace: Workspace) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = subprocess.Popen(
        [sys.executable, "-m", "artsim", "serve", "--port", str(port)],
        env=os.environ | {"ARTSIM_STALL_SECONDS": "3"},
    )
    frozen = until_answers(command.pid, port)
    os.kill(frozen, signal.SIGSTOP)
    other = until_answers(command.pid, port, other_than=frozen)
    os.kill(other, signal.SIGSTOP)
    command.terminate()
    command.wait(WAIT)
    assert not Path(f"/proc/{frozen}").exists()
    assert not Path(f"/proc/{other}").exists()


def test_a_server_ends_whose_supervisor_was_killed() -> None:
    listening, beating = os.pipe()
    code = (
        "import time; from artsim.app import supervise\nwhile 1: supervise.beat(); time.sleep(.1)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {supervise.BEAT: str(beating)},
        pass_fds=[beating],
    )
    os.close(beating)
    assert os.read(listening, 1)
    os.close(listening)
    assert server.wait(WAIT) == -signal.SIGTERM


def until_answers(command: int, port: int, other_than: int = 0) -> int:
    """The process number of the server that a command runs, once it answers."""
    children = Path(f"/proc/{command}/task/{command}/children")
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        found = [int(child) for child in children.read_text().split() if int(child) != other_than]
        if found and answers(port):
            return found[0]
        time.sleep(0.2)
    raise AssertionError("the server does not answer")


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/health", timeout=2):
            return True
    except OSError:
        return False


def test_a_command_that_works_says_nothing(workspace: Workspace) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FREEZES_HERE.format(freeze="pass") + COMMAND, "on"],
        capture_output=True,
        text=True,
        timeout=WAIT,
        env=os.environ | {"ARTSIM_STALL_SECONDS": "60"},
    )
    assert done.returncode == 0, done.stderr
    assert "100 of 100" in done.stderr
    assert "frozen" not in done.stderr
    assert not (workspace.root / "artsim-errors.log").exists()


def test_a_job_that_freezes_says_so_in_its_record(workspace: Workspace) -> None:
    table = JobTable(workspace)
    table.add("demo", {})
    job = table.claim_next(runner.this_host())
    assert job is not None
    with running(FREEZES["a thread waits for ever"], JOB, job.log, job.id):
        assert "in freezes_here" in until_in(job.log, "in freezes_here")
        end = time.monotonic() + WAIT
        while "frozen" not in table.get(job.id).message and time.monotonic() < end:
            time.sleep(0.1)
        found = table.get(job.id)
        assert found.state == "running"
        assert found.message.startswith("No progress for 3 seconds: this may be frozen.")
        assert "log" in found.message


def test_a_job_that_holds_the_gil_leaves_its_stacks_before_it_is_given_up(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SILENT_SECONDS", 6.0)
    monkeypatch.setattr(store, "SUSPECT_SECONDS", 0.5)
    monkeypatch.setattr(store, "RESTARTS", 0)
    table = JobTable(workspace)
    table.add("demo", {})
    job = table.claim_next(runner.this_host())
    assert job is not None
    # A heartbeat comes first: it winds up the timer.
    freeze = f"time.sleep(5); {FREEZES['the GIL is held for ever']}"
    with running(freeze, JOB, job.log, job.id):
        assert "in freezes_here" in until_in(job.log, "in freezes_here")
        end = time.monotonic() + WAIT
        jobs = JobStore(workspace)
        while jobs.get(job.id).active and time.monotonic() < end:
            time.sleep(0.1)
        given_up = jobs.get(job.id)
    assert given_up.state == "failed"
    assert "stopped answering (its log tells what every thread was doing)" in given_up.error
    assert "freezes_here" not in given_up.error


@pytest.mark.parametrize("stated", ["soon", "0", "-1", "nan", "inf"])
def test_a_limit_that_is_none_is_one_sentence(monkeypatch: pytest.MonkeyPatch, stated: str) -> None:
    monkeypatch.setenv("ARTSIM_STALL_SECONDS", stated)
    with pytest.raises(InvalidInput, match=r"ARTSIM_STALL_SECONDS.* is no number of 1 to 86400\."):
        watchdog.limit()
