"""The heads of a published embedding: a linear map for each label, and the general one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from artsim.backbones.network import EmbeddingNetwork, load_tensors, tensors
from artsim.backbones.spec import Part
from artsim.training.affine import AffineMap, Floats
from artsim.training.recipes import EmbeddingDesign
from artsim.training.retrieval import EvaluationSet
from artsim.training.split import Codes
from artsim.training.weights import choose_weights, joined
from artsim.training.whitening import whiten

GENERAL = "general"
_TIMES = (1.0, 3.0, 10.0)  # how much stronger than the recipe says a label may be shrunk
_LENGTH = 16.0  # typical length of a head's result before it is normalised: safe in float16


@dataclass(frozen=True)
class HeadTargets:
    """What heads are fitted to: ``projections`` that training learnt, and classes of works.

    ``classes`` int64 [N] are those of each label and of the general head, -1 for none.
    """

    projections: Mapping[str, AffineMap] = field(repr=False)
    classes: Mapping[str, Codes] = field(repr=False)


@dataclass(frozen=True)
class EmbeddingHeads:
    """Fitted heads: the part of the embedding that each makes, its map, and all their figures.

    ``shrinkage`` is that of each part that is discriminants. ``notes`` say in a sentence each what
    a reader of the figures must know.
    """

    parts: tuple[Part, ...]
    maps: Mapping[str, AffineMap] = field(repr=False)
    figures: Mapping[str, float]
    shrinkage: Mapping[str, float]
    notes: tuple[str, ...] = ()


def fit_heads(
    pooled: Floats, evaluation: EvaluationSet, targets: HeadTargets, design: EmbeddingDesign
) -> EmbeddingHeads:
    """Heads on the pooled layers float32 [len(evaluation.rows), P].

    The design says whether a label's head is its projection or its discriminants. The figures,
    and the shrinkage and the weights chosen by them, are of heads fitted on the gallery alone;
    where the design says so, the heads are then fitted again on all works.
    """
    notes = []
    shrinkage = chosen_shrinkage(pooled, evaluation, targets, design)
    own = evaluation.of_gallery(pooled)
    maps = fit_maps(own, evaluation.gallery, targets, design.dimension, shrinkage)
    if design.general and GENERAL not in maps:
        notes.append("There are too few works of one class for a general part: left out.")
    maps = {name: one.of_length(_LENGTH, pooled) for name, one in maps.items()}
    made = {name: one.apply(pooled) for name, one in maps.items()}
    weights, figures = choose_weights(made, evaluation)
    figures |= evaluation.figures_by_others(joined(made, weights))
    if design.refit:
        again = fit_maps(pooled, evaluation.rows, targets, design.dimension, shrinkage)
        maps = {n: one.of_length(_LENGTH, pooled) for n, one in again.items() if n in weights}
        notes.append(
            "The parts of the embedding were fitted again on all works, those kept aside too, "
            "once their figures were known: the figures are of the parts before that."
        )
    parts = tuple(
        Part(name=name, dimension=len(one.bias), weight=weights[name]) for name, one in maps.items()
    )
    return EmbeddingHeads(parts, maps, figures, shrinkage, tuple(notes))


def with_heads(network: EmbeddingNetwork, heads: EmbeddingHeads) -> EmbeddingNetwork:
    """The trained network with its heads, on the CPU: what is published."""
    found = EmbeddingNetwork(
        network.architecture,
        network.pooling,
        network.stages,
        heads.parts,
        network.side,
        network.covariances,
        network.companion,
    )
    with torch.no_grad():
        load_tensors(found, tensors(network), trunk_only=True)
    for part, linear in zip(heads.parts, found.parts, strict=True):
        one = heads.maps[part.name]
        held = {"weight": torch.from_numpy(one.weight), "bias": torch.from_numpy(one.bias)}
        linear.load_state_dict(held)
    return found.eval()


def chosen_shrinkage(
    pooled: Floats, evaluation: EvaluationSet, targets: HeadTargets, design: EmbeddingDesign
) -> dict[str, float]:
    """How strongly each part is shrunk that is discriminants.

    Of a label it is what retrieves its own works best, those of artists kept aside counting as
    much; the general part is shrunk as the design says.
    """
    own = evaluation.of_gallery(pooled)
    found = {}
    for label in targets.projections if design.discriminant else ():
        reached = {}
        for times in _TIMES:
            amount = design.discriminant * times
            maps = fit_maps(own, evaluation.gallery, targets, design.dimension, {label: amount})
            reached[amount] = evaluation.figure_of(label, maps[label].apply(pooled))
        found[label] = max(reached, key=lambda amount: (reached[amount], -amount))
    return found | ({GENERAL: design.whitening} if design.general else {})


def fit_maps(
    pooled: Floats,
    rows: Codes,
    targets: HeadTargets,
    dimension: int,
    shrinkage: Mapping[str, float],
) -> dict[str, AffineMap]:
    """Each head's map, fitted on the pooled layers [len(rows), P] of ``rows`` of the examples.

    What has no ``shrinkage``, or too few works for discriminants, keeps its projection.
    """
    maps = dict(targets.projections)
    for name, amount in shrinkage.items():
        codes = targets.classes[name][rows]
        found = whiten(pooled, codes, dimension, amount, name == GENERAL)
        if found is not None:
            maps[name] = found
    return maps
