"""A small collection of drawn works to recognise in photographs."""

from functools import cache

import numpy as np
from collection_kit import add_works
from query_picture_kit import save_backbone

from artsim.backbones.embed import embed_collection
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.demo.source import encode, work
from benchmarks.photographs import Photograph, photograph

# Of the generated demo, such as are drawn quickly.
WORKS, ABSENT, DETAIL = (2, 5, 6), (7, 14), 11


@cache
def drawn_work(index: int) -> np.ndarray:
    """The picture of a work of the demo, uint8 RGB [H, W, 3]."""
    pixels = work(index)[1]
    assert pixels is not None
    return np.ascontiguousarray(pixels)


@cache
def photographed(index: int, seed: int = 0) -> Photograph:
    """A simulated photograph of a work of the demo."""
    return photograph(drawn_work(index), np.random.default_rng([seed, index]))


def make_photographed(workspace: Workspace) -> Collection:
    """The collection 'drawn', embedded with 'tiny'; its first work has a further picture."""
    collection = Collection.create(workspace, "drawn", "demo", "made for a test", generated=True)
    works = []
    for index in WORKS:
        artwork, _ = work(index, draw=False)
        works.append({"id": artwork.id, "title": artwork.title, "artist": artwork.artist})
        works[-1]["image"] = encode(drawn_work(index))
    add_works(collection, works)
    further = {"work": works[0]["id"], "id": "detail", "role": "detail", "state": "kept"}
    collection.pictures.put(
        [{"file": "detail.jpg", "image": encode(drawn_work(DETAIL)), **further}]
    )
    save_backbone(workspace)
    embed_collection(workspace, collection, "tiny")
    return collection
