"""The embeddings that a picture is compared with where nobody named them."""

import numpy as np
from collection_kit import add_works
from face_kit import DIGEST, make_demo

from artsim.backbones.embed import embed_collection
from artsim.backbones.own import OWN, OwnBackbone
from artsim.collection.store import Collection
from artsim.library import Library
from artsim.search.comparing import comparable


def test_colours_alone_are_none_and_the_fullest_that_is_here_is_taken(workspace):
    bare = Collection.create(workspace, "bare", "folder")
    add_works(bare, [{"id": "1"}, {"id": "2"}])
    library = Library(workspace)
    assert comparable(library, "bare") is None
    gone = bare.ensure_embedding_column("tiny", "e" * 64, 2)
    bare.write_embeddings(gone, ["1", "2"], np.ones((2, 2), np.float32))
    assert comparable(Library(workspace), "bare") is None  # its backbone is not here
    demo = make_demo(workspace)
    embed_collection(workspace, demo, "colour")
    OWN.add("tiny", OwnBackbone("tiny", 8, DIGEST, lambda images: np.zeros((len(images), 8))))
    try:
        found = comparable(Library(workspace), "demo")
    finally:
        OWN.remove("tiny")
    assert found is not None
    assert found.backbone == "tiny"
    assert comparable(Library(workspace), "demo") is None  # colours alone are left
