"""What a map is: its points, clusters and neighbours, and what is said of it."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.core.formats import Format
from artsim.maps.clusters import Clusters
from artsim.maps.config import MapConfig
from artsim.search.neighbours import Floats

FORMAT = Format("map", "delete it and draw it again")


@dataclass(frozen=True)
class MapInfo:
    """What is said of a map without reading its points.

    ``digest`` is that of the backbone's weights, ``version`` the collection's when it was made.
    ``trustworthiness`` and ``continuity`` were measured on ``measured_on`` works, None where
    there are too few. ``stale`` is "", or one sentence on what has changed since.
    """

    id: str
    config: MapConfig
    digest: str
    works: int
    trustworthiness: float | None
    continuity: float | None
    measured_on: int
    seconds: float
    created: str
    code_version: str
    version: int
    stale: str = ""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """A document of plain values."""
        return {**asdict(self), "config": self.config.model_dump()}


@dataclass(frozen=True, eq=False)
class Map:
    """A kept map; row i of every array is the work ``ids[i]``. Arrays are read-only.

    ``points`` float32 [N, 2 or 3], ``mosaic`` int32 [N, 2] (column and row of the grid),
    ``neighbours`` int32 [N, k <= 15]: the nearest others in the embedding space, nearest first.
    ``fingerprints`` uint64 [N] tell whether a work's embedding has changed.
    """

    info: MapInfo
    ids: list[str]
    points: Floats
    clusters: Clusters
    mosaic: npt.NDArray[np.int32]
    neighbours: npt.NDArray[np.int32]
    fingerprints: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.ids)
