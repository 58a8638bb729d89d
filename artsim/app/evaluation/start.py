"""Starting an evaluation: at once if it is short, else as a job that the page watches."""

import logging

import streamlit as st

from artsim.app.evaluation import view as evaluation_view
from artsim.app.evaluation.form import WAIT_SECONDS
from artsim.app.shell import jobs, resources
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import likely_seconds
from artsim.evaluation.runs import evaluate_and_keep
from artsim.jobs.job import Job

KIND = "evaluate"
_JOB = "evaluation_job"
_log = logging.getLogger("artsim.app")


class PageProgress:
    """Progress as a bar on the page."""

    def __init__(self) -> None:
        self._bar = st.progress(0.0, "Evaluating")
        self._what, self._total, self._done = "Evaluating", 0, 0

    def start(self, total: int | None, what: str, unit: str = "images") -> None:  # noqa: ARG002
        self._what, self._total, self._done = what, total or 0, 0
        self._bar.progress(0.0, markdown(what))

    def advance(self, n: int = 1) -> None:
        self._done += n
        if self._total:
            self._bar.progress(min(1.0, self._done / self._total), markdown(self._what))

    def say(self, text: str) -> None:
        pass

    def finish(self) -> None:
        self._bar.empty()


def start(config: EvaluateConfig) -> None:
    """Evaluate; the page then shows the figures, or why there are none."""
    library, progress = resources.library(), PageProgress()
    try:
        if likely_seconds(library, config) > WAIT_SECONDS:
            st.session_state[_JOB] = jobs.submit(KIND, config).id
            st.rerun()
        found = evaluate_and_keep(library, config, progress)
    except ArtsimError as error:
        progress.finish()
        _log.info("evaluation not possible: %s", error)
        st.error(markdown(error, 600), icon=":material/error:")
        return
    evaluation_view.open_run(found.id, found.collection)
    st.rerun()


def watch(collection: str, open_it: bool) -> None:
    """Watch the evaluation of ``collection`` under way, whoever started it, then lead to it.

    ``open_it``: the page goes there by itself, else it offers to.
    """
    job_id = st.session_state.get(_JOB) or _under_way(collection)
    if not job_id:
        return
    st.session_state[_JOB] = job_id
    try:
        job = resources.jobs().get(job_id)
    except ArtsimError:
        st.session_state.pop(_JOB)
        return
    if job.active:
        with st.container(border=True, key="evaluation_job"):
            _live(job_id)
        return
    st.session_state.pop(_JOB)
    if job.state == "succeeded":
        _done(job, open_it)
    elif job.state == "failed":
        why = markdown(jobs.reason(job), 600)
        st.error(f"The evaluation failed. {why}", icon=":material/error:")


def _under_way(collection: str) -> str:
    found = (j for j in resources.jobs().active() if j.kind == KIND and j.target == collection)
    return next((job.id for job in found), "")


@st.fragment(run_every=1)
def _live(job_id: str) -> None:
    job = resources.jobs().get(job_id)
    if not job.active:
        st.rerun()
    jobs.show_status(job, "You may leave this page; the result is kept.", "evaluation")


def _done(job: Job, open_it: bool) -> None:
    """Go to the evaluation that a job stored: the latest with its config."""
    for kept in resources.library().evaluations():
        same = kept.collection == job.target and kept.k == job.config["k"]
        if not same or resources.library().evaluation(kept.id).config != job.config:
            continue
        if open_it:
            evaluation_view.open_run(kept.id, kept.collection)
            st.rerun()
        st.success("The evaluation under way is done.", icon=":material/check_circle:")
        st.button(
            "Open it",
            key="evaluation_open_done",
            on_click=evaluation_view.open_run,
            args=(kept.id, kept.collection),
        )
        return
