"""The jobs of a workspace: submit, watch, cancel, resume. Every call also keeps the queue going."""

import os
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artsim.core.database import set_aside
from artsim.core.errors import NotFound
from artsim.core.workspace import Workspace
from artsim.jobs import runner
from artsim.jobs.job import Job
from artsim.jobs.table import JobTable, canonical

SILENT_SECONDS = 20.0  # a live worker without a heartbeat for so long is suspected
SUSPECT_SECONDS = 5.0  # and given up after so much more: a laptop that wakes gets its chance
LOST_SECONDS = 30.0  # without a heartbeat, a worker that cannot be looked at is given up
CANCEL_SECONDS = 10.0  # how long a worker may take to stop cleanly
RESTARTS = 1  # so often is a worker that froze started again without being asked
_ERROR_LINES = 5
_SEARCHED_LINES = 200  # of a log: the stacks of all threads may stand at its end
# A line of what faulthandler writes.
_STACK = re.compile(r'Timeout \(.*\)!|(Current thread|Thread) 0x.*:|  File ".*|  \.\.\.|  <.*>|')
LOG_ENDS = " Its log ends with: "  # between what happened and what the log said last
Jobs = list[Job]


class JobStore:
    """One heavy job runs at a time, the others wait in order; safe from any thread or process.

    Every call but ``log`` also notices dead workers and starts the next job where none runs.
    """

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._table = JobTable(workspace)

    def submit(self, kind: str, config: Mapping[str, Any], person: str = "") -> Job:
        """Queue a job for ``person`` and start it when its turn comes.

        Where a job of the same kind and config is active, that one is returned: a double click
        submits once.
        """
        job = self._table.add(kind, dict(config), person)
        self.tend()
        return self._table.get(job.id)

    def list(self, *states: str, limit: int = 200) -> Jobs:
        """Jobs in any of ``states`` (all where none is named), the newest first."""
        self.tend()
        return self._table.all(*states, limit=limit)

    def active(self) -> Jobs:
        """Jobs that run or wait, in the order in which they will be done."""
        return in_turn(self.list("queued", "running"))

    def find_active(self, kind: str, config: Mapping[str, Any]) -> Job | None:
        """The job of this kind and config that runs or waits, None where there is none."""
        wanted = canonical(dict(config))
        return next(
            (j for j in self.active() if j.kind == kind and canonical(j.config) == wanted), None
        )

    def get(self, job_id: str) -> Job:
        """One job; raises NotFound."""
        self.tend()
        return self._table.get(job_id)

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop, without waiting for it; what it finished is kept.

        Raises NotFound, and Conflict where the job has ended already.
        """
        self.tend()
        job = self._table.request_cancel(job_id)
        if job.state == "running":
            runner.ask_to_stop(job)
        return self._table.get(job_id)

    def resume(self, job_id: str) -> Job:
        """Queue a failed or cancelled job again; it goes on from what it finished.

        An active job is returned as it is. Raises NotFound, and Conflict for a succeeded one.
        """
        self.tend()
        job = self._table.requeue(job_id)
        self.tend()
        return self._table.get(job.id)

    def delete(self, job_id: str) -> None:
        """Forget a job that has ended, and its log; raises NotFound, and Conflict for others."""
        job = self._table.get(job_id)
        self._table.delete(job_id)
        if job.log.parent == self.workspace.jobs:  # a damaged id may name another place
            job.log.unlink(missing_ok=True)

    def begin_anew(self) -> Path:
        """Set a list of jobs that cannot be read aside, and begin a new one; where it is now."""
        return set_aside(self.workspace.jobs_db)

    def wait(self, job_id: str, timeout: float | None = None) -> Job:
        """Wait until a job has ended, or ``timeout`` seconds; the job as it is then."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            job = self.get(job_id)
            if not job.active or (end is not None and time.monotonic() > end):
                return job
            time.sleep(0.2)

    def log(self, job_id: str, lines: int | None = None) -> str:
        """The job's log, its last ``lines`` where given; raises NotFound."""
        return read_log(self._table.get(job_id).log, lines)

    def tend(self) -> None:
        """Give up dead workers and start the next job where none runs."""
        active = self._table.all("queued", "running")
        if not active:
            return
        for job in active:
            if job.state == "running":
                self._look_after(job)
        claimed = self._table.claim_next(runner.this_host())
        if claimed is None:
            return
        try:
            self._table.set_process(claimed, *runner.start(self.workspace, claimed))
        except OSError as error:
            self._table.finish(claimed, "failed", f"Its process could not be started: {error}.")

    def _look_after(self, job: Job) -> None:
        if job.unreadable:
            self._table.give_up(job)
            return
        now, alive = time.time(), runner.is_alive(job)
        silent = now - (job.heartbeat or 0.0)
        overdue = job.cancel_requested is not None and now > job.cancel_requested + CANCEL_SECONDS
        if alive and not overdue:
            if silent < SILENT_SECONDS:
                return
            if job.silent_since is None:
                self._table.mark_silent(job)
                return
            if now < job.silent_since + SUSPECT_SECONDS:
                return
        elif alive is None and silent < LOST_SECONDS:
            return
        runner.kill(job)
        if job.cancel_requested is not None:
            self._table.finish(job, "cancelled")
            return
        how = "stopped answering" if alive or alive is None else "ended unexpectedly"
        ended = self._table.finish(job, "failed", _last_words(job, how))
        if ended and alive and job.attempt <= RESTARTS:
            self._restart(job)

    def _restart(self, job: Job) -> None:
        """A freeze seldom comes twice; an end by the system, for memory say, often does."""
        with open(job.log, "ab") as log:
            log.write(b"The worker had stopped answering: it is started again.\n")
        self._table.requeue(job.id)


def in_turn(jobs: Jobs) -> Jobs:
    """Jobs that run or wait, in the order in which they will be done."""
    return sorted(jobs, key=lambda job: (job.state != "running", job.queued))


def _last_words(job: Job, how: str) -> str:
    try:
        tail = read_log(job.log, _SEARCHED_LINES).splitlines()
    except NotFound:
        tail = []
    said = [line for line in tail if not _STACK.fullmatch(line)]
    traced = any(line.startswith("Timeout (") for line in tail)
    stacks = " (its log tells what every thread was doing)" if traced else ""
    text = f"The worker {how}{stacks}; resume the job to go on from what it finished."
    last = "\n".join(said[-_ERROR_LINES:]).strip()
    return f"{text}{LOG_ENDS}{last[-1500:]}" if last else text


def read_log(path: Path, lines: int | None = None) -> str:
    """Text of a log file, "" where there is none yet; its last ``lines`` read from the end."""
    try:
        with open(path, "rb") as file:
            if lines is not None:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - 400 * max(lines, 10)))
            text = file.read().decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise NotFound(f"The log {path} cannot be read: {error.strerror}.") from error
    return text if lines is None else "\n".join(text.splitlines()[-lines:])
