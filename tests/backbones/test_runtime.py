"""Embeddings: the same as timm's own, whatever the batch, the thread and the folding."""

import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import timm
import torch
from backbones_kit import cosines, picture
from PIL import Image
from safetensors.torch import save_file

from artsim.backbones import lite, registry
from artsim.backbones.embed import embed_files, embed_image
from artsim.backbones.preprocess import preprocess_pixels
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.weights import tensors_digest
from artsim.core.errors import ArtsimError, InvalidInput, Unavailable, UnsupportedImage
from artsim.images.canonical import canonical_upload

LITE0 = "efficientnet_lite0"


@pytest.fixture(scope="module")
def lite0():
    return load_runtime(lite.located(LITE0), "cpu")


@pytest.fixture
def runtime(tiny):
    return load_runtime(tiny, "cpu")


def reference(spec, model, jpegs):
    """What timm alone makes of JPEGs: its transform, eager float32, one at a time."""
    transform = timm.data.create_transform(
        input_size=(3, spec.input_size, spec.input_size),
        interpolation=spec.interpolation,
        mean=spec.mean,
        std=spec.std,
        crop_pct=spec.crop_pct,
        crop_mode="squash" if spec.resize == "squash" else "center",
    )
    with torch.inference_mode():
        return np.stack(
            [model(transform(Image.open(io.BytesIO(j)).convert("RGB"))[None])[0] for j in jpegs]
        )


def test_embeddings_are_those_of_timm(runtime, tensors):
    model = timm.create_model("test_resnet", pretrained=False, num_classes=0).eval()
    model.load_state_dict(tensors)
    for size in ((120, 90), (75, 200), (64, 64), (40, 300)):
        jpegs = [picture(i, size) for i in range(4)]
        ours = np.stack([embed_image(runtime, j) for j in jpegs])
        expected = reference(runtime.spec, model, jpegs)
        assert cosines(ours, expected).min() > 0.9999
        np.testing.assert_allclose(
            np.linalg.norm(ours, axis=1), np.linalg.norm(expected, axis=1), rtol=1e-3
        )


def test_squash_sees_the_whole_image(runtime):
    spec = runtime.spec.model_copy(update={"resize": "squash", "crop_pct": 1.0})
    pixels = np.zeros((50, 200, 3), np.uint8)
    pixels[:, :20] = 255
    assert preprocess_pixels(spec, pixels)[:, :, 0].min() == 255
    assert preprocess_pixels(runtime.spec, pixels).max() == 0


def test_norms_are_folded_away(runtime, lite0):
    for loaded in (runtime, lite0):
        assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in loaded.engine.model.modules())


def test_the_batch_does_not_matter(runtime):
    images = np.stack([runtime.preprocess(picture(i)) for i in range(70)])
    together = runtime.embed(images)
    alone = np.concatenate([runtime.embed(image[None]) for image in images])
    np.testing.assert_allclose(together, alone, rtol=1e-3, atol=1e-4)
    assert runtime.embed(images[:0]).shape == (0, 96)


def test_threads_get_the_same(runtime):
    jpeg = picture(1)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: embed_image(runtime, jpeg), range(32)))
    assert all(np.array_equal(found[0], other) for other in found)


@pytest.mark.parametrize("name", list(lite.FAMILY))
def test_the_family_has_the_weights_it_says(tmp_path, name):
    spec = lite.located(name)
    tensors = lite.load_tensors(spec)
    timm.create_model(spec.architecture).load_state_dict(tensors)
    save_file({k: v.contiguous() for k, v in tensors.items()}, tmp_path / "x.safetensors")
    assert tensors_digest(tmp_path / "x.safetensors") == spec.weights


@pytest.mark.parametrize("name", list(lite.FAMILY))
def test_the_family_is_prepared_as_timm_says(name):
    spec = lite.FAMILY[name].spec
    config = timm.get_pretrained_cfg(spec.architecture)
    assert config.input_size == (3, spec.input_size, spec.input_size)
    assert (config.crop_pct, config.interpolation) == (spec.crop_pct, spec.interpolation)
    assert (config.mean, config.std, config.crop_mode) == (spec.mean, spec.std, "center")
    assert config.license == spec.licence.lower()


@pytest.mark.parametrize("name", list(lite.FAMILY))
def test_the_family_knows_things(name):
    runtime = load_runtime(lite.located(name), "cpu")
    tensors = lite.load_tensors(runtime.spec)
    disc = np.zeros((300, 300, 3), np.uint8)
    yy, xx = np.mgrid[:300, :300] - 150
    disc[...] = (40, 90, 190)
    disc[yy**2 + xx**2 < 100**2] = (250, 130, 20)
    embedding = runtime.embed(preprocess_pixels(runtime.spec, disc)[None])[0]
    scores = tensors["classifier.weight"].numpy() @ embedding + tensors["classifier.bias"].numpy()
    assert embedding.shape == (1280,)
    assert np.isfinite(embedding).all()
    assert embedding.std() > 0.05
    best = [timm.data.ImageNetInfo().index_to_description(int(i)) for i in scores.argsort()[-2:]]
    assert "ping-pong ball" in {name.split(",")[0] for name in best}


def test_lite0_is_that_of_timm_on_paintings(lite0, shared_data):
    files = sorted((shared_data / "paintings_hires" / "images").glob("*.jpg"))[:8]
    jpegs = [canonical_upload(f.read_bytes()) for f in files]
    model = timm.create_model("tf_efficientnet_lite0", num_classes=0).eval()
    model.load_state_dict(lite.load_tensors(lite0.spec), strict=False)
    ours = np.stack([embed_image(lite0, j) for j in jpegs])
    assert cosines(ours, reference(lite0.spec, model, jpegs)).min() > 0.999


def test_changed_weights_are_refused(workspace, tiny):
    data = bytearray(tiny.weights_file.read_bytes())
    data[-1] ^= 1
    tiny.weights_file.write_bytes(bytes(data))
    with pytest.raises(InvalidInput, match="not those"):
        load_runtime(registry.resolve(workspace, "tiny"))


def test_changed_lite0_weights_are_never_unpickled(tmp_path):
    path = tmp_path / "model.pth"
    path.write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    with pytest.raises(Unavailable, match="force-reinstall"):
        load_runtime(lite.FAMILY[LITE0].spec.at(path))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"architecture": "no_such_net"}, "cannot build"),
        ({"architecture": "test_efficientnet"}, "publish it again"),
        ({"pooling": "nonsense"}, "cannot build"),
        ({"dimension": 97}, "97"),
    ],
)
def test_a_spec_that_does_not_fit_is_one_sentence(tiny, change, message):
    spec = tiny.model_copy(update=change).at(tiny.weights_file)
    with pytest.raises(InvalidInput, match=message):
        load_runtime(spec)


def test_lost_weights_and_devices(tiny):
    with pytest.raises(Unavailable, match="no longer"):
        load_runtime(tiny.at(tiny.weights_file.with_name("gone.safetensors")))
    for device in ("cuda:77", "nonsense"):
        with pytest.raises(Unavailable, match="no device"):
            load_runtime(tiny, device)


def test_bad_input_to_embed(runtime):
    with pytest.raises(InvalidInput, match="uint8"):
        runtime.embed(np.zeros((1, 3, 32, 32), np.uint8))
    with pytest.raises(UnsupportedImage):
        embed_image(runtime, b"no jpeg")


def test_one_decode_of_a_file_gives_all(runtime):
    files = [(f"{i}.jpg", picture(i)) for i in range(5)]
    files.insert(2, ("bad.jpg", b"no image"))
    made = list(embed_files(runtime, files, batch_size=2))
    assert made[2][0] == "bad.jpg"
    assert isinstance(made[2][1], ArtsimError)
    good = [m for i, m in enumerate(made) if i != 2]
    assert [m.name for m in good] == [name for name, _ in files if name != "bad.jpg"]
    stored = np.stack([embed_image(runtime, m.canonical) for m in good])
    assert cosines(np.stack([m.embedding for m in good]), stored).min() > 0.99
