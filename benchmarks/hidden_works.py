"""Works that nothing was fitted on, as a gallery: the asking_* benchmarks search in it.

The trunk of a published checkpoint never saw the works kept aside; its parts are fitted here again
on the works trained on alone, for those that are published were fitted on all at the end.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.core.workspace import Workspace
from artsim.search.catalog import Catalog
from artsim.search.gallery import Gallery
from artsim.training.weights import joined
from benchmarks.pooled_works import parts_of, pooled_works


@dataclass(frozen=True)
class HiddenWorks:
    """A gallery of works kept aside, and the dimensions of the parts of their embeddings."""

    gallery: Gallery
    layout: dict[str, int]


def hidden_works(workspace: Workspace, folder: Path, data: Path, backbone: str) -> HiddenWorks:
    """The works of ``folder`` (benchmarks.train_data) that ``backbone`` was not trained on.

    What the network gives for all works is kept in the workspace.
    """
    works = pooled_works(workspace, folder, backbone)
    spec, evaluation = works.spec, works.evaluation
    count = len(evaluation.queries) + len(evaluation.unseen)
    values = {name: part[:count] for name, part in parts_of(works).items()}
    matrix = joined(values, {part.name: part.weight for part in spec.parts})
    ids = [Path(works.data.ids[row]).stem for row in evaluation.rows[:count].tolist()]
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
