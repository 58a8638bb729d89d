"""The charts of an evaluation: readable in light and dark, without colour, and without sight."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from artsim.app.widgets import backbones as labels
from artsim.app.widgets import charts
from artsim.evaluation import verdicts
from artsim.evaluation.metric import title_of
from artsim.evaluation.relevances import in_words
from artsim.evaluation.results import Evaluation, Figure, Part, Run
from artsim.evaluation.verdicts import name

_PATTERNS = ("", "/", ".", "x", "-", "+")
MOST_CLASSES = 24
CURVES = {
    "map": "mAP",
    "precision": "Precision",
    "recall": "Recall",
    "precision_recall": "Precision and recall",
}


def intervals(named: Sequence[tuple[str, Run]], key: str = "evaluation_intervals") -> None:
    """Every figure of some runs by one relevance as a dot with its 95 % interval."""
    runs = [run for _, run in named]
    shown = [f for f in figures_of(runs) if all(0 <= (r.figures[f].value or 0) <= 1 for r in runs)]
    titles = [figure_name(figure, runs) for figure in shown]
    figure = go.Figure()
    for i, (label, run) in enumerate(named):
        values = [run.figures[f] for f in shown]
        shift = (i - (len(runs) - 1) / 2) * min(0.22, 0.7 / len(runs))
        figure.add_scatter(
            x=[v.value for v in values],
            y=[place + shift for place in range(len(titles))],
            error_x=_whiskers(values, i),
            mode="markers",
            name=charts.label(label),
            marker=charts.marker(i, 10),
            customdata=[[title, _said(v)] for title, v in zip(titles, values, strict=True)],
            hovertemplate="%{customdata[0]}: %{customdata[1]}<extra>%{fullData.name}</extra>",
        )
    chance = runs[0].chance_precision.value or 0.0
    figure.add_scatter(
        x=[chance, chance],
        y=[-0.42, 0.42],
        mode="lines",
        name="Precision by chance",
        line={"color": charts.GREY, "width": 2, "dash": "dot"},
        hovertemplate=f"Precision by chance: {chance:.3f}<extra></extra>",
    )
    rows = list(range(len(titles)))
    figure.update_yaxes(
        tickmode="array",
        tickvals=rows,
        ticktext=titles,
        range=[len(titles) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
    )
    grid = {"showgrid": True, "gridcolor": "rgba(128, 128, 128, 0.22)"}
    figure.update_xaxes(range=[0, 1.02], dtick=0.2, **grid)
    charts.draw(
        figure,
        key=key,
        height=110 + (26 + 12 * len(named)) * len(titles),
        alt=f"Figures by {in_words(runs[0].relevance)} with 95 % intervals. "
        + " ".join(
            f"{label}: "
            + ", ".join(f"{t} {_said(run.figures[f])}" for t, f in zip(titles, shown, strict=True))
            + "."
            for label, run in named
        ),
    )


def figures_of(runs: Sequence[Run]) -> list[str]:
    """The figures that all of some runs have."""
    return [name for name in runs[0].figures if all(name in run.figures for run in runs)]


def figure_name(figure: str, runs: Sequence[Run]) -> str:
    """The name of a figure, with K if all runs have the same."""
    return name(figure, runs[0].k) if len({run.k for run in runs}) == 1 else title_of(figure)


def curve(evaluation: Evaluation, relevance: str, kind: str) -> None:
    """One of CURVES for every backbone."""
    runs = verdicts.of_relevance(evaluation, relevance)
    figure, said = go.Figure(), []
    for i, run in enumerate(runs):
        x: Sequence[float] = run.curve.k
        y = run.curve.precision if kind == "precision_recall" else getattr(run.curve, kind)
        if kind == "precision_recall":
            x = run.curve.recall
        figure.add_scatter(
            x=x,
            y=y,
            mode="lines+markers" if len(x) <= 50 else "lines",
            name=charts.label(labels.label(run.backbone)),
            line=charts.line(i),
            marker=charts.marker(i),
            customdata=[[k] for k in run.curve.k],
            hovertemplate="K = %{customdata[0]}: %{y:.3f}<extra>%{fullData.name}</extra>",
        )
        said.append(f"{run.backbone}: from {y[0]:.3f} at K = 1 to {y[-1]:.3f} at K = {len(y)}.")
    if kind == "precision_recall":
        figure.update_xaxes(title="Recall@k", rangemode="tozero")
    else:
        figure.update_xaxes(title="k", dtick=1 if len(runs[0].curve.k) <= 20 else None)
    title = "Precision@k" if kind == "precision_recall" else f"{CURVES[kind]}@k"
    figure.update_yaxes(title=title, range=[0, 1.02])
    by = in_words(relevance)
    alt = f"{CURVES[kind]} by {by} over the number of works retrieved. {' '.join(said)}"
    charts.draw(figure, key=f"evaluation_curve_{kind}", height=430, alt=alt)


def classes(evaluation: Evaluation, relevance: str, kind: str, metric: str) -> int:
    """Bars of a figure for each part of ``kind``; how many parts there are in all."""
    runs = verdicts.of_relevance(evaluation, relevance)
    parts = {run.backbone: {p.value: p for p in run.parts.get(kind, ())} for run in runs}
    names = list(dict.fromkeys(p for found in parts.values() for p in found))
    shown = names[:MOST_CLASSES]
    figure, said, drawn = go.Figure(), [], [Figure(0.0)]
    for i, run in enumerate(runs):
        found = [parts[run.backbone].get(value) for value in shown]
        values = [getattr(p, metric) if p else Figure(None) for p in found]
        drawn += values
        figure.add_bar(
            x=[v.value for v in values],
            y=[_class_name(value, found[j]) for j, value in enumerate(shown)],
            orientation="h",
            name=charts.label(labels.label(run.backbone)),
            error_x={**_whiskers(values, i), "color": charts.text_colour()},
            marker={
                "color": charts.colour(i),
                "pattern": {
                    "shape": _PATTERNS[i % len(_PATTERNS)],
                    "fillmode": "overlay",
                    "fgcolor": "rgba(255, 255, 255, 0.75)",
                    "size": 7,
                },
            },
            customdata=[[_said(v)] for v in values],
            hovertemplate="%{y}: %{customdata[0]}<extra>%{fullData.name}</extra>",
        )
        told = [f"{v} {_said(f)}" for v, f in zip(shown, values, strict=True)]
        said.append(f"{run.backbone}: {', '.join(told)}.")
    ends = [v.ci95[1] if v.ci95 else v.value or 0.0 for v in drawn]
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(
        range=[0, min(1.02, max(0.05, *ends) * 1.05)], title=name(metric, runs[0].k)
    )
    figure.update_layout(barmode="group", bargap=0.35, bargroupgap=0.1)
    charts.draw(
        figure,
        key=f"evaluation_classes_{kind}_{metric}",
        height=130 + len(shown) * (22 + 16 * len(runs)),
        alt=f"{name(metric, runs[0].k)} for each {kind} by {in_words(relevance)}. {' '.join(said)}",
    )
    return len(names)


def separation(found: dict[str, Any], key: str, metric: str) -> None:
    """How pairs by one artist and random pairs score."""
    edges = found["edges"]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    figure = go.Figure()
    for i, (field, title) in enumerate(
        (("same_artist", "Pairs by one artist"), ("random", "Random pairs"))
    ):
        figure.add_scatter(
            x=middles,
            y=found[field],
            mode="lines",
            name=title,
            line={**charts.line(i), "shape": "hvh"},
            fill="tozeroy" if not i else None,
            hovertemplate="%{x:.3f}: %{y:.1%} of the pairs<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(title="Cosine" if metric == "cosine" else "Score (minus the distance)")
    figure.update_yaxes(title="Share of pairs", tickformat=".0%", rangemode="tozero")
    alt = (
        "Scores of pairs by one artist against random pairs. A pair by one artist scores above "
        f"a random one in {found['auc']:.0%} of cases."
    )
    charts.draw(figure, key=key, height=330, alt=alt)


def _whiskers(values: Sequence[Figure], i: int) -> dict[str, Any]:
    ends = [(v.value or 0.0, v.ci95 or (v.value or 0.0, v.value or 0.0)) for v in values]
    return {
        "type": "data",
        "symmetric": False,
        "array": [high - value for value, (_, high) in ends],
        "arrayminus": [value - low for value, (low, _) in ends],
        "color": charts.colour(i),
        "thickness": 1.8,
        "width": 4,
    }


def _class_name(value: str, part: Part | None) -> str:
    label = charts.label(value or "none", 42)
    return f"{label} ({part.queries:,})" if part else label


def _said(figure: Figure) -> str:
    if figure.value is None:
        return "no value"
    if figure.ci95 is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} ({figure.ci95[0]:.3f} to {figure.ci95[1]:.3f})"
