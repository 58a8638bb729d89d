"""Every family of timm, by tiny random models in a hub's cache: as timm itself makes it of them."""

import json

import families_kit
import numpy as np
import pytest
import timm
import torch
from families_kit import FAMILIES, OTHERS, TAG
from patches_kit import scene
from PIL import Image

from artsim.backbones import registry
from artsim.backbones.network import EmbeddingNetwork, build_network, load_tensors, read_tensors
from artsim.backbones.patch_network import PatchNetwork
from artsim.backbones.patches import stacked_maps
from artsim.backbones.preprocess import preprocess_pixels
from artsim.backbones.runtime.load import load_runtime
from artsim.core.errors import InvalidInput

# Others of these families, which differ little from those that every run tests.
_ALIKE = {"tinydeit", "tinysiglipgap", "tinybeit", "tinyswinv2", "tinydinov3convnext", "test_vit3"}


def each(names):
    """The families, those that are much like another one only where there is time."""
    return [pytest.param(n, marks=[pytest.mark.slow] if n in _ALIKE else []) for n in names]


POOLING = {
    "tinyvit": "token",
    "tinydinov2": "token",
    "tinydinov3": "avg",
    "tinysiglip": "map",
    "tinysiglipgap": "avg",
    "tinyclip": "token",
    "tinype": "map",
    "tinyeva": "avg",
    "tinyswin": "avg",
    "tinyconvnext": "avg",
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub's cache with every family, and the models that lie there."""
    families_kit.register()
    folder = tmp_path_factory.mktemp("hub")
    models = {name: families_kit.make(name) for name in (*FAMILIES, *OTHERS)}
    for name, model in models.items():
        families_kit.cache(folder, name, model)
    return folder, models


@pytest.fixture
def found(hub, workspace, monkeypatch):
    """A function from a family's name to its backbone."""
    monkeypatch.setenv("HF_HUB_CACHE", str(hub[0]))
    return lambda name: registry.resolve(workspace, f"{name}.{TAG}")


@pytest.mark.parametrize("name", each([*FAMILIES, *OTHERS]))
def test_a_family_embeds_as_timm_does(name, hub, found, workspace):
    spec, model = found(name), hub[1][name]
    settings = timm.data.resolve_model_data_config(model)
    transform = timm.data.create_transform(**settings, is_training=False)
    picture = scene(4)
    theirs = transform(Image.fromarray(picture))
    ours = preprocess_pixels(spec, picture) / 255
    ours = (ours - np.reshape(spec.mean, (3, 1, 1))) / np.reshape(spec.std, (3, 1, 1))
    assert ours.shape == tuple(theirs.shape)
    assert np.abs(ours - theirs.numpy()).mean() < 0.02
    bare = timm.create_model(name, pretrained=False, num_classes=0).eval()
    stored = {k: v for k, v in model.state_dict().items() if k in bare.state_dict()}
    bare.load_state_dict(stored)
    seen = preprocess_pixels(spec, picture)
    with torch.inference_mode():
        expected = bare(torch.from_numpy(ours[None].astype(np.float32))).numpy()
    runtime = load_runtime(spec, "cpu", "torch")
    made = runtime.embed(seen[None])
    assert made.shape == (1, spec.dimension) == expected.shape
    np.testing.assert_allclose(made, expected, rtol=2e-3, atol=2e-3)
    assert spec.pooling == POOLING.get(name, spec.pooling)
    line = next(b for b in registry.list_backbones(workspace) if b.name == spec.name)
    assert (line.digest, line.dimension) == (spec.digest, spec.dimension)


@pytest.mark.parametrize("name", each(FAMILIES))
def test_a_family_has_patches_where_they_are(name, found):
    network = PatchNetwork(found(name))
    before = stacked_maps(network, scene(0), 196)
    changed = scene(0).copy()
    changed[:40, :40] = 255 - changed[:40, :40]
    apart = np.linalg.norm(stacked_maps(network, changed, 196) - before, axis=-1)
    assert apart[:3, :3].mean() > 1.5 * apart[-4:, -4:].mean()


@pytest.mark.parametrize(
    ("name", "side"), [("tinydinov2", 98), ("tinysiglip", 96), ("tinyeva", 98), ("tinyswin", 192)]
)
def test_positions_of_another_size_are_interpolated(name, side, found):
    spec = found(name)
    other = spec.model_copy(update={"input_size": side}).at(spec.weights_file)
    network = build_network(other)
    load_tensors(network, read_tensors(other), "mine")
    network.eval()
    picture = torch.from_numpy(scene(1)[:240, :240].copy()).permute(2, 0, 1)[None] / 255

    def embedded(network, side):
        with torch.inference_mode():
            return network(torch.nn.functional.interpolate(picture, side, mode="bilinear"))[0]

    own = build_network(spec)
    load_tensors(own, read_tensors(spec), "mine")
    alike = torch.cosine_similarity(
        embedded(network, side), embedded(own.eval(), spec.input_size), dim=0
    )
    assert alike > 0.9
    fresh = build_network(other).eval()
    assert torch.cosine_similarity(embedded(network, side), embedded(fresh, side), dim=0) < 0.9


def test_weights_in_an_older_layout_are_brought_to_todays(hub, found):
    spec, model = found("tinyswin"), hub[1]["tinyswin"]
    older = {}
    for key, tensor in model.state_dict().items():
        if ".downsample." in key:  # it stood one layer before
            _, number, rest = key.split(".", 2)
            key = f"layers.{int(number) - 1}.{rest}"
        older[key.replace("head.fc.", "head.")] = tensor
    network = build_network(spec)
    load_tensors(network, older, "mine")
    for key, tensor in network.trunk.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[key])


def test_generalised_means_pool_feature_maps(tmp_path):
    network = EmbeddingNetwork("test_resnet", "gem").eval()
    images = torch.linspace(-2, 2, 3 * 64 * 64).reshape(1, 3, 64, 64).sin()
    with torch.inference_mode():
        maps = network.trunk.forward_features(images)[0].double().clamp(min=1e-6)
        found = network(images)[0]
    expected = (maps**3).mean((1, 2)) ** (1 / 3)
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    with pytest.raises(InvalidInput, match="with pooling 'gem'"):
        EmbeddingNetwork("test_vit", "gem")


def test_a_hub_model_that_cannot_be_built_is_one_sentence(hub, found, workspace, monkeypatch):
    path = next(hub[0].glob("models--timm--tinyvit.*/snapshots/abc/config.json"))
    whole = path.read_text()
    for change in (
        {"architecture": "no_such_network"},
        {"architecture": "../x"},
        {"architecture": 3},
    ):
        path.write_text(json.dumps(json.loads(whole) | change))
        with pytest.raises(InvalidInput) as caught:
            found("tinyvit")
        assert "\n" not in str(caught.value)
    path.write_text(whole)
