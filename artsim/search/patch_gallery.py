"""The patches of a collection in memory, and how well each picture holds what a region shows.

The score of a picture is the mean, over the positions of the region, of the best cosine with a
position of the picture. A region is asked at several sizes, for a motif may be larger or smaller
elsewhere. Few positions are matched better by chance than many are, so the scores of each size are
brought to the mean and the deviation that the largest size has over the collection, and the best
size of each picture counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from artsim.backbones.patches import FULL, directions_of
from artsim.collection import patch_store
from artsim.collection.patch_column import POSITIONS, SHAPE, PatchColumn
from artsim.collection.store import Collection
from artsim.core.errors import Conflict

Floats = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]

_BLOCK = 96  # pictures compared at once: what a cache holds
_FEW = 8  # pictures from which on a mean and a deviation over them say something
_SMALLEST = 1e-6
_SURE = 0.5  # of the best positions, those whose cosine is above the median say where the motif is


class NoPatches(Conflict):
    """A region was asked for and the collection has no patches from the backbone."""


@dataclass(frozen=True, eq=False)
class RegionView:
    """A region at one size: ``directions`` float32 [rows, columns, K] of length 1.

    ``height`` and ``width`` are how many positions of a picture it covers at that size.
    """

    directions: Floats
    height: float
    width: float

    @cached_property
    def places(self) -> Floats:
        """Where each position is from the middle of the region, [n, 2]: down and across."""
        rows, columns = self.directions.shape[:2]
        down = ((np.arange(rows) + 0.5) / rows - 0.5) * self.height
        across = ((np.arange(columns) + 0.5) / columns - 0.5) * self.width
        grid = np.meshgrid(down, across, indexing="ij")
        return np.stack(grid, -1).reshape(-1, 2).astype(np.float32)

    @property
    def flat(self) -> Floats:
        return self.directions.reshape(-1, self.directions.shape[-1])


@dataclass(frozen=True, eq=False)
class Found:
    """How well each picture holds a region: ``scores`` float32 [M], ``views`` [M] says at which
    of its sizes."""

    scores: Floats
    views: npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PatchGallery:
    """Patches int8 [M, L] of pictures: those of the works ``ids`` first, then further ones.

    ``files`` and ``works`` name the further ones and what they are of.
    """

    column: PatchColumn
    ids: list[str]
    values: npt.NDArray[np.int8]
    basis: dict[str, np.ndarray]
    files: list[str] = field(default_factory=list)
    works: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, collection: Collection, column: PatchColumn) -> "PatchGallery":
        """Read one column of patches; raises Unreadable and Conflict."""
        stored = patch_store.read_patches(collection, column.column)
        values = stored.values
        if len(stored.files):
            values = np.concatenate([values, stored.further])
        values.flags.writeable = False
        basis = patch_store.read_basis(collection, column)
        return cls(column, stored.ids, values, basis, stored.files, stored.works)

    @property
    def nbytes(self) -> int:
        return int(self.values.nbytes)

    def __len__(self) -> int:
        return len(self.values)

    def find(self, views: Sequence[RegionView]) -> Found:
        """How well every picture holds a region, which is given at several sizes."""
        means = self._means(views)
        largest = int(np.argmax([view.height * view.width for view in views]))
        if len(self) > _FEW:
            centre, spread = means.mean(axis=0), np.maximum(means.std(axis=0), _SMALLEST)
            means = centre[largest] + (means - centre) / spread * spread[largest]
        best = means.argmax(axis=1)
        return Found(np.minimum(means[np.arange(len(self)), best], 1), best)

    def box(self, picture: int, view: RegionView) -> Box:
        """Where a picture holds a region: left, top, width, height as fractions of the picture.

        Each position of the region says where its middle would be; the median of the surer half
        is taken.
        """
        patches = self.directions(picture)
        rows, columns = patches.shape[:2]
        cosines = patches.reshape(rows * columns, -1) @ view.flat.T
        best = cosines.argmax(axis=0)
        quality = cosines[best, np.arange(len(best))]
        sure = quality >= np.quantile(quality, _SURE)
        down, across = best // columns + 0.5, best % columns + 0.5
        middle_y = float(np.median((down - view.places[:, 0])[sure]))
        middle_x = float(np.median((across - view.places[:, 1])[sure]))
        return _inside(middle_x, middle_y, view, rows, columns)

    def directions(self, picture: int) -> Floats:
        """float32 [rows, columns, K] of a picture."""
        return directions_of(self.values[picture], self.column.dimension)

    def _means(self, views: Sequence[RegionView]) -> Floats:
        """Mean best cosine of each picture and size, float32 [M, V]."""
        queries = np.concatenate([view.flat for view in views]).T / FULL
        ends = np.cumsum([len(view.flat) for view in views])
        starts = np.concatenate([[0], ends[:-1]])
        found = np.empty((len(self), len(views)), np.float32)
        for start in range(0, len(self), _BLOCK):
            some = self.values[start : start + _BLOCK, SHAPE:]
            block = some.astype(np.float32).reshape(-1, self.column.dimension)
            cosines = block @ queries
            best = cosines.reshape(len(some), POSITIONS, -1).max(axis=1)
            found[start : start + len(some)] = np.add.reduceat(best, starts, axis=1)
        return np.asarray(found / (ends - starts), np.float32)


def _inside(x: float, y: float, view: RegionView, rows: int, columns: int) -> Box:
    """The box around a middle, in positions, cut at the picture's edges; never without area."""
    width, height = min(view.width, columns), min(view.height, rows)
    left = min(max(x - width / 2, 0.0), columns - width)
    top = min(max(y - height / 2, 0.0), rows - height)
    box = (left / columns, top / rows, width / columns, height / rows)
    return (round(box[0], 4), round(box[1], 4), round(box[2], 4), round(box[3], 4))
