"""The process that does one job: ``python -m artsim.tasks.worker ID ATTEMPT``."""

import logging
import os
import signal
import sys
import warnings

from artsim.core.errors import ArtsimError, Cancelled
from artsim.core.progress import NULL
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace
from artsim.desk import personal
from artsim.jobs import runner
from artsim.jobs.job import Job
from artsim.jobs.job_progress import JobProgress
from artsim.jobs.store import CANCEL_SECONDS, JobStore
from artsim.jobs.table import JobTable
from artsim.people import addresses
from artsim.tasks.kinds import checked_config, kind_named
from artsim.training.rank import rank
from artsim.upkeep import leftovers

_log = logging.getLogger("artsim.job")


def main(arguments: list[str]) -> int:
    """Do the job that the arguments name; 0 where it succeeded."""
    job_id, attempt = arguments[0], int(arguments[1])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    warnings.simplefilter("ignore")
    workspace = Workspace.open()
    table = JobTable(workspace)
    job = table.get(job_id)
    if rank():
        return _help(workspace, job)
    if job.attempt != attempt or not table.set_process(
        job, os.getpid(), runner.process_started(os.getpid())
    ):
        _log.error("job %s belongs to another process now", job_id)
        return 1
    for left in leftovers.sweep(workspace):
        _log.info("swept %s", left)
    _log.info("job %s: %s, attempt %d, %s", job.id, job.kind, job.attempt, job.config)
    state = _do(workspace, table, job)
    JobStore(workspace).tend()
    return 0 if state == "succeeded" else 1


def _help(workspace: Workspace, job: Job) -> int:
    """Do this process's share of a job that another process leads; only that one reports."""
    kind_named(job.kind).run(workspace, checked_config(job.kind, job.config), NULL)
    return 0


def _do(workspace: Workspace, table: JobTable, job: Job) -> str:
    state, error, message = "failed", "", ""
    own_pid = os.getpid()
    with JobProgress(table, job, CANCEL_SECONDS) as progress:

        def on_term(_number: int, _frame: object) -> None:
            if os.getpid() != own_pid:
                os._exit(1)  # a helper process that inherited this handler
            progress.stop()

        signal.signal(signal.SIGTERM, on_term)
        try:
            config = checked_config(job.kind, job.config)
            with personal.acting_for(job.person), addresses.asked_by(job.person):
                message = kind_named(job.kind).run(workspace, config, progress)
            state = "succeeded"
        except BaseException as problem:
            if progress.cancelled:
                state = "cancelled"
            else:
                error = _sentence(problem)
            _log.info("stopped", exc_info=problem)
    if progress.lost:
        _log.error("somebody else ended this attempt")
        return "failed"
    if message:
        table.report(job, message=message)
    table.finish(job, state, error)
    _log.info("%s%s", state, f": {error or message}" if error or message else "")
    return state


def _sentence(problem: BaseException) -> str:
    if isinstance(problem, Cancelled):
        return "The worker was told to stop from outside: resume the job to go on."
    if isinstance(problem, ArtsimError):
        return str(problem)
    known = trouble(problem)
    if known is not None:
        return known
    said = " ".join(str(problem).split())[:200]
    return f"Unexpected error: {type(problem).__name__}{f': {said}' if said else ''}; see the log."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
