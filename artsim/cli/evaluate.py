"""``artsim evaluate``: how well backbones retrieve, with intervals; and the stored evaluations."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artsim.cli.options import Detach, Json, build, do, option
from artsim.cli.output import facts, note, print_json, say, table
from artsim.cli.search import MetricName
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig

if TYPE_CHECKING:
    from artsim import library
    from artsim.evaluation import fitted_words, relevances, verdicts
    from artsim.evaluation import metric as metrics
    from artsim.evaluation import runs as evaluations
    from artsim.evaluation.results import Evaluation, Run
else:
    library = lazy("artsim.library")
    fitted_words = lazy("artsim.evaluation.fitted_words")
    metrics = lazy("artsim.evaluation.metric")
    relevances = lazy("artsim.evaluation.relevances")
    evaluations = lazy("artsim.evaluation.runs")
    verdicts = lazy("artsim.evaluation.verdicts")


_APART = ("map_at_k", "precision_at_k")
_LEAVE_OUT = "--leave-out-copies evaluates without those that nobody has marked"


class SimilarityName(StrEnum):
    """How titles are compared."""

    RATIO = "ratio"
    TOKEN_SET = "token_set"  # noqa: S105
    TFIDF = "tfidf"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: artsim evaluate paintings --backbone efficientnet_lite0 "
        "--backbone resnet50 --relevance artist --relevance style -k 10"
    )(evaluate)


def evaluate(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Name of the collection.")
    ] = None,
    backbone: Annotated[list[str] | None, option(EvaluateConfig, "backbones")] = None,
    relevance: Annotated[
        list[str] | None, option(EvaluateConfig, "relevances", metavar="NAME")
    ] = None,
    metric: Annotated[MetricName, option(EvaluateConfig, "metric")] = MetricName.COSINE,
    k: Annotated[int, option(EvaluateConfig, "k", "-k")] = 10,
    queries: Annotated[str | None, option(EvaluateConfig, "queries", metavar="NAME2")] = None,
    sample: Annotated[int | None, option(EvaluateConfig, "sample")] = None,
    seed: Annotated[int, option(EvaluateConfig, "seed")] = 0,
    cluster_by: Annotated[str, option(EvaluateConfig, "cluster_by")] = "auto",
    leave_out_copies: Annotated[bool, option(EvaluateConfig, "leave_out_copies")] = False,
    copy_cosine: Annotated[float, option(EvaluateConfig, "copy_cosine")] = 0.98,
    title_threshold: Annotated[float, option(EvaluateConfig, "title_threshold")] = 0.8,
    title_similarity: Annotated[
        SimilarityName, option(EvaluateConfig, "title_similarity")
    ] = SimilarityName.RATIO,
    feature_threshold: Annotated[float, option(EvaluateConfig, "feature_threshold")] = 0.8,
    title_weight: Annotated[float, option(EvaluateConfig, "title_weight")] = 0.4,
    visual_weight: Annotated[float, option(EvaluateConfig, "visual_weight")] = 0.6,
    qrels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Judged pairs as TREC writes them (QUERY 0 WORK GRADE): a relevance of their own.",
        ),
    ] = None,
    trec_out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Also write run files and qrels that trec_eval and ranx read."
        ),
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the stored evaluations.")] = False,
    run: Annotated[
        str | None, typer.Option(metavar="ID", help="Print a stored evaluation again.")
    ] = None,
    delete: Annotated[
        str | None, typer.Option(metavar="ID", help="Delete a stored evaluation.")
    ] = None,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Evaluate backbones: every work a query, every figure with its 95 % interval."""
    if listed or delete is not None:
        _list(delete, as_json)
        return
    if run is not None:
        _print(evaluations.load_run(Workspace.open(), run), as_json)
        return
    if name is None:
        raise typer.BadParameter("name the collection to evaluate")
    if not backbone:
        raise typer.BadParameter("name a backbone with --backbone")
    config = build(
        EvaluateConfig,
        collection=name,
        backbones=tuple(backbone),
        relevances=tuple(relevance or ()),
        metric=metric.value,
        k=k,
        queries=queries,
        sample=sample,
        seed=seed,
        cluster_by=cluster_by,
        leave_out_copies=leave_out_copies,
        copy_cosine=copy_cosine,
        title_threshold=title_threshold,
        title_similarity=title_similarity.value,
        feature_threshold=feature_threshold,
        title_weight=title_weight,
        visual_weight=visual_weight,
    )
    if detach and (qrels or trec_out):
        raise typer.BadParameter("--qrels and --trec-out need an evaluation that is waited for")
    if detach:
        do("evaluate", config, detach, as_json)
        return
    chosen = [*config.relevances, _judged(qrels)] if qrels else []
    here = library.open_library(Workspace.open())
    _print(
        evaluations.evaluate_and_keep(here, config, TerminalProgress(), chosen, trec_out), as_json
    )


def _judged(qrels: Path) -> Any:
    try:
        return relevances.judged(qrels.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The judged pairs in {qrels} cannot be read: {error}.") from error


def _list(delete: str | None, as_json: bool) -> None:
    workspace = Workspace.open()
    if delete is not None:
        evaluations.delete_run(workspace, delete)
    runs, unreadable = evaluations.survey_runs(workspace)
    if as_json:
        damaged = [{"id": run_id, "error": why} for run_id, why in unreadable.items()]
        print_json([*(asdict(run) for run in runs), *damaged])
        return
    if delete is not None:
        say(f"The evaluation {delete} is deleted.")
        return
    for why in unreadable.values():
        note(why)
    if not runs:
        say("There is no evaluation yet: 'artsim evaluate NAME --backbone B' makes one.")
        return
    table(
        ["id", "date", "collection", "queries", "backbones", "relevances", "metric", "k"],
        [
            (
                r.id,
                r.date,
                r.collection,
                r.queries_collection,
                ", ".join(r.backbones),
                ", ".join(r.relevances),
                r.metric,
                r.k,
            )
            for r in runs
        ],
        right=["k"],
    )


def _print(evaluation: "Evaluation", as_json: bool) -> None:
    if as_json:
        print_json(evaluation.to_json())
        return
    say(fitted_words.fitted_line(evaluation.runs))
    say("")
    for relevance in dict.fromkeys(run.relevance for run in evaluation.runs):
        _relevance([run for run in evaluation.runs if run.relevance == relevance])
        _tests(evaluation, relevance)
        say("")
    first = evaluation.runs[0]
    digests = {run.backbone: run.digest[:12] for run in evaluation.runs}
    facts(
        [
            ("collection", f"{evaluation.collection} (version {evaluation.collection_version})"),
            ("queries from", evaluation.queries_collection),
            ("backbones", ", ".join(f"{b} {d}" for b, d in digests.items())),
            ("ranking", f"{first.metric}, {first.index} index, K = {first.k}"),
            ("AP@K", evaluation.definitions["map_at_k"]),
            ("skipped", evaluation.definitions["skipped"]),
            ("excluded", evaluation.definitions["excluded"]),
            ("ties", evaluation.definitions["ties"]),
            ("intervals", evaluation.definitions["ci95"]),
            ("combined", evaluation.definitions["combined"]),
            ("quality", first.quality_metric.note),
            ("stored as", f"{evaluation.id}, {evaluation.date}, artsim {evaluation.code_version}"),
            ("again", evaluation.command),
            *(("note", text) for text in evaluation.notes),
            *([("copies", _LEAVE_OUT)] if _suspected(evaluation) else []),
        ]
    )


def _suspected(evaluation: "Evaluation") -> bool:
    return any(run.copies.suspected for run in evaluation.runs)


def _relevance(runs: "list[Run]") -> None:
    """One table: a line a figure, a column a backbone; the best of several is starred."""
    lines: list[tuple[Any, ...]] = []
    columns = [run.to_json() for run in runs]
    for name in (*runs[0].figures, *metrics.OTHERS):
        cells = [
            run["feature_precision"]["above_random"] if name == "above_random" else run[name]
            for run in columns
        ]
        comparable = len(runs) > 1 and name not in (
            "chance_precision",
            "mean_similarity",
            "feature_precision",
            "combined",
        )
        known = [cell["value"] or 0.0 for cell in cells]
        best = (max if verdicts.higher_is_better(name) else min)(known) if comparable else None
        lines.append((metrics.title_of(name), *(_cell(cell, best) for cell in cells)))
    first = runs[0]
    say(
        f"Relevance: {first.relevance}. {count(first.queries, 'query', 'queries')}, "
        f"{first.skipped:,} skipped; {count(first.gallery, 'work')} in the gallery."
    )
    for run in runs:
        for sentence in verdicts.run_sentences(run):
            say(sentence)
    table(["", *(run.backbone for run in runs)], lines, right=[run.backbone for run in runs])
    parts = [(run, part) for run in runs for part in verdicts.apart(run)]
    if parts:
        table(
            ["apart", "backbone", "queries", "mAP@K", "Precision@K"],
            [
                (
                    part.value,
                    run.backbone,
                    part.queries,
                    *(_cell(asdict(part.figures[f]), None) for f in _APART),
                )
                for run, part in parts
            ],
            right=["queries", "mAP@K", "Precision@K"],
        )
    if len(runs) > 1:
        say("* the highest, in the figures that can be compared between backbones")


def _cell(figure: dict[str, Any], best: float | None) -> str:
    if figure["value"] is None:
        return "none"
    text = f"{figure['value']:.4f}"
    if figure["ci95"]:
        text += f" [{figure['ci95'][0]:.4f}, {figure['ci95'][1]:.4f}]"
    if best is None:
        return text
    return text + (" *" if figure["value"] == best else "  ")


def _tests(evaluation: "Evaluation", relevance: str) -> None:
    for test in evaluation.comparisons:
        if test.relevance == relevance and test.metric == "map_at_k":
            say(
                f"mAP@K, {test.a} - {test.b}: {verdicts.difference(test, 4)}, "
                f"p = {test.p_holm:.4f} after Holm, {count(test.clusters, 'cluster')}; queries: "
                f"better on {test.better:,}, worse on {test.worse:,}, equal on {test.same:,}"
            )
