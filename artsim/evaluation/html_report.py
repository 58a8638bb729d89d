"""An evaluation as one HTML page that needs nothing else: to print, to send, to keep."""

import html
from collections.abc import Mapping
from string import Template

from artsim.evaluation import verdicts
from artsim.evaluation.results import FIGURES, TITLES, Evaluation, Run
from artsim.evaluation.verdicts import Verdict

BEST, CLOSE = "▲", "≈"
_OTHERS = (
    *("chance_precision", "mean_similarity", "feature_precision", "above_random"),
    *("combined", "quality_metric"),
)
_DRAWN = ("map_at_k", "precision_at_k")
_WIDTH, _LEFT, _RIGHT, _ROW = 560, 190, 20, 28
_MARKS = (
    "<circle cx='{x}' cy='{y}' r='5'/>",
    "<rect x='{left}' y='{top}' width='9' height='9' transform='rotate(45 {x} {y})'/>",
    "<rect x='{left}' y='{top}' width='9' height='9'/>",
)
_PAGE = Template(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>$title</title>
<style>
:root { color-scheme: light; }
body { margin: 2.5rem auto; max-width: 62rem; padding: 0 1.5rem; color: #23211d;
  background: #fff; font: 15px/1.5 system-ui, sans-serif; }
h1, h2 { font-family: Georgia, serif; font-weight: 500; line-height: 1.25; }
h1 { font-size: 1.9rem; margin: 0; } h2 { font-size: 1.35rem; margin: 2.2rem 0 .4rem; }
p { max-width: 46rem; margin: .4rem 0 .8rem; }
table { border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; font-weight: 400; padding: .35rem 1.5rem .35rem 0;
  border-top: 1px solid #dcd8ce; }
thead th { font-weight: 600; border-top: 0; }
.best b { font-weight: 700; } b { font-weight: 400; }
small { display: block; color: #5c574d; font-size: .78rem; }
dl { display: grid; grid-template-columns: minmax(11rem, auto) 1fr; gap: .25rem 1.5rem;
  font-size: .88rem; margin: .6rem 0; }
dt { color: #5c574d; } dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .7rem .9rem; background: #f3f1eb;
  font-size: .85rem; }
svg { max-width: 100%; height: auto; font: 15px system-ui, sans-serif; }
.charts { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: .5rem 0; }
td small { white-space: nowrap; } svg { width: 29rem; }
section { break-inside: avoid; } .scroll { overflow-x: auto; }
</style>
</head>
<body>
<h1>$title</h1>
<p>$summary</p>
$sections
<h2>Record</h2>
<dl>$facts</dl>
<h2>Reproduce</h2>
<pre>$command</pre>
<h2>What the figures mean</h2>
<dl>$definitions</dl>
</body>
</html>
"""
)


def html_report(evaluation: Evaluation) -> str:
    """The page: figures with intervals by each relevance, then every fact behind them.

    No script, nothing fetched; every text of the evaluation is escaped.
    """
    found = verdicts.relevances(evaluation)
    return _PAGE.substitute(
        title=_safe(f"Evaluation of {evaluation.collection}"),
        summary=_safe(" ".join(evaluation.notes)),
        sections="".join(_section(evaluation, relevance) for relevance in found),
        facts=_listed(facts(evaluation)),
        command=_safe(evaluation.command),
        definitions=_listed(
            {TITLES.get(n, n): t for n, t in verdicts.meanings(evaluation).items()}
        ),
    )


def facts(evaluation: Evaluation) -> dict[str, str]:
    """Every fact without which the figures of an evaluation say nothing, in words."""
    first = evaluation.runs[0]
    skipped = ", ".join(
        f"{relevance} {run.skipped:,} of {run.queries + run.skipped:,}"
        for relevance in verdicts.relevances(evaluation)
        for run in verdicts.of_relevance(evaluation, relevance)[:1]
    )
    config = evaluation.config
    return {
        "Evaluation": evaluation.id,
        "Date": evaluation.date,
        "Code version": evaluation.code_version,
        "Collection": f"{evaluation.collection}, version {evaluation.collection_version}",
        "Queries from": evaluation.queries_collection,
        **{
            f"Backbone {backbone}": f"digest {digest}"
            for backbone, digest in verdicts.backbones(evaluation).items()
        },
        **{
            f"Fitted on, {run.backbone}": verdicts.fitted_sentence(run)
            for run in verdicts.of_relevance(evaluation, first.relevance)
        },
        "Metric": first.metric,
        "Index": first.index,
        "K": f"{first.k:,}",
        "Works that can be found": f"{first.gallery:,}",
        "Queries": f"{first.queries + first.skipped:,}",
        "Queries without a relevant work": f"{skipped}; policy: {evaluation.policy}",
        "Denominator of AP": "min(K, relevant works in the gallery)",
        "Ties": evaluation.definitions.get("ties", ""),
        "Left out": evaluation.definitions.get("excluded", ""),
        "Confidence interval": (
            f"95 %, percentile bootstrap over queries, {evaluation.resamples:,} resamples"
        ),
        "Sample": f"{config['sample']:,} queries" if config.get("sample") else "every query",
        "Seed": str(config.get("seed", "")),
        "Titles": f"{config.get('title_similarity')} from {config.get('title_threshold')} on",
        "Time taken": f"{evaluation.seconds:.1f} s",
    }


def _section(evaluation: Evaluation, relevance: str) -> str:
    runs = verdicts.of_relevance(evaluation, relevance)
    k, counted = runs[0].k, runs[0]
    notes = (
        f"Means over {counted.queries:,} queries; {counted.skipped:,} queries without a relevant "
        "work are skipped."
    )
    if len(runs) > 1:
        notes += f" {BEST} marks the best, {CLOSE} what is not clearly worse."
    notes = " ".join([notes, *(verdicts.fitted_sentence(run) for run in runs)])
    lines = [_line(run, [*FIGURES], evaluation, relevance) for run in runs]
    others = [_line(run, [*_OTHERS], evaluation, relevance) for run in runs]
    charts = "".join(_chart(runs, figure) for figure in _DRAWN)
    drawn = f"<div class='charts'>{charts}</div>"
    return (
        f"<section><h2>By {_safe(relevance)}</h2>"
        f"<p>{_safe(verdicts.sentence(evaluation, relevance))}</p>"
        f"{_table([verdicts.name(f, k) for f in FIGURES], lines)}<p><small>{_safe(notes)}</small>"
        f"</p>{drawn}{_table([verdicts.name(f, k) for f in _OTHERS], others)}"
        f"{_pairs(evaluation, relevance)}"
        "</section>"
    )


def _line(run: Run, figures: list[str], evaluation: Evaluation, relevance: str) -> str:
    cells = []
    for figure in figures:
        told = verdicts.all_figures(run)[figure][0]
        found = verdicts.verdict(evaluation, relevance, figure) if figure in FIGURES else Verdict()
        mark, kind = "", ""
        if run.backbone in found.best:
            mark, kind = f" {BEST}", " class='best'"
        elif run.backbone in found.close:
            mark = f" {CLOSE}"
        shown = "–" if told.value is None else f"{told.value:.3f}"
        between = f"<small>{told.ci95[0]:.3f} to {told.ci95[1]:.3f}</small>" if told.ci95 else ""
        cells.append(f"<td{kind}><b>{shown}</b>{mark}{between}</td>")
    name, digest = _safe(run.backbone), _safe(run.digest[:12])
    return f"<tr><th scope='row' dir='auto'>{name}<small>{digest}</small></th>{''.join(cells)}</tr>"


def _table(columns: list[str], lines: list[str]) -> str:
    heads = "".join(f"<th scope='col'>{_safe(column)}</th>" for column in columns)
    return (
        f"<div class='scroll'><table><thead><tr><th scope='col'>Backbone</th>{heads}</tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _pairs(evaluation: Evaluation, relevance: str) -> str:
    found = [
        c
        for c in evaluation.comparisons
        if c.relevance == relevance and c.metric == verdicts.HEADLINE
    ]
    lines = [
        f"<li dir='auto'>{_safe(c.a)} − {_safe(c.b)}: {c.difference:+.3f} "
        f"({c.ci95[0]:+.3f} to {c.ci95[1]:+.3f}); better for {c.better:,} queries, worse for "
        f"{c.worse:,}; p = {c.p_holm:.4f}</li>"
        for c in found
    ]
    if not lines:
        return ""
    figure = _safe(verdicts.name(verdicts.HEADLINE, evaluation.runs[0].k))
    return (
        f"<p>Differences of {figure} on the same queries (sign-flip permutation test, two-sided, "
        f"p corrected by Holm's method):</p><ul>{''.join(lines)}</ul>"
    )


def _chart(runs: tuple[Run, ...], figure: str) -> str:
    """A dot with its interval for each backbone, as inline SVG on a scale from 0 to 1."""
    wide = _WIDTH - _LEFT - _RIGHT
    bottom = 24 + _ROW * len(runs)
    parts = []
    for step in range(6):
        x = _LEFT + wide * step / 5
        parts.append(
            f"<line x1='{x:.1f}' x2='{x:.1f}' y1='18' y2='{bottom}' stroke='#dcd8ce'/>"
            f"<text x='{x:.1f}' y='{bottom + 17}' text-anchor='middle'>{step / 5:.1f}</text>"
        )
    for i, run in enumerate(runs):
        value = run.figures[figure]
        y = 24 + _ROW * i + _ROW / 2
        name = run.backbone if len(run.backbone) <= 24 else run.backbone[:23] + "…"
        parts.append(f"<text x='0' y='{y + 4:.1f}'>{_safe(name)}</text>")
        if value.value is None:
            continue
        x = _LEFT + wide * value.value
        if value.ci95:
            low, high = (_LEFT + wide * end for end in value.ci95)
            parts.append(
                f"<path d='M{low:.1f} {y - 4:.1f}v8M{low:.1f} {y:.1f}H{high:.1f}"
                f"M{high:.1f} {y - 4:.1f}v8' stroke='#23211d' stroke-width='1.5' fill='none'/>"
            )
        mark = _MARKS[i % len(_MARKS)]
        parts.append(
            mark.format(x=f"{x:.1f}", y=f"{y:.1f}", left=f"{x - 4.5:.1f}", top=f"{y - 4.5:.1f}")
        )
    title = _safe(f"{verdicts.name(figure, runs[0].k)} with 95 % intervals")
    return (
        f"<svg viewBox='0 0 {_WIDTH} {bottom + 24}' width='{_WIDTH}' role='img' "
        f"aria-label='{title}' fill='#23211d'><text x='0' y='13'>{title}</text>"
        f"{''.join(parts)}</svg>"
    )


def _listed(pairs: Mapping[str, str]) -> str:
    return "".join(
        f"<dt>{_safe(name[:1].upper() + name[1:])}</dt><dd dir='auto'>{_safe(text)}</dd>"
        for name, text in pairs.items()
    )


def _safe(text: object) -> str:
    return html.escape(str(text), quote=True)
