"""Shapes drawn on a map, and the works inside them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from artsim.core.errors import InvalidInput

MOST_CORNERS = 400
_DIGITS = 4
_LARGEST = 1e6  # map coordinates are far below
_CELLS = 1 << 22  # points x edges looked at together
_VIEW = (3, 4)  # of the projection of a map in space: the rows that give x, y and depth

Kind = Literal["box", "lasso"]
Rows = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """A box (two opposite corners) or a lasso (its outline, closed by itself).

    ``path`` is in map coordinates. On a map in space it is drawn on the window, from -1 to 1
    either way, and ``view`` holds the 12 numbers of the 3 x 4 matrix that projects points there,
    row by row. Raises InvalidInput where it is no such shape.
    """

    kind: Kind
    path: tuple[tuple[float, float], ...]
    view: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in ("box", "lasso"):
            raise InvalidInput(f"{str(self.kind)[:20]!r} is no shape: draw a box or a lasso.")
        if self.kind == "box" and len(self.path) != 2:
            raise InvalidInput("A box has two corners.")
        if self.kind == "lasso" and len(self.path) < 3:
            raise InvalidInput("A lasso has three points at least.")
        if not all(abs(value) <= _LARGEST for corner in self.path for value in corner):
            raise InvalidInput("The corners of a shape are numbers on the map.")
        right = len(self.view) in (0, 12) and all(abs(value) <= _LARGEST for value in self.view)
        if not right:
            raise InvalidInput("A shape on a map in space names its view with 12 numbers.")

    @classmethod
    def from_text(cls, text: str) -> "Shape":
        """The shape that ``to_text`` made a text of; raises InvalidInput."""
        kind, _, rest = text.partition(":")
        if len(text) > 40 * MOST_CORNERS:
            raise InvalidInput(f"A shape has at most {MOST_CORNERS} points.")
        numbers, _, seen = rest.partition("@")
        try:
            values = [float(number) for number in numbers.split(",")]
            view = tuple(float(number) for number in seen.split(",")) if seen else ()
        except ValueError:
            values, view = [], ()
        if not values or len(values) % 2:
            raise InvalidInput(
                f"{text[:40]!r} is no shape: write box:x0,y0,x1,y1 or lasso:x,y,x,y,..."
            )
        if len(values) > 2 * MOST_CORNERS:
            raise InvalidInput(f"A shape has at most {MOST_CORNERS} points.")
        path = tuple(zip(values[::2], values[1::2], strict=True))
        return cls(kind, path, view)  # type: ignore[arg-type]

    def to_text(self) -> str:
        """A short text for an address; a lasso of more than 400 points loses some."""
        step = -(-len(self.path) // MOST_CORNERS)
        corners = self.path[::step]
        drawn = ",".join(_short(value) for corner in corners for value in corner)
        seen = ",".join(f"{value:.6g}" for value in self.view)
        return f"{self.kind}:{drawn}" + (f"@{seen}" if seen else "")


def rows_in(points: npt.NDArray[np.floating], shape: Shape) -> Rows:
    """Rows of ``points`` [N, 2 or more] inside ``shape``, ascending; int64.

    The edge of a box belongs to it. A lasso follows the even-odd rule: what it goes round twice
    is outside. Points in space are projected by the shape's view, and without one their first
    two coordinates count; NaN is never inside. Raises InvalidInput for a view of flat points.
    """
    outline = np.array(shape.path, np.float64)
    flat = np.asarray(points[:, :2], np.float64)
    if shape.view:
        flat = projected(points, shape.view)
    low, high = outline.min(axis=0), outline.max(axis=0)
    near = np.flatnonzero(((flat >= low) & (flat <= high)).all(axis=1))
    if shape.kind == "box":
        return near.astype(np.int64)
    inside = np.zeros(len(near), bool)
    step = max(1, _CELLS // len(outline))
    for start in range(0, len(near), step):
        part = slice(start, start + step)
        inside[part] = _odd(flat[near[part]], outline)
    return near[inside].astype(np.int64)


def projected(points: npt.NDArray[np.floating], view: tuple[float, ...]) -> Doubles:
    """Where ``points`` [N, 3] are seen through ``view``, [N, 2] from -1 to 1; NaN behind the eye.

    Raises InvalidInput where the points are flat.
    """
    if points.shape[1] != _VIEW[1] - 1:
        raise InvalidInput("This shape was drawn on a map in space: draw it anew on this one.")
    matrix = np.array(view).reshape(_VIEW)
    x, y, depth = matrix[:, :3] @ np.asarray(points, np.float64).T + matrix[:, 3:]
    depth = np.where(depth > 0, depth, np.nan)
    return np.column_stack([x / depth, y / depth])


def _odd(
    points: npt.NDArray[np.float64], outline: npt.NDArray[np.float64]
) -> npt.NDArray[np.bool_]:
    """Whether a ray from each point to the right crosses the outline an odd number of times."""
    x, y = points[:, :1], points[:, 1:]
    x0, y0 = outline.T
    x1, y1 = np.roll(outline, -1, axis=0).T
    crosses = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    return np.asarray((crosses & (x < x0 + (y - y0) / rise * (x1 - x0))).sum(axis=1) % 2 == 1)


def _short(value: float) -> str:
    return f"{round(value, _DIGITS) + 0.0:.{_DIGITS}f}".rstrip("0").rstrip(".")
