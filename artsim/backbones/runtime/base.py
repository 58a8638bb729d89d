"""The one interface of inference engines."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from artsim.backbones.registry import Backbone

CHUNK = 4  # images a core takes at a time: what its cache holds, measured faster than 32


class Inference(Protocol):
    """A network in memory, ready to embed; safe to share between threads."""

    @property
    def name(self) -> str:
        """The engine as people know it: torch, OpenVINO."""

    @property
    def device(self) -> str:
        """cpu, cuda or mps."""

    @property
    def precision(self) -> str:
        """float32 or bfloat16."""

    def embed(self, images: np.ndarray, one_core: bool = False) -> np.ndarray:
        """float32 [N, D] of uint8 [N, 3, S, S], as the network gives them.

        One call at a time has all cores. With ``one_core`` it has one, beside as many such
        calls of other threads as there are cores; that holds for the thread from then on.
        """


class Embedder(Protocol):
    """A backbone in memory: stored images or pixels in, embeddings out. Thread-safe."""

    @property
    def spec(self) -> "Backbone":
        """The backbone."""

    @property
    def note(self) -> str:
        """One sentence where the engine is not the one to be expected, else empty."""

    @property
    def inference(self) -> str:
        """What embeds, as people read it: 'OpenVINO float32 on cpu'."""

    @property
    def one_core_each(self) -> bool:
        """Whether each core may embed some images by itself."""

    def preprocess(self, jpeg: bytes) -> np.ndarray:
        """What ``embed`` takes, of one canonical JPEG; raises UnsupportedImage."""

    def prepare(self, pixels: np.ndarray) -> np.ndarray:
        """What ``embed`` takes, of upright sRGB pixels, uint8 [H, W, 3]."""

    def embed(self, images: Sequence[np.ndarray], one_core: bool = False) -> np.ndarray:
        """float32 [N, D] embeddings of N images; ``one_core`` as ``Inference`` takes it."""
