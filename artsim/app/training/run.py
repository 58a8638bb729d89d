"""One training: its progress, its curves and epochs, and its result."""

import streamlit as st
from pydantic import ValidationError

from artsim.app.shell import jobs, resources
from artsim.app.training import charts as train_charts
from artsim.app.training import facts as train_facts
from artsim.app.training import list as train_list
from artsim.app.training import result as train_result
from artsim.app.training import runs as train_runs
from artsim.app.training import shelf
from artsim.app.training import tables as train_tables
from artsim.app.training import view as train_view
from artsim.app.training.runs import Training
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.core.fields import invalid
from artsim.core.progress import duration
from artsim.jobs.store import read_log
from artsim.training.config import TrainConfig

_LOG_LINES = 12


def show(name: str) -> None:
    """The training called ``name``, or the sentence why there is none."""
    st.button(
        "All trained backbones",
        key="train_back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=train_view.open_run,
        args=("",),
    )
    training = train_runs.one(name)
    if training is None:
        _gone(name)
        return
    st.title(markdown(training.name), anchor=False)
    if training.record is not None and training.record.unreadable:
        st.error(markdown(training.record.unreadable, 500), icon=":material/error:")
        train_result.show_delete(training)
        return
    st.caption(_about(training))
    if training.active:
        st.fragment(_live, run_every=2)(name)
        return
    _ended(training)
    _figures(training)
    if training.record is not None:
        train_result.show_details(training.record)
    shelf.show_actions(training)
    train_result.show_delete(training)


def _gone(name: str) -> None:
    st.title("Train", anchor=False)
    if train_runs.was_published(name):
        st.error(
            f"The backbone {markdown(name, 80)} was trained here, but its folder is gone: train "
            "it again, or choose another one.",
            icon=":material/error:",
        )
    else:
        st.error(
            f"There is no training called {markdown(name, 80)} here: choose one in the list.",
            icon=":material/error:",
        )
    train_list.show()


def _about(training: Training) -> str:
    facts = [train_runs.STATES[training.state], training.when]
    if training.base:
        facts.append(f"from {markdown(training.base, 60)}")
    if training.source:
        facts.append(f"on {markdown(train_list.short(training.source), 60)}")
    if training.labels:
        facts.append(f"learns {markdown(', '.join(training.labels), 80)}")
    return " · ".join(fact for fact in facts if fact)


def _live(name: str) -> None:
    training = train_runs.one(name)
    if training is None or not training.active:
        st.rerun()
    else:
        with st.container(border=True, key="train_status"):
            _status(training)
        _figures(training)


def _status(training: Training) -> None:
    if training.record is not None and training.record.rows:
        st.markdown(f"**{_how_far(training)}**")
    if training.job is None or not training.job.active:
        st.caption("It was started from a command line: it can be stopped there.")
        return
    jobs.show_status(training.job, "You may leave this page; the training goes on.", "train")


def _how_far(training: Training) -> str:
    """``Epoch 3 of 12 done · about 10 min left · best mean mAP@10 0.412 in epoch 2``."""
    record = training.record
    assert record is not None  # noqa: S101 - asked only where epochs are written down
    done, planned = train_facts.epochs_done(record), record.epochs_planned
    parts = [f"Epoch {done:,}{f' of {planned:,}' if planned else ''} done"]
    left = train_facts.seconds_left(record)
    if left is not None and training.state == "running":
        parts.append(
            f"about {duration(left)} left, less if it stops early" if left else "finishing"
        )
    best = record.best
    mean = train_facts.value(best, "map10_mean") if best else None
    if best is not None and mean is not None:
        epoch = train_facts.value(best, "epoch") or 0
        parts.append(f"best so far: mean mAP@10 {mean:.3f} in epoch {epoch:.0f}")
    return " · ".join(parts)


def _ended(training: Training) -> None:
    """The result, and what can be done now."""
    if training.state == "done":
        train_result.show(training)
        return
    job = training.job
    if training.state == "failed" and job is not None:
        jobs.show_failure(job, "This training", "train")
    else:
        how = "was cancelled" if training.state == "cancelled" else "was stopped"
        st.info(
            f"This training {how}; what it finished is kept, and it can go on from there.",
            icon=":material/pause_circle:",
        )
        _offer_resume(training)
    if training.record is not None and training.record.rows:
        st.markdown(f"**{_how_far(training)}**")
        if job is None:
            _log(training)


def _offer_resume(training: Training) -> None:
    if st.button("Resume", key="train_resume", type="primary", icon=":material/play_arrow:"):
        try:
            _resume(training)
        except ArtsimError as error:
            st.error(markdown(error, 500), icon=":material/error:")
            return
        st.rerun()


def _resume(training: Training) -> None:
    if training.job is not None and training.job.state in ("failed", "cancelled"):
        resources.jobs().resume(training.job.id)
    elif training.record is not None:
        told = training.record.config
        known = {name: told[name] for name in TrainConfig.model_fields if name in told}
        try:
            again = TrainConfig(**{**known, "resume": True})
        except ValidationError as error:
            raise invalid(error) from error
        jobs.submit(train_runs.KIND, again)


def _log(training: Training) -> None:
    """The end of the log of a training that did not run as a job."""
    file = training.record.folder / "log.txt" if training.record else None
    if file is None or not file.is_file():
        return
    with st.expander("The last lines of its log", key="train_log"):
        st.code(jobs.plain_lines(read_log(file, _LOG_LINES)) or "The log is empty.", language=None)


def _figures(training: Training) -> None:
    record = training.record
    if record is None or not record.rows:
        if training.active:
            st.caption("Curves appear after the first epoch.")
        return
    if not training.active:
        train_tables.figures(record)
    train_charts.curves(record)
    with st.expander("Every epoch", key="train_epochs"):
        train_tables.epochs(record)
