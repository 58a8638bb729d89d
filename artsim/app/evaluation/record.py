"""All that a citation of figures needs: the facts of the run, its command, and its files."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets.texts import markdown, markup
from artsim.core.counts import count
from artsim.core.csvfile import csv_bytes, frame_of
from artsim.evaluation import verdicts
from artsim.evaluation.fitted_words import query_words
from artsim.evaluation.html_report import facts, html_report
from artsim.evaluation.metric import title_of
from artsim.evaluation.results import Evaluation


def summary(evaluation: Evaluation) -> str:
    """One line: when, on what, how."""
    first = evaluation.runs[0]
    asked = evaluation.queries_collection
    queries = count(first.queries + first.skipped, "query", "queries")
    parts = [
        when(evaluation.date),
        count(len(verdicts.backbones(evaluation)), "backbone"),
        f"{first.metric} metric, {first.index} search",
        f"K = {first.k}",
        f"{queries} of {count(first.gallery, 'work')}",
    ]
    if asked != evaluation.collection:
        parts.append(f"queries from {markdown(resources.library().called(asked))}")
    return " · ".join(parts)


def when(date: str) -> str:
    """A date of a run as people write it."""
    return datetime.fromisoformat(date).strftime("%-d %b %Y, %H:%M UTC")


def show_downloads(evaluation: Evaluation) -> None:
    """The run as files."""
    name = f"artsim-{evaluation.id}"
    with st.container(horizontal=True, key="evaluation_downloads"):
        _download("Report (HTML)", lambda: html_report(evaluation), f"{name}.html", "text/html")
        _download("Figures (CSV)", lambda: figures_csv(evaluation), f"{name}.csv", "text/csv")
        _download(
            "Each query (CSV)",
            lambda: queries_csv(evaluation),
            f"{name}-queries.csv",
            "text/csv",
        )
        _download("JSON", lambda: document(evaluation), f"{name}.json", "application/json")


def _download(
    label: str, data: Callable[[], bytes | str] | bytes | str, file_name: str, mime: str
) -> None:
    st.download_button(
        label,
        data,
        file_name=file_name,
        mime=mime,
        key=f"evaluation_download_{file_name}",
        icon=":material/download:",
        type="tertiary",
        on_click="ignore",
    )


def figures_csv(evaluation: Evaluation) -> bytes:
    """One line for each backbone, relevance and figure, each with the facts of its run."""
    return csv_bytes(verdicts.table(evaluation))


def queries_csv(evaluation: Evaluation) -> bytes:
    """One line for each query of each run; lists are joined."""
    table = evaluation.per_query
    frame = frame_of(table)
    for field in table.schema:
        if pa.types.is_list(field.type):
            frame[field.name] = [_joined(values) for values in table[field.name].to_pylist()]
    frame.insert(0, "evaluation", evaluation.id)
    frame.insert(0, "fitted_on", query_words(evaluation))
    return csv_bytes(frame)


def _joined(values: list[Any]) -> str:
    return " ".join(f"{v:.6f}" if isinstance(v, float) else str(v) for v in values)


def document(evaluation: Evaluation) -> str:
    """The evaluate document of the contract."""
    return json.dumps(evaluation.to_json(), indent=1, ensure_ascii=False)


def show(evaluation: Evaluation) -> None:
    """The command that repeats the run, its facts, notes and definitions."""
    st.header("Reproduce", anchor=False)
    st.code(evaluation.command, language="bash", wrap_lines=True)
    with st.expander("Every fact of this evaluation", key="evaluation_facts"):
        st.html(_list(facts(evaluation)))
    with st.expander("What each figure means", key="evaluation_definitions"):
        st.html(_list({title_of(n): text for n, text in verdicts.meanings(evaluation).items()}))


def show_notes(evaluation: Evaluation) -> None:
    """The notes of the run, which stand before its figures."""
    for note in evaluation.notes:
        st.caption(f":material/info: {markdown(note, 1000)}")


def _list(facts: dict[str, str]) -> str:
    lines = "".join(
        f"<dt>{markup(name[:1].upper() + name[1:])}</dt><dd dir='auto'>{markup(text)}</dd>"
        for name, text in facts.items()
    )
    return f"<div class='artsim-record'><dl>{lines}</dl></div>"
