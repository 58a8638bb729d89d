"""The backbone that pages begin with: the best one of a collection."""

import numpy as np
import pytest
from collection_kit import embed_with, make_collection

from artsim.collection.store import Collection
from artsim.core.errors import NotFound
from artsim.evaluation.best import best_backbone
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.runs import evaluate_and_keep
from artsim.library import Library

WORKS = [{"id": f"w{i:02}", "title": f"T{i}", "style": f"s{i % 3}"} for i in range(24)]


@pytest.fixture
def library(workspace):
    """Random vectors are 'tiny'; those of 'zebra' know the styles; 'few' has a quarter of all."""
    collection = make_collection(workspace, "mine", WORKS)
    rng = np.random.default_rng(1)
    knowing = {
        work["id"]: np.eye(3, 6)[i % 3] + rng.normal(scale=0.1, size=6)
        for i, work in enumerate(WORKS)
    }
    embed_with(collection, "zebra", "e" * 64, knowing)
    embed_with(collection, "few", "f" * 64, dict(list(knowing.items())[:6]))
    return Library(workspace)


def test_an_evaluation_of_the_collection_decides_and_without_one_the_name(library):
    assert library.best_backbone("mine") == "tiny"
    config = EvaluateConfig(collection="mine", backbones=("tiny",), relevances=("style",), k=4)
    evaluate_and_keep(library, config)
    assert library.best_backbone("mine") == "tiny", "one alone is compared with nothing"
    both = config.model_copy(update={"backbones": ("tiny", "zebra")})
    evaluate_and_keep(library, both)
    assert library.best_backbone("mine") == "zebra"


def test_cards_decide_where_nothing_was_evaluated_and_few_pictures_are_not_enough():
    cards = {"few": {"map10_mean": 0.9}, "good": {"map10_mean": 0.5}}
    assert best_backbone({"few": 5, "good": 99, "plain": 100}, [], {}, cards) == "good"
    assert best_backbone({"few": 95, "good": 99}, [], {}, cards) == "few"
    assert best_backbone({}, [], {}, cards) == ""


def test_where_nothing_is_embedded_it_is_the_best_that_works_offline(workspace):
    Collection.create(workspace, "bare", "folder", "")
    library = Library(workspace)
    assert library.best_backbone("bare") == "artsim-lite0"
    with pytest.raises(NotFound):
        library.best_backbone("nowhere")
