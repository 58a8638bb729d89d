"""Pictures that an engine is verified with: drawn ones, and a collection's own where it has any."""

from collections.abc import Iterable

import cv2
import numpy as np

from artsim.backbones.preprocess import preprocess_jpeg
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import UnsupportedImage

_DRAWN = 4
# Grid and strength of each layer, from areas of colour to brush marks.
_LAYERS = ((3, 1.0), (9, 0.6), (33, 0.3), (129, 0.15))


def samples(spec: BackboneSpec, jpegs: Iterable[bytes] = ()) -> np.ndarray:
    """uint8 [N, 3, S, S]: drawn pictures, then the canonical JPEGs that can be decoded."""
    found = [_drawn(seed, spec.input_size) for seed in range(_DRAWN)]
    for jpeg in jpegs:
        try:
            found.append(preprocess_jpeg(spec, jpeg))
        except UnsupportedImage:
            continue
    return np.stack(found)


def _drawn(seed: int, side: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    canvas = np.zeros((side, side, 3), np.float32)
    for cells, strength in _LAYERS:
        grid = rng.uniform(-110, 110, (cells, cells, 3)).astype(np.float32)
        canvas += strength * cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.clip(canvas + 128, 0, 255).astype(np.uint8).transpose(2, 0, 1)
