"""Evaluate: how well backbones retrieve, in figures that a sceptic can check."""

import logging
from pathlib import Path

import streamlit as st

from artsim.collection.store import CollectionInfo
from artsim.errors import ArtsimError
from artsim.evaluation import verdicts
from artsim.evaluation.breakdown import CASES
from artsim.evaluation.results import Evaluation, Run
from ui import (
    details,
    evaluation_cases,
    evaluation_charts,
    evaluation_form,
    evaluation_record,
    evaluation_runs,
    evaluation_space,
    evaluation_start,
    evaluation_table,
    evaluation_view,
    resources,
    sidebar,
    state,
    welcome,
)
from ui.texts import heading, markdown, markup

_SEARCH = Path(__file__).with_name("search.py")
_CSS = Path(__file__).resolve().parent.parent / "ui" / "assets" / "evaluation.css"
_OPENED_FROM = "evaluation_opened_from"


def main() -> None:
    collections = sidebar.by_name()
    if not collections and not resources.kept_runs():
        welcome.show()
        return
    view = evaluation_view.current()
    if "query" in st.query_params:
        # "More like this" was asked for, which is the Search page's work.
        asked = state.View(view.collection, query=st.query_params["query"])
        st.switch_page(_SEARCH, query_params=asked.to_params())
    st.html(_CSS)
    evaluation = _opened(view.run)
    evaluation_start.watch(view.collection, open_it=evaluation is None)
    if evaluation is None:
        _start(collections, view)
    else:
        _result(collections, view, evaluation)
    shown = st.session_state.pop(_OPENED_FROM, view.collection)
    if shown in collections:
        version = str(resources.engine().collection(shown).version)
        details.show_requested(state.View(shown), version)


def _opened(run_id: str) -> Evaluation | None:
    """The evaluation that the link names; a sentence where it is not there."""
    if not run_id:
        return None
    try:
        return resources.evaluation(run_id)
    except ArtsimError as error:
        logging.getLogger("artsim.ui").info("no such evaluation: %s", error)
        st.error(
            "This link names an evaluation that is not kept here, or cannot be read: choose "
            "another one below, or make a new one.",
            icon=":material/error:",
        )
        return None


def _start(collections: dict[str, CollectionInfo], view: evaluation_view.EvaluationView) -> None:
    st.title("Evaluate", anchor=False)
    st.caption(
        "Every work asks for its relatives, and the figures say how many of them a backbone "
        "finds: by title, style, genre, school or artist."
    )
    info = collections.get(view.collection)
    if info is None:
        st.info("Choose a collection in the sidebar.")
    else:
        _form(collections, info)
    evaluation_runs.show_list(collection=view.collection)


def _form(collections: dict[str, CollectionInfo], info: CollectionInfo) -> None:
    config = evaluation_form.show(collections, info)
    if config is not None:
        evaluation_start.start(config)


def _result(
    collections: dict[str, CollectionInfo],
    view: evaluation_view.EvaluationView,
    evaluation: Evaluation,
) -> None:
    info = collections.get(evaluation.collection)
    name = heading(info) if info else evaluation.collection
    st.title(f"Evaluation of {markdown(name)}", anchor=False)
    st.caption(evaluation_record.summary(evaluation))
    other = _opened(view.against)
    if other is not None:
        evaluation_runs.show_pair(evaluation, other)
        return
    evaluation_record.show_downloads(evaluation)
    relevance = _relevance(view, evaluation)
    st.html(f"<p class='artsim-verdict'>{markup(verdicts.sentence(evaluation, relevance))}</p>")
    evaluation_table.show(evaluation, relevance)
    evaluation_record.show_notes(evaluation)
    runs = verdicts.of_relevance(evaluation, relevance)
    evaluation_charts.intervals([(run.backbone, run) for run in runs])
    with st.expander("Embeddings, and the figures of the earlier work", key="evaluation_earlier"):
        evaluation_table.show_others(evaluation, relevance)
    _closer(view, evaluation, relevance)
    evaluation_record.show(evaluation)
    if info is not None:
        evaluation_form.recall(evaluation)
        with st.expander("Evaluate again with other settings", key="evaluation_again"):
            _form(collections, info)
    evaluation_runs.show_list(evaluation.id, evaluation.collection)
    evaluation_runs.show_delete(evaluation)


def _relevance(view: evaluation_view.EvaluationView, evaluation: Evaluation) -> str:
    found = verdicts.relevances(evaluation)
    chosen = view.relevance if view.relevance in found else found[0]
    return _chosen("relevance", "What counts as a hit", list(found), chosen)


def _chosen(name: str, label: str, options: list[str], value: str, words=str.capitalize) -> str:
    """A choice that the URL keeps."""
    key = f"evaluation_view_{name}"
    st.session_state[key] = value

    def changed() -> None:
        evaluation_view.change(**{name: st.session_state[key] or value})

    st.segmented_control(label, options, key=key, on_change=changed, format_func=words)
    return value


def _closer(view: evaluation_view.EvaluationView, evaluation: Evaluation, relevance: str) -> None:
    """One way to look behind the figures at a time."""
    st.subheader("Behind the figures", anchor=False)
    looks = evaluation_view.LOOKS
    look = _chosen("look", "Show", list(looks), view.look, words=looks.get)
    if look == "curve":
        kinds = evaluation_charts.CURVES
        kind = st.segmented_control(
            "Curve", list(kinds), key="evaluation_curve", default="map", format_func=kinds.get
        )
        evaluation_charts.curve(evaluation, relevance, kind or "map")
    elif look == "classes":
        _classes(evaluation, relevance)
    elif look == "pairs":
        evaluation_table.show_pairs(evaluation, relevance)
    else:
        run = _run(view, evaluation, relevance)
        if look == "queries":
            _queries(evaluation, run)
        else:
            _space(evaluation, run)


def _run(view: evaluation_view.EvaluationView, evaluation: Evaluation, relevance: str) -> Run:
    runs = {run.backbone: run for run in verdicts.of_relevance(evaluation, relevance)}
    names = list(runs)
    chosen = view.backbone if view.backbone in runs else names[0]
    if len(names) > 1:
        _chosen("backbone", "Backbone", names, chosen, words=str)
    return runs[chosen]


def _classes(evaluation: Evaluation, relevance: str) -> None:
    words = {"class": relevance.capitalize(), "century": "Century", "artists": "Seen in training"}
    kinds = [k for k in words if any(r.parts.get(k) for r in evaluation.runs)]
    left, right = st.columns(2)
    with left:
        kind = st.segmented_control(
            "Bars for each", kinds, key="evaluation_parts", default=kinds[0], format_func=words.get
        )
    with right:
        figures = ["map_at_k", "precision_at_k", "recall_at_k", "hit_at_k"]
        k = evaluation.runs[0].k
        figure = st.segmented_control(
            "Figure",
            figures,
            key="evaluation_part_figure",
            default=figures[0],
            format_func=lambda f: verdicts.name(f, k),
        )
    total = evaluation_charts.classes(evaluation, relevance, kind or kinds[0], figure or figures[0])
    shown = min(total, evaluation_charts.MOST_CLASSES)
    more = f"The {shown} largest of {total:,}; the JSON has them all. " if total > shown else ""
    st.caption(f"{more}In brackets: queries. Few queries make wide intervals.")


def _queries(evaluation: Evaluation, run: Run) -> None:
    ends = {"worst": f"{CASES} worst", "best": f"{CASES} best"}
    end = st.segmented_control(
        "Queries", list(ends), key="evaluation_end", default="worst", format_func=ends.get
    )
    cases = run.best if end == "best" else run.worst
    st.caption(
        f"By AP@{run.k}. The query comes first, then what it retrieved, best first. A hit has a "
        "frame, a ✓ and the word."
        + (
            f" The first {evaluation_cases.MOST_SHOWN} of {run.k} are shown."
            if run.k > evaluation_cases.MOST_SHOWN
            else ""
        )
    )
    evaluation_cases.show(
        evaluation,
        run,
        cases,
        key="evaluation_cases",
        label=ends[end or "worst"],
        on_open=lambda artwork_id, asked: _look_closer(evaluation, artwork_id, asked),
    )


def _look_closer(evaluation: Evaluation, artwork_id: str, asked: bool) -> None:
    st.session_state[_OPENED_FROM] = (
        evaluation.queries_collection if asked else evaluation.collection
    )
    details.request(artwork_id)


def _space(evaluation: Evaluation, run: Run) -> None:
    try:
        evaluation_space.show(evaluation, run)
    except ArtsimError as error:
        st.info(markdown(error, 400), icon=":material/info:")


main()
