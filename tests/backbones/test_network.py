"""The embedding network: what it makes of stages and parts, and what it refuses."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import timm
import torch
from backbones_kit import TINY, picture

from artsim.backbones import lite
from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.embed import embed_image
from artsim.backbones.fuse_batchnorm import fold_batch_norms
from artsim.backbones.network import (
    EmbeddingNetwork,
    build_network,
    default_stages,
    load_tensors,
    read_tensors,
)
from artsim.backbones.network import (
    tensors as tensors_of,
)
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.spec import BackboneSpec, Companion, Covariance, Part
from artsim.core.errors import InvalidInput

STAGES = ("act1", "layer1", "layer4")
PARTS = (
    Part(name="style", dimension=5, weight=1.0),
    Part(name="type", dimension=3, weight=0.5),
)
IMAGES = torch.linspace(-2, 2, 4 * 3 * 32 * 32).reshape(4, 3, 32, 32).sin()


@pytest.fixture
def network(tensors):
    torch.manual_seed(1)
    made = EmbeddingNetwork("test_resnet", "avg", STAGES, PARTS)
    load_tensors(made, tensors, trunk_only=True)
    return made.eval()


def looked_at(model, name, images):
    """The output of a module, recorded by hand."""
    found = []
    module = model.get_submodule(name)
    handle = module.register_forward_hook(lambda _m, _i, output: found.append(output.clone()))
    model(images)
    handle.remove()
    return found[0].double().numpy()


@torch.no_grad()
def test_the_pooled_layer_is_that_of_the_definition(network, tensors):
    model = timm.create_model("test_resnet", pretrained=False, num_classes=0).eval()
    model.load_state_dict(tensors)
    expected = []
    for name in STAGES:
        maps = looked_at(model, name, IMAGES)
        expected += [maps.mean((2, 3)), np.sqrt(maps.var((2, 3)) + 1e-5)]
    expected.append(model(IMAGES).numpy())
    expected = np.concatenate(expected, axis=1)
    found = network.pooled(IMAGES)
    assert found.shape == (4, network.pooled_dimension)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_the_embedding_is_that_of_the_definition(network):
    pooled = network.pooled(IMAGES).double().numpy()
    stored = {name: t.double().numpy() for name, t in tensors_of(network).items()}
    expected, cosine = [], 0
    for part in PARTS:
        made = pooled @ stored[f"parts.{part.name}.weight"].T + stored[f"parts.{part.name}.bias"]
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        cosine += part.weight**2 * (made @ made.T)
        expected.append(part.weight * made)
    found = network(IMAGES).numpy()
    np.testing.assert_allclose(found, np.concatenate(expected, axis=1), atol=1e-5)
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    np.testing.assert_allclose(unit @ unit.T, cosine / (1 + 0.25), atol=1e-5)


@torch.no_grad()
def test_a_part_that_would_be_zero_stays_zero(network):
    network.parts[1].weight.zero_()
    network.parts[1].bias.zero_()
    found = network(IMAGES)
    assert found[:, 5:].abs().max() == 0
    torch.testing.assert_close(found[:, :5].norm(dim=1), torch.ones(4))


@torch.no_grad()
def test_parts_without_stages_and_stages_without_parts():
    parts = EmbeddingNetwork("test_resnet", "avg", parts=PARTS).eval()
    assert parts.pooled_dimension == 96
    assert parts(IMAGES).shape == (4, 8)
    stages = EmbeddingNetwork("test_resnet", "avg", stages=STAGES).eval()
    torch.testing.assert_close(stages(IMAGES), stages.pooled(IMAGES))
    plain = EmbeddingNetwork("test_resnet", "avg").eval()
    assert plain(IMAGES).shape == (4, plain.pooled_dimension) == (4, 96)


def test_training_reaches_everything_and_a_copy_is_its_own(network):
    network.train()
    own = copy.deepcopy(network)
    network(IMAGES).sum().backward()
    assert all(p.grad is not None for p in network.parameters())
    assert all(p.grad is None for p in own.parameters())
    with torch.no_grad():
        own.get_submodule("trunk.conv1.0").weight.zero_()
        assert not torch.equal(own.eval()(IMAGES), network.eval()(IMAGES))


def test_measuring_the_pooled_layer_leaves_the_training_mode_alone():
    network = EmbeddingNetwork("test_resnet", "avg", STAGES, PARTS)
    assert all(module.training for module in network.modules())
    plain = EmbeddingNetwork("test_resnet", "avg")
    before = plain.get_submodule("trunk.bn1").eval().running_mean.clone()
    assert plain.pooled_dimension == 96
    assert not plain.get_submodule("trunk.bn1").training
    assert plain.get_submodule("trunk.layer1").training
    assert torch.equal(plain.get_submodule("trunk.bn1").running_mean, before)


@pytest.mark.parametrize(
    "stages",
    [
        ("conv1", "bn1", "act1", "layer1", "layer2.0.conv1", "layer2.0.bn1", "layer4"),
        ("layer2.0.downsample", "layer3.0.bn2"),
    ],
)
@torch.no_grad()
def test_folding_changes_nothing_that_a_stage_sees(tensors, stages):
    network = EmbeddingNetwork("test_resnet", "avg", stages, PARTS)
    load_tensors(network, tensors, trunk_only=True)
    network.eval()
    pooled, made = network.pooled(IMAGES), network(IMAGES)
    fold_batch_norms(network, IMAGES[:1])
    assert not isinstance(network.get_submodule("trunk.layer1.0.bn1"), torch.nn.BatchNorm2d)
    torch.testing.assert_close(network.pooled(IMAGES), pooled, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(network(IMAGES), made, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_folding_keeps_what_the_stages_of_lite0_give():
    spec = lite.located("efficientnet_lite0")
    stages = default_stages(spec.architecture)
    assert stages == tuple(f"blocks.{i}" for i in range(7))
    network = EmbeddingNetwork(spec.architecture, spec.pooling, ("conv_stem", "bn1", *stages))
    load_tensors(network, read_tensors(spec), spec.name)
    network.eval()
    images = torch.nn.functional.interpolate(IMAGES, 128)
    before = network.pooled(images)
    norms = sum(isinstance(m, torch.nn.BatchNorm2d) for m in network.modules())
    fold_batch_norms(network, images[:1])
    left = sum(isinstance(m, torch.nn.BatchNorm2d) for m in network.modules())
    assert (norms, left) == (49, 1)  # the one that is a stage itself
    torch.testing.assert_close(network.pooled(images), before, rtol=1e-4, atol=1e-4)


def test_threads_see_their_own_stages(parted):
    runtime = load_runtime(parted, "cpu")
    images = [runtime.preprocess(picture(i))[None] for i in range(8)]
    alone = [runtime.embed(image) for image in images]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: runtime.embed(images[i % 8], one_core=True), range(64)))
    for i, one in enumerate(found):
        np.testing.assert_allclose(one, alone[i % 8], atol=1e-5)


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        ("test_efficientnet", tuple(f"blocks.{i}" for i in range(5))),
        ("test_resnet", ("act1", "layer1", "layer2", "layer3", "layer4")),
        ("test_convnext", ("stages.0", "stages.1", "stages.2", "stages.3")),
        ("test_vit", ()),
        ("swin_tiny_patch4_window7_224", ()),
    ],
)
def test_default_stages(architecture, expected):
    assert default_stages(architecture) == expected


@pytest.mark.parametrize(
    ("architecture", "pooling", "stages", "message"),
    [
        ("no_such_net", "", (), "cannot build"),
        ("test_resnet", "nonsense", (), "cannot build"),
        ("test_resnet", "", ("layer9",), "has no stage 'layer9'"),
        ("test_vit", "", ("blocks.0",), r"no feature maps \[N, C, H, W\]"),
        ("test_resnet", "", ("global_pool",), "no feature maps"),
        ("swin_tiny_patch4_window7_224", "", ("layers.0",), "leave out stages"),
    ],
)
def test_what_cannot_be_built_is_one_sentence(architecture, pooling, stages, message):
    with pytest.raises(InvalidInput, match=message) as caught:
        EmbeddingNetwork(architecture, pooling, stages, PARTS)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parts.style.bias": None}, r"lack 1 tensor .*parts\.style\.bias"),
        ({"conv1.0.weight": None}, r"lack 1 tensor .*conv1\.0\.weight"),
        ({"parts.style.weight": torch.zeros(5, 7)}, r"is \[5, 7\] where \[5, 416\] is needed"),
        ({"parts.other.weight": torch.zeros(2, 2)}, r"'parts\.other\.weight', which"),
        ({"conv1.0.weight": torch.zeros(1, 2)}, "do not fit"),
    ],
)
def test_tensors_that_do_not_fit_are_one_sentence(parted, change, message):
    found = read_tensors(parted) | change
    found = {name: tensor for name, tensor in found.items() if tensor is not None}
    with pytest.raises(InvalidInput, match=message) as caught:
        load_tensors(build_network(parted), found, "mine")
    assert "'mine'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tensors_go_in_and_out_and_a_classifier_is_left_out(parted, network):
    found = read_tensors(parted)
    load_tensors(network, found | {"fc.weight": torch.zeros(3, 96)})
    again = tensors_of(network)
    assert set(again) == set(found)
    assert all(torch.equal(again[name], found[name]) for name in found)


def test_a_backbone_of_stages_and_parts_embeds(parted):
    found = embed_image(load_runtime(parted, "cpu"), picture(1))
    assert found.shape == (8,)
    np.testing.assert_allclose(np.linalg.norm(found[:5]), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found[5:]), 0.5, atol=1e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"stages": ("layer9",)}, "no stage"),
        ({"stages": ()}, "where"),
        ({"parts": PARTS[:1], "dimension": 5}, "its description does not"),
        ({"dimension": 9}, "says 9"),
    ],
)
def test_a_spec_that_does_not_fit_is_refused(parted, change, message):
    spec = parted.model_copy(update=change).at(parted.weights_file)
    with pytest.raises(InvalidInput, match=message):
        load_runtime(spec, "cpu")


WIDE = {
    "covariances": (Covariance(stage="layer1", channels=32, directions=3),),
    "beside": Companion(
        architecture="test_resnet",
        stages=("layer4",),
        covariances=(Covariance(stage="layer4", channels=96, directions=2),),
    ),
}


@pytest.fixture
def wide(tensors):
    """``network`` with covariances, and a second network of other weights beside it."""
    torch.manual_seed(2)
    made = EmbeddingNetwork("test_resnet", "avg", STAGES, PARTS, **WIDE)
    made.trunk.load_state_dict(tensors)
    for network in (made, made.beside):
        for held in network.directions:
            held.data.normal_()
    return made.eval()


@torch.no_grad()
def test_covariances_and_a_network_beside_come_after_the_pooled_layer(wide, network):
    maps = looked_at(wide.trunk, "layer1", IMAGES).reshape(4, 32, -1)
    along = np.einsum("ncp,cd->ndp", maps, wide.directions[0].double().numpy())
    expected = []
    for one in along:
        matrix = np.cov(one, bias=True)
        upper = matrix[np.triu_indices(3)]
        expected.append(np.sign(upper) * np.sqrt(np.abs(upper)))
    found = wide.pooled(IMAGES)
    plain = network.pooled(IMAGES)
    assert found.shape[1] == wide.pooled_dimension == plain.shape[1] + 6 + 192 + 96 + 3
    torch.testing.assert_close(found[:, : plain.shape[1]], plain)
    covariances = found[:, plain.shape[1] : plain.shape[1] + 6].numpy()
    np.testing.assert_allclose(covariances, expected, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(found[:, plain.shape[1] + 6 :], wide.beside.pooled(IMAGES))


@torch.no_grad()
def test_a_wide_network_is_the_same_stored_folded_and_copied(wide, workspace, monkeypatch):
    monkeypatch.setenv("ARTSIM_PRECISION", "float32")
    expected = wide(IMAGES)
    spec = TINY.model_copy(update={"stages": STAGES, "parts": PARTS, "dimension": 8, **WIDE})
    saved = save_checkpoint(workspace.checkpoints / "wide", spec, tensors_of(wide))
    assert BackboneSpec.from_json(saved.to_json()).digest == saved.digest
    again = build_network(saved).eval()
    load_tensors(again, read_tensors(saved))
    torch.testing.assert_close(again(IMAGES), expected)
    torch.testing.assert_close(copy.deepcopy(again)(IMAGES), expected)
    # A training starts from the first network alone.
    plain = EmbeddingNetwork("test_resnet", "avg", STAGES)
    load_tensors(plain, read_tensors(saved), trunk_only=True)
    torch.testing.assert_close(
        plain.eval()(IMAGES), wide.pooled(IMAGES)[:, : plain.pooled_dimension]
    )
    fold_batch_norms(again, IMAGES)
    torch.testing.assert_close(again(IMAGES), expected, rtol=1e-3, atol=1e-4)
    openvino = load_runtime(saved, "cpu", inference="openvino", cache=workspace.cache)
    pixels = np.random.default_rng(0).integers(0, 256, (4, 3, 64, 64), np.uint8)
    made = load_runtime(saved, "cpu", inference="torch").embed(pixels)
    np.testing.assert_allclose(openvino.embed(pixels), made, atol=1e-3)


@pytest.mark.parametrize("lost", ["covariances.layer1", "beside.covariances.layer4", "beside.bn1"])
def test_weights_that_do_not_fit_a_wide_network_are_refused(wide, lost):
    tensors = dict(tensors_of(wide))
    del tensors[next(name for name in tensors if name.startswith(lost))]
    with pytest.raises(InvalidInput, match="lack 1 tensor"):
        load_tensors(copy.deepcopy(wide), tensors)
    plain = EmbeddingNetwork("test_resnet", "avg", STAGES, PARTS)
    with pytest.raises(InvalidInput, match="which its description does not"):
        load_tensors(plain, tensors_of(wide))


def test_covariances_of_other_channels_than_the_stage_has_are_refused():
    wrong = (Covariance(stage="layer1", channels=31, directions=3),)
    with pytest.raises(InvalidInput, match="What is pooled does not fit 'test_resnet'"):
        EmbeddingNetwork("test_resnet", "avg", STAGES, PARTS, covariances=wrong)
