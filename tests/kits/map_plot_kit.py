"""A collection with a kept map whose points are dealt out, not computed: quick at any size."""

import io

import numpy as np
import pyarrow as pa
from collection_kit import embed_with
from PIL import Image

from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection
from artsim.library import Library
from artsim.maps.clusters import Clusters
from artsim.maps.config import MapConfig
from artsim.maps.model import Map, MapInfo
from artsim.maps.mosaic import mosaic
from artsim.maps.storage import keep

STYLES = ("Baroque", "Cubism", "Fauvism", "Impressionism", "Realism", "Rococo", "Symbolism")
PICTURES = 48
DIGEST = "d" * 64
MOST_SORTED = 20_000  # works whose mosaic is a real one: above, it takes minutes


def pictures(form):
    """Files of different colours and proportions."""
    made = []
    for i in range(PICTURES):
        out = io.BytesIO()
        size = ((120, 90), (90, 120), (100, 100))[i % 3]
        colour = (i * 37 % 200 + 40, i * 91 % 200 + 40, i * 53 % 200 + 40)
        Image.new("RGB", size, colour).save(out, form, quality=60)
        made.append(out.getvalue())
    return made


def columns_of(count):
    """Metadata of ``count`` works: seven styles, dates over four centuries, some unknown."""
    rows = np.arange(count)
    thumbs, images = pictures("WEBP"), pictures("JPEG")
    return {
        "id": [str(i) for i in rows],
        "title": [f"Work <b>{i}</b>" if i % 50 == 0 else f"Work {i}" for i in rows],
        "artist": [f"Artist {i % 97}" for i in rows],
        "style": [STYLES[i % 7] if i % 11 else "" for i in rows],
        "year": [None if i % 13 == 0 else int(1500 + i * 7 % 400) for i in rows],
        "has_image": [True] * count,
        "width": [120] * count,
        "height": [90] * count,
        "thumb": [thumbs[i % PICTURES] for i in rows],
        "image": [images[i % PICTURES] for i in rows],
    }


def scattered(count, dimensions=2, seed=0):
    """Points in seven round groups, float32 [count, dimensions]; the groups are the styles."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-9, 9, (7, dimensions))
    return (centres[np.arange(count) % 7] + rng.standard_normal((count, dimensions))).astype("f4")


def in_order(count):
    """A mosaic in the order of the works, int32 [count, 2]."""
    rows, columns = np.divmod(np.arange(count, dtype=np.int32), int(np.ceil(np.sqrt(count))))
    return np.stack([columns, rows], axis=1)


def made_collection(workspace, name, count, backbone="tiny", digest=DIGEST, dimension=8, seed=0):
    """A collection of ``count`` works, embedded at random."""
    collection = Collection.create(workspace, name, "folder", "made for a test")
    told = columns_of(count)
    arrays = [
        pa.array(told[field.name], field.type)
        if field.name in told
        else pa.nulls(count, field.type)
        for field in ARTWORK_SCHEMA
    ]
    lance_io.append(collection.uri, pa.table(arrays, schema=ARTWORK_SCHEMA))
    embeddings = np.random.default_rng(seed).standard_normal((count, dimension), np.float32)
    embed_with(collection, backbone, digest, dict(zip(told["id"], embeddings, strict=True)))


def collection_with_map(workspace, name, count, dimensions=2, backbone="tiny", seed=0):
    """Make the collection and its map; the map's info."""
    made_collection(workspace, name, count, backbone, seed=seed)
    return keep_map(Library(workspace), name, scattered(count, dimensions, seed), backbone)


def keep_map(library, name, points, backbone="tiny", seed=0, digest=DIGEST):
    """Keep ``points`` as the map of a collection's embeddings; the map's info."""
    collection = library.collection(name)
    ids = library.catalog(name).table.column("id").to_pylist()
    count, dimensions = points.shape
    info = MapInfo(
        id=f"{backbone}-{dimensions}" + (f"-{seed}" if seed else ""),
        config=MapConfig(collection=name, backbone=backbone, dimensions=dimensions, seed=seed),
        digest=digest,
        works=count,
        trustworthiness=0.9,
        continuity=0.9,
        measured_on=count,
        seconds=1.0,
        created="2026-11-27T00:00:00+00:00",
        code_version="1",
        version=collection.version,
    )
    rows = np.arange(count, dtype=np.int32)
    near = np.stack([np.roll(rows, -7 * (i + 1)) for i in range(3)], axis=1)
    made = Map(
        info=info,
        ids=ids,
        points=points,
        clusters=Clusters(np.full(count, -1, np.int32), [], [], np.zeros(count, np.float32)),
        mosaic=mosaic(points[:, :2]) if count <= MOST_SORTED else in_order(count),
        neighbours=near,
        fingerprints=np.zeros(count, np.uint64),
    )
    keep(library, made)
    return info
