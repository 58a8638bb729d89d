"""From what one backbone ranked to its figures by one relevance."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from artsim.evaluation import metrics
from artsim.evaluation.bootstrap import RESAMPLES, confidence
from artsim.evaluation.breakdown import Facts, best, parts, worst
from artsim.evaluation.clusters import NONE, Clusters
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.copies import copies_of
from artsim.evaluation.evaluation_set import PERCENTILE, EvaluationSet, Space
from artsim.evaluation.judgement import Judgement, Rows
from artsim.evaluation.metric import METRICS, Retrieved
from artsim.evaluation.metrics import Counts, Doubles, Flags
from artsim.evaluation.ranking import Ranking
from artsim.evaluation.results import (
    OVER_CLUSTERS,
    OVER_QUERIES,
    Combined,
    Curve,
    FeaturePrecision,
    Figure,
    Interval,
    OtherArtists,
    QualityMetric,
    Run,
)

SHOWN = 50  # retrieved works stored for each query
_ROWS_AT_ONCE = 1_024


@dataclass(frozen=True)
class Judged:
    """One relevance: its judgement and the relevant works of each query [Q]."""

    judgement: Judgement
    n_relevant: Counts


@dataclass(frozen=True)
class Ranked:
    """What one backbone retrieved; the same for every relevance.

    ``near_hits`` bool [Q, K]: the works that are so near to their query that they may be copies.
    ``title_precision`` [Q] is NaN for queries that titles cannot judge.
    """

    space: Space
    ranking: Ranking
    near_hits: Flags
    random_cosines: Doubles
    title_precision: Doubles
    combined: Combined


def summarise(
    config: EvaluateConfig,
    material: EvaluationSet,
    ranked: Ranked,
    judged: Judged,
    hits_in_top_r: Counts,
    facts: Facts,
    clusters: Clusters,
    other_artists: OtherArtists | None = None,
) -> tuple[Run, pa.Table]:
    """The run of one backbone by one relevance, and its rows of the per-query table."""
    rows = ranked.ranking.rows
    asked = np.flatnonzero(judged.n_relevant > 0)
    found = rows[asked]
    relevant = judged.judgement.relevant(asked[:, None], found)
    cosines = ranked.ranking.cosines[asked]
    n_relevant = judged.n_relevant[asked]
    percentile = float(np.percentile(ranked.random_cosines, PERCENTILE))
    grades = judged.judgement.grades(asked[:, None], found)
    retrieved_of = Retrieved(
        relevant,
        n_relevant,
        hits_in_top_r[asked],
        material.candidates[asked],
        cosines,
        grades,
        None if grades is None else _ideal(judged.judgement, asked, material.exclude, config.k),
    )
    measured = {name: m.measured(retrieved_of) for name, m in METRICS.usable().items()}
    values = measured | {
        "chance_precision": metrics.chance_precision(n_relevant, material.candidates[asked]),
        "mean_similarity": metrics.mean_similarity(cosines),
        "feature_precision": metrics.feature_precision(cosines, config.feature_threshold),
        "above_random": metrics.feature_precision(cosines, percentile),
        "quality_metric": metrics.quality_metric(
            metrics.hits(relevant), (found >= 0).sum(axis=1), n_relevant
        ),
    }
    facts, clusters = facts.of(asked), clusters.of(asked)
    figures = figures_of(values, config.seed, clusters)
    labels = [judged.judgement.value(int(q)) for q in asked]
    ids = [material.query_ids[q] for q in asked]
    retrieved = [[material.work_ids[r] for r in row if r >= 0] for row in found[:, :SHOWN]]
    cases = (ids, labels, n_relevant, values["map_at_k"], retrieved, relevant)
    run = Run(
        backbone=ranked.space.backbone,
        digest=ranked.space.digest,
        relevance=judged.judgement.name,
        metric=config.metric,
        index="exact",
        k=config.k,
        queries=len(asked),
        skipped=len(rows) - len(asked),
        gallery=len(material.works),
        fitted=facts.fitted.counts(),
        interval=interval_of(clusters),
        other_artists=other_artists,
        copies=copies_of(material, ranked.near_hits, asked.tolist()),
        figures={name: figures[name] for name in measured},
        chance_precision=figures["chance_precision"],
        mean_similarity=figures["mean_similarity"],
        feature_precision=FeaturePrecision(
            value=figures["feature_precision"].value,
            ci95=figures["feature_precision"].ci95,
            threshold=config.feature_threshold,
            above_random=figures["above_random"],
            percentile=PERCENTILE,
            percentile_cosine=percentile,
            random_pairs=len(ranked.random_cosines),
        ),
        combined=ranked.combined,
        quality_metric=QualityMetric(
            value=figures["quality_metric"].value,
            ci95=figures["quality_metric"].ci95,
            k=float(metrics.hits(relevant).mean()),
            n=float((found >= 0).sum(axis=1).mean()),
            k_approximate=float(n_relevant.mean()),
            precision=float(values["precision_at_k"].mean()),
            k_share=float(values["recall_at_k"].mean()),
            note=metrics.QUALITY_NOTE,
        ),
        curve=curve(relevant, n_relevant),
        parts=parts(facts, labels, values, config.seed, clusters),
        worst=worst(*cases),
        best=best(*cases),
    )
    columns = {
        "backbone": [run.backbone] * len(asked),
        "relevance": [run.relevance] * len(asked),
        "id": ids,
        "value": labels,
        **facts.columns(),
        "n_relevant": n_relevant,
        **values,
        "title_precision": pa.array(ranked.title_precision[asked], from_pandas=True),
        "retrieved": pa.array(retrieved, pa.list_(pa.string())),
        "relevant": _ragged(relevant, found, pa.bool_()),
        "cosines": _ragged(cosines, found, pa.float32()),
    }
    return run, pa.table(columns)


def figures_of(
    values: dict[str, Doubles], seed: int, clusters: Clusters, resamples: int = RESAMPLES
) -> dict[str, Figure]:
    """Mean and 95 % interval of each per-query array [Q], all from the same resamples.

    No query: no value; one cluster of queries: no interval.
    """
    stacked = np.column_stack(list(values.values()))
    if not len(stacked):
        return {name: Figure(None) for name in values}
    means = stacked.mean(axis=0)
    if len(clusters) == 1:
        return {name: Figure(float(m)) for name, m in zip(values, means, strict=True)}
    ends = confidence(stacked, resamples, seed, clusters=clusters.codes)
    return {
        name: Figure(float(mean), (float(low), float(high)))
        for name, mean, (low, high) in zip(values, means, ends, strict=True)
    }


def interval_of(clusters: Clusters) -> Interval:
    """How the intervals of queries in ``clusters`` are made."""
    method = OVER_QUERIES if clusters.by == NONE else OVER_CLUSTERS
    return Interval(method, clusters.by, len(clusters))


def curve(relevant: Flags, n_relevant: Counts) -> Curve:
    """Mean precision, recall and AP over queries at each cut-off 1..K."""
    k = relevant.shape[1]
    ranks = np.arange(1, k + 1)
    sums = np.zeros((3, k))
    for start in range(0, len(relevant), _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        n = n_relevant[part, None]
        found = np.cumsum(relevant[part], axis=1)
        precision = found / ranks
        sums[0] += precision.sum(axis=0)
        sums[1] += (found / n).sum(axis=0)
        at_hits = np.cumsum(np.where(relevant[part], precision, 0.0), axis=1)
        sums[2] += (at_hits / np.minimum(ranks, n)).sum(axis=0)
    means = (sums / max(1, len(relevant))).tolist()
    return Curve(tuple(range(1, k + 1)), *(tuple(row) for row in means))


def combine(
    config: EvaluateConfig, ranking: Ranking, titles: Judged | None, clusters: Clusters
) -> tuple[Doubles, Combined]:
    """Title precision of each query [Q], NaN without one, and the combined figure."""
    everyone = np.arange(len(ranking.rows))
    weights = (config.title_weight, config.visual_weight)
    if titles is None or not (titles.n_relevant > 0).any():
        nothing = Combined(None, None, *weights, title=None, visual=None, queries=0)
        return np.full(len(everyone), np.nan), nothing
    relevant = titles.judgement.relevant(everyone[:, None], ranking.rows)
    title = metrics.precision_at_k(relevant, titles.n_relevant)
    asked = titles.n_relevant > 0
    visual = metrics.mean_similarity(ranking.cosines[asked])
    joined = metrics.combined(title[asked], visual, *weights)
    mine = clusters.of(np.flatnonzero(asked))
    figure = figures_of({"combined": joined}, config.seed, mine)["combined"]
    return title, Combined(
        figure.value,
        figure.ci95,
        *weights,
        title=float(title[asked].mean()),
        visual=float(visual.mean()),
        queries=int(asked.sum()),
    )


def _ideal(judgement: Judgement, asked: Rows, exclude: list[Rows], k: int) -> Doubles:
    """The grades of the ``k`` most relevant works of each query, best first, 0 beyond; [Q, K]."""
    found = np.zeros((len(asked), k))
    for i, query in enumerate(asked):
        rows = np.setdiff1d(judgement.rows(int(query)), exclude[query])
        grades = judgement.grades(np.full(len(rows), query), rows)
        best = np.sort(grades if grades is not None else np.ones(len(rows)))[::-1][:k]
        found[i, : len(best)] = best
    return found


def _ragged(values: Flags | Doubles, found: Rows, kind: pa.DataType) -> pa.Array:
    """The values of the retrieved works, as lists of at most SHOWN."""
    cut = zip(values[:, :SHOWN], found[:, :SHOWN] >= 0, strict=True)
    return pa.array([row[there].tolist() for row, there in cut], pa.list_(kind))
