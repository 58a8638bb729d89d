"""A real small timm model as a published checkpoint."""

import pytest
import timm
import torch
from backbones_kit import TINY

from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.network import EmbeddingNetwork, load_tensors
from artsim.backbones.network import tensors as tensors_of
from artsim.backbones.spec import Part


@pytest.fixture(scope="session")
def tensors():
    torch.manual_seed(0)
    model = timm.create_model("test_resnet", pretrained=False, num_classes=0)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5)
            torch.nn.init.uniform_(module.bias, -0.5, 0.5)
    return model.state_dict()


@pytest.fixture(scope="session")
def tiny_spec():
    """What ``tiny`` is published with."""
    return TINY


@pytest.fixture
def tiny(workspace, tensors):
    """The checkpoint 'tiny' of the test's workspace, as the registry would resolve it."""
    return save_checkpoint(workspace.checkpoints / "tiny", TINY, tensors)


@pytest.fixture
def parted(workspace, tensors):
    """The checkpoint 'parted' of the same network: three stages and two parts."""
    stages = ("act1", "layer1", "layer4")
    parts = (
        Part(name="style", dimension=5, weight=1.0),
        Part(name="type", dimension=3, weight=0.5),
    )
    torch.manual_seed(1)
    network = EmbeddingNetwork(TINY.architecture, TINY.pooling, stages, parts)
    load_tensors(network, tensors, trunk_only=True)
    spec = TINY.model_copy(update={"stages": stages, "parts": parts, "dimension": 8})
    return save_checkpoint(workspace.checkpoints / "parted", spec, tensors_of(network))
