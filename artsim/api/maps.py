"""What the browser loads for maps: points, colours, and the works behind them."""

import base64
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from artsim.api import answers, requests
from artsim.api.answers import fields_of
from artsim.api.operation import JSON, Operation
from artsim.core.errors import NotFound
from artsim.library import Library
from artsim.maps import rows
from artsim.maps.model import Map, MapInfo
from artsim.people.roles import Action

_PICTURES = {"webp": "image/webp", "png": "image/png", "pdf": "application/pdf"}
_BINARY = "application/octet-stream"


class MapEndpoints:
    """What is done for each route of maps, over one library; each method is called in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def operations(self, base: str) -> list[Operation]:
        """All routes of maps, below the address ``base``."""

        def of_map(path: str, work: Any, gives: Any, asks: Any, *kinds: str) -> Operation:
            return Operation(
                f"{base}/{{id}}/{path}",
                work,
                gives,
                asks,
                {},
                kinds,
                (404, 409),
                True,
                action=Action.SEE,
            )

        return [
            Operation(
                base,
                self.maps,
                list[MapInfo | answers.UnreadableMap],
                requests.InCollection,
                fails=(404,),
                action=Action.SEE,
            ),
            of_map("points", self.points, None, requests.Points, _BINARY),
            of_map("colours", self.colours, answers.MapColours, requests.Colours, JSON),
            of_map("works", self.works, list[answers.MapWork], requests.Works, JSON),
            of_map("order", self.order, None, requests.OfMap, _BINARY),
            of_map("years", self.years, None, requests.OfMap, _BINARY),
            of_map("grid", self.grid, None, requests.OfMap, _BINARY),
            of_map("mosaic.{ending}", self.mosaic, None, requests.Mosaic, *_PICTURES.values()),
        ]

    def maps(self, asked: requests.InCollection) -> list[dict[str, Any]]:
        """Every map of the collection, newest first; those that cannot be read come last."""
        damaged = self._library.unreadable_maps(asked.name).items()
        return [
            *(info.to_json() for info in self._library.maps(asked.name)),
            *({"id": map_id, "error": why} for map_id, why in damaged),
        ]

    def points(self, asked: requests.Points) -> bytes:
        """Float32 [N, d], little-endian; with ``onto`` laid over that map, in its rows."""
        if not asked.onto:
            return _little(self._map(asked).points, "<f4")
        first = self._library.map(asked.name, asked.onto)
        laid = self._library.aligned_maps(asked.name, asked.onto, asked.id)
        return _little(rows.laid_over(first, laid), "<f4")

    def colours(self, asked: requests.Colours) -> dict[str, Any]:
        """What the works are coloured ``by``: names, counts, and codes or values as base64."""
        found = self._library.map_colouring(asked.name, asked.id, asked.by)
        return fields_of(answers.MapColours, found) | {
            "codes": _base64(found.codes, "u1"),
            "values": None if found.values is None else _base64(found.values, "<f4"),
        }

    def works(self, asked: requests.Works) -> list[dict[str, Any]]:
        """What the map shows of the works in ``rows``, at most 500, in that order."""
        catalog, found = self._library.catalog(asked.name), self._map(asked)
        media = f"/media/{quote(asked.name)}/{{}}/thumb.webp"
        media += f"?v={self._library.collection(asked.name).stamp}"
        return [
            {**asdict(work), "thumb": media.format(quote(work.id)) if work.has_image else ""}
            for work in rows.works(catalog, found, asked.rows)
        ]

    def order(self, asked: requests.OfMap) -> bytes:
        """Uint32 [N]: all rows, first those that are neighbours of the most other works."""
        return _little(rows.central_first(self._map(asked)), "<u4")

    def years(self, asked: requests.OfMap) -> bytes:
        """Int16 [N]: the year of each work, -32768 where it is not known."""
        return _little(rows.years(self._library.catalog(asked.name), self._map(asked)), "<i2")

    def grid(self, asked: requests.OfMap) -> bytes:
        """Int32 [N, 2]: column and row of each work in the mosaic."""
        return _little(self._map(asked).mosaic, "<i4")

    def mosaic(self, asked: requests.Mosaic) -> tuple[bytes, str]:
        """The mosaic as one picture, each work ``side`` pixels wide."""
        if asked.ending not in _PICTURES:
            raise NotFound(f"The mosaic is a picture of the kinds {', '.join(_PICTURES)}.")
        body = self._library.mosaic(asked.name, asked.id, asked.side, asked.ending)
        return body, _PICTURES[asked.ending]

    def _map(self, asked: requests.OfMap) -> Map:
        return self._library.map(asked.name, asked.id)


def _little(array: npt.NDArray[Any], dtype: str) -> bytes:
    return np.ascontiguousarray(array, np.dtype(dtype)).tobytes()


def _base64(array: npt.NDArray[Any], dtype: str) -> str:
    return base64.b64encode(_little(array, dtype)).decode()
