"""The stored evaluations: the list, the way to delete one, and two of them side by side."""

import streamlit as st

from artsim.app.evaluation import charts as evaluation_charts
from artsim.app.evaluation import view as evaluation_view
from artsim.app.evaluation.record import when
from artsim.app.shell import resources
from artsim.app.widgets import backbones as labels
from artsim.app.widgets import permitted, unreadable
from artsim.app.widgets.texts import markdown, markup
from artsim.core.counts import count
from artsim.evaluation import verdicts
from artsim.evaluation.fitted_words import fitted_line
from artsim.evaluation.html_report import facts
from artsim.evaluation.relevances import in_words
from artsim.evaluation.results import Evaluation, Figure, Run
from artsim.evaluation.runs import StoredRun, delete_run
from artsim.people.roles import Action

_FEW = 8
_OF_EACH_RUN = ("Evaluation", "Date", "Time taken")


def show_list(open_id: str = "", collection: str = "") -> None:
    """The stored evaluations, latest first, each with a button to compare it with an open one."""
    library = resources.library()
    unreadable.show(
        library.unreadable_evaluations(),
        "evaluation",
        lambda run_id: delete_run(library.workspace, run_id),
    )
    kept = [run for run in library.evaluations() if run.id != open_id]
    if collection:
        kept.sort(key=lambda run: run.collection != collection)
    if not kept:
        return
    st.header("Earlier evaluations" if open_id else "Evaluations so far", anchor=False)
    everything = len(kept) <= _FEW or st.session_state.get("evaluation_all_runs", False)
    for run in kept if everything else kept[:_FEW]:
        _line(run, open_id)
    if len(kept) > _FEW:
        st.toggle(f"Show all {len(kept):,}", key="evaluation_all_runs")


def _line(run: StoredRun, open_id: str) -> None:
    library = resources.library()
    with st.container(
        horizontal=True, vertical_alignment="center", key=f"evaluation_kept_{run.id}"
    ):
        backbones = ", ".join(markdown(labels.label(b), 60) for b in run.backbones)
        asked = f", queries from {markdown(library.called(run.queries_collection))}"
        by = ", ".join(map(in_words, run.relevances))
        st.markdown(
            f"**{backbones}** on {markdown(library.called(run.collection))}"
            f"{asked if run.queries_collection != run.collection else ''}  \n"
            f"{when(run.date)} · {markdown(by)} · {run.metric} · K = {run.k}",
            width="stretch",
        )
        with st.container(horizontal=True, width="content"):
            said = f"evaluation of {when(run.date)}"
            st.button(
                "Open",
                key=f"evaluation_open_{run.id}",
                help=f"Open the {said}",
                on_click=evaluation_view.open_run,
                args=(run.id, run.collection),
            )
            if open_id:
                st.button(
                    "Side by side",
                    key=f"evaluation_against_{run.id}",
                    help=f"Compare the {said} with the open one",
                    on_click=evaluation_view.change,
                    kwargs={"against": run.id},
                )


def show_delete(evaluation: Evaluation) -> None:
    """The button that deletes an evaluation, with its question."""
    if permitted.button(
        Action.DELETE, "Delete this evaluation", key="evaluation_delete", type="tertiary"
    ):
        _confirm_delete(evaluation.id)


@st.dialog("Delete this evaluation?")
def _confirm_delete(run_id: str) -> None:
    st.write("Its figures and its link are gone then; its command can make them again.")
    keep, delete = st.columns(2)
    if keep.button("Keep it", key="evaluation_keep", width="stretch"):
        st.rerun()
    if delete.button("Delete it", key="evaluation_drop", type="primary", width="stretch"):
        delete_run(resources.workspace(), run_id)
        evaluation_view.change(run="", against="")
        st.rerun()


def show_pair(first: Evaluation, second: Evaluation) -> None:
    """Two evaluations side by side: what differs, then their figures."""
    st.button(
        "Close the comparison",
        key="evaluation_close_pair",
        icon=":material/close:",
        on_click=evaluation_view.change,
        kwargs={"against": ""},
    )
    mine, theirs = facts(first), facts(second)
    names = [n for n in dict.fromkeys([*mine, *theirs]) if n not in _OF_EACH_RUN]
    differing = [n for n in names if mine.get(n) != theirs.get(n)]
    if differing:
        st.warning(
            f"These evaluations differ in {count(len(differing), 'fact')}: "
            f"{markdown(', '.join(differing), 500)}. Figures compare only where nothing but what "
            "you want to compare differs.",
            icon=":material/difference:",
        )
    else:
        st.caption("Both evaluations were made in the same way.")
    st.caption(
        "Intervals that overlap may still differ clearly on the same queries: evaluate both "
        "backbones in one evaluation for pair tests."
    )
    st.html(_facts_table(first, second, differing))
    shared = [r for r in verdicts.relevances(first) if r in verdicts.relevances(second)]
    if not shared:
        st.info("These evaluations have no relevance in common.")
    for label, evaluation in (("A", first), ("B", second)):
        st.caption(f"**{label}**: {markdown(fitted_line(evaluation.runs, labels.label), 1_200)}")
    for relevance in shared:
        st.subheader(f"By {markdown(in_words(relevance))}", anchor=False)
        columns = [
            (f"{label} · {labels.label(run.backbone)}", run)
            for label, evaluation in (("A", first), ("B", second))
            for run in verdicts.of_relevance(evaluation, relevance)
        ]
        st.html(_figures_table(columns, relevance))
        evaluation_charts.intervals(columns, key=f"evaluation_pair_{relevance}")
    for label, evaluation in (("A", first), ("B", second)):
        st.markdown(f"**Reproduce {label}**")
        st.code(evaluation.command, language="bash", wrap_lines=True)


def _facts_table(first: Evaluation, second: Evaluation, differing: list[str]) -> str:
    mine, theirs = facts(first), facts(second)
    lines = "".join(
        f"<tr><th scope='row'>{markup(name)}</th>"
        f"<td dir='auto'>{markup(mine.get(name, '–'))}</td>"
        f"<td dir='auto'>{markup(theirs.get(name, '–'))}</td></tr>"
        for name in (*_OF_EACH_RUN[:2], *differing)
    )
    return (
        "<div class='artsim-figures facts' tabindex='0' role='region' aria-label='What differs'>"
        "<table><thead><tr><th scope='col'>Fact</th><th scope='col'>A</th>"
        f"<th scope='col'>B</th></tr></thead><tbody>{lines}</tbody></table></div>"
    )


def _figures_table(columns: list[tuple[str, Run]], relevance: str) -> str:
    runs = [run for _, run in columns]
    heads = "".join(
        f"<th scope='col' dir='auto'>{markup(label, 70)}"
        f"<small>{markup(run.digest[:12])} · K = {run.k}</small></th>"
        for label, run in columns
    )
    lines = "".join(
        f"<tr><th scope='row'>{markup(evaluation_charts.figure_name(figure, runs))}</th>"
        + "".join(_cell(figure, run.figures[figure]) for run in runs)
        + "</tr>"
        for figure in evaluation_charts.figures_of(runs)
    )
    queries = "".join(f"<td><b>{run.queries:,}</b></td>" for run in runs)
    label = markup(f"By {in_words(relevance)}")
    return (
        f"<div class='artsim-figures' tabindex='0' role='region' aria-label='{label}'>"
        f"<table><thead><tr><th scope='col'>Figure</th>{heads}</tr></thead><tbody>{lines}"
        f"<tr><th scope='row'>Queries</th>{queries}</tr></tbody></table></div>"
    )


def _cell(name: str, figure: Figure) -> str:
    value, between = verdicts.number(name, figure.value), ""
    if figure.ci95:
        low, high = (verdicts.number(name, end) for end in figure.ci95)
        between = f"<small>{low} to {high}</small>"
    return f"<td><b>{value}</b>{between}</td>"
