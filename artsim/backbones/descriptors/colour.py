"""The palette of a picture: how much of it is near each of some hundred colours of CIE Lab.

Each pixel counts for the colours around its own, by a Gaussian of its distance in Lab. What is
compared is the root of the shares: the cosine of two is the Bhattacharyya coefficient of the
palettes (Bhattacharyya, 1943), 1 for the same and 0 for palettes that share no colour.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from artsim.backbones.descriptors.lab import Floats, lab

VERSION = "1"
_BITS = 5  # of each channel: colours that people hardly tell apart
_STEPS = np.arange(1 << _BITS)
_LIGHT, _STEP = np.arange(10, 100, 20), 20.0  # of the grid, in units of Lab
_REACH = 12.0  # a colour of the grid stays where a colour of sRGB is as near as this
DIMENSION = 189  # colours of the grid
_WIDTH = 10.0  # standard deviation of the Gaussian, in units of Lab


def _colours() -> Floats:
    """All colours of sRGB with _BITS a channel, in Lab; float32 [32768, 3]."""
    values = ((_STEPS + 0.5) * (256 >> _BITS)).astype(np.uint8)
    red, green, blue = np.meshgrid(values, values, values, indexing="ij")
    return lab(np.stack([red, green, blue], axis=-1).reshape(-1, 3))


@cache
def _grid() -> Floats:
    """The colours whose shares make a palette: a grid in Lab, within sRGB; float32 [G, 3]."""
    across = np.arange(-100, 101, _STEP)
    points = np.stack(np.meshgrid(_LIGHT, across, across, indexing="ij"), axis=-1).reshape(-1, 3)
    colours = _colours()[::7]
    near = [float(np.square(colours - point).sum(axis=1).min()) <= _REACH**2 for point in points]
    return np.asarray(points[np.array(near)], np.float32)


def palettes(pictures: npt.NDArray[np.uint8]) -> Floats:
    """Float32 [n, DIMENSION] of length 1, for uint8 [n, H, W, 3]."""
    shares = _shares()
    found = np.empty((len(pictures), DIMENSION), np.float32)
    for row, picture in zip(found, pictures, strict=True):
        red, green, blue = (picture[..., i].astype(np.intp) >> (8 - _BITS) for i in range(3))
        counts = np.bincount((((red << _BITS) | green) << _BITS | blue).ravel())
        there = np.flatnonzero(counts)
        row[:] = np.sqrt(counts[there] / counts.sum() @ shares[there])
    return found


@cache
def _shares() -> Floats:
    """How much each colour counts for each of the grid, sums of 1; float32 [32768, G]."""
    distances = np.square(_colours()[:, None, :] - _grid()[None]).sum(axis=2)
    found = np.exp(-distances / (2 * _WIDTH**2)).astype(np.float32)
    return np.asarray(found / found.sum(axis=1, keepdims=True), np.float32)
