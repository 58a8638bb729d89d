"""The recipes: the earlier work's, and learning from a teacher; numbers from the config."""

from pathlib import Path

import numpy as np
import pytest
import torch
from finetune_kit import tiny

from artsim.backbones.network import EmbeddingNetwork, read_tensors
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.load import load_runtime
from artsim.core.workspace import Workspace
from artsim.training.base import find_base
from artsim.training.finetune import finetune
from artsim.training.heads import Heads
from artsim.training.layers import layers_of
from artsim.training.losses import MetricLoss, distance_to, label_loss
from artsim.training.publish import Result
from artsim.training.recipes import Recipe, recipe_of


def test_the_earlier_recipe_gives_its_head_as_the_embedding(
    labelled: Path, workspace: Workspace
) -> None:
    config = tiny(labelled, recipe="seed", epochs=3, options={"frozen_epochs": 1})
    result = finetune(workspace, config)
    assert result is not None
    assert [(p.name, p.dimension) for p in result.spec.parts] == [("style", 8)]
    assert result.spec.stages == ()
    lines = (result.folder / "run" / "metrics.csv").read_text(encoding="utf-8").splitlines()
    rates = [float(line.split(",")[2]) for line in lines[1:]]
    assert rates == pytest.approx([1e-3, 1e-4, 1e-4])


def test_a_student_learns_from_a_teacher(trained: tuple[Workspace, Result], labelled: Path) -> None:
    workspace, _ = trained
    config = tiny(labelled, "student", backbone="test_efficientnet", teacher="mine")
    result = finetune(workspace, config)
    assert result is not None
    card = (result.folder / "README.md").read_text(encoding="utf-8")
    assert "with `mine` as its teacher" in card


def test_a_published_backbone_is_trained_further(
    trained: tuple[Workspace, Result], labelled: Path
) -> None:
    workspace, first = trained
    options = {"metric_weight": 0.2, "balance": 0.5, "margin": 0.1, "covariances": 4, "beside": 1}
    changes = {"options": options, "epochs": 1}
    config = tiny(labelled, "further", backbone="mine", pretrained=True, **changes)
    result = finetune(workspace, config)
    assert result is not None
    assert result.spec.stages == first.spec.stages
    assert result.summary["base"]["map10_style"] > 0
    # The untouched network is still there, bit for bit, and both are looked at more closely.
    beside = result.spec.beside
    assert beside is not None
    assert beside.stages == first.spec.stages
    assert [one.directions for one in result.spec.covariances] == [4, 4, 4]
    before, after = (read_tensors(resolve(workspace, name)) for name in ("mine", "further"))
    kept = [name for name in before if not name.startswith("parts.")]
    assert kept
    assert all(torch.equal(after[f"beside.{name}"], before[name]) for name in kept)
    assert any(not torch.equal(after[name], before[name]) for name in kept)


def test_the_config_wins_over_the_recipe(labelled: Path) -> None:
    config = tiny(labelled, options={"dropout": 0.1, "ema": 0.5, "refit": 0})
    recipe = recipe_of(config)
    assert (recipe.epochs, recipe.image_size, recipe.dropout, recipe.ema) == (2, 32, 0.1, 0.5)
    assert recipe.refit is False
    assert (recipe.frozen_stages, recipe.layer_decay) == (0, 1.0)  # from scratch


def test_layers_are_counted_from_the_stem(workspace: Workspace) -> None:
    network = find_base(workspace, "test_resnet", pretrained=False).student(True)
    layers = layers_of(network.trunk)
    assert layers["conv1.0.weight"] == 0
    assert layers["layer1.0.conv1.weight"] < layers["layer4.0.conv1.weight"]


def test_a_projection_is_one_affine_map() -> None:
    torch.manual_seed(0)
    heads = Heads(6, {"style": 3}, dimension=4)
    pooled = torch.randn(50, 6) * 3 + 5
    for _ in range(3):
        heads.standard(pooled)
    heads.eval()
    with torch.no_grad():
        wanted = heads.projections(heads.standard(pooled))["style"].numpy()
    found = heads.affine()["style"].apply(pooled.numpy())
    np.testing.assert_allclose(found / np.linalg.norm(found, axis=1)[:, None], wanted, atol=1e-5)


def test_works_without_a_label_cost_nothing() -> None:
    recipe = Recipe(name="artsim")
    cosines = torch.rand(4, 3)
    none = label_loss(cosines, torch.full((4,), -1), recipe)
    assert float(none) == 0
    some = label_loss(cosines, torch.tensor([0, -1, 2, -1]), recipe)
    assert float(some) == pytest.approx(
        float(label_loss(cosines[[0, 2]], torch.tensor([0, 2]), recipe)), rel=1e-6
    )
    assert float(MetricLoss()(cosines, torch.full((4,), -1))) == 0
    assert float(distance_to(cosines, cosines)) == pytest.approx(0, abs=1e-6)


def test_validation_leaves_the_network_as_it_was() -> None:
    network = EmbeddingNetwork("test_resnet")
    modes = {module.training for module in network.trunk.modules()}
    assert network.pooled_dimension > 0
    assert {module.training for module in network.trunk.modules()} == modes


@pytest.mark.parametrize(
    "numbers", [{"last_blocks": 1}, pytest.param({"lora": 2}, marks=pytest.mark.slow)]
)
def test_little_of_a_transformer_learns(
    labelled: Path, workspace: Workspace, numbers: dict[str, float]
) -> None:
    changes = {"backbone": "test_vit", "image_size": 32, "epochs": 1}
    config = tiny(labelled, options={"embed_size": 32, **numbers}, **changes)
    torch.manual_seed(config.seed)
    before = find_base(workspace, "test_vit", False).student(True, 32).trunk.state_dict()
    result = finetune(workspace, config)
    assert result is not None
    spec = resolve(workspace, "mine")
    after = {k: v for k, v in read_tensors(spec).items() if not k.startswith("parts.")}
    assert set(after) == set(before)  # adapters are a part of the weights that they adapt
    changed = {k for k, v in before.items() if (v - after[k].float()).abs().max() > 1e-3}
    if "lora" in numbers:
        assert changed
        assert all(".attn." in name and name.endswith(".weight") for name in changed)
        assert {name.split(".")[1] for name in changed} == set("012345")
    else:
        assert changed
        assert all(name.startswith(("blocks.5.", "norm.")) for name in changed)
    runtime = load_runtime(spec, "cpu", "torch")
    assert np.isfinite(runtime.embed(np.zeros((1, 3, 32, 32), np.uint8))).all()
