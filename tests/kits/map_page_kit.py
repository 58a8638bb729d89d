"""A small collection with maps: three groups of works, seen by two backbones."""

import numpy as np
from collection_kit import add_works, embed_with

from artsim.collection.store import Collection
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map

STYLES = ("Impressionism", "Cubism", "Ukiyo-e")
SIZE = 60
EVIL = "<img src=x onerror=alert(1)> **bold**"


def works_of(size=SIZE):
    """Works of three styles in turn; every fifth has no year, the first one a hostile title."""
    return [
        {
            "id": f"w{i:02}",
            "title": EVIL if i == 0 else f"Work {i}",
            "artist": f"Artist {i % 7}",
            "style": STYLES[i % 3],
            "genre": "portrait" if i % 2 else "landscape",
            "year": None if i % 5 == 4 else 1700 + 5 * i,
        }
        for i in range(size)
    ]


def grouped(size=SIZE, seed=0, groups=3):
    """Embeddings of ``works_of`` in as many groups, float32 [size, 16]."""
    rng = np.random.default_rng(seed)
    middles = rng.standard_normal((groups, 16)) * 4
    return np.array([middles[i % groups] + rng.standard_normal(16) for i in range(size)])


def make_works(workspace, name="works", size=SIZE):
    """The collection, embedded with two backbones that need no weights."""
    collection = Collection.create(workspace, name, "folder", "made for a test")
    works = works_of(size)
    add_works(collection, works)
    ids = [work["id"] for work in works]
    for backbone, digest, seed in (("tiny", "d" * 64, 0), ("other", "e" * 64, 1)):
        embed_with(collection, backbone, digest, dict(zip(ids, grouped(size, seed), strict=True)))
    return collection


def config_of(**values):
    return MapConfig(**{"collection": "works", "backbone": "tiny", "neighbours": 8} | values)


def make_maps(workspace, **values):
    """The map of the first backbone with that of the second beside it; its info."""
    return make_map(Library(workspace), config_of(beside="other", **values))
