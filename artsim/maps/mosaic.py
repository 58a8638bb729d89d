"""The whole collection on a grid: every work in a cell of its own, neighbours kept together.

Works are dealt out to cells by splitting the map again and again, then moved by linear
assignments in blocks towards where their neighbours on the grid lie on the map, with a
neighbourhood that shrinks (Barthel, Hezel, Jung, Schall: Improved Evaluation and Generation of
Grid Layouts using Distance Preservation Quality and Linear Assignment Sorting, 2023).
"""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.search.neighbours import Floats

if TYPE_CHECKING:
    from scipy import ndimage, optimize
else:
    ndimage = lazy("scipy.ndimage")
    optimize = lazy("scipy.optimize")

ASPECT = 1.5  # width over height: a printed page in landscape
_BLOCK = 16  # cells a side that are assigned together
_ROUNDS_A_RADIUS = 2
_SHRINK = 0.7
_WIDEST = 24
Grid = npt.NDArray[np.int32]
Order = npt.NDArray[np.intp]
Doubles = npt.NDArray[np.float64]


def mosaic(
    points: Floats, seed: int = 0, aspect: float = ASPECT, progress: Progress = NULL
) -> Grid:
    """Column and row (from the top) of each of ``points`` [N, d] on a grid, int32 [N, 2].

    The first two coordinates say what is right and what is up; empty cells end the last row.
    """
    count = len(points)
    columns = _columns(count, aspect)
    lines = -(-count // columns)
    order = dealt(points, columns)
    if count > 3:
        order = _sorted(points, order, columns, lines, seed, progress)
    found = np.empty((count, 2), np.int32)
    found[order, 0] = np.arange(count) % columns
    found[order, 1] = np.arange(count) // columns
    return found


def _columns(count: int, aspect: float) -> int:
    """How many columns come near ``aspect`` and leave the fewest cells of the last row empty."""
    best = max(1.0, np.sqrt(count * aspect))
    near = range(max(1, round(best * 0.92)), max(1, round(best * 1.08)) + 1)
    return min(near, key=lambda columns: (-count % columns, abs(columns - best)))


def dealt(points: Floats, columns: int) -> Order:
    """Rows of ``points`` cell by cell, line by line, by halving the works along the grid."""
    count = len(points)
    order = np.empty(count, np.intp)
    waiting = [(np.arange(count), 0, columns, 0, -(-count // columns))]
    while waiting:
        rows, left, right, top, bottom = waiting.pop()
        wide, high = right - left, bottom - top
        if wide == 1 and high == 1:
            order[top * columns + left] = rows[0]
        elif high >= wide:
            middle = (top + bottom) // 2
            first = _cells(left, right, top, middle, columns, count)
            by = rows[np.argsort(-points[rows, 1], kind="stable")]
            waiting.append((by[:first], left, right, top, middle))
            if first < len(by):
                waiting.append((by[first:], left, right, middle, bottom))
        else:
            middle = (left + right) // 2
            first = _cells(left, middle, top, bottom, columns, count)
            by = rows[np.argsort(points[rows, 0], kind="stable")]
            waiting.append((by[:first], left, middle, top, bottom))
            if first < len(by):
                waiting.append((by[first:], middle, right, top, bottom))
    return order


def _cells(left: int, right: int, top: int, bottom: int, columns: int, count: int) -> int:
    """How many cells of a rectangle hold a work: those of the last line may be empty."""
    full = max(0, min(bottom, count // columns) - top) * (right - left)
    if top <= count // columns < bottom:
        full += max(0, min(right, count % columns) - left)
    return full


def _sorted(
    points: Floats, order: Order, columns: int, lines: int, seed: int, progress: Progress
) -> Order:
    """``order`` with works moved to cells whose surroundings lie nearer to them on the map."""
    random = np.random.default_rng(seed)
    placed = np.append(order, np.full(columns * lines - len(order), -1)).reshape(lines, columns)
    shown = np.asarray(points, np.float64)
    radii = _radii(columns, lines)
    progress.start(len(radii), "Laying out the mosaic", "rounds")
    for radius in radii:
        wanted = _surroundings(shown, placed, radius)
        down, right = (int(n) for n in random.integers(0, _BLOCK, 2))
        for top in range(-down, lines, _BLOCK):
            for left in range(-right, columns, _BLOCK):
                part = (slice(max(0, top), top + _BLOCK), slice(max(0, left), left + _BLOCK))
                _assign(shown, placed[part], wanted[part])
        progress.advance()
    progress.finish()
    return placed.reshape(-1)[: len(order)]


def _radii(columns: int, lines: int) -> list[int]:
    """How far to look around, round by round."""
    found, radius = [], min(_WIDEST, max(columns, lines) / 4)
    while radius >= 1:
        found += [round(radius)] * _ROUNDS_A_RADIUS
        radius *= _SHRINK
    return found


def _surroundings(shown: Doubles, placed: Order, radius: int) -> Doubles:
    """The mean place on the map of the works round each cell; float64 [lines, columns, d]."""
    there = placed >= 0
    size = 2 * radius + 1
    weight = np.maximum(
        ndimage.uniform_filter(there.astype(np.float64), size, mode="constant"), 1e-9
    )
    grid = np.where(there[:, :, None], shown[placed], 0.0)
    means = [
        ndimage.uniform_filter(grid[:, :, d], size, mode="constant") / weight
        for d in range(grid.shape[2])
    ]
    return np.stack(means, axis=-1)


def _assign(shown: Doubles, placed: Order, wanted: Doubles) -> None:
    """Deal the works of a block of cells out among these, nearest to ``wanted`` all in all."""
    inside = placed >= 0
    works = placed[inside]
    if len(works) < 2:
        return
    apart = shown[works][:, None, :] - wanted[inside][None, :, :]
    chosen, cells = optimize.linear_sum_assignment(np.einsum("ijd,ijd->ij", apart, apart))
    dealt_out = np.empty_like(works)
    dealt_out[cells] = works[chosen]
    placed[inside] = dealt_out  # a view: this changes the grid itself


def neighbours_kept(grid: Grid, neighbours: npt.NDArray[np.int32], radius: int = 2) -> float:
    """The mean share of ``neighbours`` [N, k] at most ``radius`` cells away on the grid.

    Each work counts as many of its neighbours as fit there: (2 radius + 1)^2 - 1.
    """
    most = (2 * radius + 1) ** 2 - 1
    near = neighbours[:, :most]
    away = np.abs(grid[near] - grid[:, None, :]).max(axis=2)
    return float((away <= radius).mean())
