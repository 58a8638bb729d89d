"""The heads of a published embedding: a linear map for each label, and the general one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch

from artsim.backbones.network import EmbeddingNetwork
from artsim.backbones.spec import Part
from artsim.training.affine import AffineMap, Floats
from artsim.training.recipes import EmbeddingDesign
from artsim.training.retrieval import EvaluationSet
from artsim.training.split import Codes
from artsim.training.weights import choose_weights, joined
from artsim.training.whitening import whiten

GENERAL = "general"
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

    ``notes`` say in a sentence each what a reader of the figures must know.
    """

    parts: tuple[Part, ...]
    maps: Mapping[str, AffineMap] = field(repr=False)
    figures: Mapping[str, float]
    notes: tuple[str, ...] = ()


def fit_heads(
    pooled: Floats, evaluation: EvaluationSet, targets: HeadTargets, design: EmbeddingDesign
) -> EmbeddingHeads:
    """Heads on the pooled layers float32 [len(evaluation.rows), P].

    The design says whether a label's head is its projection or its discriminants. The figures,
    and the weights chosen by them, are of heads fitted on the gallery alone; where the design
    says so, the heads are then fitted again on all works.
    """
    notes = []
    maps = fit_maps(evaluation.of_gallery(pooled), evaluation.gallery, targets, design)
    if design.general and GENERAL not in maps:
        notes.append("There are too few works of one class for a general part: left out.")
    maps = {name: one.of_length(_LENGTH, pooled) for name, one in maps.items()}
    made = {name: one.apply(pooled) for name, one in maps.items()}
    weights, figures = choose_weights(made, evaluation)
    figures |= evaluation.figures_by_others(joined(made, weights))
    if design.refit:
        again = fit_maps(pooled, evaluation.rows, targets, design)
        maps = {n: one.of_length(_LENGTH, pooled) for n, one in again.items() if n in weights}
        notes.append(
            "The parts of the embedding were fitted again on all works, those kept aside too, "
            "once their figures were known: the figures are of the parts before that."
        )
    parts = tuple(
        Part(name=name, dimension=len(one.bias), weight=weights[name]) for name, one in maps.items()
    )
    return EmbeddingHeads(parts, maps, figures, tuple(notes))


def with_heads(network: EmbeddingNetwork, pooling: str, heads: EmbeddingHeads) -> EmbeddingNetwork:
    """The trained trunk with its heads, on the CPU: what is published."""
    found = EmbeddingNetwork(
        network.architecture, pooling, network.stages, heads.parts, network.side
    )
    found.trunk.load_state_dict({k: v.cpu() for k, v in network.trunk.state_dict().items()})
    for part, linear in zip(heads.parts, found.parts, strict=True):
        one = heads.maps[part.name]
        tensors = {"weight": torch.from_numpy(one.weight), "bias": torch.from_numpy(one.bias)}
        linear.load_state_dict(tensors)
    return found.eval()


def fit_maps(
    pooled: Floats, rows: Codes, targets: HeadTargets, design: EmbeddingDesign
) -> dict[str, AffineMap]:
    """Each head's map, fitted on the pooled layers [len(rows), P] of ``rows`` of the examples."""
    maps = dict(targets.projections)
    shrinkage = dict.fromkeys(maps, design.discriminant) if design.discriminant else {}
    if design.general:
        shrinkage[GENERAL] = design.whitening
    for name, amount in shrinkage.items():
        codes = targets.classes[name][rows]
        found = whiten(pooled, codes, design.dimension, amount, name == GENERAL)
        if found is not None:
            maps[name] = found
    return maps
