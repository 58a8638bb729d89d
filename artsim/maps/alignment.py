"""Two maps of the same works laid over each other, and the works that the two see differently."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.maps.model import Map
from artsim.search.neighbours import Floats

MOVED = 200
Rows = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Aligned:
    """The n works that both maps show; row i of each array is the work ``ids[i]``.

    ``first_rows`` and ``second_rows`` int64 [n] are their rows in either map; ``second_points``
    float32 [n, d] lie as the second map turned, mirrored, scaled and moved onto the first.
    ``turn`` float64 [d, d] and ``shift`` [d] lay any point of the second map there.
    ``residual`` is the share of the first map's spread that is left between the two, in [0, 1].
    ``moved`` are rows of the first map, those whose neighbours changed most first, at most 200;
    ``shares`` of their neighbours are neighbours in both spaces, and ``distances`` is how far
    apart they lie, in the radius of the first map.
    """

    ids: list[str]
    first_rows: Rows
    second_rows: Rows
    second_points: Floats
    turn: Doubles
    shift: Doubles
    residual: float
    moved: list[int]
    shares: list[float]
    distances: list[float]

    def laid(self, points: npt.NDArray[np.floating]) -> Floats:
        """Points of the second map [n, d] where they lie on the first; float32."""
        return (np.asarray(points, np.float64) @ self.turn + self.shift).astype(np.float32)


def aligned(first: Map, second: Map) -> Aligned:
    """Lay ``second`` over ``first`` (Procrustes on the works that both show).

    Raises InvalidInput where they share fewer than four works, or one is flat and one is not.
    """
    if first.points.shape[1] != second.points.shape[1]:
        raise InvalidInput("A flat map and one in space cannot be laid over each other.")
    ids, mine, theirs = _common(first, second)
    if len(ids) < 4:
        raise InvalidInput(
            f"The two maps share only {count(len(ids), 'work')}: at least 4 are needed."
        )
    onto = np.asarray(first.points, np.float64)[mine]
    others = np.asarray(second.points, np.float64)[theirs]
    turn, shift, residual = procrustes(onto, others)
    points = others @ turn + shift
    shares = _kept(first, second, mine, theirs)
    radius = float(np.sqrt(np.square(onto - onto.mean(axis=0)).sum(axis=1).mean())) or 1.0
    apart = np.sqrt(np.square(points - onto).sum(axis=1)) / radius
    order = np.lexsort((np.arange(len(ids)), -apart, shares))[:MOVED]
    return Aligned(
        ids=ids,
        first_rows=mine,
        second_rows=theirs,
        second_points=points.astype(np.float32),
        turn=turn,
        shift=shift,
        residual=residual,
        moved=mine[order].tolist(),
        shares=shares[order].tolist(),
        distances=apart[order].tolist(),
    )


def procrustes(onto: Doubles, points: Doubles) -> tuple[Doubles, Doubles, float]:
    """How ``points`` [n, d] are turned, mirrored, scaled and moved to lie nearest ``onto`` [n, d].

    They lie at ``points @ turn + shift``; the third value is the share of the spread of ``onto``
    that is left, in [0, 1].
    """
    middle, other = onto.mean(axis=0), points.mean(axis=0)
    a, b = onto - middle, points - other
    spread, theirs = float(np.square(a).sum()), float(np.square(b).sum())
    if spread == 0 or theirs == 0:
        return np.eye(onto.shape[1]), middle - other, 1.0
    left, singular, right = np.linalg.svd(b.T @ a)
    scale = float(singular.sum()) / theirs
    turn = scale * (left @ right)
    left_over = 1.0 - float(singular.sum()) ** 2 / (spread * theirs)
    return turn, middle - other @ turn, max(0.0, left_over)


def _common(first: Map, second: Map) -> tuple[list[str], Rows, Rows]:
    rows = {name: row for row, name in enumerate(second.ids)}
    mine = [row for row, name in enumerate(first.ids) if name in rows]
    ids = [first.ids[row] for row in mine]
    theirs = [rows[name] for name in ids]
    return ids, np.array(mine, np.int64), np.array(theirs, np.int64)


def _kept(first: Map, second: Map, mine: Rows, theirs: Rows) -> Doubles:
    """The share of each work's neighbours in one space that are so in the other as well; [n].

    Neighbours that only one map shows do not count.
    """
    place = np.full(len(second), -1, np.int64)  # from rows of the second map to those of the first
    place[theirs] = mine
    shown = np.zeros(len(first), bool)
    shown[mine] = True
    found = np.empty(len(mine))
    for i, (row, other) in enumerate(zip(mine, theirs, strict=True)):
        near = {int(r) for r in first.neighbours[row] if shown[r]}
        far = {int(place[r]) for r in second.neighbours[other] if place[r] >= 0}
        found[i] = len(near & far) / max(1, min(len(near), len(far)))
    return found
