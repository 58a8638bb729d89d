"""What a training picture looks like in an epoch: drawn from seed, epoch and row alone."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from artsim.training.recipes import Recipe

Floats = npt.NDArray[np.float32]
_OFFSETS = 100.0  # grey levels that a full change of brightness adds
_TINT = 1 / 3  # channels differ by less than brightness does: colour is what art is told by
_MIDDLE = 128.0


@dataclass(frozen=True)
class View:
    """uint8 [S, S, 3], and the change of its colours: pixel * gain [3] + offset [3]."""

    pixels: npt.NDArray[np.uint8]
    gain: Floats
    offset: Floats


def view(image: npt.NDArray[np.uint8], recipe: Recipe, key: tuple[int, int, int]) -> View:
    """A crop of uint8 [H, W, 3], mirrored or not, with its change of colours.

    ``key`` is (seed, epoch, row): the same for the same, in whatever order pictures are made.
    """
    rng = np.random.default_rng(key)
    size = recipe.image_size
    height, width = image.shape[:2]
    area = rng.uniform(recipe.crop, 1.0) * height * width
    stretch = math.exp(rng.uniform(-1, 1) * math.log(recipe.stretch))
    across = min(width, max(1, round(math.sqrt(area * stretch))))
    down = min(height, max(1, round(math.sqrt(area / stretch))))
    left, top = rng.integers(0, width - across + 1), rng.integers(0, height - down + 1)
    crop = np.ascontiguousarray(image[top : top + down, left : left + across])
    smaller = min(across, down) > 1.3 * size
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    crop = np.asarray(cv2.resize(crop, (size, size), interpolation=how), np.uint8)
    if rng.random() < recipe.flip:
        crop = np.ascontiguousarray(crop[:, ::-1])
    colour = recipe.colour
    contrast = rng.uniform(1 - colour, 1 + colour)
    brightness = rng.uniform(-colour, colour) * _OFFSETS
    tint = rng.uniform(1 - colour * _TINT, 1 + colour * _TINT, 3)
    gain = (contrast * tint).astype(np.float32)
    offset = ((_MIDDLE * (1 - contrast) + brightness) * tint).astype(np.float32)
    return View(crop, gain, offset)
