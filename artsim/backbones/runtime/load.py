"""A backbone in memory, ready to embed: its spec and the engine that runs its network."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import overload

import numpy as np

from artsim.backbones.own import OwnBackbone
from artsim.backbones.preprocess import preprocess_jpeg, preprocess_pixels
from artsim.backbones.runtime.agreement import Works
from artsim.backbones.runtime.base import Embedder, Inference
from artsim.backbones.runtime.choice import choose, wished
from artsim.backbones.runtime.own import OwnRuntime
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import InvalidInput


class Runtime:
    """One loaded backbone; safe to share between threads.

    ``note`` is one sentence where the engine is not the one to be expected, ``loss`` what its
    precision costs a search, where that was measured.
    """

    def __init__(
        self, spec: BackboneSpec, engine: Inference, note: str = "", loss: str = ""
    ) -> None:
        self.spec = spec
        self.engine = engine
        self.note = note
        self.loss = loss

    @property
    def inference(self) -> str:
        """What embeds, as people read it, with its loss: 'OpenVINO float32 on cpu'."""
        name = f"{self.engine.name} {self.engine.precision} on {self.engine.device}"
        return f"{name}: {self.loss}" if self.loss else name

    def preprocess(self, jpeg: bytes) -> np.ndarray:
        """uint8 [3, S, S] of a canonical JPEG; raises UnsupportedImage. Takes no lock."""
        return preprocess_jpeg(self.spec, jpeg)

    @property
    def one_core_each(self) -> bool:
        """See ``Embedder``."""
        return self.engine.device == "cpu"

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 [3, S, S] of upright sRGB pixels, uint8 [H, W, 3]."""
        return preprocess_pixels(self.spec, pixels)

    def embed(
        self, images: np.ndarray | Sequence[np.ndarray], one_core: bool = False
    ) -> np.ndarray:
        """float32 [N, D] embeddings, as the model gives them, of uint8 [N, 3, S, S] images.

        One call at a time has all cores. With ``one_core`` it has one, beside as many others as
        there are; that holds for the thread from then on.
        """
        size, images = self.spec.input_size, np.asarray(images)
        if images.dtype != np.uint8 or images.shape[1:] != (3, size, size):
            raise InvalidInput(f"Images must be uint8 [N, 3, {size}, {size}].")
        return self.engine.embed(images, one_core)


@overload
def load_runtime(
    spec: BackboneSpec,
    device: str = ...,
    inference: str | None = ...,
    cache: Path | None = ...,
    pictures: Callable[[], np.ndarray] | None = ...,
    works: Works | None = ...,
) -> Runtime: ...
@overload
def load_runtime(
    spec: BackboneSpec | OwnBackbone,
    device: str = ...,
    inference: str | None = ...,
    cache: Path | None = ...,
    pictures: Callable[[], np.ndarray] | None = ...,
    works: Works | None = ...,
) -> Embedder: ...
def load_runtime(
    spec: BackboneSpec | OwnBackbone,
    device: str = "auto",
    inference: str | None = None,
    cache: Path | None = None,
    pictures: Callable[[], np.ndarray] | None = None,
    works: Works | None = None,
) -> Embedder:
    """Load a backbone that the registry resolved; ``device`` is auto, cpu, cuda or mps.

    ``inference`` is auto, torch or openvino, and what ARTSIM_ENGINE says where it is None.
    ``cache`` is the workspace's, where exports to OpenVINO are kept: without it torch embeds.
    ``pictures`` gives those that a new export is verified with (``samples``): without it auto
    takes OpenVINO only where there is an export already. ``works`` are those of a collection
    that a reduced precision is judged by: without it, by the pictures. A Python function takes
    none of these.

    Raises Unavailable where the weights are gone or OpenVINO is asked for and refused,
    InvalidInput where the weights are not those of the spec or do not fit its architecture.
    """
    if isinstance(spec, OwnBackbone):
        return OwnRuntime(spec)
    return Runtime(spec, *choose(spec, device, wished(inference), cache, pictures, works))
