"""The examples of docs/plugins.md do what the page says."""

import json
import re

import numpy as np
import pyarrow as pa
import pytest
import torch
from collection_kit import image_bytes, make_collection
from evaluation_kit import config_of

from artsim.backbones.embed import embed_collection
from artsim.backbones.own import OWN
from artsim.collection.export import EXPORTS
from artsim.collection.store import Collection
from artsim.core.progress import NULL
from artsim.evaluation.config import RELEVANCES
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.metric import METRICS
from artsim.library import Library
from artsim.search.query import Query
from artsim.tasks.kinds import checked_config, kind_named
from artsim.tasks.sources import SOURCES
from artsim.training.recipes import LOSSES
from tests.conftest import REPOSITORY

ADDED = {
    "near_in_time": (RELEVANCES, "near_in_time"),
    "same_century": (RELEVANCES, "SAME_CENTURY"),
    "same_decade": (RELEVANCES, "SAME_DECADE"),
    "first_hit": (METRICS, "FIRST_HIT"),
    "colours": (OWN, "COLOURS"),
    "shelf": (SOURCES, "SHELF"),
    "jsonl": (EXPORTS, "write_jsonl"),
    "pull": (LOSSES, "Pull"),
}


@pytest.fixture
def examples():
    """What the page's examples define, each added under its name."""
    page = (REPOSITORY / "docs" / "plugins.md").read_text(encoding="utf-8")
    found = {"pictures_of": lambda shelf: [image_bytes((40 * i, 90, 20)) for i in range(4)]}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(compile(block, "docs/plugins.md", "exec"), found)
    for name, (registry, thing) in ADDED.items():
        registry.add(name, found[thing])
    yield found
    for name, (registry, _) in ADDED.items():
        registry.remove(name)


def test_the_examples_run(examples, workspace):
    config = checked_config("import_shelf", {"name": "archive", "shelf": "B7", "quality": False})
    kind_named("import_shelf").run(workspace, config, NULL)
    assert embed_collection(workspace, Collection.open(workspace, "archive"), "colours").embedded
    hits = Library(workspace).search("archive", Query("colours", "B7-0")).hits
    assert [hit.id for hit in hits] == ["B7-1", "B7-2", "B7-3"]

    works = [{"id": f"w{i}", "year": 1890 + i} for i in range(24)]
    make_collection(workspace, "mine", works)
    names = ("near_in_time", "same_century", "same_decade")
    found = evaluate(Library(workspace), config_of(relevances=names))
    for run in found.runs:
        first = [
            hits[0]
            for hits in found.per_query.to_pandas().query("relevance == @run.relevance").relevant
        ]
        assert run.figures["first_hit"].value == pytest.approx(np.mean(first))

    out = pa.BufferOutputStream()
    EXPORTS.get("jsonl")(pa.table({"id": ["a", "b"]}), out)
    lines = out.getvalue().to_pybytes().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", "b"]
    embeddings = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [9.0, 9.0]])
    assert float(LOSSES.get("pull")()(embeddings, torch.tensor([0, 0, -1]))) == 2.0
