"""Making pictures smaller, never larger."""

import cv2
import numpy as np

# Callers work on several images at once; threads inside one image would only compete.
cv2.setNumThreads(1)


def fit(pixels: np.ndarray, side: int) -> np.ndarray:
    """Scale uint8 [H, W, C] down, never up, so that its longest side is at most ``side``."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest <= side:
        return np.ascontiguousarray(pixels)
    size = (max(1, round(width * side / longest)), max(1, round(height * side / longest)))
    # Whole-number averaging is fast; what is left is under 2x, where linear does not alias.
    factor = longest // side
    if factor > 1 and min(height, width) >= 2 * factor:
        pixels = cv2.resize(
            pixels[: height // factor * factor, : width // factor * factor],
            (width // factor, height // factor),
            interpolation=cv2.INTER_AREA,
        )
    return cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
