"""The figures of an evaluation as tables: best values marked, every value with its interval."""

import streamlit as st

from artsim.app.widgets import backbones
from artsim.app.widgets.texts import markdown, markup
from artsim.core.counts import count
from artsim.evaluation import verdicts
from artsim.evaluation.fitted_words import fitted_line
from artsim.evaluation.metric import metric_of
from artsim.evaluation.relevances import in_words
from artsim.evaluation.results import Evaluation, Figure, Run
from artsim.evaluation.verdicts import Verdict

BEST, CLOSE = "▲", "≈"
_APART = ("map_at_k", "precision_at_k")
_OTHERS = ("mean_similarity", "feature_precision", "above_random", "combined", "quality_metric")


def show(evaluation: Evaluation, relevance: str) -> None:
    """The figures by one relevance, a column for each backbone."""
    runs = verdicts.of_relevance(evaluation, relevance)
    k = runs[0].k
    lines = [
        _line(
            verdicts.name(figure, k),
            _short(figure, k),
            [_cell(verdicts.all_figures(run)[figure][0], figure) for run in runs],
            runs,
            verdicts.verdict(evaluation, relevance, figure),
        )
        for figure in evaluation.figures
    ]
    chance = [_cell(Figure(run.chance_precision.value), "chance_precision") for run in runs]
    lines.append(_line("By chance", f"precision@{k} of a ranking by chance", chance, runs))
    st.html(_table(f"Figures by {in_words(relevance)}", runs, lines))
    legend = f"{BEST} best · {CLOSE} not clearly worse than the best · " if len(runs) > 1 else ""
    st.caption(legend + _counted(evaluation, runs[0]))
    for run in runs:
        said = " ".join(verdicts.run_sentences(run, backbones.label))
        st.caption(f":material/model_training: {markdown(said, 1_200)}")


def show_fitted_line(evaluation: Evaluation) -> None:
    """Say, before any figure, which works the backbones were fitted on, as far as known."""
    said = markdown(fitted_line(evaluation.runs, backbones.label), 2_000)
    st.markdown(f":material/model_training: **{said}**")


def show_apart(evaluation: Evaluation, relevance: str) -> None:
    """Figures for parts of the queries: fitted on or not, and without the query's own artist."""
    lines = "".join(
        f"<tr><th scope='row'>{markup(part.value)}<small>"
        f"{markup(backbones.label(run.backbone))}</small></th>"
        f"<td>{part.queries:,}</td>"
        f"{''.join(_pair(part.figures[figure], figure) for figure in _APART)}</tr>"
        for run in verdicts.of_relevance(evaluation, relevance)
        for part in verdicts.apart(run)
    )
    if not lines:
        return
    k = evaluation.runs[0].k
    heads = "".join(
        f"<th scope='col'>{markup(title)}</th>"
        for title in ("Apart", "Queries", *(verdicts.name(figure, k) for figure in _APART))
    )
    table = f"<thead><tr>{heads}</tr></thead><tbody>{lines}</tbody>"
    st.html(_framed(f"By {in_words(relevance)}, apart", table))


def show_others(evaluation: Evaluation, relevance: str) -> None:
    """Figures of the embeddings and of the earlier work, each with what it means."""
    runs = verdicts.of_relevance(evaluation, relevance)
    lines = []
    for figure in _OTHERS:
        about = verdicts.meanings(evaluation).get(figure, "")
        cells = [
            _cell(verdicts.all_figures(run)[figure][0], figure, _parts(run, figure)) for run in runs
        ]
        lines.append(_line(verdicts.name(figure, runs[0].k), about, cells, runs))
    title = f"Embeddings and earlier figures by {in_words(relevance)}"
    st.html(_table(title, runs, lines, wide=True))


def show_pairs(evaluation: Evaluation, relevance: str) -> None:
    """Every pair of backbones on the same queries."""
    found = [c for c in evaluation.comparisons if c.relevance == relevance]
    if not found:
        st.info("A pair test needs two backbones: evaluate another one beside this one.")
        return
    k = evaluation.runs[0].k
    head = (
        "<tr><th scope='col'>Figure</th><th scope='col'>Pair</th>"
        "<th scope='col'>Mean difference</th><th scope='col'>Better / same / worse</th>"
        "<th scope='col'>p, corrected</th></tr>"
    )
    body = []
    for c in found:
        clear = c.p_holm < verdicts.LEVEL and c.difference
        better = c.a if (c.difference > 0) == verdicts.higher_is_better(c.metric) else c.b
        said = f"{backbones.label(better)} is better" if clear else "may be chance"
        mark = BEST if clear else CLOSE
        body.append(
            f"<tr><th scope='row'>{markup(verdicts.name(c.metric, k))}</th>"
            f"<td dir='auto'>{markup(backbones.label(c.a))} − {markup(backbones.label(c.b))}</td>"
            f"<td>{markup(verdicts.difference(c))}</td>"
            f"<td>{c.better} / {c.same} / {c.worse}</td>"
            f"<td><b>{_p(c.p_holm)}</b><i aria-hidden='true'>{mark}</i>"
            f"<small>{markup(said)}</small></td></tr>"
        )
    st.html(_framed("Pair tests", f"<thead>{head}</thead><tbody>{''.join(body)}</tbody>"))
    st.caption(
        "Two-sided permutation test that flips the signs of whole clusters of queries; p is "
        "corrected by Holm's method for all pairs and relevances of a figure in this evaluation."
    )


def _line(
    title: str,
    about: str,
    cells: list[tuple[str, str]],
    runs: tuple[Run, ...],
    found: Verdict | None = None,
) -> str:
    found = found or Verdict()
    shown = []
    for run, (value, rest) in zip(runs, cells, strict=True):
        if run.backbone in found.best:
            kind, mark, said = "best", BEST, "best"
        elif run.backbone in found.close:
            kind, mark, said = "close", CLOSE, "not clearly worse than the best"
        else:
            kind, mark, said = "", "", ""
        sign = f"<i aria-hidden='true'>{mark}</i><span class='said'>{said}</span>" if mark else ""
        shown.append(f"<td class='{kind}'><b>{value}</b>{sign}{rest}</td>")
    return (
        f"<tr><th scope='row'>{markup(title)}<small>{markup(about, 600)}</small></th>"
        f"{''.join(shown)}</tr>"
    )


def _short(figure: str, k: int) -> str:
    metric = metric_of(figure)
    return metric.short.replace("{k}", str(k)) if metric else "by a package that is not installed"


def _cell(figure: Figure, name: str, note: str = "") -> tuple[str, str]:
    rest = ""
    if figure.ci95:
        low, high = (verdicts.number(name, end) for end in figure.ci95)
        rest = f"<small>{low} to {high}</small>"
    return verdicts.number(name, figure.value), rest + note


def _pair(figure: Figure, name: str) -> str:
    value, rest = _cell(figure, name)
    return f"<td><b>{value}</b>{rest}</td>"


def _parts(run: Run, figure: str) -> str:
    """The parts that a figure was computed from, "" if it has none."""
    if figure == "feature_precision":
        text = f"cosine ≥ {run.feature_precision.threshold:g}"
    elif figure == "above_random":
        feature = run.feature_precision
        text = f"cosine ≥ {feature.percentile_cosine:.3f} here"
    elif figure == "combined" and run.combined.title is not None:
        joined = run.combined
        text = f"title {joined.title:.3f}, visual {joined.visual or 0:.3f}; " + count(
            joined.queries, "query"
        )
    elif figure == "quality_metric":
        made = run.quality_metric
        text = (
            f"k {made.k:.2f}, n {made.n:.1f}, k approximate {made.k_approximate:.1f}; "
            f"precision {made.precision:.3f}, k / k approximate {made.k_share:.3f}"
        )
    else:
        return ""
    return f"<small>{markup(text)}</small>"


def _table(label: str, runs: tuple[Run, ...], lines: list[str], wide: bool = False) -> str:
    heads = "".join(
        f"<th scope='col' dir='auto' title='{markup(run.digest)}'>"
        f"{markup(backbones.label(run.backbone))}</th>"
        for run in runs
    )
    head = f"<tr><th scope='col'><span class='said'>Figure</span></th>{heads}</tr>"
    kind = "wide" if wide else ""
    return _framed(label, f"<thead>{head}</thead><tbody>{''.join(lines)}</tbody>", kind)


def _framed(label: str, table: str, kind: str = "") -> str:
    return (
        f"<div class='artsim-figures {kind}' tabindex='0' role='region' "
        f"aria-label='{markup(label)}'><table>{table}</table></div>"
    )


def _counted(evaluation: Evaluation, run: Run) -> str:
    """The facts without which no figure is shown."""
    skipped = f"{run.skipped:,} without a relevant work skipped" if run.skipped else "none skipped"
    queries, gallery = count(run.queries, "query", "queries"), count(run.gallery, "work")
    return (
        f"Means over {queries}, {skipped}, of {gallery} · "
        f"{run.metric}, {run.index} search · 95 % intervals from {evaluation.resamples:,} "
        f"resamples · equal scores rank by the lower id"
    )


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
