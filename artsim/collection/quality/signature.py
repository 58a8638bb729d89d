"""What a picture looks like in 1 KB: a small grey version that survives re-encoding."""

from dataclasses import dataclass

import cv2
import numpy as np

SIDE = 32
_TOLERANCE = 14
_MAX_STRIP = 0.46
# Fewer uniform lines than this are an edge of the painting, not a margin.
_MIN_LINES = 3


@dataclass(frozen=True)
class Borders:
    """Uniform margins as shares of height (top, bottom) and width (left, right)."""

    top: float = 0.0
    bottom: float = 0.0
    left: float = 0.0
    right: float = 0.0

    @property
    def area(self) -> float:
        """Share of the picture that the margins cover."""
        return 1 - (1 - self.top - self.bottom) * (1 - self.left - self.right)


def grey_signature(grey: np.ndarray) -> bytes:
    """SIDE x SIDE bytes of a float32 [H, W] grey image, whatever its shape."""
    small = cv2.resize(grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.rint(np.clip(small, 0, 255)).astype(np.uint8).tobytes()


def find_borders(pixels: np.ndarray) -> Borders:
    """Margins of one colour (mats, letterboxes) round uint8 [H, W, 3], nested ones too."""
    height, width = pixels.shape[:2]
    top, bottom, left, right = 0, height, 0, width
    for _ in range(3):
        box = pixels[top:bottom, left:right]
        rows, columns = bottom - top, right - left
        add = (
            _uniform_lines(box, rows),
            _uniform_lines(box[::-1], rows),
            _uniform_lines(box.transpose(1, 0, 2), columns),
            _uniform_lines(box[:, ::-1].transpose(1, 0, 2), columns),
        )
        new = (top + add[0], bottom - add[1], left + add[2], right - add[3])
        if not any(add) or new[1] - new[0] < 0.12 * height or new[3] - new[2] < 0.12 * width:
            break
        top, bottom, left, right = new
    return Borders(top / height, 1 - bottom / height, left / width, 1 - right / width)


def _uniform_lines(box: np.ndarray, count: int) -> int:
    """How many of the first lines of [lines, length, 3] have the colour of the first one."""
    first = np.sort(box[0], axis=0).astype(np.int16)
    middle = len(first) // 2
    colour = (first[middle] + first[~middle]) // 2
    limit = int(_MAX_STRIP * count)
    if _busy_lines(box[:_MIN_LINES], colour).any():
        return 0  # most pictures have no margin: this spares them the rest
    busy = np.flatnonzero(_busy_lines(box[: limit + 1], colour))
    found = int(busy[0]) if len(busy) else limit
    # The seam is blurred, so one line more goes with the margin.
    return min(found + 1, limit)


def _busy_lines(lines: np.ndarray, colour: np.ndarray) -> np.ndarray:
    far = np.abs(lines.astype(np.int16) - colour) > _TOLERANCE
    other = far[..., 0] | far[..., 1] | far[..., 2]  # faster than a reduction over three
    framed: np.ndarray = np.count_nonzero(other, axis=1) > 0.02 * other.shape[1]
    return framed
