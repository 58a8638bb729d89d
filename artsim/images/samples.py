"""The samples of a picture as its file holds them, on their way to sRGB."""

from dataclasses import dataclass

import cv2
import numpy as np

_BAND = 1 << 22  # samples that are worked on at a time where floats are needed


@dataclass(frozen=True)
class Samples:
    """Samples of one picture, perhaps reduced in size already.

    ``values`` is uint8 or uint16 [H, W, C] over its full range: C is 1 for GRAY, 3 for RGB and 4
    for CMYK (full ink = highest). ``space`` LAB is float32 [H, W, 3] of CIE L*, a*, b* (D50).
    ``alpha`` is [H, W] of the same type, None where all is opaque; colours are not multiplied
    by it. ``profile`` is the ICC profile that the file carries, or that stands for what it says.
    """

    values: np.ndarray
    space: str
    alpha: np.ndarray | None = None
    profile: bytes | None = None


@dataclass(frozen=True)
class RawPicture:
    """What a format's reader gives: samples, and how the file says that they are to be taken.

    ``width`` and ``height`` are as stored, before ``orientation`` (EXIF, 1 to 8) is applied.
    ``notes`` are conversions in words; ``further_pages`` counts full pages that were not taken.
    """

    samples: Samples
    width: int
    height: int
    orientation: int = 1
    notes: tuple[str, ...] = ()
    further_pages: int = 0


def reduced(
    values: np.ndarray, alpha: np.ndarray | None, side: int, premultiplied: bool = False
) -> tuple[np.ndarray, np.ndarray | None]:
    """[H, W, C] and alpha [H, W] shrunk by a whole number, the longest side staying >= ``side``.

    Colours are weighted by their opacity, so that what cannot be seen does not shine through.
    """
    factor = max(1, max(values.shape[:2]) // side)
    if alpha is not None and not premultiplied and alpha.min() == _full(alpha):
        alpha = None
    if factor == 1 and not (premultiplied and alpha is not None):
        return values, alpha
    if alpha is None:
        return _shrunk(values, factor), None
    colours, opacities = [], []
    # A picture that is thinner than the factor is one band: it is squeezed into one pixel.
    step = max(1, _BAND // (values.shape[1] * factor)) * factor
    for top in range(0, max(1, values.shape[0] // factor) * factor, step):
        opacity = alpha[top : top + step].astype(np.float32)
        band = values[top : top + step].astype(np.float32)
        seen = _shrunk(band if premultiplied else band * opacity[:, :, None], factor)
        left = _shrunk(opacity[:, :, None], factor)
        share = left if not premultiplied else left / _full(alpha)
        colour = seen / np.maximum(share, 1e-6)
        colours.append(np.rint(np.clip(colour, 0, _full(values))).astype(values.dtype))
        opacities.append(np.rint(left[:, :, 0]).astype(alpha.dtype))
    return np.concatenate(colours), np.concatenate(opacities)


def eight_bit(values: np.ndarray) -> np.ndarray:
    """uint8 of uint8 or uint16 values over their full range, rounded."""
    if values.dtype == np.uint8:
        return values
    rounded: np.ndarray = ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return rounded


def sixteen_bit(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """uint16 over the full range of numbers of any type, of which low is black and high white."""
    scaled = (values.astype(np.float32) - low) * (65535.0 / (high - low))
    whole: np.ndarray = np.rint(np.clip(scaled, 0, 65535)).astype(np.uint16)
    return whole


def _full(values: np.ndarray) -> int:
    return int(np.iinfo(values.dtype).max)


def _shrunk(values: np.ndarray, factor: int) -> np.ndarray:
    if factor == 1:
        return values
    height, width = values.shape[:2]
    size = (max(1, width // factor), max(1, height // factor))
    whole = values[: max(1, size[1] * factor), : max(1, size[0] * factor)]
    shrunk = cv2.resize(np.ascontiguousarray(whole), size, interpolation=cv2.INTER_AREA)
    return shrunk.reshape(size[1], size[0], values.shape[2])
