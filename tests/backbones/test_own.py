"""Backbones that are Python functions: embedded with, searched by upload, evaluated, mapped."""

import io

import numpy as np
import pytest
from backbones_kit import picture
from collection_kit import add_works, embed_with, image_bytes
from evaluation_kit import config_of
from PIL import Image

from artsim.backbones.embed import embed_collection
from artsim.backbones.own import OWN, OwnBackbone
from artsim.backbones.registry import list_backbones, network_of, resolve
from artsim.collection.pictures import Placement
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput
from artsim.evaluation.evaluate import evaluate
from artsim.images.query_pictures import query_picture
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map
from artsim.search.query import Query


def colours(images):
    """Mean red, green and blue of PIL images."""
    assert all(isinstance(image, Image.Image) and image.mode == "RGB" for image in images)
    return np.array([np.asarray(image).mean((0, 1)) for image in images])


def grid(pixels):
    """Four by four means of a uint8 array [N, 16, 16, 3], as a torch tensor."""
    import torch

    assert (pixels.dtype, pixels.shape[1:]) == (np.uint8, (16, 16, 3))
    blocks = pixels.reshape(len(pixels), 4, 4, 4, 4, 3).mean((2, 4))
    return torch.from_numpy(blocks.reshape(len(pixels), -1)).requires_grad_()


@pytest.fixture(autouse=True)
def _forget():
    yield
    OWN.remove("own")
    OWN.remove("clip")


@pytest.fixture
def collection(workspace):
    made = Collection.create(workspace, "mine", "folder")
    artists = [{"id": f"w{i}", "artist": f"Artist {i % 4}"} for i in range(40)]
    add_works(made, artists)
    return made


def red():
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (250, 3, 4)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "own",
    [
        OwnBackbone("own", 3, "1", colours, licence="MIT", origin="this test"),
        OwnBackbone("own", 48, "1", grid, input_size=16),
    ],
    ids=["images", "pixels"],
)
def test_a_function_does_all_that_a_network_does(workspace, collection, own):
    OWN.add("own", own)
    report = embed_collection(workspace, collection, "own")
    assert (report.embedded, report.failed, report.inference) == (40, 0, "Python function")
    library = Library(workspace)
    found = library.search("mine", Query("own", picture=query_picture(red()), k=40))
    assert found.digest == own.digest
    by_red = {work: (i * 37 % 256) for i, work in enumerate(f"w{i}" for i in range(40))}
    assert np.mean([by_red[hit.id] for hit in found.hits[:5]]) > 180
    assert evaluate(library, config_of(backbones=("own",))).runs[0].digest == own.digest
    made = make_map(library, MapConfig(collection="mine", backbone="own"))
    assert (made.config.backbone, len(library.map("mine", made.id))) == ("own", 40)
    line = next(info for info in list_backbones(workspace) if info.name == "own")
    assert (line.offline, line.dimension, line.digest) == (True, own.dimension, own.digest)


def test_another_digest_is_another_backbone(workspace, collection):
    OWN.add("own", OwnBackbone("own", 3, "1", colours))
    embed_collection(workspace, collection, "own")
    library = Library(workspace)
    assert library.search("mine", Query("own", "w0")).hits
    OWN.add("own", OwnBackbone("own", 3, "2", lambda images: 255 - colours(images)))
    with pytest.raises(Conflict, match="are of other weights of 'own'"):
        library.search("mine", Query("own", "w0"))
    assert embed_collection(workspace, collection, "own").embedded == 40
    OWN.add("own", OwnBackbone("own", 4, "2", colours))
    with pytest.raises(Conflict, match="change its digest with its vectors"):
        embed_collection(workspace, collection, "own")


@pytest.mark.parametrize("registered", [True, False])
def test_vectors_made_elsewhere_are_searched_and_evaluated(workspace, collection, registered):
    rng = np.random.default_rng(0)
    own = OwnBackbone("clip", 8, "somebody's")
    embed_with(collection, "clip", own.digest, {f"w{i}": rng.standard_normal(8) for i in range(40)})
    if registered:
        OWN.add("clip", own)
    library = Library(workspace)
    assert len(library.search("mine", Query("clip", "w3")).hits) == 12
    assert evaluate(library, config_of(backbones=("clip",))).runs
    said = "made elsewhere" if registered else "'clip' is no longer here"
    with pytest.raises(InvalidInput, match=said):
        library.search("mine", Query("clip", picture=query_picture(picture(1))))
    if registered:
        with pytest.raises(InvalidInput, match="made elsewhere"):
            embed_collection(workspace, collection, "clip")


@pytest.mark.parametrize(
    ("embed", "message"),
    [
        (lambda images: np.zeros((1, 3)), "gives an array of shape"),
        (lambda images: 1 / 0, "fails (ZeroDivisionError: division by zero): correct its function"),
        (lambda images: "nothing", "fails (ValueError"),
    ],
)
def test_functions_that_give_no_embeddings_are_told(workspace, collection, embed, message):
    OWN.add("own", OwnBackbone("own", 3, "1", embed))
    with pytest.raises(InvalidInput) as raised:
        embed_collection(workspace, collection, "own")
    assert message in str(raised.value)


def test_what_cannot_be_a_backbone(workspace):
    for values in ({"dimension": 0}, {"digest": ""}, {"embed": 3}, {"input_size": 0}):
        with pytest.raises(InvalidInput):
            OwnBackbone(**{"name": "own", "dimension": 3, "digest": "1"} | values)
    OWN.add("own", OwnBackbone("own", 3, "1", colours))
    with pytest.raises(InvalidInput, match="is a Python function"):
        network_of(resolve(workspace, "own"))
    with pytest.raises(InvalidInput, match="str is no backbone"):
        OWN.add("other", "text")


def test_further_pictures_of_a_work_are_embedded_and_found(workspace, collection):
    OWN.add("own", OwnBackbone("own", 3, "1", colours))
    jpeg = image_bytes((250, 3, 4))
    collection.pictures.put(
        [
            Placement("back.jpg", "w7", "verso", sequence=1).values() | {"image": jpeg},
            Placement("copy.jpg", "w8", state="copy", of="w8.jpg").values() | {"image": jpeg},
        ]
    )
    library = Library(workspace)
    embed_collection(workspace, collection, "own")
    query = Query("own", picture=query_picture(red(), "red.png"), k=3)
    hits = library.search("mine", query).hits
    assert (hits[0].id, hits[0].image) == ("w7", "back.jpg")
    assert hits[0].score == pytest.approx(1, abs=1e-3)
    assert {hit.image for hit in hits[1:]} == {None}
    assert embed_collection(workspace, collection, "own").embedded == 0
    assert collection.pictures.pending_count(collection.info().embeddings[0].column) == 0
