"""Colour and composition as parts of a search with another backbone, on plain pictures."""

import socket

import numpy as np
import pytest
from collection_kit import embed_with, image_bytes
from face_kit import make_demo
from huggingface_hub import constants

from artsim.backbones.embed import embed_collection
from artsim.backbones.own import OWN, OwnBackbone
from artsim.core.errors import Conflict, InvalidInput
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import query_picture
from artsim.library import Library
from artsim.search.dials import PRESETS, Dials
from artsim.search.query import Query
from artsim.search.query_item import Item


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("colours"))
    collection = make_demo(workspace)
    make_demo(workspace, "bare")
    embed_collection(workspace, collection, "colour")
    return Library(workspace)


def asked(library, parts="", name="demo", k=5, **options):
    query = Query("tiny", k=k, dials=Dials(parts), **{"id": "w00"} | options)
    return library.search(name, query)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_same_colours_are_those_of_the_colour_backbone(library, metric):
    own = library.search("demo", Query("colour", id="w00", k=5, metric=metric)).hits
    for parts in ("the same colours", {"colour": 1, "general": 0}, "general=0,colour=3"):
        found = asked(library, parts, metric=metric).hits
        assert [hit.id for hit in found] == [hit.id for hit in own]
        if parts != "general=0,colour=3":
            np.testing.assert_allclose(
                [hit.score for hit in found], [hit.score for hit in own], atol=1e-5
            )


def test_colour_counts_nothing_unless_it_is_named(library):
    plain = asked(library).hits
    assert asked(library, {"general": 1}).hits == plain
    assert asked(library, {"colour": 0}).hits == plain
    both = asked(library, {"colour": 1}, k=23)
    tiny = {h.id: h.score for h in asked(library, k=23).hits}
    colour = {h.id: h.score for h in asked(library, "the same colours", k=23).hits}
    for hit in both.hits:
        assert hit.score == pytest.approx((tiny[hit.id] + colour[hit.id]) / 2, abs=1e-5)
    assert both.note == ""


def test_what_is_not_there_is_one_sentence(library):
    with pytest.raises(Conflict, match="not embedded with 'composition' yet"):
        asked(library, "the same composition")
    with pytest.raises(Conflict, match="'bare' is not embedded with 'colour' yet"):
        asked(library, "the same colours", "bare")
    with pytest.raises(InvalidInput, match="have no parts"):
        asked(library, "the same hand")
    with pytest.raises(InvalidInput, match="Every part has weight 0"):
        asked(library, {"general": 0})
    assert library.dials_of("demo", "tiny") == {
        "general": True,
        "colour": True,
        "composition": False,
    }
    assert set(PRESETS) >= {"the same hand", "the same subject", "the same style", "anything"}


def test_pictures_marks_and_concepts_have_colours_too(library):
    def embed(pictures):
        return np.tile(np.eye(1, 8, dtype=np.float32), (len(pictures), 1))

    picture = query_picture(image_bytes((0, 0, 120)), "blue.jpg")  # the colour of w00
    OWN.add("tiny", OwnBackbone("tiny", 8, "d" * 64, embed))
    try:
        found = asked(library, "the same colours", id=None, picture=picture)
        assert found.hits[0].id == "w00"
    finally:
        OWN.remove("tiny")
    library.teach("demo", "first", "tiny", ["w00", "w03", "w06"])
    for like in ((Item("w00"), Item("w03")), (Item(concept="first"), Item("w03"))):
        hits = asked(library, {"colour": 0.5}, id=None, like=like).hits
        assert len(hits) == 5
        assert all(np.isfinite(hit.score) for hit in hits)
    alone = asked(library, {"colour": 0.5}, id=None, like=(Item(concept="first"),), k=4).hits
    assert {hit.artist for hit in alone} == {"Artist 0"}


def test_a_search_with_parts_fetches_no_weights(library, monkeypatch):
    rng = np.random.default_rng(3)
    collection = library.collection("bare")
    vectors = {f"w{i:02}": rng.normal(size=8) for i in range(5)}
    embed_with(collection, "resnet50", "e" * 64, vectors)
    library.refresh("bare")
    with socket.create_server(("127.0.0.1", 0)) as hub:
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{hub.getsockname()[1]}")
        query = Query("resnet50", id="w00", k=3, dials=Dials({"general": 2}))
        assert len(library.search("bare", query).hits) == 3
        with pytest.raises(Conflict, match="a search fetches none"):
            library.resolve("resnet34")
        hub.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has called
            hub.accept()
