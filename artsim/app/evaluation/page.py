"""Evaluate: how well backbones retrieve, in figures that a sceptic can check."""

import logging

import streamlit as st
from pydantic import ValidationError

from artsim.app.evaluation import charts as evaluation_charts
from artsim.app.evaluation import details as evaluation_details
from artsim.app.evaluation import form as evaluation_form
from artsim.app.evaluation import record as evaluation_record
from artsim.app.evaluation import runs as evaluation_runs
from artsim.app.evaluation import start as evaluation_start
from artsim.app.evaluation import table as evaluation_table
from artsim.app.evaluation import view as evaluation_view
from artsim.app.shell import gone, resources, sidebar, state, title, welcome
from artsim.app.shell.places import ASSETS, SEARCH
from artsim.app.widgets import backbones as labels
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown, markup
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError
from artsim.evaluation import verdicts
from artsim.evaluation.config import IN_WORDS, EvaluateConfig
from artsim.evaluation.relevances import called
from artsim.evaluation.results import Evaluation
from artsim.people.roles import Action


def main() -> None:
    collections = sidebar.by_name()
    library = resources.library()
    if not collections and not library.evaluations() and not library.unreadable_evaluations():
        welcome.show()
        return
    view = evaluation_view.current()
    if "query" in st.query_params:
        # "More like this" was asked for, which is the Search page's work.
        asked = state.link(view.collection, query=st.query_params["query"])
        st.switch_page(SEARCH, query_params=asked)
    st.html(ASSETS / "evaluation.css")
    evaluation = _opened(view.run)
    evaluation_start.watch(view.collection, open_it=evaluation is None)
    if evaluation is None:
        _start(collections, view)
    else:
        _result(collections, view, evaluation)
    evaluation_details.show_opened(view.collection)


def _opened(run_id: str) -> Evaluation | None:
    """The evaluation that the link names; a sentence where it is not there."""
    if not run_id:
        return None
    try:
        return resources.library().evaluation(run_id)
    except ArtsimError as error:
        logging.getLogger("artsim.app").info("no such evaluation: %s", error)
        st.error(
            "This link names an evaluation that is not kept here, or cannot be read: choose "
            "another one below, or make a new one.",
            icon=":material/error:",
        )
        return None


def _start(collections: dict[str, CollectionInfo], view: evaluation_view.EvaluationView) -> None:
    title.show("Evaluate", resources.library().called(view.collection))
    st.title("Evaluate", anchor=False)
    st.caption(
        "Every work is a query for related works, and the figures say how many of them a backbone "
        f"finds: by {IN_WORDS}."
    )
    info = collections.get(view.collection)
    if info is None and view.collection:
        absent = f"There is no collection {view.collection!r}: choose another."
        said = resources.library().broken().get(view.collection, absent)
        st.error(markdown(said, 1000), icon=":material/error:")
        gone.ways("evaluate")
    elif info is None:
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
    name = resources.library().called(evaluation.collection)
    title.show(f"Evaluation of {name}", evaluation.date[:16])
    st.title(f"Evaluation of {markdown(name)}", anchor=False)
    evaluation_table.show_fitted_line(evaluation)
    st.caption(evaluation_record.summary(evaluation))
    other = _opened(view.against)
    if other is not None:
        evaluation_runs.show_pair(evaluation, other)
        return
    evaluation_record.show_downloads(evaluation)
    relevance = _relevance(view, evaluation)
    said = verdicts.sentence(evaluation, relevance, labels.label)
    st.html(f"<p class='artsim-verdict'>{markup(said)}</p>")
    evaluation_table.show_apart(evaluation, relevance)
    evaluation_table.show(evaluation, relevance)
    evaluation_record.show_notes(evaluation)
    _without_copies(evaluation, info is not None)
    runs = verdicts.of_relevance(evaluation, relevance)
    evaluation_charts.intervals([(labels.label(run.backbone), run) for run in runs])
    with st.expander("Embeddings, and the figures of the earlier work", key="evaluation_earlier"):
        evaluation_table.show_others(evaluation, relevance)
    evaluation_details.show(view, evaluation, relevance)
    evaluation_record.show(evaluation)
    if info is not None:
        evaluation_form.recall(evaluation)
        with st.expander("Evaluate again with other settings", key="evaluation_again"):
            _form(collections, info)
    evaluation_runs.show_list(evaluation.id, evaluation.collection)
    evaluation_runs.show_delete(evaluation)


def _without_copies(evaluation: Evaluation, there: bool) -> None:
    """The button that evaluates again without possible copies, if there are any."""
    if not there or not any(run.copies.suspected for run in evaluation.runs):
        return
    try:
        config = EvaluateConfig(**evaluation.config | {"leave_out_copies": True})
    except ValidationError:  # judged pairs and functions are not stored with a run
        return
    if permitted.button(
        Action.EVALUATE,
        "Evaluate again without unmarked copies",
        evaluation.collection,
        key="evaluation_without_copies",
        icon=":material/content_copy:",
    ):
        evaluation_start.start(config)


def _relevance(view: evaluation_view.EvaluationView, evaluation: Evaluation) -> str:
    found = verdicts.relevances(evaluation)
    relevance = view.relevance if view.relevance in found else verdicts.widest(evaluation)
    return evaluation_details.chosen(
        "relevance", "What counts as a hit", list(found), relevance, words=called
    )


main()
