"""What a trained network's embedding is made of: a part for each label, and the general part."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from artsim.backbones.network import EmbeddingNetwork
from artsim.backbones.spec import Part
from artsim.core.progress import Progress
from artsim.training.batches import PlainBatches
from artsim.training.heads import Affine
from artsim.training.recipes import Recipe
from artsim.training.retrieval import Material
from artsim.training.split import Codes
from artsim.training.weights import choose_weights
from artsim.training.whitening import whiten

Floats = npt.NDArray[np.float32]
Colours = tuple[tuple[float, float, float], tuple[float, float, float]]
GENERAL = "general"
_LENGTH = 16.0  # typical length of a part before it is normalised: safe in float16


@dataclass(frozen=True)
class Parts:
    """The parts with their weights, the affine map of each, and the figures that they reach."""

    parts: tuple[Part, ...]
    maps: Mapping[str, Affine] = field(repr=False)
    figures: dict[str, float]


def embedded(
    network: EmbeddingNetwork,
    batches: PlainBatches,
    colours: Colours,
    progress: Progress,
    what: str,
    whole: bool = False,
) -> Floats:
    """Pooled layers float32 [len(batches.rows), P] by ``network`` on its own device.

    With ``whole`` the embeddings instead, which differ where the network has parts.
    """
    device = next(network.parameters()).device
    mean, std = (torch.tensor(c, device=device).view(1, 3, 1, 1) * 255 for c in colours)
    found: list[Floats] = []
    progress.start(len(batches.rows), what)
    network.eval()
    with torch.inference_mode():
        for batch in batches:
            images = batch["images"].to(device).permute(0, 3, 1, 2).float()
            images = (images - mean) / std
            made = network(images) if whole else network.pooled(images)
            found.append(made.float().cpu().numpy())
            progress.advance(len(images))
    progress.finish()
    return np.concatenate(found)[: len(batches.rows)]


def make_parts(
    pooled: Floats,
    learnt: Mapping[str, Affine],
    known: Mapping[str, Codes],
    material: Material,
    recipe: Recipe,
    notes: list[str],
) -> Parts:
    """Parts of an embedding from the pooled layers float32 [len(material.rows), P].

    ``learnt`` are the projections of training, ``known`` int64 [N] the classes of each label and
    of the general part, -1 for none. The recipe says whether a label's part is its projection or
    its discriminants. The figures, and the weights chosen by them, are of maps fitted on the
    gallery alone; where the recipe says so, the maps are then fitted again on all works.
    """
    gallery = slice(len(material.queries) + len(material.unseen), None)
    maps = _maps(pooled[gallery], material.rows[gallery], learnt, known, recipe)
    if recipe.general and GENERAL not in maps:
        notes.append("There are too few works of one class for a general part: left out.")
    maps = {name: _scaled(pooled, one) for name, one in maps.items()}
    made = {name: _apply(pooled, one) for name, one in maps.items()}
    weights, figures = choose_weights(made, material)
    if recipe.refit:
        again = _maps(pooled, material.rows, learnt, known, recipe)
        maps = {name: _scaled(pooled, one) for name, one in again.items()}
        notes.append(
            "The parts of the embedding were fitted again on all works, those kept aside too, "
            "once their figures were known: the figures are of the parts before that."
        )
    parts = tuple(
        Part(name=name, dimension=len(bias), weight=weights[name])
        for name, (_, bias) in maps.items()
    )
    return Parts(parts, maps, figures)


def with_parts(network: EmbeddingNetwork, pooling: str, made: Parts) -> EmbeddingNetwork:
    """The trained trunk with its parts, on the CPU: what is published."""
    found = EmbeddingNetwork(network.architecture, pooling, network.stages, made.parts)
    found.trunk.load_state_dict({k: v.cpu() for k, v in network.trunk.state_dict().items()})
    for part, linear in zip(made.parts, found.parts, strict=True):
        weight, bias = (torch.from_numpy(array) for array in made.maps[part.name])
        linear.load_state_dict({"weight": weight, "bias": bias})
    return found.eval()


def _apply(pooled: Floats, one: Affine) -> Floats:
    weight, bias = one
    return (pooled @ weight.T.astype(np.float32) + bias.astype(np.float32)).astype(np.float32)


def _maps(
    pooled: Floats,
    rows: Codes,
    learnt: Mapping[str, Affine],
    known: Mapping[str, Codes],
    recipe: Recipe,
) -> dict[str, Affine]:
    maps = dict(learnt)
    shrinkage = {label: recipe.discriminant for label in learnt if recipe.discriminant}
    if recipe.general:
        shrinkage[GENERAL] = recipe.whitening
    for name, amount in shrinkage.items():
        found = whiten(pooled, known[name][rows], recipe.dimension, amount, name == GENERAL)
        if found is not None:
            maps[name] = (found.weight, found.bias)
    return maps


def _scaled(pooled: Floats, one: Affine) -> Affine:
    """The same map by another length, which normalising undoes: float16 can hold it."""
    typical = float(np.median(np.linalg.norm(_apply(pooled, one), axis=1)))
    factor = _LENGTH / typical if typical > 0 else 1.0
    return one[0] * factor, one[1] * factor
