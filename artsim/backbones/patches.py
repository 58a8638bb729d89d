"""Patches: what a backbone sees at each position of a picture, reduced to a few numbers.

A picture is scaled to about POSITIONS positions in its own proportions, so that a motif has the
same proportions wherever it is. Each position has the maps of a middle stage and of the last one
side by side, each at length 1 on average, along the first principal components (whitened half
way) of the positions of a collection. Directions of length 1 are compared, 8 bits a number.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from artsim.collection.patch_column import POSITIONS, SHAPE

if TYPE_CHECKING:
    from artsim.backbones.patch_network import Maps, PatchNetwork

Floats = npt.NDArray[np.float32]
Values = npt.NDArray[np.int8]

DIMENSION = 48
_LONGEST = 64  # positions along a side, however long a picture is
_WHITENED = 0.5
FULL = 127  # the 8-bit number of 1
_SMALLEST = 1e-9


@dataclass(frozen=True)
class Basis:
    """``mean`` [S], ``scale`` [S] of the stacked maps, and ``directions`` [S, K]; float32."""

    mean: Floats
    scale: Floats
    directions: Floats

    @classmethod
    def fitted(cls, samples: Floats, widths: Sequence[int], dimension: int = DIMENSION) -> "Basis":
        """The basis of stacked maps [n, S], of stages that have ``widths`` channels.

        Principal components by an eigendecomposition of the covariance; where there are fewer
        than ``dimension``, the others are zero.
        """
        mean = samples.mean(0, dtype=np.float64)
        away = samples - mean
        spread = [float(np.square(part).sum(1).mean()) ** 0.5 for part in _parts(away, widths)]
        scale = np.repeat([1 / max(one, _SMALLEST) for one in spread], widths)
        away *= scale
        values, vectors = np.linalg.eigh(away.T @ away / len(away))
        order = np.argsort(values)[::-1][: min(dimension, len(values))]
        kept = np.maximum(values[order], 0)
        with np.errstate(divide="ignore"):
            weights = np.where(kept > _SMALLEST, kept ** (-_WHITENED / 2), 0.0)
        directions = np.zeros((samples.shape[1], dimension))
        directions[:, : len(order)] = vectors[:, order] * weights
        return cls(mean.astype(np.float32), scale.astype(np.float32), directions.astype(np.float32))

    def reduced(self, stacked: Floats) -> Floats:
        """Directions of length 1, float32 [..., K], of stacked maps [..., S]; zero for nothing."""
        found = ((stacked - self.mean) * self.scale) @ self.directions
        lengths = np.linalg.norm(found, axis=-1, keepdims=True)
        nothing = np.zeros_like(found)
        return np.asarray(np.divide(found, lengths, out=nothing, where=lengths > _SMALLEST))

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays by name, to be stored."""
        return {"mean": self.mean, "scale": self.scale, "directions": self.directions}


def grid_of(height: int, width: int, positions: float = POSITIONS) -> tuple[int, int]:
    """Rows and columns of about ``positions`` square positions over a picture, and no more.

    >>> grid_of(300, 300), grid_of(100, 400), grid_of(10, 4000)
    ((14, 14), (7, 28), (1, 64))
    """
    side = math.sqrt(positions / (height * width))
    rows = min(_LONGEST, max(1, round(height * side)))
    columns = min(_LONGEST, max(1, round(width * side)))
    while rows * columns > positions and max(rows, columns) > 1:
        rows, columns = (rows - 1, columns) if rows > columns else (rows, columns - 1)
    return rows, columns


def stacked_maps(network: "PatchNetwork", pixels: np.ndarray, positions: float) -> Floats:
    """The stages side by side, float32 [rows, columns, S], of a picture uint8 [H, W, 3].

    ``positions`` is how many the grid has, about. A network that takes squares alone sees four
    tiles of the picture where the grid has more than its own.
    """
    rows, columns = grid_of(pixels.shape[0], pixels.shape[1], positions)
    if network.any_size:
        size = (columns * network.stride, rows * network.stride)
        return _stacked(network.maps(resized(pixels, size)), rows, columns)
    own = network.side // network.stride
    tiles = 2 if positions > own * own else 1
    whole = resized(pixels, (tiles * network.side, tiles * network.side))
    side = network.side
    bands = [
        np.concatenate(
            [
                _stacked(network.maps(whole[y : y + side, x : x + side]), own, own)
                for x in range(0, tiles * side, side)
            ],
            axis=1,
        )
        for y in range(0, tiles * side, side)
    ]
    return area_mean(np.concatenate(bands, axis=0), rows, columns)


def quantised(directions: Floats) -> Values:
    """A stored value, int8 [L], of the directions [rows, columns, K] of a picture."""
    rows, columns, dimension = directions.shape
    value = np.zeros(SHAPE + POSITIONS * dimension, np.int8)
    value[:SHAPE] = rows, columns
    flat = np.rint(directions.reshape(-1) * FULL).astype(np.int8)
    value[SHAPE : SHAPE + len(flat)] = flat
    return value


def directions_of(value: Values, dimension: int) -> Floats:
    """The directions float32 [rows, columns, K] of a stored value."""
    rows, columns = (int(n) for n in value[:SHAPE])
    flat = value[SHAPE : SHAPE + rows * columns * dimension].astype(np.float32) / FULL
    return np.asarray(flat.reshape(rows, columns, dimension), np.float32)


def area_mean(found: Floats, rows: int, columns: int) -> Floats:
    """A map [h, w, C] as [rows, columns, C]: of each cell the mean by area.

    >>> area_mean(np.arange(4, dtype=np.float32).reshape(2, 2, 1), 1, 1).ravel().tolist()
    [1.5]
    """
    if found.shape[:2] == (rows, columns):
        return found
    down, across = _shares(found.shape[0], rows), _shares(found.shape[1], columns)
    mixed = np.einsum("rh,hwc,sw->rsc", down, found, across, optimize=True)
    return np.asarray(mixed, np.float32)


def _stacked(maps: "Maps", rows: int, columns: int) -> Floats:
    return np.concatenate([area_mean(one, rows, columns) for one in maps], axis=-1)


def _shares(count: int, cells: int) -> Floats:
    """How much of each cell each of ``count`` places covers, [cells, count]; rows sum to 1."""
    edges = np.linspace(0, count, cells + 1)
    low, high = edges[:-1, None], edges[1:, None]
    places = np.arange(count)[None]
    covered = np.clip(np.minimum(high, places + 1) - np.maximum(low, places), 0, None)
    return np.asarray(covered / covered.sum(1, keepdims=True), np.float32)


def _parts(stacked: np.ndarray, widths: Sequence[int]) -> list[np.ndarray]:
    return np.split(stacked, np.cumsum(widths)[:-1], axis=1)


def resized(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture uint8 [H, W, 3] at ``size``, width and height."""
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BICUBIC))
