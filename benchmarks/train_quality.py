"""What fine-tuning is worth on works that it did not see: the table of recipes and of their parts.

Gallery are the works trained on, queries the works kept aside (mAP@10 by artist, style and genre),
and works of artists kept aside among themselves. Intervals draw artists, not works. Parts of an
embedding are fitted on the works trained on alone, also those of the published checkpoints, whose
own were fitted again on all.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from artsim.backbones.network import EmbeddingNetwork, read_tensors
from artsim.backbones.registry import resolve
from artsim.backbones.spec import BackboneSpec
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.evaluation.bootstrap import confidence
from artsim.training import record
from artsim.training.affine import AffineMap
from artsim.training.base import Base, find_base
from artsim.training.batches import Loading
from artsim.training.config import TrainConfig
from artsim.training.data import DataRequest, TrainingData, prepare, squashed
from artsim.training.embedder import Embedder
from artsim.training.embedding_heads import GENERAL, HeadTargets, fit_heads, fit_maps
from artsim.training.finetune import finetune
from artsim.training.recipes import EmbeddingDesign, recipe_of
from artsim.training.record import UNSEEN
from artsim.training.retrieval import EvaluationSet
from artsim.training.weights import joined
from benchmarks.pooled_works import cluster_codes, shrinkage_of, unparted
from benchmarks.train_data import PUBLISHED

FROZEN, SEED = "efficientnet_lite0", "seed_recipe"
SEED_SIZE = 160  # pixels: at 224 its epochs take twice as long on a CPU
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
_ALL = 1_000_000
Row = dict[str, object]
Floats = np.ndarray


def quality(workspace: Workspace, folder: Path, seed_epochs: int) -> Iterator[Row]:
    """mAP@10 with 95 % intervals of every way to make an embedding, on the same held-out works.

    ``folder`` is that of train_data. Recipe seed is trained for ``seed_epochs``, and left out
    where that is 0.
    """
    config = TrainConfig(source=str(folder), backbone=FROZEN, name="quality")
    base = find_base(workspace, FROZEN)
    recipe = recipe_of(config, base.spec.input_size).model_copy(update={"refit": False})
    progress = TerminalProgress()
    request = DataRequest(config.source, config.labels, config.division)
    spec = squashed(base.spec, max(recipe.embed_size, recipe.image_size))
    data = prepare(workspace, request, spec, progress)
    evaluation = data.evaluation_set(_ALL)
    pictures = data.whole_pictures(evaluation.rows, recipe.embed_size, Loading())

    def pooled(network: EmbeddingNetwork, base: Base, what: str, whole: bool = False) -> Floats:
        kept = workspace.cache / "train_quality" / f"{base.spec.digest}-{what}.npy"
        if not kept.is_file():
            embedder = Embedder(pictures, (base.spec.mean, base.spec.std), progress)
            embed = embedder.embeddings if whole else embedder.pooled
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.save(kept, embed(network.to(DEVICE), what))
        return np.load(kept)

    stages = pooled(base.student(recipe.stages), base, "stages")
    last = np.ascontiguousarray(stages[:, -base.spec.dimension :])  # it comes after the stages
    yield from _rows(evaluation, f"{FROZEN}, frozen", "last layer", last)
    yield from _rows(evaluation, f"{FROZEN}, frozen", "all stages", _standard(stages, evaluation))
    yield from _fitted(evaluation, data, recipe.design, f"{FROZEN}, frozen", stages)
    if seed_epochs:
        trained = _seed_recipe(workspace, folder, seed_epochs)
        found = pooled(trained.network(), trained, "head", whole=True)
        yield from _rows(evaluation, f"{FROZEN}, recipe seed", "its 256-d head", found)
    for folder in sorted(PUBLISHED.glob(f"*/{record.RUN}/{record.SPLIT}")):
        name = folder.parents[1].name
        spec = resolve(workspace, name)
        one = Base(spec, read_tensors(spec))
        stages = pooled(unparted(spec), one, "stages")
        own = f"{name}, recipe artsim"
        yield from _rows(evaluation, own, "all stages", _standard(stages, evaluation))
        yield from _fitted(evaluation, data, recipe.design, own, stages, spec)


def order(row: Mapping[str, Any]) -> int:
    """A sort key of the table's rows: frozen, recipe seed, then what was published."""
    return next(
        (place for place, words in enumerate(("frozen", "recipe seed")) if words in row["who"]), 2
    )


def _seed_recipe(workspace: Workspace, folder: Path, epochs: int) -> Base:
    """The backbone of the recipe of the earlier work, trained in the workspace the first time."""
    if not record.published_folder(workspace, SEED).is_dir():
        options = {"gallery_sample": 300, "base": 0, "embed_size": SEED_SIZE}
        config = TrainConfig(
            source=str(folder),
            backbone=FROZEN,
            name=SEED,
            recipe="seed",
            epochs=epochs,
            image_size=SEED_SIZE,
            options=options,
        )
        finetune(workspace, config, TerminalProgress())
    spec = resolve(workspace, SEED)
    return Base(spec, read_tensors(spec))


def _fitted(
    evaluation: EvaluationSet,
    data: TrainingData,
    design: EmbeddingDesign,
    who: str,
    pooled: Floats,
    published: BackboneSpec | None = None,
) -> Iterator[Row]:
    """Each part alone, the labels' parts together, and all.

    Shrinkage and weights are those of ``published``, else what is chosen here.
    """
    classes = {label: one.same for label, one in data.labels.items()} | {GENERAL: data.kin}
    nothing = dict.fromkeys(data.labels, AffineMap(np.zeros((1, 1)), np.zeros(1)))
    targets = HeadTargets(nothing, classes)
    if published is None:
        heads = fit_heads(pooled, evaluation, targets, design)
        maps, parts = heads.maps, heads.parts
    else:
        own, shrinkage = evaluation.of_gallery(pooled), shrinkage_of(published, design)
        maps = fit_maps(own, evaluation.gallery, targets, design.dimension, shrinkage)
        parts = published.parts
    weights = {part.name: part.weight for part in parts}
    values = {name: maps[name].apply(pooled) for name in weights}
    for name, value in values.items():
        yield from _rows(evaluation, who, f"{name} part", value)
    labels = {name: value for name, value in values.items() if name != GENERAL}
    yield from _rows(evaluation, who, "parts of the labels", joined(labels, weights))
    yield from _rows(evaluation, who, "all parts", joined(values, weights))


def _rows(evaluation: EvaluationSet, who: str, embedding: str, values: Floats) -> Iterator[Row]:
    for name, asked in evaluation.asked(values).items():
        groups = cluster_codes(evaluation.artists, asked.queries)
        low, high = confidence(asked.values[:, None], clusters=groups)[0]
        yield {
            "who": who,
            "embedding": embedding,
            "label": name,
            "map_at_10": round(float(asked.values.mean()), 4),
            "low": round(float(low), 4),
            "high": round(float(high), 4),
            "queries": len(asked.values),
            "gallery": len(evaluation.unseen if name == UNSEEN else evaluation.gallery),
        }


def _standard(values: Floats, evaluation: EvaluationSet) -> Floats:
    gallery = evaluation.of_gallery(values)
    return ((values - gallery.mean(0)) / (gallery.std(0) + 1e-6)).astype(np.float32)
