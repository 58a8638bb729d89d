"""The composition of a picture: where it is light, where its edges run, and what draws the eye.

Three coarse maps count alike: lightness in 8 x 8 places; edges of four directions in 4 x 4 places
(after Oliva & Torralba's gist, 2001); and saliency in 8 x 8 places, by the spectral residual of Hou
& Zhang (2007). Each is centred, so that only what differs within the picture is compared.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.backbones.descriptors.lab import Floats, lab

VERSION = "1"
_PLACES, _CELLS, _DIRECTIONS = 8, 4, 4
_CONSTANT = 0.2  # of every picture, so that one of a single colour has a composition too
_WEAK = 1e-3  # lightness, 0 to 1, below which a difference is none
DIMENSION = 2 * _PLACES**2 + _CELLS**2 * _DIRECTIONS + 1
Array = npt.NDArray[np.floating[Any]]


def layouts(pictures: npt.NDArray[np.uint8]) -> Floats:
    """Float32 [n, DIMENSION], for uint8 [n, S, S, 3], S a multiple of 8."""
    found = np.empty((len(pictures), DIMENSION), np.float32)
    for row, picture in zip(found, pictures, strict=True):
        light = lab(picture)[..., 0] / 100
        maps = (_means(light, _PLACES), _edges(light), _means(_saliency(light), _PLACES))
        row[:-1] = np.concatenate([_centred(one) for one in maps]) / np.sqrt(3)
        row[-1] = _CONSTANT
    return found


def _edges(light: Array) -> Array:
    """Root of the strength of edges by place and direction, [4, 4, 4]."""
    down, across = np.gradient(light)
    strength = np.hypot(down, across)
    turn = np.arctan2(down, across) % np.pi / np.pi * _DIRECTIONS
    maps = [
        np.sqrt(_means(strength * np.clip(1 - _away(turn, direction), 0, 1), _CELLS))
        for direction in range(_DIRECTIONS)
    ]
    return np.stack(maps)


def _away(turn: Array, direction: int) -> Array:
    """How far a direction is from another, of which there are _DIRECTIONS in half a turn."""
    distance = np.abs(turn - direction)
    return np.asarray(np.minimum(distance, _DIRECTIONS - distance))


def _saliency(light: Array) -> Array:
    """Saliency: what a smooth spectrum does not explain, scaled to a largest value of 1."""
    if np.ptp(light) < _WEAK:
        return np.zeros_like(light)
    spectrum = np.fft.fft2(light - light.mean())
    size = np.log(np.abs(spectrum) + 1e-6)
    smooth = sum(np.roll(size, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)) / 9
    unexpected = np.exp(size - smooth + 1j * np.angle(spectrum))
    found = np.square(np.abs(np.fft.ifft2(unexpected)))
    return np.asarray(found / found.max())


def _means(values: Array, count: int) -> Array:
    """Means over ``count`` x ``count`` places."""
    side = len(values) // count
    return np.asarray(values.reshape(count, side, count, side).mean(axis=(1, 3)))


def _centred(values: Array) -> Array:
    """As one row with mean 0 and length 1; zero where nothing differs."""
    flat = values.ravel() - values.mean()
    length = float(np.linalg.norm(flat))
    return flat / length if length > _WEAK else np.zeros_like(flat)
