"""A backbone in memory, ready to embed. The only module here that imports torch at the top."""

import ctypes
import os
import threading
from contextlib import nullcontext

import numpy as np

# Threads that spin while they wait slow each other a hundredfold where cores are shared; OpenMP
# reads this when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "30000")

import torch

from artsim.backbones.fold import fold_batch_norms
from artsim.backbones.network import build_network, load_tensors, read_tensors
from artsim.backbones.preprocess import preprocess_jpeg
from artsim.backbones.spec import BackboneSpec
from artsim.errors import InvalidInput, Unavailable

BATCH = 32  # images a forward pass on an accelerator
CPU_BATCH = 4  # what the cores' caches hold: measured half again as fast as 32


class Runtime:
    """One loaded backbone; safe to share between threads."""

    def __init__(self, spec: BackboneSpec, model: torch.nn.Module, device: torch.device) -> None:
        self.spec = spec
        self.device = device
        self._model = model
        self._lock = threading.Lock()
        mean, std = torch.tensor(spec.mean) * 255, torch.tensor(spec.std) * 255
        self._mean = mean.view(1, 3, 1, 1).to(device)
        self._std = std.view(1, 3, 1, 1).to(device)

    def preprocess(self, jpeg: bytes) -> np.ndarray:
        """uint8 [3, S, S] of a canonical JPEG; raises UnsupportedImage. Takes no lock."""
        return preprocess_jpeg(self.spec, jpeg)

    def embed(self, images: np.ndarray, one_core: bool = False) -> np.ndarray:
        """float32 [N, D] embeddings, as the model gives them, of uint8 [N, 3, S, S] images.

        One call at a time has all cores. With ``one_core`` it has the one of its thread, beside
        as many others as there are; that holds for the thread from then on.
        """
        size = self.spec.input_size
        if images.dtype != np.uint8 or images.shape[1:] != (3, size, size):
            raise InvalidInput(f"Images must be uint8 [N, 3, {size}, {size}].")
        if one_core:
            torch.set_num_threads(1)
        found = np.empty((len(images), self.spec.dimension), np.float32)
        step = CPU_BATCH if self.device.type == "cpu" else BATCH
        with nullcontext() if one_core else self._lock, torch.inference_mode():
            for start in range(0, len(images), step):
                found[start : start + step] = self._forward(images[start : start + step])
        return found

    def _forward(self, images: np.ndarray) -> np.ndarray:
        batch = torch.from_numpy(np.ascontiguousarray(images)).to(self.device)
        batch = batch.to(torch.float32, memory_format=torch.channels_last)
        batch = batch.sub_(self._mean).div_(self._std)
        # float32 everywhere: bfloat16 changes one top-10 neighbour in twenty (benchmarks.embed),
        # and one identity must mean the same embeddings on every machine.
        return np.asarray(self._model(batch).float().cpu().numpy())


def load_runtime(spec: BackboneSpec, device: str = "auto") -> Runtime:
    """Load a backbone that the registry resolved; ``device`` is auto, cpu, cuda or mps.

    Raises Unavailable where the weights are gone, InvalidInput where they are not those of
    the spec or do not fit its architecture.
    """
    tensors = read_tensors(spec)
    _keep_freed_memory()
    model = build_network(spec)
    load_tensors(model, tensors, spec.name)
    chosen = _device(device)
    model = model.eval().requires_grad_(False).to(chosen)
    model = model.to(memory_format=torch.channels_last)
    sample = torch.zeros(1, 3, spec.input_size, spec.input_size, device=chosen)
    try:
        with torch.inference_mode():
            shape = tuple(model(sample).shape)
    except (AssertionError, RuntimeError) as error:
        raise InvalidInput(
            f"The backbone {spec.name!r} cannot embed images of {spec.input_size} pixels on "
            f"{chosen}: publish it again with the size that its network takes."
        ) from error
    if shape != (1, spec.dimension):
        raise InvalidInput(
            f"The backbone {spec.name!r} gives {shape[1:]} numbers an image where its "
            f"description says {spec.dimension}: publish it again."
        )
    fold_batch_norms(model, sample)
    return Runtime(spec, model, chosen)


def _keep_freed_memory() -> None:
    """Let glibc keep what a forward pass frees: asking the system again costs page faults."""
    mmap_threshold, trim_threshold = -3, -1  # names of mallopt's options
    try:
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(mmap_threshold, 32 << 20)
        mallopt(trim_threshold, 256 << 20)
    except (OSError, AttributeError, TypeError):
        return


def _device(name: str) -> torch.device:
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda")
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise Unavailable(f"There is no device {name!r} here: use auto or cpu.") from error
    return device
