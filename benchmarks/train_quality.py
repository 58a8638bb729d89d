"""What fine-tuning is worth on works that it did not see: the table of recipes and of their parts.

Gallery are the works trained on, queries the works kept aside (mAP@10 by artist, style and genre),
and works of artists kept aside among themselves. Parts of an embedding are fitted on the works
trained on alone, also those of the published checkpoints, whose own were fitted again on all.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from artsim.backbones.network import EmbeddingNetwork, load_tensors, read_tensors
from artsim.backbones.registry import resolve
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.evaluation.bootstrap import confidence
from artsim.training import record
from artsim.training.base import Base, find_base
from artsim.training.batches import PlainBatches
from artsim.training.config import TrainConfig
from artsim.training.data import Data, read_data
from artsim.training.finetune import finetune
from artsim.training.parts import GENERAL, embedded, make_parts
from artsim.training.recipes import Recipe, recipe_of
from artsim.training.retrieval import Material
from artsim.training.weights import joined
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
    base = find_base(workspace, config)
    recipe = recipe_of(config, base.spec.input_size).model_copy(update={"refit": False})
    progress = TerminalProgress()
    data = read_data(workspace, config, recipe, base, progress)
    material = data.material(_ALL, config.seed)
    batches = PlainBatches(data.pixels.images, material.rows, recipe.embed_size, 32)

    def pooled(network: EmbeddingNetwork, base: Base, what: str, whole: bool = False) -> Floats:
        kept = workspace.cache / "train_quality" / f"{base.spec.digest}-{what}.npy"
        if not kept.is_file():
            colours = (base.spec.mean, base.spec.std)
            kept.parent.mkdir(parents=True, exist_ok=True)
            network.eval().to(DEVICE)
            np.save(kept, embedded(network, batches, colours, progress, what, whole=whole))
        return np.load(kept)

    stages = pooled(base.student(recipe), base, "stages")
    last = np.ascontiguousarray(stages[:, -base.spec.dimension :])  # it comes after the stages
    yield from _rows(material, f"{FROZEN}, frozen", "last layer", last)
    yield from _rows(material, f"{FROZEN}, frozen", "all stages", _standard(stages, material))
    yield from _fitted(material, data, recipe, f"{FROZEN}, frozen", stages)
    if seed_epochs:
        trained = _seed_recipe(workspace, folder, seed_epochs)
        found = pooled(trained.network(), trained, "head", whole=True)
        yield from _rows(material, f"{FROZEN}, recipe seed", "its 256-d head", found)
    for folder in sorted(PUBLISHED.glob(f"*/{record.RUN}/{record.SPLIT}")):
        name = folder.parents[1].name
        spec = resolve(workspace, name)
        one = Base(spec, read_tensors(spec))
        network = EmbeddingNetwork(spec.architecture, spec.pooling, spec.stages)
        load_tensors(network, read_tensors(spec), name, trunk_only=True)
        stages = pooled(network, one, "stages")
        own = f"{name}, recipe artsim"
        yield from _rows(material, own, "all stages", _standard(stages, material))
        published = {part.name: part.weight for part in spec.parts}
        yield from _fitted(material, data, recipe, own, stages, published)


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
    material: Material,
    data: Data,
    recipe: Recipe,
    who: str,
    pooled: Floats,
    published: dict[str, float] | None = None,
) -> Iterator[Row]:
    """Discriminants of the labels, the general part, and both with the weights.

    Those are the ``published`` ones, else what is chosen here.
    """
    known = {label: one.same for label, one in data.labels.items()} | {GENERAL: data.kin}
    nothing = dict.fromkeys(data.labels, (np.zeros((1, 1)), np.zeros(1)))
    made = make_parts(pooled, nothing, known, material, recipe, [])
    values = {
        name: (pooled @ weight.T + bias).astype(np.float32)
        for name, (weight, bias) in made.maps.items()
    }
    weights = published or {part.name: part.weight for part in made.parts}
    labels = {name: value for name, value in values.items() if name != GENERAL}
    yield from _rows(material, who, "general part", values[GENERAL])
    yield from _rows(material, who, "parts of the labels", joined(labels, weights))
    yield from _rows(material, who, "all parts", joined(values, weights))


def _rows(material: Material, who: str, embedding: str, values: Floats) -> Iterator[Row]:
    for name, precisions in material.precisions(values).items():
        low, high = confidence(precisions)[0]
        yield {
            "who": who,
            "embedding": embedding,
            "label": name,
            "map_at_10": round(float(precisions.mean()), 4),
            "low": round(float(low), 4),
            "high": round(float(high), 4),
            "queries": len(precisions),
            "gallery": len(material.unseen if "unseen" in name else material.gallery),
        }


def _standard(values: Floats, material: Material) -> Floats:
    gallery = values[len(material.queries) + len(material.unseen) :]
    return ((values - gallery.mean(0)) / (gallery.std(0) + 1e-6)).astype(np.float32)
