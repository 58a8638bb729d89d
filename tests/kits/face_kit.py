"""The workspace that the examples in docstrings run in: a collection 'demo' of 24 small works."""

import numpy as np
from collection_kit import add_works, embed_with

from artsim.collection.store import Collection

COUNT = 24
DIMENSION = 8
DIGEST = "d" * 64


def works_of(count=COUNT):
    """Works of three artists in turn, each with a style of his own."""
    return [
        {
            "id": f"w{i:02}",
            "title": f"Work {i}",
            "artist": f"Artist {i % 3}",
            "style": ("Cubism", "Baroque", "Ukiyo_e")[i % 3],
            "year": 1800 + i if i != 5 else None,
        }
        for i in range(count)
    ]


def vectors(count=COUNT, seed=0):
    """An artist's works lie close together, artists far apart; float32 [count, DIMENSION]."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(scale=0.1, size=(count, DIMENSION))
    return (np.eye(3, DIMENSION)[np.arange(count) % 3] + noise).astype(np.float32)


def make_demo(workspace, name="demo", works=None):
    """The collection, embedded with 'tiny', of which there are no weights."""
    works = works_of() if works is None else works
    collection = Collection.create(workspace, name, "folder", "made for a test")
    add_works(collection, works)
    pictured = [work["id"] for work in works if work.get("has_image", True)]
    embed_with(collection, "tiny", DIGEST, dict(zip(pictured, vectors(len(pictured)), strict=True)))
    return collection
