"""Jobs through real worker processes: queue, cancel, death, resume."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pictures_kit import write_pictures

from artsim.collection.reconcile import quality_report
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.jobs import runner, store
from artsim.jobs.job import Job
from artsim.jobs.store import JobStore
from artsim.jobs.table import JobTable
from artsim.tasks.configs import DemoConfig, EmbedConfig, ImportFolderConfig, NgaImportConfig
from artsim.tasks.queue import TaskQueue

LONG = DemoConfig(name="long", size=5000)
WAIT = 120.0  # seconds, for what takes one where no other test runs


@pytest.fixture
def jobs(workspace: Workspace) -> Iterator[JobStore]:
    jobs = TaskQueue(workspace)
    yield jobs
    for job in jobs._table.all("queued", "running"):
        jobs._table.request_cancel(job.id)
        runner.kill(job)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pictures(tmp_path_factory.mktemp("jobs") / "pictures", 8)


def until(jobs: TaskQueue, job: Job, true_of: Callable[[Job], bool], seconds: float = WAIT) -> Job:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = jobs.get(job.id)
        if true_of(job):
            return job
        if not job.active:
            break
        time.sleep(0.05)
    raise AssertionError(f"it did not happen: {job}\n{jobs.log(job.id)}")


def test_a_job_runs_in_a_process_group_of_its_own_and_reports(
    jobs: TaskQueue, folder: Path, workspace: Workspace
) -> None:
    job = jobs.submit("import_folder", ImportFolderConfig(name="mine", directory=folder))
    running = until(jobs, job, lambda j: j.pid is not None)
    assert os.getpgid(running.pid or 0) == running.pid != os.getpgid(0)
    done = jobs.wait(job.id, WAIT)
    assert (done.state, done.error) == ("succeeded", ""), jobs.log(job.id)
    assert "8 files read" in done.message
    assert done.heartbeat is not None
    assert "succeeded" in jobs.log(job.id, 1)
    assert quality_report(Collection.open(workspace, "mine")).read == 8


def test_what_goes_wrong_is_one_sentence_and_the_trace_is_in_the_log(jobs: TaskQueue) -> None:
    config = ImportFolderConfig(name="mine", directory=Path("/no/such/folder"))
    done = jobs.wait(jobs.submit("import_folder", config).id, WAIT)
    assert done.state == "failed"
    assert "/no/such/folder" in done.error
    assert "Traceback" not in done.error
    assert "Traceback" in jobs.log(done.id)


def test_one_job_runs_and_the_next_starts_when_it_is_cancelled(
    jobs: TaskQueue, folder: Path
) -> None:
    first = jobs.submit("demo", LONG)
    second = jobs.submit("import_folder", ImportFolderConfig(name="mine", directory=folder))
    assert jobs.submit("demo", LONG).id == first.id
    found = jobs.find_active("import_folder", {"name": "mine", "directory": str(folder)})
    assert found is not None
    assert found.id == second.id
    until(jobs, first, lambda j: j.stage != "" or j.message != "")
    assert [(j.id, j.state) for j in jobs.active()] == [
        (first.id, "running"),
        (second.id, "queued"),
    ]
    jobs.cancel(first.id)
    assert jobs.wait(first.id, WAIT).state == "cancelled"
    assert jobs.wait(second.id, WAIT).state == "succeeded"


def test_the_worker_itself_starts_the_next_job(jobs: TaskQueue, folder: Path) -> None:
    jobs.submit("import_folder", ImportFolderConfig(name="one", directory=folder))
    second = jobs.submit("import_folder", ImportFolderConfig(name="two", directory=folder))
    end = time.monotonic() + WAIT
    while time.monotonic() < end and jobs._table.get(second.id).active:
        time.sleep(0.1)
    assert jobs._table.get(second.id).state == "succeeded"


def test_a_killed_worker_is_failed_with_its_last_words_and_can_be_resumed(
    jobs: TaskQueue, folder: Path
) -> None:
    job = jobs.submit("import_folder", ImportFolderConfig(name="mine", directory=folder))
    running = until(jobs, job, lambda j: "attempt 1" in jobs.log(j.id))
    assert running.pid is not None
    os.killpg(running.pid, signal.SIGKILL)
    dead = until(jobs, job, lambda j: not j.active)
    assert dead.state == "failed"
    assert "ended unexpectedly" in dead.error
    assert "attempt 1" in dead.error
    assert jobs.resume(job.id).attempt == 2
    assert jobs.wait(job.id, WAIT).state == "succeeded", jobs.log(job.id)


def test_a_worker_that_stops_answering_is_started_again_once_and_then_given_up(
    jobs: TaskQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SUSPECT_SECONDS", 0.5)
    job = jobs.submit("demo", LONG)
    for attempt in (1, 2):
        words = f"attempt {attempt}"
        running = until(jobs, job, lambda j: words in jobs.log(j.id))  # noqa: B023
        os.kill(running.pid or 0, signal.SIGSTOP)
        with monkeypatch.context() as soon:  # a worker that only starts has its time
            soon.setattr(store, "SILENT_SECONDS", 3.0)
            until(jobs, job, lambda j: j.attempt > attempt or not j.active)  # noqa: B023
        assert not runner.is_alive(running)
    dead = jobs.get(job.id)
    assert (dead.state, dead.attempt) == ("failed", 2)
    assert "stopped answering" in dead.error
    assert "it is started again" in jobs.log(job.id)


def test_nothing_of_a_killed_job_lives_when_kill_returns(tmp_path: Path) -> None:
    helper = (
        "import os, time; os.fork(); a = bytearray(99 << 20); os.write(1, b'%d\\n' % os.getpid())"
    )
    for _ in range(5):
        command = [sys.executable, "-c", f"{helper}; time.sleep(100)"]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)
        assert worker.stdout is not None
        # Both have their memory, which takes the system a moment to free.
        members = [int(worker.stdout.readline()) for _ in range(2)]
        started = runner.process_started(worker.pid)
        job = Job("a", "demo", "running", {}, tmp_path / "log", pid=worker.pid)
        job = replace(job, host=runner.this_host(), pid_started=started)
        assert runner.is_alive(job)
        runner.kill(job)
        assert not runner.is_alive(job)
        for member in members:
            status = Path(f"/proc/{member}/status")
            assert not status.exists() or "(zombie)" in status.read_text()
        worker.stdout.close()
        worker.wait(10)


def test_a_worker_told_to_stop_from_outside_says_so(jobs: TaskQueue) -> None:
    job = jobs.submit("demo", LONG)
    running = until(jobs, job, lambda j: j.message != "" or j.stage != "")
    os.kill(running.pid or 0, signal.SIGTERM)
    done = until(jobs, job, lambda j: not j.active)
    assert done.state == "failed"
    assert "resume" in done.error


def test_a_reused_process_number_is_no_worker_and_is_not_killed(workspace: Workspace) -> None:
    table = JobTable(workspace)
    table.add("demo", {})
    job = table.claim_next(runner.this_host())
    assert job is not None
    table.set_process(job, os.getpid(), "1")
    assert TaskQueue(workspace).get(job.id).state == "failed"


def test_a_worker_elsewhere_is_judged_by_its_heartbeat(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, jobs = JobTable(workspace), TaskQueue(workspace)
    table.add("demo", {})
    job = table.claim_next("another-machine")
    assert job is not None
    table.set_process(job, 1, "1")
    assert jobs.get(job.id).state == "running"
    monkeypatch.setattr(store, "LOST_SECONDS", 0.0)
    assert jobs.get(job.id).state == "failed"


@pytest.mark.parametrize(
    ("kind", "config", "message"),
    [
        ("paint", {}, "no kind of job"),
        ("embed", {"collection": "../x", "backbone": "b"}, "cannot name a collection"),
        ("embed", {"collection": "x"}, "backbone: field required"),
        ("demo", {"size": 1}, "size"),
        ("demo", {"colour": "red"}, "colour"),
        ("import_nga", {"allow_hosts": ["a b"]}, "no host"),
        ("import_folder", {"name": "x", "directory": ".", "thresholds": {"y": 1}}, "no threshold"),
    ],
)
def test_configs_that_do_not_fit(
    jobs: TaskQueue, kind: str, config: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        jobs.submit(kind, config)
    assert jobs.list() == []


def test_an_import_config_serves_for_import_and_embed(workspace: Workspace) -> None:
    from artsim.tasks.kinds import checked_config

    config = checked_config("import_and_embed", NgaImportConfig(name="nga", limit=20))
    assert config.model_dump()["limit"] == 20
    assert config.model_dump()["show_first"] is True
    assert EmbedConfig(collection="a", backbone="b").model_dump(mode="json")["engine"] == "local"
