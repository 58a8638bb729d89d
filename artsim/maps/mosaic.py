"""The whole collection on a grid: every work in a cell of its own, neighbours kept together."""

import numpy as np
import numpy.typing as npt

from artsim.search.exact import Floats


def mosaic(points: Floats, aspect: float = 1.5) -> npt.NDArray[np.int32]:
    """Column and row of each of ``points`` [N, 2] on a grid, int32 [N, 2]."""
    count = len(points)
    columns = max(1, round(np.sqrt(count * aspect)))
    rows = -(-count // columns)
    found = np.empty((count, 2), np.int32)
    for row, part in enumerate(np.array_split(np.argsort(-points[:, 1], kind="stable"), rows)):
        ordered = part[np.argsort(points[part, 0], kind="stable")]
        found[ordered, 0], found[ordered, 1] = np.arange(len(part)), row
    return found
