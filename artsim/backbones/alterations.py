"""What happens to pictures that are copied: the alterations with which copies are measured."""

from collections.abc import Callable, Mapping

import cv2
import numpy as np
import simplejpeg

from artsim.images.canonical import decode_canonical

Alter = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def altered(jpeg: bytes, kind: str, rng: np.random.Generator) -> bytes:
    """A canonical JPEG altered by one of ALTERATIONS, encoded at a quality of 50 to 90."""
    pixels = np.ascontiguousarray(ALTERATIONS[kind](decode_canonical(jpeg), rng))
    encoded: bytes = simplejpeg.encode_jpeg(pixels, quality=int(rng.integers(50, 91)))
    return encoded


def _smaller(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    factor = rng.uniform(0.4, 0.9)
    height, width = pixels.shape[:2]
    size = (max(16, round(width * factor)), max(16, round(height * factor)))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def _cropped(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    height, width = pixels.shape[:2]
    share = rng.uniform(0.03, 0.1)
    top, left = rng.uniform(0, share * height), rng.uniform(0, share * width)
    bottom, right = top + (1 - share) * height, left + (1 - share) * width
    return pixels[round(top) : round(bottom), round(left) : round(right)]


def _matted(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    width = round(rng.uniform(0.03, 0.08) * max(pixels.shape[:2]))
    colour = int(rng.choice([0, 128, 235, 255]))
    return np.pad(pixels, ((width, width), (width, width), (0, 0)), constant_values=colour)


def _relit(pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    gain, shift = rng.uniform(0.8, 1.2), rng.uniform(-15, 15)
    return np.clip(pixels * gain + shift, 0, 255).astype(np.uint8)


def _grey(pixels: np.ndarray, _rng: np.random.Generator) -> np.ndarray:
    return np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)


ALTERATIONS: Mapping[str, Alter] = {
    "re-encoded": lambda pixels, _rng: pixels,
    "made smaller": _smaller,
    "cropped by 3 to 10 %": _cropped,
    "matted": _matted,
    "relit": _relit,
    "made grey": _grey,
}
