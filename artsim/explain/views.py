"""The parts of a photograph in which a work may stand, to look for it in each."""

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

# Width and height as shares of the photograph's, about its middle; chosen on photographs of
# benchmarks.photographs, of another seed than those that are measured.
MIDDLES = (
    (1.0, 1.0),
    (0.85, 0.85),
    (0.72, 0.72),
    (0.6, 0.6),
    (0.5, 0.5),
    (0.42, 0.42),
    (1.0, 0.5),
    (0.5, 1.0),
)


def views(pixels: Pixels) -> list[Pixels]:
    """Parts of uint8 [H, W, 3], the whole first; they share its memory.

    >>> [part.shape for part in views(np.zeros((100, 200, 3), np.uint8))][:2]
    [(100, 200, 3), (85, 170, 3)]
    """
    height, width = pixels.shape[:2]
    found = []
    for across, down in MIDDLES:
        w, h = max(1, round(width * across)), max(1, round(height * down))
        left, top = (width - w) // 2, (height - h) // 2
        found.append(pixels[top : top + h, left : left + w])
    return found
