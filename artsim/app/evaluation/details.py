"""Behind the figures: curves, classes, queries, pair tests and the space, one at a time."""

from collections.abc import Callable

import streamlit as st

from artsim.app.evaluation import cases as evaluation_cases
from artsim.app.evaluation import charts as evaluation_charts
from artsim.app.evaluation import space as evaluation_space
from artsim.app.evaluation import table as evaluation_table
from artsim.app.evaluation import view as evaluation_view
from artsim.app.shell import resources, state
from artsim.app.widgets import backbones, details
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.evaluation import verdicts
from artsim.evaluation.breakdown import CASES
from artsim.evaluation.relevances import called
from artsim.evaluation.results import Evaluation, Run

_OPENED_FROM = "evaluation_opened_from"


def chosen(
    name: str,
    label: str,
    options: list[str],
    value: str,
    words: Callable[[str], str] = str.capitalize,
) -> str:
    """A choice that the URL keeps."""
    key = f"evaluation_view_{name}"
    st.session_state[key] = value

    def changed() -> None:
        evaluation_view.change(**{name: st.session_state[key] or value})

    st.segmented_control(label, options, key=key, on_change=changed, format_func=words)
    return value


def show(view: evaluation_view.EvaluationView, evaluation: Evaluation, relevance: str) -> None:
    """Show the details that the person has chosen, one kind at a time."""
    st.header("Behind the figures", anchor=False)
    looks = evaluation_view.LOOKS
    look = chosen("look", "Show", list(looks), view.look, words=looks.__getitem__)
    if look == "curve":
        kinds = evaluation_charts.CURVES
        kind = st.segmented_control(
            "Curve",
            list(kinds),
            key="evaluation_curve",
            default="map",
            format_func=kinds.__getitem__,
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
    backbone = view.backbone if view.backbone in runs else names[0]
    if len(names) > 1:
        chosen("backbone", "Backbone", names, backbone, words=backbones.label)
    return runs[backbone]


def _classes(evaluation: Evaluation, relevance: str) -> None:
    words = {"class": called(relevance), "century": "Century", "fitted": "Fitted on"}
    kinds = [k for k in words if any(r.parts.get(k) for r in evaluation.runs)]
    left, right = st.columns(2)
    with left:
        kind = st.segmented_control(
            "Bars for each",
            kinds,
            key="evaluation_parts",
            default=kinds[0],
            format_func=words.__getitem__,
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
        "Queries", list(ends), key="evaluation_end", default="worst", format_func=ends.__getitem__
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


def show_opened(collection: str) -> None:
    """The work that was opened, large; of ``collection`` unless it was a query from another one."""
    shown = st.session_state.pop(_OPENED_FROM, collection)
    if shown in {info.name for info in resources.library().collections()}:
        version = resources.library().collection(shown).stamp
        details.show_requested(state.View(shown), version)
