"""The one interface of inference engines."""

import os
from typing import Protocol

import numpy as np

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


def cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system tells
        return os.cpu_count() or 1
