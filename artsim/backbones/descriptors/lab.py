"""Colours of sRGB in CIE Lab, where distances are those that people see."""

from typing import cast

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
# Linear sRGB to CIE XYZ (D65), and the white of D65 (IEC 61966-2-1).
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]], np.float32,
)  # fmt: skip
_WHITE = np.array([0.95047, 1.0, 1.08883], np.float32)


def lab(pixels: npt.NDArray[np.uint8]) -> Floats:
    """CIE Lab of sRGB pixels, uint8 [..., 3]: L 0 to 100, a and b about -100 to 100; float32.

    >>> lab(np.array([[255, 255, 255], [0, 0, 0]], np.uint8)).round(1).tolist()
    [[100.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    values = pixels.astype(np.float32) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = np.moveaxis(root, -1, 0)
    found = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return cast(Floats, found.astype(np.float32) + np.float32(0))
