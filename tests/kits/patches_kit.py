"""A real collection with patches of a small random network, and pictures that share motifs."""

import io

import numpy as np
import pyarrow as pa
import torch
from backbones_kit import TINY
from PIL import Image

from artsim.backbones.build_patches import build_patches
from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.embed import embed_collection
from artsim.backbones.network import EmbeddingNetwork
from artsim.backbones.network import tensors as tensors_of
from artsim.backbones.spec import Part
from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection
from artsim.images.query_pictures import query_picture

NAME, BACKBONE = "prints", "small"
SOURCE, HOST = "w0", "host"  # the motif of the one is pasted into the other
MOTIF, PASTED = (0.25, 0.25, 0.5, 0.5), (0.5, 0.5, 0.4, 0.4)
WIDTH, HEIGHT = 320, 240
PARTS = (Part(name="style", dimension=5, weight=1.0), Part(name="hand", dimension=3, weight=0.5))


def scene(seed):
    """A picture of blots of colour, uint8 [HEIGHT, WIDTH, 3]."""
    blots = np.random.default_rng(seed).integers(0, 255, (9, 12, 3), np.uint8)
    size = (WIDTH, HEIGHT)
    return np.asarray(Image.fromarray(blots).resize(size, Image.Resampling.BICUBIC))


def cut(pixels, box):
    """The pixels of a box of fractions."""
    height, width = pixels.shape[:2]
    x, y, w, h = box
    rows = slice(round(y * height), round((y + h) * height))
    return pixels[rows, round(x * width) : round((x + w) * width)]


def host():
    """A scene with the motif of SOURCE in it, at PASTED."""
    pixels = scene(99).copy()
    x, y, w, h = PASTED
    size = (round(w * WIDTH), round(h * HEIGHT))
    small = np.asarray(Image.fromarray(cut(scene(0), MOTIF)).resize(size))
    left, top = round(x * WIDTH), round(y * HEIGHT)
    pixels[top : top + size[1], left : left + size[0]] = small
    return pixels


def jpeg_of(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=92)
    return out.getvalue()


def upload(pixels, name="crop.jpg"):
    return query_picture(jpeg_of(pixels), name)


def add_scenes(collection, scenes, **columns):
    """Append works: pictures uint8 by artwork id."""
    rows = [
        {"id": i, "has_image": True, "image": jpeg_of(p), "thumb": jpeg_of(p), **columns}
        for i, p in scenes.items()
    ]
    schema = pa.schema([f for f in ARTWORK_SCHEMA if f.name in rows[0]])
    table = pa.Table.from_pylist(rows, schema=schema)
    lance_io.append(collection.uri, lance_io.aligned(table, ARTWORK_SCHEMA))


def publish(workspace, name=BACKBONE, seed=0, architecture=TINY.architecture, side=TINY.input_size):
    """A checkpoint of a small random network."""
    torch.manual_seed(seed)
    network = EmbeddingNetwork(architecture, "", (), PARTS)
    spec = TINY.model_copy(
        update={
            "name": name,
            "architecture": architecture,
            "pooling": "",
            "input_size": side,
            "parts": PARTS,
            "dimension": sum(part.dimension for part in PARTS),
        }
    )
    return save_checkpoint(workspace.checkpoints / name, spec, tensors_of(network))


def make_prints(workspace, patches=True):
    """Ten scenes and a host, embedded, with patches unless there are to be none."""
    publish(workspace)
    collection = Collection.create(workspace, NAME, "folder", "made for a test")
    add_scenes(collection, {f"w{i}": scene(i) for i in range(10)}, artist="Someone")
    add_scenes(collection, {HOST: host()}, artist="Another")
    embed_collection(workspace, collection, BACKBONE, inference="torch")
    if patches:
        build_patches(workspace, collection, BACKBONE)
    return collection
