"""A network in OpenVINO, on the CPU: one stream a core, no torch needed once it is exported."""

import queue
import sys
import threading
from collections import deque
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from artsim.backbones.runtime.base import CHUNK
from artsim.core.cores import cores
from artsim.core.errors import Unavailable
from artsim.core.first_use import alone, once

EXACT = "f32"
PRECISIONS = {EXACT: "float32", "bf16": "bfloat16"}


class OpenVinoInference:
    """``Inference`` with OpenVINO; ``hint`` is one of PRECISIONS."""

    name = "OpenVINO"
    device = "cpu"

    def __init__(self, file: Path, dimension: int, hint: str) -> None:
        openvino = imported()
        self.precision = PRECISIONS[hint]
        self._dimension = dimension
        self._streams = cores()
        # A thread a stream: cores that share one image wait for each other. Not pinned, since
        # decoding and other processes use the same cores.
        options = {
            "NUM_STREAMS": self._streams,
            "INFERENCE_NUM_THREADS": self._streams,
            "INFERENCE_PRECISION_HINT": hint,
            "ENABLE_CPU_PINNING": False,
        }
        self._free: queue.LifoQueue[Any] = queue.LifoQueue()
        self._lock = threading.Lock()
        with alone:
            model = openvino.Core().compile_model(file, "CPU", options)
            for _ in range(self._streams):
                self._free.put(model.create_infer_request())
            # A tensor's ``data`` freezes the process where two threads are the first to read one.
            shape = [1, *(side.get_length() for side in list(model.input(0).partial_shape)[1:])]
            self.embed(np.zeros(shape, np.uint8))

    def embed(self, images: np.ndarray, one_core: bool = False) -> np.ndarray:
        """See ``Inference``."""
        found = np.empty((len(images), self._dimension), np.float32)
        running: deque[tuple[int, Any]] = deque()

        def finish() -> None:
            start, request = running.popleft()
            try:
                request.wait()
                found[start : start + CHUNK] = request.get_output_tensor().data
            finally:
                self._free.put(request)

        # Only who has the lock holds several requests, so that nobody waits for ever.
        with nullcontext() if one_core else self._lock:
            for start in range(0, len(images), CHUNK):
                if len(running) == (1 if one_core else self._streams):
                    finish()
                request = self._free.get()
                running.append((start, request))
                request.start_async({0: np.ascontiguousarray(images[start : start + CHUNK])})
            while running:
                finish()
        return found


@once
def imported() -> ModuleType:
    """The module ``openvino``, without its telemetry; raises Unavailable where it is missing."""
    # It reports every import to its maker unless this package is missing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise Unavailable(
            "OpenVINO is not installed: run 'pip install openvino', or use torch."
        ) from error
    module: ModuleType = openvino
    return module


@once
def processor() -> tuple[str, tuple[str, ...]]:
    """The CPU's name and the precisions to try on it, the fastest first.

    bfloat16 only where the CPU calculates in it by itself.
    """
    core = imported().Core()
    native = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return core.get_property("CPU", "FULL_DEVICE_NAME"), ("bf16", "f32") if native else ("f32",)
