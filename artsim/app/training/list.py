"""The trained backbones, each in one line: labels, best figures, when, and its state."""

import streamlit as st

from artsim.app.shell import jobs, resources
from artsim.app.training import facts as train_facts
from artsim.app.training import runs as train_runs
from artsim.app.training import view as train_view
from artsim.app.training.runs import Training
from artsim.app.widgets import unreadable
from artsim.app.widgets.texts import markdown
from artsim.training.published import delete_backbone
from artsim.training.record import delete_training

_FEW = 8


def show() -> None:
    """The list, trainings under way first; it refreshes itself while there are any."""
    trainings = train_runs.every()
    if not trainings:
        st.info(
            "No backbone was trained here yet: choose below what to learn from.",
            icon=":material/model_training:",
        )
        return
    st.header("Trained backbones", anchor=False)
    everything = len(trainings) <= _FEW or st.session_state.get("train_all", False)
    for training in trainings if everything else trainings[:_FEW]:
        if training.active:
            st.fragment(_live, run_every=2)(training.name)
        else:
            _line(training)
    if len(trainings) > _FEW:
        st.toggle(f"Show all {len(trainings):,}", key="train_all")


def _live(name: str) -> None:
    training = train_runs.one(name)
    if training is None or not training.active:
        st.rerun()
    else:
        _line(training)


def _line(training: Training) -> None:
    if training.record is not None and training.record.unreadable:
        why = {training.name: training.record.unreadable}
        forget = delete_backbone if training.record.published else delete_training
        unreadable.show(why, "training", lambda name: forget(resources.workspace(), name))
        return
    with st.container(border=True, key=f"train_line_{training.name}"):
        about, actions = st.columns([5, 1], vertical_alignment="center")
        with about:
            st.markdown(f"**{markdown(training.name)}**  \n{_facts(training)}")
            told = _figures(training)
            if told:
                st.caption(told)
            if training.active and training.job is not None:
                st.caption(markdown(jobs.how_far(training.job)))
                if training.job.share is not None:
                    st.progress(training.job.share)
        with actions, st.container(horizontal=True, horizontal_alignment="right"):
            st.button(
                "Watch" if training.active else "Open",
                key=f"train_open_{training.name}",
                help=f"Open {training.name}",
                on_click=train_view.open_run,
                args=(training.name,),
            )


def _facts(training: Training) -> str:
    facts = [train_runs.STATES[training.state], training.when]
    if training.base:
        facts.append(f"from {markdown(training.base, 60)}")
    if training.source:
        facts.append(f"on {markdown(short(training.source), 60)}")
    if training.labels:
        facts.append(markdown(", ".join(training.labels), 80))
    return " · ".join(fact for fact in facts if fact)


def _figures(training: Training) -> str:
    if training.record is None:
        return ""
    told = [f"{title} {number:.3f}" for title, number in train_facts.best_figures(training.record)]
    return f"mAP@10: {markdown(' · '.join(told))}" if told else ""


def short(source: str) -> str:
    """A collection's name, or the last part of a folder's."""
    if source in {info.name for info in resources.library().collections()}:
        return source
    return source.rstrip("/").rpartition("/")[2] or source
