"""What a network gives for the paintings before any part is fitted, kept in the workspace."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from artsim.backbones import fitted_record
from artsim.backbones.network import EmbeddingNetwork, load_tensors, read_tensors, timm_network
from artsim.backbones.registry import resolve
from artsim.backbones.spec import BackboneSpec
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.affine import AffineMap
from artsim.training.base import find_base
from artsim.training.batches import Loading
from artsim.training.config import TrainConfig
from artsim.training.data import DataRequest, TrainingData, prepare, squashed
from artsim.training.embedder import Embedder
from artsim.training.embedding_heads import GENERAL, HeadTargets, fit_maps
from artsim.training.recipes import EmbeddingDesign, recipe_of
from artsim.training.retrieval import EvaluationSet
from benchmarks.train_data import PUBLISHED

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
_ALL = 1_000_000
Floats = npt.NDArray[np.float32]
Parts = dict[str, Floats]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class PooledWorks:
    """The paintings as they were divided for training, and their pooled layers.

    ``pooled`` float32 [len(evaluation.rows), P] stands in the order of ``evaluation.rows``.
    ``design`` is that of the recipe, without its last fit on all works.
    """

    spec: BackboneSpec
    data: TrainingData = field(repr=False)
    evaluation: EvaluationSet = field(repr=False)
    pooled: Floats = field(repr=False)
    design: EmbeddingDesign


def pooled_works(workspace: Workspace, folder: Path, backbone: str) -> PooledWorks:
    """All works of ``folder`` (benchmarks.train_data) through the trunk of ``backbone``.

    A checkpoint's own layers are taken, and all stages of a frozen network.
    """
    spec = resolve(workspace, backbone)
    config = TrainConfig(source=str(folder), backbone=backbone, name="pooled")
    recipe = recipe_of(config, spec.input_size).model_copy(update={"refit": False})
    request = DataRequest(config.source, config.labels, config.division)
    progress = TerminalProgress()
    side = max(recipe.embed_size, recipe.image_size)
    data = prepare(workspace, request, squashed(spec, side), progress)
    evaluation = data.evaluation_set(_ALL)
    kept = workspace.cache / "asking" / f"{spec.digest}-{data.fingerprint}.npy"
    if not kept.is_file():
        network = unparted(spec) if spec.stages else find_base(workspace, backbone).student(True)
        pictures = data.whole_pictures(evaluation.rows, recipe.embed_size, Loading())
        embedder = Embedder(pictures, (spec.mean, spec.std), progress)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, embedder.pooled(network.to(DEVICE), "stages"))
    return PooledWorks(spec, data, evaluation, np.load(kept), recipe.design)


def unparted(spec: BackboneSpec) -> EmbeddingNetwork:
    """The network of a checkpoint without its parts: what it gives is the pooled layer."""
    network = timm_network(spec.model_copy(update={"parts": ()}))
    load_tensors(network, read_tensors(spec), spec.name, trunk_only=True)
    return network


def shrinkage_of(spec: BackboneSpec, design: EmbeddingDesign) -> dict[str, float]:
    """How strongly each part of a checkpoint was shrunk, as its summary tells.

    Where it does not, all labels were shrunk as the design says.
    """
    named = dict.fromkeys((part.name for part in spec.parts), design.discriminant)
    summary = PUBLISHED / spec.name / record.RUN / fitted_record.SUMMARY
    told = json.loads(summary.read_text(encoding="utf-8")) if summary.is_file() else {}
    return named | {GENERAL: design.whitening} | told.get("shrinkage", {})


def parts_of(works: PooledWorks) -> Parts:
    """Every part of the published embedding, fitted on the works trained on alone.

    One is left out where too few works have classes.
    """
    classes = {name: one.same for name, one in works.data.labels.items()}
    nothing = dict.fromkeys(classes, AffineMap(np.zeros((1, 1)), np.zeros(1)))
    targets = HeadTargets(nothing, classes | {GENERAL: works.data.kin})
    evaluation = works.evaluation
    shrinkage = shrinkage_of(works.spec, works.design)
    own = evaluation.of_gallery(works.pooled)
    maps = fit_maps(own, evaluation.gallery, targets, works.design.dimension, shrinkage)
    names = [part.name for part in works.spec.parts if part.name in maps]
    return {name: maps[name].apply(works.pooled) for name in names}


def published_parts(works: PooledWorks) -> Parts:
    """Every part of the embedding as it was published."""
    tensors = read_tensors(works.spec)
    return {
        part.name: AffineMap(
            tensors[f"parts.{part.name}.weight"].numpy().astype(np.float64),
            tensors[f"parts.{part.name}.bias"].numpy().astype(np.float64),
        ).apply(works.pooled)
        for part in works.spec.parts
    }


def cluster_codes(artists: Codes, rows: npt.NDArray[np.int64]) -> Codes:
    """The cluster of each of ``rows`` [Q]: its number in ``artists`` [N], or itself alone."""
    mine = artists[rows]
    alone = np.where(mine < 0, mine.max(initial=0) + 1 + np.arange(len(rows)), mine)
    return np.unique(alone, return_inverse=True)[1].astype(np.int32)
