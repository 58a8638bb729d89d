"""Works that nothing was fitted on, as a gallery: what the benchmarks of asking search in.

The trunk of a published checkpoint never saw the works kept aside; its parts are fitted here again
on the works trained on alone, for those that are published were fitted on all at the end.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch

from artsim.backbones.network import EmbeddingNetwork, load_tensors, read_tensors
from artsim.backbones.registry import resolve
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.search.catalog import Catalog
from artsim.search.gallery import Gallery
from artsim.training.affine import AffineMap
from artsim.training.batches import Loading
from artsim.training.config import TrainConfig
from artsim.training.data import DataRequest, prepare, squashed
from artsim.training.embedder import Embedder
from artsim.training.embedding_heads import GENERAL, HeadTargets, fit_heads
from artsim.training.recipes import recipe_of
from artsim.training.weights import joined

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
_ALL = 1_000_000


@dataclass(frozen=True)
class HiddenWorks:
    """A gallery of works kept aside, and the dimensions of the parts of their embeddings."""

    gallery: Gallery
    layout: dict[str, int]


def hidden_works(workspace: Workspace, folder: Path, data: Path, backbone: str) -> HiddenWorks:
    """The works of ``folder`` (benchmarks.train_data) that ``backbone`` was not trained on.

    What the network gives for all works is kept in the workspace.
    """
    spec = resolve(workspace, backbone)
    config = TrainConfig(source=str(folder), backbone=backbone, name="asking")
    recipe = recipe_of(config, spec.input_size).model_copy(update={"refit": False})
    request = DataRequest(config.source, config.labels, config.division)
    side = max(recipe.embed_size, recipe.image_size)
    progress = TerminalProgress()
    prepared = prepare(workspace, request, squashed(spec, side), progress)
    evaluation = prepared.evaluation_set(_ALL)
    kept = workspace.cache / "asking" / f"{spec.digest}-{prepared.fingerprint}.npy"
    if not kept.is_file():
        network = EmbeddingNetwork(spec.architecture, spec.pooling, spec.stages)
        load_tensors(network, read_tensors(spec), backbone, trunk_only=True)
        pictures = prepared.whole_pictures(evaluation.rows, recipe.embed_size, Loading())
        found = Embedder(pictures, (spec.mean, spec.std), progress).pooled(
            network.to(DEVICE), "stages"
        )
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, found)
    pooled = np.load(kept)
    classes = {name: one.same for name, one in prepared.labels.items()} | {GENERAL: prepared.kin}
    nothing = dict.fromkeys(prepared.labels, AffineMap(np.zeros((1, 1)), np.zeros(1)))
    heads = fit_heads(pooled, evaluation, HeadTargets(nothing, classes), recipe.design)
    count = len(evaluation.queries) + len(evaluation.unseen)
    values = {
        part.name: heads.maps[part.name].apply(pooled[:count])
        for part in spec.parts
        if part.name in heads.maps
    }
    matrix = joined(values, {part.name: part.weight for part in spec.parts})
    ids = [Path(prepared.ids[row]).stem for row in evaluation.rows[:count].tolist()]
    layout = {name: value.shape[1] for name, value in values.items()}
    return HiddenWorks(_gallery(ids, matrix, data, backbone, spec.digest), layout)


def _gallery(ids: list[str], matrix: np.ndarray, data: Path, backbone: str, digest: str) -> Gallery:
    order = np.argsort(np.array(ids))
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        known = {line["id"]: line for line in csv.DictReader(file)}
    rows = [
        {
            "id": ids[i],
            **{name: known[ids[i]][name] or None for name in ("title", "artist", "style", "genre")},
            "duplicate_group": known[ids[i]]["work_group"] or None,
            "has_image": True,
        }
        for i in order.tolist()
    ]
    catalog = Catalog("hidden", 1, pa.Table.from_pylist(rows, schema=ARTWORK_SCHEMA))
    column = EmbeddingColumn("emb", backbone, digest, matrix.shape[1], len(rows))
    sorted_matrix = np.ascontiguousarray(matrix[order].astype(np.float32))
    return Gallery(catalog, column, [row["id"] for row in rows], sorted_matrix)
