"""Collections whose maps are worth drawing: groups of works that lie together in the space."""

import numpy as np
from collection_kit import add_works, embed_with

from artsim.collection.store import Collection
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map
from artsim.maps.storage import load_map

STYLES = ("Cubism", "Baroque", "Ukiyo_e")
DIMENSION = 16
DIGEST = "d" * 64


def works_of(count=60):
    """Works of three styles in turn; every fifth has no year."""
    return [
        {
            "id": f"w{i:03}",
            "title": f"{('Harbour', 'Saint', 'Wave')[i % 3]} {i}",
            "artist": f"Artist {i % 6}",
            "style": STYLES[i % 3],
            "year": 1600 + i if i % 5 else None,
        }
        for i in range(count)
    ]


def embeddings_of(count=60, seed=0):
    """Three clouds, far apart: work i lies in cloud i % 3; float32 [count, DIMENSION]."""
    rng = np.random.default_rng(seed)
    centres = np.eye(3, DIMENSION) * 6
    return (centres[np.arange(count) % 3] + rng.normal(size=(count, DIMENSION))).astype(np.float32)


def engine_with(workspace, count=60, embeddings=None, works=None):
    """An engine over the collection 'mine', embedded."""
    collection = Collection.create(workspace, "mine", "folder", "made for a test")
    works = works_of(count) if works is None else works
    add_works(collection, works)
    embed(collection, works, embeddings_of(len(works)) if embeddings is None else embeddings)
    return Library(workspace)


def embed(collection, works, vectors, backbone="tiny", digest=DIGEST):
    """Give ``works`` the embeddings ``vectors``, in this order."""
    embed_with(
        collection, backbone, digest, {w["id"]: v for w, v in zip(works, vectors, strict=True)}
    )


def config_of(**values):
    return MapConfig(**{"collection": "mine", "backbone": "tiny", "neighbours": 8} | values)


def map_of(library, **values):
    """The map of a config, made where it is not kept."""
    return load_map(library, "mine", make_map(library, config_of(**values)).id)
