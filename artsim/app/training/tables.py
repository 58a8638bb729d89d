"""A training in tables that the keyboard reaches: its epochs, its best figures, its confusions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from artsim.app.training import facts as train_facts
from artsim.app.training.facts import Row, value
from artsim.app.widgets.texts import markup
from artsim.core.progress import duration

if TYPE_CHECKING:
    from artsim.training.record import TrainingRun

BEST = "▲"
MOST_PAIRS = 12


def figures(run: "TrainingRun") -> None:
    """The figures of the best epoch, beside those of the base backbone where it was measured."""
    row = run.best
    if row is None:
        return
    shown = [(column, f"{title}, mAP@10") for column, title in train_facts.retrieval(run)]
    for label in train_facts.labels(run):
        shown.append((f"accuracy_{label}", f"{label.capitalize()}, accuracy"))
        shown.append((f"macro_f1_{label}", f"{label.capitalize()}, macro-F1"))
    shown = [(column, title) for column, title in shown if value(row, column) is not None]
    measured = any(train_facts.base_figure(run, column) is not None for column, _ in shown)
    heads = ["Figure", "This backbone"]
    if measured:
        heads += [f"{run.config.get('backbone', 'Base')} as it was", "Difference"]
    lines = []
    for column, title in shown:
        mine, base = value(row, column) or 0.0, train_facts.base_figure(run, column)
        cells = [title, f"{mine:.3f}"]
        if measured:
            cells += ["–", "–"] if base is None else [f"{base:.3f}", f"{mine - base:+.3f}"]
        lines.append(cells)
    st.html(_table("Best figures", heads, lines))


def epochs(run: "TrainingRun") -> None:
    """Every epoch, the latest first, the best one marked."""
    labels = train_facts.labels(run)
    shown = [("train_loss", "Loss", ".3f"), ("val_loss", "Loss, kept aside", ".3f")]
    shown += [(c, f"{title}, mAP@10", ".3f") for c, title in train_facts.retrieval(run)]
    shown += [(f"accuracy_{n}", f"{n.capitalize()}, accuracy", ".3f") for n in labels]
    shown += [(f"macro_f1_{n}", f"{n.capitalize()}, macro-F1", ".3f") for n in labels]
    shown += [("learning_rate", "Learning rate", ".2g"), ("images_per_second", "Images/s", ".1f")]
    shown = [line for line in shown if train_facts.has(run.rows, line[0])]
    best = run.best
    lines = [_epoch(row, shown, row is best) for row in reversed(run.rows)]
    st.html(_table("Epochs", ["Epoch", "Time", *(title for _, title, _ in shown)], lines))
    st.caption(f"{BEST} the epoch whose weights are kept: the best mean mAP@10.")


def _epoch(row: Row, shown: Sequence[tuple[str, str, str]], best: bool) -> list[str]:
    seconds = value(row, "seconds")
    cells = [
        f"{value(row, 'epoch') or 0:.0f}{f' {BEST} best' if best else ''}",
        "–" if seconds is None else duration(seconds),
    ]
    for column, _, form in shown:
        number = value(row, column)
        cells.append("–" if number is None else format(number, form))
    return cells


def confusions(pairs: Sequence[Mapping[str, Any]], label: str) -> None:
    """The classes that are taken for each other most, in words."""
    if not pairs:
        st.caption("No work kept aside is taken for another class.")
        return
    lines = [
        [p["true"], p["taken_for"], f"{p['works']:,}", f"{p['share']:.0%}"]
        for p in pairs[:MOST_PAIRS]
    ]
    heads = ["True", "Taken for", "Works", "Of the true class"]
    st.html(_table(f"Most confused by {label}", heads, lines))


def _table(name: str, heads: Iterable[str], lines: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th scope='col' dir='auto'>{markup(text, 80)}</th>" for text in heads)
    body = "".join(
        f"<tr><th scope='row' dir='auto'>{markup(cells[0], 80)}</th>"
        + "".join(f"<td dir='auto'>{markup(cell, 80)}</td>" for cell in cells[1:])
        + "</tr>"
        for cells in lines
    )
    return (
        f"<div class='artsim-figures artsim-training' tabindex='0' role='region' "
        f"aria-label='{markup(name)}'><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
