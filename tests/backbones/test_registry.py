"""Names to backbones, offline."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from huggingface_hub import constants

from artsim.backbones import hub, registry
from artsim.backbones.checkpoint import SPEC, WEIGHTS, save_checkpoint
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import Conflict, InvalidInput, NotFound, Unavailable
from artsim.core.trouble import trouble


def line(workspace, name):
    return next(info for info in registry.list_backbones(workspace) if info.name == name)


def test_listing_imports_no_torch(workspace):
    code = (
        "import sys, time; from artsim.backbones import registry\n"
        "from artsim.core.workspace import Workspace\n"
        "ws = Workspace.open(); began = time.process_time()\n"
        "names = [b.name for b in registry.list_backbones(ws)]\n"
        "registry.resolve(ws, 'efficientnet_lite0')\n"
        "assert time.process_time() - began < 0.5, time.process_time() - began\n"
        "assert not {'torch', 'timm'} & set(sys.modules)\n"
        "lite = [f'efficientnet_lite{i}' for i in range(3)]\n"
        "assert names[:4] == [*lite, 'resnet18'], names"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_lite0_is_always_offline(workspace):
    info = line(workspace, "efficientnet_lite0")
    assert info.offline
    assert info.dimension == 1280
    assert info.digest == registry.resolve(workspace, "efficientnet_lite0").digest


def test_a_checkpoint_round_trip(workspace, tiny):
    again = registry.resolve(workspace, "tiny")
    assert again == tiny
    assert again.digest == tiny.digest
    assert again.weights_file == workspace.checkpoints / "tiny" / WEIGHTS
    assert line(workspace, "tiny").digest == tiny.digest


def test_a_checkpoint_is_never_overwritten(workspace, tiny, tensors):
    with pytest.raises(Conflict, match="tiny"):
        save_checkpoint(workspace.checkpoints / "tiny", tiny, tensors)
    assert [p.name for p in workspace.checkpoints.iterdir()] == ["tiny"]


@pytest.mark.parametrize("name", ["model.pth", "x.pkl", "pytorch_model.bin", "last.CKPT"])
def test_a_folder_with_a_pickle_is_refused_and_listed(workspace, tiny, name):
    (workspace.checkpoints / "tiny" / name).write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(InvalidInput, match="pickle"):
        registry.resolve(workspace, "tiny")
    info = line(workspace, "tiny")
    assert not info.offline
    assert name in info.note


@pytest.mark.parametrize("text", ["{", '{"name": 1}', ""])
def test_a_broken_description_is_refused_and_listed(workspace, tiny, text):
    (workspace.checkpoints / "tiny" / SPEC).write_text(text)
    with pytest.raises(InvalidInput, match="refused"):
        registry.resolve(workspace, "tiny")
    assert "refused" in line(workspace, "tiny").note


def test_a_checkpoint_cannot_take_a_built_in_name(workspace, tiny):
    (workspace.checkpoints / "tiny").rename(workspace.checkpoints / "resnet18")
    notes = [b.note for b in registry.list_backbones(workspace) if b.name == "resnet18"]
    assert len(notes) == 2
    assert "rename" in notes[1]


@pytest.mark.parametrize("name", ["../tiny", "a/b", "", "..", "a..b", "x" * 200, "tiny\n", "-x"])
def test_unsafe_names_are_refused(workspace, tiny, name):
    with pytest.raises(InvalidInput, match="cannot name a backbone"):
        registry.resolve(workspace, name)


def test_an_unknown_name_tells_the_close_ones(workspace, tiny):
    with pytest.raises(NotFound, match=r"efficientnet_lite0.*artsim backbones"):
        registry.resolve(workspace, "efficientnet_lite")
    with pytest.raises(NotFound, match="artsim backbones"):
        registry.resolve(workspace, "resnet18.no_such_tag")


@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize("name", ["resnet50", "resnet34"])
def test_weights_that_cannot_be_had_name_the_remedy_soon(workspace, monkeypatch, name, offline):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", offline)
    began = time.monotonic()
    with pytest.raises(Unavailable, match="choose efficientnet_lite0") as caught:
        registry.resolve(workspace, name)
    assert time.monotonic() - began < 60
    assert "\n" not in str(caught.value)


@pytest.fixture
def cached(tmp_path, monkeypatch, tiny):
    """A hub cache that holds the small model as timm/resnet18.a1_in1k and timm/tiny.test."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    for name in ("resnet18.a1_in1k", "tiny.test"):
        folder = tmp_path / "hub" / f"models--timm--{name}"
        (folder / "refs").mkdir(parents=True)
        (folder / "refs" / "main").write_text("abc")
        snapshot = folder / "snapshots" / "abc"
        snapshot.mkdir(parents=True)
        (snapshot / hub.WEIGHTS).write_bytes(tiny.weights_file.read_bytes())
        config = {
            "architecture": "test_resnet",
            "num_features": 96,
            "global_pool": "avg",
            "pretrained_cfg": {
                "input_size": [3, 64, 64],
                "interpolation": "bilinear",
                "crop_pct": 0.9,
                "crop_mode": "center",
                "mean": [0.485, 0.456, 0.406],
                "std": [0.229, 0.224, 0.225],
                "license": "apache-2.0",
            },
        }
        (snapshot / hub.CONFIG).write_text(json.dumps(config))
    return tmp_path / "hub"


def test_cached_hub_weights_work_offline(workspace, cached, tiny):
    assert line(workspace, "resnet18").offline
    assert line(workspace, "resnet18").digest is None
    spec = registry.resolve(workspace, "resnet18")
    assert spec.digest == tiny.digest  # the same weights and preprocessing: one identity
    assert line(workspace, "resnet18").digest == spec.digest
    assert line(workspace, "tiny.test").offline
    assert registry.resolve(workspace, "tiny.test").licence == "apache-2.0"


def test_a_hub_model_with_foreign_preprocessing_is_refused(workspace, cached):
    path = next(cached.glob("models--timm--tiny.test/snapshots/abc/config.json"))
    config = json.loads(path.read_text())
    config["pretrained_cfg"]["crop_mode"] = "border"
    path.write_text(json.dumps(config))
    registry.resolve(workspace, "resnet18")
    with pytest.raises(InvalidInput, match="preprocessing"):
        registry.resolve(workspace, "tiny.test")
    assert "preprocessing" in line(workspace, "tiny.test").note


def test_damaged_weights_are_no_digest(workspace, cached):
    path = next(cached.glob("models--timm--tiny.test/snapshots/abc/model.safetensors"))
    for data in (b"", b"\xff" * 100, path.read_bytes()[:-10]):
        path.write_bytes(data)
        with pytest.raises(InvalidInput, match="damaged"):
            registry.resolve(workspace, "tiny.test")


def test_a_disk_that_fails_is_not_called_a_foreign_model(workspace, cached):
    (workspace.cache / "weights").write_text("in the way of what is remembered there")
    with pytest.raises(OSError, match="weights") as caught:
        registry.resolve(workspace, "tiny.test")
    assert "cannot be used" in str(trouble(caught.value))


def test_the_spec_of_lite0_reads_back(tmp_path):
    spec = registry.lite.FAMILY["efficientnet_lite0"].spec
    (tmp_path / SPEC).write_text(spec.to_json())
    assert BackboneSpec.from_json((tmp_path / SPEC).read_bytes()) == spec
