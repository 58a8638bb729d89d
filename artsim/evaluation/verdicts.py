"""Which backbone is best by a figure, and which of the others are not clearly worse."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from artsim.core.counts import count
from artsim.evaluation.clusters import NONE
from artsim.evaluation.fitted_words import Called, fitted_line, fitted_sentence
from artsim.evaluation.metric import metric_of, title_of
from artsim.evaluation.relevances import in_words
from artsim.evaluation.results import PART_FIGURES, Comparison, Evaluation, Figure, Run

FEW_CLUSTERS = 10
LEVEL = 0.05  # corrected p from which a difference is no longer clear
HEADLINE = "map_at_k"
ALL_QUERIES = "all queries"
WITHOUT_ARTIST = "without the artist's own works"
_PLAIN = {
    "mean_similarity": "It rises with any backbone that puts everything close together, so it "
    "never says which of two is better.",
    "feature_precision": "It tells how much of a list the backbone itself calls very close, not "
    "whether that is right: one that puts all works close together has 1.",
    "above_random": "It is measured by what is rare for the backbone itself.",
    "combined": "Part of it is a cosine, so it cannot be compared between backbones either.",
}


@dataclass(frozen=True)
class Apart:
    """Figures of a run over some queries, or among some works, which ``value`` names."""

    value: str
    queries: int
    figures: Mapping[str, Figure]


@dataclass(frozen=True)
class Verdict:
    """Backbones by one relevance and figure: ``best`` have the best value.

    ``close`` are the others whose difference from the best could be chance: the corrected p of
    the paired test is LEVEL or more. Both are empty where there is nothing to choose between.
    """

    best: tuple[str, ...] = ()
    close: tuple[str, ...] = ()


def verdict(evaluation: Evaluation, relevance: str, figure: str) -> Verdict:
    """The verdict by one of METRICS; empty for one backbone and where all values are equal."""
    values = {
        run.backbone: value
        for run in of_relevance(evaluation, relevance)
        if (value := run.figures[figure].value) is not None
    }
    if len(values) < 2 or len(set(values.values())) == 1:
        return Verdict()
    highest = (max if higher_is_better(figure) else min)(values.values())
    best = tuple(name for name, value in values.items() if value == highest)
    unclear = {
        frozenset((c.a, c.b))
        for c in evaluation.comparisons
        if c.relevance == relevance and c.metric == figure and c.p_holm >= LEVEL
    }
    close = tuple(
        name
        for name in values
        if name not in best and any(frozenset((name, other)) in unclear for other in best)
    )
    return Verdict(best, close)


def of_relevance(evaluation: Evaluation, relevance: str) -> tuple[Run, ...]:
    """The runs by ``relevance``, one for each backbone."""
    return tuple(run for run in evaluation.runs if run.relevance == relevance)


def relevances(evaluation: Evaluation) -> tuple[str, ...]:
    """The relevances of an evaluation, in its order."""
    return tuple(dict.fromkeys(run.relevance for run in evaluation.runs))


def backbones(evaluation: Evaluation) -> dict[str, str]:
    """The backbones of an evaluation and their digests, in its order."""
    return {run.backbone: run.digest for run in evaluation.runs}


def meanings(evaluation: Evaluation) -> dict[str, str]:
    """What each figure means, with plain words of what it shows and what it does not."""
    return {
        figure: f"{text} {_PLAIN.get(figure, '')}".strip()
        for figure, text in evaluation.definitions.items()
    }


def name(figure: str, k: int) -> str:
    """What a figure is called at this K: ``map_at_k`` at 10 is mAP@10."""
    return title_of(figure).replace("@K", f"@{k}")


def higher_is_better(figure: str) -> bool:
    """Whether a figure rises as rankings get better."""
    metric = metric_of(figure)
    return metric is None or metric.higher_is_better


def number(figure: str, value: float | None) -> str:
    """A value of a figure as people read it."""
    metric = metric_of(figure)
    return metric.text(value) if metric else _number(value)


def widest(evaluation: Evaluation) -> str:
    """The relevance by which most queries counted, of equal ones the first."""
    queries = dict.fromkeys(relevances(evaluation), 0)
    for run in evaluation.runs:
        queries[run.relevance] = max(queries[run.relevance], run.queries)
    return max(queries, key=queries.__getitem__)


def sentence(evaluation: Evaluation, relevance: str, called: Called = str) -> str:
    """What the headline figure says in plain words, chance beside it.

    ``called`` maps the name of a backbone to the words that the reader knows it by.
    """
    runs = {run.backbone: run for run in of_relevance(evaluation, relevance)}
    first = next(iter(runs.values()))
    figure = name(HEADLINE, first.k)
    found = verdict(evaluation, relevance, HEADLINE)
    leaders = [runs[b] for b in found.best] or [first]
    value = leaders[0].figures[HEADLINE]
    told = f"{figure} of {_number(value.value)}{_between(value)}"
    by = in_words(relevance)
    if len(runs) == 1:
        text = f"By {by}, {called(first.backbone)} has an {told}."
    elif not found.best:
        text = f"By {by}, all backbones have the same {told}."
    else:
        verb = "is" if len(found.best) == 1 else "are"
        text = f"By {by}, {_listed(found.best, called)} {verb} best with an {told}."
        if found.close:
            close = _listed(found.close, called)
            text += f" {close} could be as good: the difference may be chance."
        elif len(runs) == len(found.best) + 1:
            text += f" {called(next(b for b in runs if b not in found.best))} is clearly worse."
        elif len(runs) > len(found.best):
            text += " The others are clearly worse."
    precision = leaders[0].figures["precision_at_k"].value
    chance = leaders[0].chance_precision.value
    return (
        f"{text} {_share(precision)} of its top {first.k} are hits; "
        f"by chance {_share(chance)} would be."
    )


def interval_sentence(run: Run) -> str:
    """What the intervals and tests of a run take as independent of each other."""
    made = run.interval
    if made.clustered_by == NONE:
        return (
            "Intervals and tests take every query as independent: they are too sure where queries "
            "share an artist."
        )
    few = ""
    if made.clusters < FEW_CLUSTERS:
        few = f" So few ({made.clusters:,}) allow no firm conclusion."
    return (
        f"Intervals and tests take {count(made.clusters, 'cluster')} of queries as independent: "
        f"queries of one cluster share {made.clustered_by.replace(', ', ' or ')}.{few}"
    )


def apart(run: Run) -> tuple[Apart, ...]:
    """What stands beside a run's figures, so that none is shown alone.

    Its queries that the backbone was fitted on and others, where that is known; and, where the
    relevance is partly the artist's hand, its figures without the artist's own works.
    """
    parts = [
        Apart(part.value, part.queries, {name: getattr(part, name) for name in PART_FIGURES})
        for part in run.parts.get("fitted", ())
    ]
    if run.other_artists is not None:
        found = run.other_artists
        figures = {"map_at_k": found.map_at_k, "precision_at_k": found.precision_at_k}
        parts.append(Apart(WITHOUT_ARTIST, found.queries, figures))
    return tuple(parts)


def other_artists_sentence(run: Run, called: Called = str) -> str:
    """What is left of a figure without the artist's own works; "" where it was not measured."""
    found, by, backbone = run.other_artists, in_words(run.relevance), called(run.backbone)
    if found is None:
        return ""
    if found.map_at_k.value is None:
        return (
            "No query has a relevant work by another artist: what is measured here by "
            f"{by} is how well {backbone} finds works of the same artist."
        )
    return (
        f"Among works by other artists {backbone} has an {name(HEADLINE, run.k)} of "
        f"{_number(found.map_at_k.value)}{_between(found.map_at_k)}, over {found.queries:,} "
        f"queries: the rest of its figure by {by} comes from works of the same artist."
    )


def copies_sentence(run: Run) -> str:
    """How many copies were left out of a run, and how many unmarked ones may raise its figures."""
    told = f"{count(run.copies.left_out, 'copy', 'copies')} of queries left out."
    if run.copies.suspected:
        queries = count(run.copies.suspected, "query", "queries")
        told += f" {queries} found a work that may be an unmarked copy."
    return told


def run_sentences(run: Run, called: Called = str) -> tuple[str, ...]:
    """All that a reader must know before the figures of a run, the gravest first.

    ``called`` as for ``sentence``.
    """
    told = (
        fitted_sentence(run, called),
        copies_sentence(run),
        interval_sentence(run),
        other_artists_sentence(run, called),
    )
    return tuple(one for one in told if one)


def table(evaluation: Evaluation) -> pd.DataFrame:
    """Every figure with its interval and facts: a row for each backbone, relevance and figure.

    Each row begins with what is known of the works that the backbone was fitted on. The rows of a
    run over all queries come first, then those of the queries that it was fitted on and of others.
    """
    columns = [
        *("fitted_on", "queries_of"),
        *("evaluation", "date", "code_version", "collection", "queries_collection"),
        *("backbone", "digest", "relevance", "metric", "index", "k", "queries", "skipped"),
        *("figure", "value", "ci95_low", "ci95_high", "clustered_by", "clusters"),
        *("fitted_record", "fitted_queries", "fitted_gallery", "fitted_same_artist"),
        *("copies_left_out", "copies_suspected"),
    ]
    facts = [
        evaluation.id,
        evaluation.date,
        evaluation.code_version,
        evaluation.collection,
        evaluation.queries_collection,
    ]
    lines: list[list[object]] = []
    for run in evaluation.runs:
        said = fitted_line([run])
        about = [run.backbone, run.digest, run.relevance, run.metric, run.index, run.k]
        fitted, copies = run.fitted, run.copies
        made = [run.interval.clustered_by, run.interval.clusters]
        made += [fitted.record, fitted.queries, fitted.gallery, fitted.same_artist]
        made += [copies.left_out, copies.suspected]
        for name_of, (figure, queries) in all_figures(run).items():
            low, high = figure.ci95 or (None, None)
            counts = [queries, run.skipped + run.queries - queries]
            shown = [name_of, figure.value, low, high]
            lines.append([said, ALL_QUERIES, *facts, *about, *counts, *shown, *made])
        for part in apart(run):
            counts = [part.queries, run.skipped + run.queries - part.queries]
            of_part = [made[0], None, *made[2:]]  # clusters are counted over all queries
            for name_of, figure in part.figures.items():
                shown = [name_of, figure.value, *(figure.ci95 or (None, None))]
                lines.append([said, part.value, *facts, *about, *counts, *shown, *of_part])
    return pd.DataFrame(lines, columns=columns)


def all_figures(run: Run) -> dict[str, tuple[Figure, int]]:
    """Every figure of a run by name, each with its number of queries."""
    feature = run.feature_precision
    joined = run.combined
    return {
        **{name: (figure, run.queries) for name, figure in run.figures.items()},
        "chance_precision": (run.chance_precision, run.queries),
        "mean_similarity": (run.mean_similarity, run.queries),
        "feature_precision": (Figure(feature.value, feature.ci95), run.queries),
        "above_random": (feature.above_random, run.queries),
        "quality_metric": (Figure(run.quality_metric.value, run.quality_metric.ci95), run.queries),
        "combined": (Figure(joined.value, joined.ci95), joined.queries),
    }


def difference(found: Comparison, places: int = 3) -> str:
    """A difference of means with its interval: '+0.031 (+0.012 to +0.050)'."""
    value = f"{found.difference:+.{places}f}"
    if found.ci95 is None:
        return value
    return f"{value} ({found.ci95[0]:+.{places}f} to {found.ci95[1]:+.{places}f})"


def _between(figure: Figure) -> str:
    if figure.ci95 is None:
        return ""
    return f" (95 % interval {_number(figure.ci95[0])} to {_number(figure.ci95[1])})"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}".replace("%", " %")


def _listed(backbones: tuple[str, ...], called: Called) -> str:
    names = [called(one) for one in backbones]
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else names[0]
