"""The checkpoints that artsim comes with: they embed at once, and retrieve better than before."""

import csv
from pathlib import Path

import numpy as np
import pytest
from backbones_kit import picture
from safetensors.torch import load_file

from artsim.backbones import registry
from artsim.backbones.checkpoint import CARD
from artsim.backbones.embed import embed_image
from artsim.backbones.runtime.load import load_runtime
from artsim.core.average_precision import average_precision_at_k
from artsim.evaluation.ranking import rank
from artsim.images.canonical import canonical_upload
from artsim.search.neighbours import ExactIndex
from artsim.training import record
from tests.conftest import BACKBONE, REPOSITORY

FOLDERS = sorted(path.parent for path in (REPOSITORY / "models").glob("*/backbone.json"))
MOST_BYTES = 60_000_000
K = 10


def test_an_efficientnet_and_a_resnet_are_published_and_small():
    specs = [registry.read_checkpoint(folder) for folder in FOLDERS]
    assert {"EfficientNet-Lite", "ResNet"} <= {spec.family for spec in specs}
    assert sum(spec.weights_file.stat().st_size for spec in specs) < MOST_BYTES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_published_checkpoint_is_a_backbone_at_once(folder, workspace):
    listed = {info.name: info for info in registry.list_backbones(workspace)}
    spec = registry.resolve(workspace, folder.name)
    assert listed[folder.name].offline
    assert listed[folder.name].digest == spec.digest
    embedding = embed_image(load_runtime(spec, "cpu"), picture(1))
    assert embedding.shape == (spec.dimension,)
    assert np.isfinite(embedding).all()
    stored = load_file(spec.weights_file)
    assert {str(t.dtype) for t in stored.values() if t.is_floating_point()} == {"torch.float16"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_published_card_tells_its_figures(folder, workspace):
    spec = registry.resolve(workspace, folder.name)
    card = (folder / CARD).read_text(encoding="utf-8")
    for name in ("map10_style", "map10_genre", "map10_artist", "map10_unseen_artist"):
        assert f"{spec.metrics[name]:.3f}" in card
    assert {path.name for path in (folder / record.RUN).iterdir()} >= set(record.KEPT)


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_artists_kept_aside_are_found_better(folder, workspace, shared_data):
    unseen = _unseen(folder, shared_data)
    ids = list(unseen)
    artists = np.unique([unseen[id] for id in ids], return_inverse=True)[1]
    pictures = [
        canonical_upload((shared_data / "paintings" / "images" / f"{id}.jpg").read_bytes(), id)
        for id in ids
    ]
    found = {
        name: _average_precision(workspace, name, pictures, artists)
        for name in (folder.name, BACKBONE)
    }
    assert found[folder.name] > found[BACKBONE]


def _unseen(folder, shared_data):
    """Id and artist of works kept aside, 8 of each of 10 artists at most: by now fitted on too."""
    with (folder / record.RUN / record.SPLIT).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    kept = {Path(line["id"]).stem for line in lines if line["split"] == "unseen"}
    with (shared_data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        works = {line["id"]: line["artist"] for line in csv.DictReader(file) if line["id"] in kept}
    chosen = sorted(set(works.values()))[:10]
    return {
        one: artist
        for artist in chosen
        for one in sorted(i for i in works if works[i] == artist)[:8]
    }


def _average_precision(workspace, name, pictures, artists):
    runtime = load_runtime(registry.resolve(workspace, name), "cpu")
    embeddings = np.stack([embed_image(runtime, one) for one in pictures])
    barred = [np.array([i]) for i in range(len(pictures))]
    rows = rank(ExactIndex(embeddings), embeddings, barred, K).rows
    hits = (artists[rows] == artists[:, None]) & (rows >= 0)
    relevant = np.bincount(artists)[artists] - 1
    asked = relevant > 0
    return float(average_precision_at_k(hits[asked], relevant[asked]).mean())
