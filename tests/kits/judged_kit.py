"""Backbones made of parts, as the tests of what people judged need them."""

import numpy as np
import torch

from artsim.backbones.checkpoint import read_checkpoint, save_checkpoint
from artsim.backbones.spec import BackboneSpec, Part

PART = 8
NAMES = ("style", "genre", "artist", "general")


def publish_parts(workspace, name="base"):
    """Publish a backbone of four parts of PART numbers, whose network nobody runs; its digest."""
    spec = BackboneSpec(
        name=name,
        family="ResNet",
        architecture="resnet18",
        weights="0" * 64,
        input_size=32,
        crop_pct=1,
        interpolation="bilinear",
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        pooling="avg",
        dimension=len(NAMES) * PART,
        parts=tuple(Part(name=name, dimension=PART, weight=1.0) for name in NAMES),
    )
    save_checkpoint(workspace.checkpoints / name, spec, {"a": torch.zeros(1)})
    return read_checkpoint(workspace.checkpoints / name).digest


def vectors_of(parts, weights):
    """Embeddings [N, 4 * PART]: each part at length 1 times its weight."""
    return np.hstack(
        [
            w * p / np.linalg.norm(p, axis=1, keepdims=True)
            for p, w in zip(parts, weights, strict=True)
        ]
    )
