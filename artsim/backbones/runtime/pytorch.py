"""A network in torch: float32, channels last, on the CPU or an accelerator.

The only module of engines that imports torch at the top.
"""

import ctypes
import os
import threading
from contextlib import nullcontext

import numpy as np

# Threads that spin while they wait slow each other a hundredfold where cores are shared; OpenMP
# reads this when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "30000")

import torch

from artsim.backbones.fuse_batchnorm import fold_batch_norms
from artsim.backbones.network import build_network, load_tensors, read_tensors
from artsim.backbones.runtime.base import CHUNK
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import InvalidInput, Unavailable

BATCH = 32  # images a forward pass on an accelerator


class Normalised(torch.nn.Module):
    """A network that takes uint8 [N, 3, S, S] and normalises it as its spec says."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, spec: BackboneSpec, network: torch.nn.Module) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", (torch.tensor(spec.mean) * 255).view(1, 3, 1, 1))
        self.register_buffer("std", (torch.tensor(spec.std) * 255).view(1, 3, 1, 1))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Embeddings float [N, D]."""
        pixels = images.to(torch.float32, memory_format=torch.channels_last)
        # float32 everywhere: bfloat16 changes one top-10 neighbour in twenty (benchmarks.embed),
        # and one identity must mean the same embeddings on every machine.
        found: torch.Tensor = self.network(pixels.sub_(self.mean).div_(self.std))
        return found


class TorchInference:
    """``Inference`` with torch."""

    name = "torch"
    precision = "float32"

    def __init__(self, spec: BackboneSpec, network: torch.nn.Module, device: torch.device) -> None:
        self.device = device.type
        self.model = Normalised(spec, network).eval().to(device)
        self._dimension = spec.dimension
        self._where = device
        self._lock = threading.Lock()

    def embed(self, images: np.ndarray, one_core: bool = False) -> np.ndarray:
        """See ``Inference``."""
        if one_core:
            torch.set_num_threads(1)
        found = np.empty((len(images), self._dimension), np.float32)
        step = CHUNK if self.device == "cpu" else BATCH
        with nullcontext() if one_core else self._lock, torch.inference_mode():
            for start in range(0, len(images), step):
                some = np.ascontiguousarray(images[start : start + step])
                made = self.model(torch.from_numpy(some).to(self._where))
                found[start : start + step] = made.float().cpu().numpy()
        return found


def load(spec: BackboneSpec, device: str = "auto") -> TorchInference:
    """Load a resolved backbone on auto, cpu, cuda or mps.

    Raises Unavailable where the weights or the device are not there, InvalidInput where the
    weights are not those of the spec or do not fit its architecture.
    """
    tensors = read_tensors(spec)
    _keep_freed_memory()
    network = build_network(spec)
    load_tensors(network, tensors, spec.name)
    chosen = _device(device)
    network = network.eval().requires_grad_(False).to(chosen)
    network = network.to(memory_format=torch.channels_last)
    sample = torch.zeros(1, 3, spec.input_size, spec.input_size, device=chosen)
    try:
        with torch.inference_mode():
            shape = tuple(network(sample).shape)
    except torch.OutOfMemoryError:
        raise
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
    fold_batch_norms(network, sample)
    return TorchInference(spec, network, chosen)


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
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, AssertionError) as error:
        raise Unavailable(f"There is no device {name!r} here: use auto or cpu.") from error
    return device
