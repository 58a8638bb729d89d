"""How much each part of an embedding counts: chosen on validation works, part after part."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from artsim.training.retrieval import CHOICE, EvaluationSet

Floats = npt.NDArray[np.float32]
_STEPS = (0.35, 0.5, 0.7, 1.0, 1.4, 2.0)
_ROUNDS = 2


def joined(parts: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """The embedding [N, sum of D]: each part float32 [N, D] at the length of its weight."""
    scaled = [
        weights[name] * part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
        for name, part in parts.items()
    ]
    return np.concatenate(scaled, axis=1).astype(np.float32)


def choose_weights(
    parts: Mapping[str, Floats], evaluation: EvaluationSet
) -> tuple[dict[str, float], dict[str, float]]:
    """Weights of ``parts`` that retrieve best on ``evaluation``, and the figures that they reach.

    Best is what ``EvaluationSet.figures`` chooses by. Each part's weight in turn is varied while
    the others stay; equal figures keep the weight nearer to 1.
    """
    weights = dict.fromkeys(parts, 1.0)
    best = evaluation.figures(joined(parts, weights))
    for _ in range(_ROUNDS if len(parts) > 1 else 0):
        for name in parts:
            for step in sorted(_STEPS, key=lambda s: abs(np.log(s))):
                tried = weights | {name: step}
                figures = evaluation.figures(joined(parts, tried))
                if figures[CHOICE] > best[CHOICE] + 1e-9:
                    weights, best = tried, figures
    return weights, best
