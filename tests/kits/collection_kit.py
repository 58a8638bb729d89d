"""Small real collections for tests: artworks, pictures and embeddings in a Lance table."""

import io

import numpy as np
import pyarrow as pa
from PIL import Image

from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection


def image_bytes(colour, form="JPEG", size=(64, 48)):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


def add_works(collection, works):
    """Append works given as dicts; has_image false leaves the pictures out.

    Those without a picture of their own (``image``, ``thumb``) have one of a plain colour.
    """
    rows = []
    for i, work in enumerate(works):
        row = {"has_image": True, "duplicate_group": None, **work}
        if row["has_image"]:
            colour = (i * 37 % 256, i * 91 % 256, 120)
            row = {"image": image_bytes(colour), "thumb": image_bytes(colour, "WEBP"), **row}
        rows.append(row)
    extra = [
        pa.field(name, pa.string())
        for name in dict.fromkeys(k for row in rows for k in row)
        if name not in ARTWORK_SCHEMA.names
    ]
    schema = pa.schema([*ARTWORK_SCHEMA, *extra])
    lance_io.append(collection.uri, pa.Table.from_pylist(rows, schema=schema))


def embed_with(collection, backbone, digest, embeddings):
    """Store ``embeddings``: a dict from artwork id to a vector."""
    matrix = np.array(list(embeddings.values()), np.float32)
    column = collection.ensure_embedding_column(backbone, digest, matrix.shape[1])
    collection.write_embeddings(column, list(embeddings), matrix)
    return column


def make_collection(workspace, name, works, backbone="tiny", digest="d" * 64, dimension=8, seed=0):
    """A collection whose works with an image are embedded at random."""
    collection = Collection.create(workspace, name, "folder", "made for a test")
    add_works(collection, works)
    rng = np.random.default_rng(seed)
    ids = [work["id"] for work in works if work.get("has_image", True)]
    vectors = rng.standard_normal((len(ids), dimension))
    embed_with(collection, backbone, digest, dict(zip(ids, vectors, strict=True)))
    return collection
