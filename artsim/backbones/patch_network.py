"""What a network makes of each position of a picture: the maps of a middle stage and the last.

The only module of patches that imports torch at the top.
"""

import threading
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from artsim.backbones.fuse_batchnorm import fold_batch_norms
from artsim.backbones.network import build_network, load_tensors, read_tensors
from artsim.backbones.runtime.openvino import imported
from artsim.backbones.runtime.pytorch import Normalised
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import ArtsimError, InvalidInput

_COARSE, _MIDDLE = 32, 16  # pixels of a picture to a position of the two stages
_LEAST = 0.999  # cosine of maps from OpenVINO to those of torch

Maps = list[np.ndarray]


class PatchNetwork:
    """A backbone's network that gives maps. Thread-safe.

    ``stride`` is how many pixels a position is wide, ``widths`` the channels of each stage.
    ``any_size`` tells whether it takes pictures of any size that ``stride`` divides; the others
    take squares of ``side`` pixels alone.
    Raises InvalidInput where the network gives no positions.
    """

    def __init__(self, spec: BackboneSpec) -> None:
        network = build_network(spec)
        load_tensors(network, read_tensors(spec), spec.name)
        network = network.eval().requires_grad_(False)
        self.side = spec.input_size
        sample = torch.zeros(1, 3, self.side, self.side)
        stages = _stages(network.trunk)
        fold_batch_norms(network, sample)
        self._model = Normalised(spec, _Mapped(network.trunk, stages)).eval()
        self._openvino: Any = None
        try:
            with torch.inference_mode():
                found = self._model(sample.to(torch.uint8))
            if not stages or any(one.ndim != 4 for one in found):
                raise ValueError("no maps")
        except (AssertionError, AttributeError, RuntimeError, TypeError, ValueError) as error:
            raise InvalidInput(
                f"The network of {spec.name!r} gives no positions of a picture, so that no region "
                "can be found with it: choose another backbone, such as artsim-lite0."
            ) from error
        self.any_size = self._takes(2 * _COARSE, 3 * _COARSE)
        self.widths = [int(one.shape[1]) for one in found]
        self.stride = _COARSE if self.any_size else self.side // int(found[-1].shape[-1])

    def maps(self, pixels: np.ndarray) -> Maps:
        """float32 [h, w, C] of each stage, of uint8 [H, W, 3]; the coarsest stage last."""
        image = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])
        if self._openvino is not None:
            found = self._openvino(image)
        else:
            with torch.inference_mode():
                found = [m.numpy() for m in self._model(torch.from_numpy(image))]
        return [np.ascontiguousarray(m[0].transpose(1, 2, 0), np.float32) for m in found]

    def hasten(self, pixels: np.ndarray) -> bool:
        """Use OpenVINO from now on where it gives the same maps of ``pixels`` uint8 [H, W, 3].

        It costs some seconds, and many pictures take a third of the time. Whether it is used.
        """
        expected = self.maps(pixels)
        try:
            self._openvino = self._exported()
            found = self.maps(pixels)
        except (ArtsimError, RuntimeError, TypeError, ValueError):  # torch does it in any case
            self._openvino = None
            return False
        same = all(
            a.shape == b.shape and _lowest_cosine(a, b) >= _LEAST
            for a, b in zip(expected, found, strict=True)
        )
        if not same:
            self._openvino = None
        return same

    def _takes(self, height: int, width: int) -> bool:
        try:
            with torch.inference_mode():
                found = self._model(torch.zeros(1, 3, height, width, dtype=torch.uint8))
        except (AssertionError, RuntimeError, ValueError):
            return False
        return tuple(found[-1].shape[2:]) == (height // _COARSE, width // _COARSE)

    def _exported(self) -> Callable[[np.ndarray], list[np.ndarray]]:
        openvino = imported()
        sides = (6 * _COARSE, 7 * _COARSE) if self.any_size else (self.side, self.side)
        shape = [-1, 3, -1, -1] if self.any_size else [1, 3, *sides]
        example = torch.zeros(1, 3, *sides, dtype=torch.uint8)
        with warnings.catch_warnings(), torch.inference_mode():
            warnings.simplefilter("ignore")  # tracing is deprecated, but what OpenVINO uses
            model = openvino.convert_model(
                self._model, example_input=example, input=[openvino.PartialShape(shape)]
            )
        options = {"INFERENCE_PRECISION_HINT": "f32", "ENABLE_CPU_PINNING": False}
        compiled = openvino.Core().compile_model(model, "CPU", options)
        one_at_a_time = threading.Lock()  # it has one request, and that runs on all cores

        def run(image: np.ndarray) -> list[np.ndarray]:
            with one_at_a_time:
                found = compiled({0: image}, share_inputs=False)
                # Copies, for the next picture is written over these.
                return [np.array(found[i]) for i in range(len(self.widths))]

        return run


class _Mapped(nn.Module):
    """Normalised pictures to the maps [N, C, h, w] of some stages, as timm numbers them."""

    def __init__(self, trunk: nn.Module, stages: tuple[int, ...]) -> None:
        super().__init__()
        self.trunk: Any = trunk
        self.stages = list(stages)

    def forward(self, images: Tensor) -> tuple[Tensor, ...]:
        found = self.trunk.forward_intermediates(
            images, indices=self.stages, output_fmt="NCHW", intermediates_only=True
        )
        return tuple(one.float() for one in found)


def _stages(trunk: nn.Module) -> tuple[int, ...]:
    """A middle stage and the last, by their place in timm's list of features; () for none."""
    listed = list(getattr(trunk, "feature_info", ()) or ())
    if not listed or not all(hasattr(one, "get") and one.get("reduction") for one in listed):
        return ()
    sizes = [int(one["reduction"]) for one in listed]
    if len(set(sizes)) == 1:  # every block of a transformer is alike
        return (2 * len(sizes) // 3, len(sizes) - 1)
    at = {size: place for place, size in enumerate(sizes)}
    return tuple(at[size] for size in (_MIDDLE, _COARSE) if size in at)


def _lowest_cosine(a: np.ndarray, b: np.ndarray) -> float:
    x, y = (m.reshape(-1, m.shape[-1]).astype(np.float64) for m in (a, b))
    lengths = np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)
    return float(((x * y).sum(1) / np.maximum(lengths, 1e-12)).min())
