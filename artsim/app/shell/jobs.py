"""Jobs as a person sees them: what runs, its progress, its end, and what can be done."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import advice, markdown, plain
from artsim.core.errors import ArtsimError, NeedsConsent, NewerFormat, Unavailable, Unreadable
from artsim.core.progress import duration, how_many
from artsim.jobs.job import Job
from artsim.jobs.store import LOG_ENDS
from artsim.people import present
from artsim.people.roles import Action

if TYPE_CHECKING:
    from pydantic import BaseModel

_KINDS = {
    "import_folder": "Importing",
    "import_folder_and_embed": "Importing",
    "import_nga": "Importing from the National Gallery of Art",
    "import_and_embed": "Bringing in paintings of the National Gallery of Art",
    "demo": "Building the demo collection",
    "sync": "Reading the source again",
    "embed": "Embedding",
    "patches": "Preparing details",
    "index": "Building an index",
    "evaluate": "Evaluating",
    "map": "Drawing a map",
    "train": "Training",
    "prepare_wikiart": "Preparing WikiArt",
}
_STATES = {
    "queued": ":material/schedule: waits for its turn",
    "running": ":material/autorenew: running",
    "succeeded": ":material/check_circle: done",
    "failed": ":material/error: failed",
    "cancelled": ":material/cancel: cancelled",
}
_SEEN = "jobs_running"
_LAST_LINES = 12


def submit(kind: str, config: "BaseModel") -> Job:
    """Start a job; the same job twice is one job."""
    return resources.jobs().submit(kind, config)


def is_active(kind: str, config: "BaseModel") -> bool:
    """Whether this very job is queued or running."""
    wanted = config.model_dump(mode="json")
    return any(
        job.kind == kind and job.config == wanted
        for job in resources.jobs().list("queued", "running")
    )


def under_way(kind: str) -> Job | None:
    """The first job of a kind that is queued or running, None where there is none."""
    return next((job for job in resources.jobs().active() if job.kind == kind), None)


def show_panel() -> None:
    """The jobs under way, in the sidebar; refreshes itself only while there are any."""
    try:
        active = resources.jobs().usable_active()
    except (Unavailable, Unreadable) as error:
        _unusable(error)
        return
    watched = _watched_failures()
    failed = resources.jobs().list("failed", limit=3) if watched else []
    failed = [job for job in failed if job.id in watched]
    st.session_state[_SEEN] = {job.id for job in active}
    with st.sidebar:
        if active:
            _live_panel()
        for job in failed:
            _failed(job)


def _unusable(trouble: ArtsimError) -> None:
    """Why the list of jobs cannot be used, with a button for a new list if it is damaged."""
    with st.sidebar:
        st.error(markdown(trouble, 500), icon=":material/error:")
        damaged = isinstance(trouble, Unreadable) and not isinstance(trouble, NewerFormat)
        if damaged and permitted.button(
            Action.SETTINGS, "Set it aside and begin a new list", key="jobs_begin_anew"
        ):
            _attempt(resources.jobs().begin_anew)


def _watched_failures() -> set[str]:
    """Jobs that this session saw running and that have ended since."""
    seen: set[str] = st.session_state.get("jobs_watched", set())
    seen |= st.session_state.get(_SEEN, set())
    st.session_state["jobs_watched"] = seen
    return seen


@st.fragment(run_every=2)
def _live_panel() -> None:
    active = resources.jobs().active()
    if {job.id for job in active} != st.session_state.get(_SEEN):
        st.rerun()
    st.markdown("**Jobs**")
    for job in active:
        _running(job)


def _running(job: Job) -> None:
    show_status(job, title(job), "panel")


def show_status(job: Job, heading: str, place: str) -> None:
    """How far a job is, and a way to stop it: the same for every kind and on every page."""
    st.caption(f"{heading}  \n{markdown(how_far(job))}")
    if job.share is not None:
        st.progress(job.share)
    if job.cancelling:
        st.caption("Stopping; what is finished is kept.")
    elif st.button(
        "Cancel",
        **{"key": f"{place}_cancel_{job.id}", "type": "tertiary", "icon": ":material/close:"}
        | _grey(job),
    ):
        _attempt(lambda: resources.jobs().cancel(job.id))


def _failed(job: Job) -> None:
    show_failure(job, title(job), "panel")


def show_failure(job: Job, heading: str, place: str) -> None:
    """Why a job failed in one sentence, the end of its log, and a way to go on."""
    if needs_consent(job):
        show_question(job, place)
        return
    st.error(f"{heading} failed. {markdown(reason(job), 600)}", icon=":material/error:")
    with st.expander("The last lines of its log", key=f"{place}_log_{job.id}"):
        log = resources.jobs().log(job.id, lines=_LAST_LINES)
        st.code(plain_lines(log) or "The log is empty.", language=None, wrap_lines=True)
    if st.button(
        "Try again",
        **{"key": f"{place}_resume_{job.id}", "icon": ":material/replay:"} | _grey(job),
    ):
        _attempt(lambda: resources.jobs().resume(job.id))


def needs_consent(job: Job) -> bool:
    """Whether a job has stopped to ask, before it changed anything."""
    return job.state == "failed" and NeedsConsent.REMEDY in job.error and "yes" in job.config


def show_question(job: Job, place: str) -> None:
    """The question of a job, with a button that confirms."""
    asked = reason(job).partition(f": {NeedsConsent.REMEDY}")[0]
    st.warning(f"{markdown(asked, 600)}. Check the source first.", icon=":material/help:")
    if st.button("Go on all the same", key=f"{place}_yes_{job.id}"):
        consented = {**job.config, "yes": True}
        _attempt(lambda: resources.jobs().submit(job.kind, consented))


def last_of(collection: str) -> Job | None:
    """The latest job on a collection among the last 50 jobs."""
    about = (job for job in resources.jobs().list(limit=50) if collection == _about(job))
    return next(about, None)


def _about(job: Job) -> str:
    return str(job.config.get("collection") or job.config.get("name") or "")


def reason(job: Job) -> str:
    """Why a job failed, without the lines of its log."""
    return advice(job.error.partition(LOG_ENDS)[0])


def _attempt(do: Callable[[], object]) -> None:
    """Change a job, or show why that failed: another page may have been faster."""
    try:
        do()
    except ArtsimError as error:
        st.toast(markdown(error, 300), icon=":material/info:")
        return
    st.rerun()


def title(job: Job) -> str:
    """What a job does, and to what."""
    target = job.config.get("title") or _called(job.config.get("collection") or job.target)
    other = "Importing" if job.kind.startswith("import_") else job.kind.replace("_", " ")
    what = _KINDS.get(job.kind, other.capitalize())
    return f"{what}: {markdown(target)}" if target and job.kind != "demo" else what


def _called(target: str) -> str:
    """What people call the target of a job, which may be a collection that is not there yet."""
    there = {info.name: info.heading for info in resources.library().collections()}
    return there.get(target, target)


def how_far(job: Job) -> str:
    """The stage at hand, steps of how many, rate and time left."""
    if job.state == "queued":
        return "waits for its turn"
    parts = [job.stage if job.kind != "embed" else ""] if job.stage else ["starting"]
    if job.total:
        parts.append(how_many(job.step, job.total, job.unit))
    elif job.step:
        parts.append(how_many(job.step, None, job.unit))
    if job.rate:
        parts.append(f"{job.rate:,.1f}/s")
    if job.eta is not None:
        parts.append(f"{duration(job.eta)} left")
    return ", ".join(part for part in parts if part)


def show_history() -> None:
    """The last jobs with their logs, on the collections page."""
    jobs = resources.jobs().list(limit=10)
    if not jobs:
        return
    st.header("Jobs", anchor=False)
    for job in jobs:
        began = _when(job.started or job.created)
        with st.expander(f"{_STATES[job.state]} · {title(job)} · {began}"):
            if job.error:
                st.error(markdown(reason(job), 1000))
            _choices(job)
            log = resources.jobs().log(job.id, lines=40)
            st.code(plain_lines(log) or "The log is empty.", language=None)


def _choices(job: Job) -> None:
    try:
        if job.active and st.button("Cancel", key=f"history_cancel_{job.id}", **_grey(job)):
            resources.jobs().cancel(job.id)
            st.rerun()
        ended = job.state in ("failed", "cancelled") and not job.unreadable
        if ended and st.button("Resume", key=f"history_resume_{job.id}", **_grey(job)):
            resources.jobs().resume(job.id)
            st.rerun()
        if not job.active and st.button("Delete", key=f"history_delete_{job.id}", **_grey(job)):
            resources.jobs().delete(job.id)
            st.rerun()
    except ArtsimError as error:
        st.error(markdown(error))


def _grey(job: Job) -> dict[str, Any]:
    """Grey and with the reason, if the job is somebody else's and the person may not change it."""
    mine = not present.house() or job.person == present.current().name
    return {} if mine else permitted.grey(Action.SETTINGS)


def plain_lines(log: str) -> str:
    """A log without control characters and without the inner places of errors.

    >>> plain_lines("Traceback (most recent call last):\\n  File 1, in main\\nKeyError: 1\\nend")
    'KeyError: 1\\nend'
    """
    shown, inside = [], False
    for line in log.splitlines():
        if line.startswith("Traceback "):
            inside = True
        elif inside and line.startswith((" ", "\t")):
            continue
        else:
            inside = False
            shown.append(plain(advice(line), 400))
    return "\n".join(shown)


def _when(seconds: float | None) -> str:
    return datetime.fromtimestamp(seconds or 0, UTC).strftime("%d %b %H:%M UTC")
