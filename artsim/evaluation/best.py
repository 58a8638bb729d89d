"""Which of a collection's backbones to begin with: the one that finds relatives best there."""

from collections.abc import Iterable, Mapping
from typing import Any

from artsim.evaluation.results import Evaluation

_CARD = "map10_mean"  # what artsim measures on works kept aside, when it trains a backbone
_MOST = 0.9  # of the pictures that the fullest backbone has: fewer leave works that nobody finds


def best_backbone(
    counts: Mapping[str, int],
    evaluations: Iterable[Evaluation],
    digests: Mapping[str, str],
    cards: Mapping[str, Mapping[str, float]],
) -> str:
    """The name of the best of the backbones in ``counts``, "" where there is none.

    ``counts`` are the pictures embedded with each, ``evaluations`` those of the collection, latest
    first, ``digests`` those of the embeddings. The latest evaluation that compared at least two of
    them, as they are now, decides by the mean of MAP@K over its relevances; without one the
    figures of their ``cards`` do, and a backbone without figures comes last.

    >>> best_backbone({"a": 9, "b": 9}, [], {}, {"b": {"map10_mean": 0.5}})
    'b'
    """
    fullest = max(counts.values(), default=0)
    usable = [name for name, count in counts.items() if count >= _MOST * fullest]
    for evaluation in evaluations:
        figures = _figures(evaluation, {name: digests.get(name) for name in usable})
        if len(figures) > 1:
            return max(sorted(figures), key=figures.__getitem__)
    ranked = sorted(usable, key=lambda name: (-cards.get(name, {}).get(_CARD, -1.0), name))
    return ranked[0] if ranked else ""


def _figures(evaluation: Evaluation, digests: Mapping[str, Any]) -> dict[str, float]:
    """Mean of MAP@K of each backbone over the relevances by which all of them were measured."""
    found: dict[str, dict[str, float]] = {}
    for run in evaluation.runs:
        value = run.figures["map_at_k"].value
        if value is not None and run.digest == digests.get(run.backbone):
            found.setdefault(run.backbone, {})[run.relevance] = value
    shared = set.intersection(*map(set, found.values())) if found else set()
    return {
        name: sum(values[relevance] for relevance in shared) / len(shared)
        for name, values in found.items()
        if shared
    }
