"""The charts of a training: curves over the epochs, and which classes are taken for which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st

from artsim.app.training import facts as train_facts
from artsim.app.training.facts import Row, value
from artsim.app.widgets import charts
from artsim.core.counts import count

if TYPE_CHECKING:
    from artsim.training.record import TrainingRun

_TALL, _LOW = 320, 250
_GRID = "rgba(128, 128, 128, 0.22)"
_FEW_EPOCHS = 30  # so many markers can still be told apart
_SHORT_NAME = 28
FEW_CLASSES = 12  # so many names fit on both sides of the heat map
Series = Sequence[tuple[str, str]]


def curves(run: "TrainingRun") -> None:
    """The curves of everything that a training records for each epoch."""
    labels = train_facts.labels(run)
    retrieval = train_facts.retrieval(run)
    if retrieval:
        st.markdown("**Retrieval on works kept aside** (mAP@10, higher is better)")
        _curve(run, retrieval, "retrieval", "mAP@10", share=True, height=_TALL)
    with st.container(key="train_curves"):
        left, right = st.columns(2, gap="large")
    with left:
        loss = [("train_loss", "Training"), ("val_loss", "Kept aside")]
        _titled(run, "Loss", "lower is better", loss, "loss", "Loss")
        accuracy = [(f"accuracy_{name}", name.capitalize()) for name in labels]
        _titled(run, "Accuracy", "works kept aside", accuracy, "accuracy", "Accuracy", share=True)
        rate = [("learning_rate", "Learning rate")]
        _titled(run, "Learning rate", "", rate, "learning_rate", "Learning rate")
    with right:
        f1 = [(f"macro_f1_{name}", name.capitalize()) for name in labels]
        known = [("train_accuracy_" + name, name.capitalize()) for name in labels]
        _titled(run, "Accuracy", "works trained on", known, "known", "Accuracy", share=True)
        _titled(run, "Macro-F1", "every class weighs the same", f1, "f1", "Macro-F1", share=True)
        speed = [("images_per_second", "Images a second")]
        _titled(run, "Speed", "images a second", speed, "speed", "Images a second", zero=True)


def _titled(
    run: "TrainingRun",
    title: str,
    about: str,
    series: Series,
    key: str,
    axis: str,
    *,
    share: bool = False,
    zero: bool = False,
) -> None:
    found = [(column, name) for column, name in series if train_facts.has(run.rows, column)]
    if found:
        st.markdown(f"**{title}**{f' ({about})' if about else ''}")
        _curve(run, found, key, axis, share=share, zero=zero)


def _curve(
    run: "TrainingRun",
    series: Series,
    key: str,
    axis: str,
    *,
    share: bool = False,
    zero: bool = False,
    height: int = _LOW,
) -> None:
    figure, said, highest = go.Figure(), [], 0.0
    for i, (column, title) in enumerate(series):
        points = [(value(row, "epoch"), value(row, column)) for row in run.rows]
        drawn = [(x, y) for x, y in points if x is not None and y is not None]
        highest = max([highest, *(y for _, y in drawn)])
        figure.add_scatter(
            x=[x for x, _ in points],
            y=[y for _, y in points],
            mode="lines+markers" if len(points) <= _FEW_EPOCHS else "lines",
            name=charts.label(title),
            line=charts.line(i),
            marker=charts.marker(i, 7),
            hovertemplate="Epoch %{x}: %{y:.4~g}<extra>%{fullData.name}</extra>",
        )
        said.append(_in_words(title, drawn))
    best = run.best
    if best is not None and share:
        _mark_best(figure, best, highest, said_so=height == _TALL)
    last = max(train_facts.epochs_done(run), run.epochs_planned or 0, 2)
    figure.update_xaxes(
        title="Epoch", range=[0.5, last + 0.5], dtick=_step(last), tick0=1, showgrid=False
    )
    figure.update_yaxes(title=None, gridcolor=_GRID, zeroline=False, exponentformat="power")
    if share:
        figure.update_yaxes(range=[0, min(1.02, max(0.1, highest * 1.12))])
    elif zero:
        figure.update_yaxes(range=[0, highest * 1.15 or 1])
    figure.update_layout(showlegend=len(series) > 1)
    charts.draw(figure, key=f"train_{key}", height=height, alt=f"{axis} by epoch. {' '.join(said)}")


def _mark_best(figure: go.Figure, best: Row, highest: float, said_so: bool) -> None:
    epoch = value(best, "epoch")
    figure.add_scatter(
        x=[epoch, epoch],
        y=[0, max(0.1, highest * 1.12)],
        mode="lines",
        name="Best epoch",
        line={"color": charts.GREY, "width": 2, "dash": "dot"},
        hoverinfo="skip",
        showlegend=said_so,
    )


def _step(last: int) -> int:
    return next((step for step in (1, 2, 5, 10, 20, 50) if last / step <= 12), 100)


def _in_words(title: str, points: Sequence[tuple[float, float]]) -> str:
    if not points:
        return f"{title}: no value."
    (first, began), (last, ended) = points[0], points[-1]
    if len(points) == 1:
        return f"{title}: {began:.4g} in epoch {first:.0f}."
    return f"{title}: {began:.4g} in epoch {first:.0f}, {ended:.4g} in epoch {last:.0f}."


def confusion(names: Sequence[str], counts: Sequence[Sequence[float]], label: str) -> None:
    """A heat map: each row a true class, each cell the share of its works taken for another."""
    shares = [[n / total if (total := sum(line)) else 0.0 for n in line] for line in counts]
    # Plotly would put two classes of one short name into one row: places, with names as ticks.
    places = list(range(len(names)))
    few = len(names) <= FEW_CLASSES
    shown = [charts.label(name, _SHORT_NAME) for name in names]
    if not few:  # names fit on one side only, numbers on both
        shown = [f"{name}  {i}" for i, name in enumerate(shown, 1)]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=places,
            y=places,
            customdata=[
                [[shown[i], shown[j], count(int(n), "work")] for j, n in enumerate(line)]
                for i, line in enumerate(counts)
            ],
            zmin=0,
            zmax=1,
            colorscale=_scale(),
            xgap=1,
            ygap=1,
            colorbar={"tickformat": ".0%", "thickness": 12, "len": 0.6, "outlinewidth": 0},
            hovertemplate="%{customdata[0]} taken for %{customdata[1]}: "
            "%{customdata[2]}, %{z:.0%}<extra></extra>",
        )
    )
    ticks = {"tickmode": "array", "tickvals": places, "showgrid": False, "zeroline": False}
    figure.update_yaxes(title="True", autorange="reversed", ticktext=shown, **ticks)
    if few:
        figure.update_xaxes(title="Taken for", tickangle=-45, ticktext=shown, **ticks)
    else:
        ticks["tickvals"] = places[4::5]
        figure.update_xaxes(
            title="Taken for (number)", ticktext=[str(i + 1) for i in places[4::5]], **ticks
        )
    figure.update_layout(showlegend=False)
    right = sum(counts[i][i] for i in places)
    total = sum(map(sum, counts))
    charts.draw(
        figure,
        key=f"train_confusion_{label}",
        height=170 + (34 if few else 19) * len(names),
        alt=f"Confusions by {label}: {right:,.0f} of {count(int(total), 'work')} classified "
        "correctly. The pairs that are confused most are in the table with it.",
    )


def _scale() -> list[tuple[float, str]]:
    if charts.dark():
        return [(0.0, "#242220"), (0.5, "#1f6c9c"), (1.0, "#9ad4f5")]
    return [(0.0, "#f0eee8"), (0.5, "#5da5cf"), (1.0, "#00436b")]
