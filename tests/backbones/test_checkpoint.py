"""Checkpoints as training publishes them: half size, a card, the run beside them, searched."""

import numpy as np
import pytest
import torch
from backbones_kit import cosines, picture
from safetensors.torch import load_file

from artsim.backbones import registry
from artsim.backbones.checkpoint import CARD, SPEC, WEIGHTS, save_checkpoint
from artsim.backbones.embed import embed_collection, embed_image
from artsim.backbones.network import read_tensors
from artsim.backbones.runtime.load import load_runtime
from artsim.cli.run import run
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.images.query_pictures import query_picture
from artsim.library import Library
from artsim.search.query import Query


def test_half_gives_the_embeddings_of_its_numbers(workspace, parted):
    whole = read_tensors(parted)
    half = save_checkpoint(workspace.checkpoints / "half", parted, whole, half=True)
    stored = load_file(half.weights_file)
    kinds = {t.dtype for t in stored.values() if t.is_floating_point()}
    assert kinds == {torch.float16}
    assert {t.dtype for t in stored.values()} - kinds == {torch.int64}
    assert half.weights_file.stat().st_size < 0.6 * parted.weights_file.stat().st_size
    assert half.digest != parted.digest
    assert half.weights_file.stat().st_mode & 0o777 == 0o644
    cast = {k: v.float() if v.is_floating_point() else v for k, v in stored.items()}
    full = save_checkpoint(workspace.checkpoints / "cast", parted, cast)
    runtimes = [load_runtime(spec, "cpu") for spec in (half, full, parted)]
    ours, same, before = (
        np.stack([embed_image(runtime, picture(i)) for i in range(4)]) for runtime in runtimes
    )
    assert ours.dtype == np.float32
    np.testing.assert_array_equal(ours, same)
    assert cosines(ours, before).min() > 0.999


def test_numbers_too_large_for_half_are_refused(workspace, parted):
    tensors = read_tensors(parted)
    tensors["bn1.running_var"] = tensors["bn1.running_var"] + 1e6
    with pytest.raises(InvalidInput, match=r"'bn1\.running_var' has numbers too large"):
        save_checkpoint(workspace.checkpoints / "half", parted, tensors, half=True)
    assert [p.name for p in workspace.checkpoints.iterdir()] == ["parted"]


def test_a_spec_that_would_not_read_back_is_not_published(workspace, parted):
    wrong = parted.model_copy(update={"dimension": 9})
    with pytest.raises(InvalidInput, match="8 numbers together"):
        save_checkpoint(workspace.checkpoints / "wrong", wrong, read_tensors(parted))
    assert [p.name for p in workspace.checkpoints.iterdir()] == ["parted"]


def test_the_card_and_the_run_lie_beside_the_weights(workspace, parted):
    tensors = read_tensors(parted)
    spec = save_checkpoint(workspace.checkpoints / "mine", parted, tensors, readme="# Mine\n")
    folder = workspace.checkpoints / "mine"
    assert {p.name for p in folder.iterdir()} == {CARD, SPEC, WEIGHTS}
    assert (folder / CARD).read_text() == "# Mine\n"
    (folder / "run").mkdir()
    for name in ("metrics.csv", "config.json", "log.txt", "last.ckpt"):
        (folder / "run" / name).write_text("x")
    (workspace.checkpoints / ".training" / "other").mkdir(parents=True)
    assert registry.resolve(workspace, "mine") == spec
    listed = {info.name: info for info in registry.list_backbones(workspace)}
    assert listed["mine"].offline
    assert listed["mine"].dimension == 8
    assert not {".training", "other"} & set(listed)


def test_the_command_lists_it_with_the_family(workspace, parted, capsys):
    assert run(["backbones"]) == 0
    shown = {
        words[0]: words for line in capsys.readouterr().out.splitlines() if (words := line.split())
    }
    assert shown["parted"][1:5] == ["ResNet", "yes", "8", "64"]
    assert shown["efficientnet_lite1"][1:5] == ["EfficientNet-Lite", "yes", "1280", "240"]
    assert shown["efficientnet_lite2"][1:5] == ["EfficientNet-Lite", "yes", "1280", "260"]


def test_a_collection_is_embedded_and_searched_with_it(demo_copy, tensors, parted):
    """``parted`` lies in the workspace of ``demo_copy``: both are the test's ARTSIM_HOME."""
    collection = Collection.open(demo_copy, "demo")
    report = embed_collection(demo_copy, collection, "parted")
    assert (report.failed, report.digest) == (0, parted.digest)
    library = Library(demo_copy)
    by_id = library.search("demo", Query("parted", id="demo-0001", k=5))
    assert len(by_id.hits) == 5
    image = library.media("demo", "demo-0001", "preview").data
    by_image = library.search("demo", Query("parted", picture=query_picture(image), k=5))
    assert by_image.hits[0].id == "demo-0001"
