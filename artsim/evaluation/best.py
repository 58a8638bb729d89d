"""Which of a collection's backbones to begin with: the one that finds relatives best there."""

from collections.abc import Iterable, Mapping
from typing import Any

from artsim.evaluation.results import Evaluation

_CARD = "map10_mean"  # what artsim measures on works kept aside, when it trains a backbone
_MOST = 0.9  # share of the largest count: with fewer pictures too many works cannot be found


def best_backbone(
    counts: Mapping[str, int],
    evaluations: Iterable[Evaluation],
    digests: Mapping[str, str],
    cards: Mapping[str, Mapping[str, float]],
) -> str:
    """The name of the best of the backbones in ``counts``, "" where there is none.

    ``counts`` maps each backbone to its number of embedded pictures, ``digests`` to the digest of
    its weights; ``evaluations`` are those of the collection, latest first. The latest evaluation
    that compared at least two of the backbones with these digests decides, by mean mAP@K over its
    relevances. Without one the figures of the model ``cards`` decide; a backbone without figures
    comes last.

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
    """Mean mAP@K of each backbone over the relevances that every backbone was measured by."""
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
