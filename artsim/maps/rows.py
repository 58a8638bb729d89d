"""What a viewer asks of a map row by row: where works lie, which come first, what they are."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.maps.alignment import Aligned
from artsim.maps.labels import numbers, positions_of
from artsim.maps.model import Map
from artsim.search.catalog import Catalog
from artsim.search.neighbours import Floats

_YEARS = np.iinfo(np.int16)
UNKNOWN_YEAR = _YEARS.min


@dataclass(frozen=True)
class MapWork:
    """The work at ``row`` of a map."""

    row: int
    id: str
    title: str | None
    artist: str | None
    date: str | None
    year: int | None
    has_image: bool


def laid_over(first: Map, found: Aligned) -> Floats:
    """The points of the map that was laid over ``first``, in the rows of ``first``.

    float32 [N, d] for the N works of ``first``, NaN where a work is not on both.
    """
    points = np.full(first.points.shape, np.nan, np.float32)
    points[found.first_rows] = found.second_points
    return points


def central_first(found: Map) -> npt.NDArray[np.intp]:
    """All rows of a map [N], first those that are among most other works' nearest."""
    named = np.bincount(found.neighbours.ravel(), minlength=len(found))
    return np.argsort(-named, kind="stable")


def years(catalog: Catalog, found: Map) -> npt.NDArray[np.int16]:
    """The year of each work of a map, int16 [N]; -32768 where it is not known."""
    known = numbers(catalog, positions_of(catalog, found), "year")
    clipped = np.clip(known, _YEARS.min, _YEARS.max)
    return np.where(np.isnan(known), UNKNOWN_YEAR, clipped).astype(np.int16)


def works(catalog: Catalog, found: Map, rows: Iterable[int]) -> list[MapWork]:
    """The works at ``rows`` of a map, in that order, without those that are gone.

    Raises InvalidInput where a row is not on the map.
    """
    asked = list(rows)
    if any(row >= len(found) for row in asked):
        raise InvalidInput(f"This map has {count(len(found), 'work')}: its rows begin at 0.")
    there = [row for row in asked if found.ids[row] in catalog.positions]
    places = np.array([catalog.positions[found.ids[row]] for row in there], np.intp)
    return [
        MapWork(
            row=row,
            id=work["id"],
            title=work["title"],
            artist=work["artist"],
            date=work["date"],
            year=work["year"],
            has_image=bool(work["has_image"]),
        )
        for row, work in zip(there, catalog.rows(places), strict=True)
    ]
