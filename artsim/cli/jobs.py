"""``artsim jobs``: background work, how far it is, its log, cancel and resume."""

from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json
from artsim.cli.output import facts, print_json, say, table
from artsim.core.lazy import lazy
from artsim.core.progress import describe, duration
from artsim.core.workspace import Workspace
from artsim.jobs.job import Job
from artsim.jobs.store import CANCEL_SECONDS

if TYPE_CHECKING:
    from artsim.tasks import queue
    from artsim.tasks.queue import TaskQueue
else:
    queue = lazy("artsim.tasks.queue")

app = typer.Typer(
    help="Background jobs: how far they are, their logs, cancel and resume.",
    epilog="Example: artsim jobs list",
    rich_markup_mode=None,
)
JobId = Annotated[str, typer.Argument(metavar="ID", help="Id of the job: see 'artsim jobs list'.")]


@app.command("list", epilog="Example: artsim jobs list --json")
def list_(as_json: Json = False) -> None:
    """List the jobs, the newest first."""
    jobs = _store().list()
    if as_json:
        print_json([job.to_json() for job in jobs])
        return
    if not jobs:
        say("There are no jobs. Imports and embeddings become jobs with --detach.")
        return
    table(
        ["id", "kind", "collection", "state", "progress"],
        [(j.id, j.kind, j.target, _state(j), j.error or _progress(j)) for j in jobs],
    )


@app.command(epilog="Example: artsim jobs show 1a2b3c4d")
def show(job_id: JobId, as_json: Json = False) -> None:
    """Show how far a job is."""
    _print(_store().get(job_id), as_json)


@app.command(epilog="Example: artsim jobs log 1a2b3c4d --lines 50")
def log(
    job_id: JobId,
    lines: Annotated[int | None, typer.Option(min=1, help="Only so many last lines.")] = None,
    as_json: Json = False,
) -> None:
    """Print the log of a job."""
    text = _store().log(job_id, lines)
    if as_json:
        print_json({"id": job_id, "log": text})
    elif text:
        say(text.rstrip("\n"))


@app.command(epilog="Example: artsim jobs cancel 1a2b3c4d")
def cancel(job_id: JobId, as_json: Json = False) -> None:
    """Stop a job; what it finished stays."""
    store = _store()
    store.cancel(job_id)
    _print(store.wait(job_id, CANCEL_SECONDS + 5), as_json)


@app.command(epilog="Example: artsim jobs resume 1a2b3c4d")
def resume(job_id: JobId, as_json: Json = False) -> None:
    """Queue a failed or cancelled job again; it goes on from what it finished."""
    _print(_store().resume(job_id), as_json)


@app.command(epilog="Example: artsim jobs delete 1a2b3c4d")
def delete(job_id: JobId) -> None:
    """Delete a job that has ended, and its log."""
    _store().delete(job_id)
    say(f"Job {job_id} is deleted.")


@app.command(epilog="Example: artsim jobs begin-anew --yes")
def begin_anew(
    yes: Annotated[bool, typer.Option("--yes", help="Really begin a new list.")] = False,
) -> None:
    """Set aside a list of jobs that cannot be read, and begin a new one."""
    if not yes:
        raise typer.BadParameter("this takes all jobs so far off the list: add --yes to do it")
    say(f"A new list of jobs has begun; the one before it is now {_store().begin_anew().name}.")


def _store() -> "TaskQueue":
    return queue.TaskQueue(Workspace.open())


def _state(job: Job) -> str:
    return "stopping" if job.cancelling else job.state


def _progress(job: Job) -> str:
    if not job.stage or not job.active:
        return job.message
    text = describe(job.stage, job.step, job.total, job.unit, 0.0)
    if job.rate:
        text += f", {job.rate:,.1f}/s"
    if job.eta:
        text += f", {duration(job.eta)} left"
    return text


def _print(job: Job, as_json: bool) -> None:
    if as_json:
        print_json(job.to_json())
        return
    document = job.to_json()
    facts(
        [
            ("job", job.id),
            ("kind", job.kind),
            ("collection", job.target),
            ("state", _state(job)),
            ("progress", _progress(job)),
            ("error", job.error),
            ("attempt", job.attempt if job.attempt > 1 else ""),
            ("created", document["created"]),
            ("started", document["started"]),
            ("finished", document["finished"]),
            ("heartbeat", document["heartbeat"] if job.active else ""),
            ("log", document["log"]),
        ]
    )
