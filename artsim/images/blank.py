"""Whether a page or frame is blank, so that another one of its file is the picture."""

import numpy as np

_LEVELS = 12
_SHARE = 0.001


def is_blank(pixels: np.ndarray) -> bool:
    """Whether all of uint8 [H, W, 3] but specks has one colour."""
    colour = np.median(pixels, axis=(0, 1))
    other = np.abs(pixels.astype(np.float32) - colour).max(axis=2) > _LEVELS
    return float(other.mean()) < _SHARE
