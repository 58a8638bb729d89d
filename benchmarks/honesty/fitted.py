"""A published backbone on works that its making saw, on others of their artists, and on neither.

Every work is in the gallery. The published parts were fitted on all works at the end, so that no
group is new to them; the parts fitted on the works trained on alone show what new works get.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.fitted_words import GROUPS
from artsim.training.retrieval import Asked, EvaluationSet
from artsim.training.weights import joined
from benchmarks.pooled_works import Floats, Parts, PooledWorks, cluster_codes, published_parts

MOST = 1_500  # queries of a group, drawn by the seed
COLUMNS = (
    *("backbone", "parts", "group", "relevance", "map_at_10", "low", "high", "queries"),
    *("clusters", "gallery"),
)


def rows(works: PooledWorks, train_only: Parts, seed: int) -> Iterator[dict[str, object]]:
    """mAP@10 of each group of queries, by the parts as published and by the train-only fit."""
    weights = {part.name: part.weight for part in works.spec.parts}
    fits = {
        "fitted on all works, as published": published_parts(works),
        "fitted on the works trained on": train_only,
    }
    for fit, parts in fits.items():
        embedding = joined(parts, weights)
        for group, queries in _groups(works, seed).items():
            for relevance, asked in _asked(works, queries, embedding).items():
                groups = cluster_codes(works.data.artists, asked.queries)
                low, high = confidence(asked.values[:, None], clusters=groups)[0]
                yield {
                    "backbone": works.spec.name,
                    "parts": fit,
                    "group": group,
                    "relevance": relevance,
                    "map_at_10": round(float(asked.values.mean()), 4),
                    "low": round(float(low), 4),
                    "high": round(float(high), 4),
                    "queries": len(asked.values),
                    "clusters": int(groups.max()) + 1,
                    "gallery": len(works.evaluation.rows),
                }


def _groups(works: PooledWorks, seed: int) -> dict[str, np.ndarray]:
    evaluation, artists = works.evaluation, works.data.artists
    learnt = np.unique(artists[evaluation.gallery])
    aside = evaluation.queries
    same = aside[(artists[aside] >= 0) & np.isin(artists[aside], learnt)]
    rng = np.random.default_rng(seed)
    fitted = np.sort(rng.permutation(evaluation.gallery)[:MOST])
    return {GROUPS["work"]: fitted, GROUPS["artist"]: same, GROUPS["other"]: evaluation.unseen}


def _asked(works: PooledWorks, queries: np.ndarray, embedding: Floats) -> dict[str, Asked]:
    """AP@10 of ``queries`` among all works, by label and by style among other artists."""
    everyone = np.sort(works.evaluation.rows)
    asking: EvaluationSet = replace(
        works.evaluation, gallery=everyone, queries=queries, unseen=queries[:0]
    )
    place = np.empty(everyone.max() + 1, np.int64)
    place[works.evaluation.rows] = np.arange(len(works.evaluation.rows))
    values = embedding[place[asking.rows]]
    return asking.asked(values) | asking.by_other_artists(values)
