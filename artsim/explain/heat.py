"""Which places of a picture a score depends on: each is hidden in turn, and the score measured.

Occlusion (Zeiler and Fergus 2014): it reports measured changes of the score, and works with any
backbone.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from artsim.explain.parts import score_of

GRID = 6  # places along each side of a picture
_SIDE = 288  # pixels of the longest side while places are hidden: the backbones see about as much

Doubles = npt.NDArray[np.float64]
Embed = Callable[[Sequence[np.ndarray]], np.ndarray]


def reduced(pixels: np.ndarray) -> np.ndarray:
    """A picture uint8 [H, W, 3] small enough to be embedded again and again."""
    height, width = pixels.shape[:2]
    scale = _SIDE / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def hidden(pixels: np.ndarray, cells: npt.NDArray[np.bool_]) -> np.ndarray:
    """A picture uint8 [H, W, 3] with the cells bool [rows, columns] in its mean colour."""
    height, width = pixels.shape[:2]
    rows, columns = cells.shape
    down = np.minimum(np.arange(height) * rows // height, rows - 1)
    across = np.minimum(np.arange(width) * columns // width, columns - 1)
    covered = cells[down[:, None], across[None, :]]
    found = pixels.copy()
    found[covered] = np.rint(pixels.reshape(-1, 3).mean(0)).astype(np.uint8)
    return found


def drops(pixels: np.ndarray, other: npt.ArrayLike, embed: Embed, metric: str) -> Doubles:
    """How much lower the score with ``other`` [D] is where each place is hidden [GRID, GRID].

    ``embed`` gives embeddings [n, D] of n pictures uint8 [H, W, 3].
    """
    small = reduced(pixels)
    cells = np.eye(GRID * GRID, dtype=bool).reshape(-1, GRID, GRID)
    made = embed([small, *(hidden(small, one) for one in cells)])
    scores = np.array([score_of(one, other, metric) for one in made])
    return np.asarray((scores[0] - scores[1:]).reshape(GRID, GRID))


def heat_of(dropped: Doubles) -> Doubles:
    """The drops from 0, where the score does not depend on a place, to 1 for the largest drop."""
    kept = np.maximum(dropped, 0)
    most = float(kept.max())
    return kept / most if most > 0 else np.zeros_like(kept)
