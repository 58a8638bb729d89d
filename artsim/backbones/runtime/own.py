"""A backbone that is a Python function, in memory and ready to embed."""

import threading
from collections.abc import Sequence

import numpy as np
from PIL import Image

from artsim.backbones.own import OwnBackbone
from artsim.backbones.preprocess import preprocess_pixels
from artsim.images.canonical import decode_canonical


class OwnRuntime:
    """``Embedder`` of an OwnBackbone: one call of its function at a time."""

    note = ""
    one_core_each = False
    inference = "Python function"

    def __init__(self, spec: OwnBackbone) -> None:
        self.spec = spec
        self._lock = threading.Lock()

    def preprocess(self, jpeg: bytes) -> np.ndarray:
        """See ``Embedder``."""
        side = self.spec.input_size
        return self.prepare(decode_canonical(jpeg, 2 * side if side else None))

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """See ``Embedder``."""
        if self.spec.input_size is None:
            return pixels
        return preprocess_pixels(self.spec, pixels).transpose(1, 2, 0)

    def embed(self, images: Sequence[np.ndarray], one_core: bool = False) -> np.ndarray:  # noqa: ARG002
        """See ``Embedder``."""
        if not len(images):
            return np.empty((0, self.spec.dimension), np.float32)
        with self._lock:
            if self.spec.input_size is None:
                return self.spec.called([Image.fromarray(pixels) for pixels in images])
            return self.spec.called(np.stack(images))
