"""What a training picture looks like in an epoch: drawn from seed, epoch and row alone."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as transforms

from artsim.training.recipes import Augmentation

# Threads work on several pictures at once; threads inside one would only compete.
cv2.setNumThreads(1)

_OFFSETS = 100.0  # grey levels that a full change of brightness adds
_TINT = 1 / 3  # channels vary less than brightness: colour tells works of art apart
_MIDDLE = 128.0
_SHRUNK = 1.3  # source pixels for each target pixel, above which skipping some would show
_BILINEAR = v2.InterpolationMode.BILINEAR


@dataclass(frozen=True)
class View:
    """uint8 [S, S, 3], and the change of its colours: pixel * gain [3] + offset [3], float32."""

    pixels: Tensor
    gain: Tensor
    offset: Tensor


@dataclass(frozen=True)
class _Drawn:
    """Everything that chance decides about one view: a box in pixels, a mirror, colours [3]."""

    top: int
    left: int
    height: int
    width: int
    mirrored: bool
    gain: npt.NDArray[np.float32]
    offset: npt.NDArray[np.float32]


def view(image: npt.NDArray[np.uint8], how: Augmentation, key: tuple[int, int, int]) -> View:
    """A crop of uint8 [H, W, 3], mirrored or not, with its change of colours.

    ``key`` is (seed, epoch, row): the same for the same, in whatever order pictures are made.

    >>> how = Augmentation(image_size=8, crop=0.5, stretch=1.3, flip=0.5, colour=0.1)
    >>> view(np.zeros((20, 30, 3), np.uint8), how, (7, 0, 4)).pixels.shape
    torch.Size([8, 8, 3])
    """
    drawn = _draw(image.shape[0], image.shape[1], how, key)
    down = slice(drawn.top, drawn.top + drawn.height)
    across = slice(drawn.left, drawn.left + drawn.width)
    crop = _resampled(image[down, across], how.image_size)
    if drawn.mirrored:
        crop = transforms.horizontal_flip_image(crop)
    gain, offset = torch.from_numpy(drawn.gain), torch.from_numpy(drawn.offset)
    return View(crop.permute(1, 2, 0), gain, offset)


def _resampled(crop: npt.NDArray[np.uint8], side: int) -> Tensor:
    """uint8 [3, S, S] of a crop [H, W, 3], its channels last in memory."""
    if min(crop.shape[:2]) > _SHRUNK * side:
        pixels = torch.from_numpy(crop.copy()).permute(2, 0, 1)
        resized: Tensor = transforms.resize_image(pixels, [side] * 2, _BILINEAR, antialias=True)
        return resized
    # Crops of 150 to 205 px to 160 px cost 60 us here and 145 to 185 us in torchvision, which is
    # the faster one above: 300 px cost it 235 us and OpenCV 545 us.
    scaled = cv2.resize(np.ascontiguousarray(crop), (side, side), interpolation=cv2.INTER_LINEAR)
    return torch.from_numpy(np.asarray(scaled, np.uint8)).permute(2, 0, 1)


def _draw(height: int, width: int, how: Augmentation, key: tuple[int, int, int]) -> _Drawn:
    # torchvision's random transforms draw from one generator that all threads share: what they
    # would draw for a row depends on which thread comes first.
    rng = np.random.default_rng(key)
    area = rng.uniform(how.crop, 1.0) * height * width
    stretch = math.exp(rng.uniform(-1, 1) * math.log(how.stretch))
    across = min(width, max(1, round(math.sqrt(area * stretch))))
    down = min(height, max(1, round(math.sqrt(area / stretch))))
    left, top = rng.integers(0, width - across + 1), rng.integers(0, height - down + 1)
    mirrored = rng.random() < how.flip
    contrast = rng.uniform(1 - how.colour, 1 + how.colour)
    brightness = rng.uniform(-how.colour, how.colour) * _OFFSETS
    tint = rng.uniform(1 - how.colour * _TINT, 1 + how.colour * _TINT, 3)
    return _Drawn(
        top=int(top),
        left=int(left),
        height=down,
        width=across,
        mirrored=bool(mirrored),
        gain=(contrast * tint).astype(np.float32),
        offset=((_MIDDLE * (1 - contrast) + brightness) * tint).astype(np.float32),
    )
