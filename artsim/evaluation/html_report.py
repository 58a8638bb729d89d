"""An evaluation as one HTML page that needs nothing else: to print, to send, to archive."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.evaluation import verdicts
from artsim.evaluation.fitted_words import fitted_line
from artsim.evaluation.metric import title_of
from artsim.evaluation.relevances import in_words
from artsim.evaluation.results import Evaluation, Figure, Run
from artsim.evaluation.verdicts import Verdict

if TYPE_CHECKING:
    import jinja2
else:
    jinja2 = lazy("jinja2")

BEST, CLOSE = "▲", "≈"
_OTHERS = (
    *("chance_precision", "mean_similarity", "feature_precision", "above_random"),
    *("combined", "quality_metric"),
)
_DRAWN = ("map_at_k", "precision_at_k")


class _Cell(NamedTuple):
    """A figure as text, whether it is the best, its mark, and its interval."""

    value: str
    best: bool
    mark: str
    interval: str


def html_report(evaluation: Evaluation) -> str:
    """The page: figures with intervals by each relevance, then how they were measured.

    No script, nothing fetched; every text of the evaluation is escaped.
    """
    return _template().render(
        evaluation=evaluation,
        verdicts=verdicts,
        count=count,
        by=in_words,
        cell=lambda run, figure: _cell(evaluation, run, figure),
        fitted=fitted_line(evaluation.runs),
        text=figure_text,
        facts=facts(evaluation),
        meanings={title_of(n): t for n, t in verdicts.meanings(evaluation).items()},
        figures=evaluation.figures,
        others=_OTHERS,
        drawn=_DRAWN,
        best=BEST,
        close=CLOSE,
    )


def facts(evaluation: Evaluation) -> dict[str, str]:
    """The facts that a reader needs beside the figures of an evaluation, in words."""
    first = evaluation.runs[0]
    skipped = ", ".join(
        f"by {in_words(relevance)} {run.skipped:,} of {run.queries + run.skipped:,}"
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
            f"95 %, {first.interval.method} ({first.interval.clustered_by}), "
            f"{count(evaluation.resamples, 'resample')}"
        ),
        "Sample": count(config["sample"], "query", "queries")
        if config.get("sample")
        else "every query",
        "Seed": str(config.get("seed", "")),
        "Titles": f"{config.get('title_similarity')} from {config.get('title_threshold')} on",
        "Time taken": f"{evaluation.seconds:.1f} s",
    }


@cache
def _template() -> "jinja2.Template":
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("artsim.evaluation"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def figure_text(figure: Figure, name: str = "map_at_k") -> str:
    """A figure with its interval: '0.412 (0.398 to 0.427)'."""
    text = verdicts.number(name, figure.value)
    if figure.ci95:
        text += " ({} to {})".format(*(verdicts.number(name, end) for end in figure.ci95))
    return text


def _cell(evaluation: Evaluation, run: Run, figure: str) -> _Cell:
    told = verdicts.all_figures(run)[figure][0]
    compared = figure in run.figures
    found = verdicts.verdict(evaluation, run.relevance, figure) if compared else Verdict()
    best = run.backbone in found.best
    return _Cell(
        value=verdicts.number(figure, told.value),
        best=best,
        mark=BEST if best else CLOSE if run.backbone in found.close else "",
        interval=f"{told.ci95[0]:.3f} to {told.ci95[1]:.3f}" if told.ci95 else "",
    )
