"""What the browser asks of kept maps: points, colours, and the works behind them."""

import base64
import hashlib
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from artsim.api.answer import Answer, in_thread
from artsim.api.endpoints import A_WHILE, FOREVER, same, whole
from artsim.core.cache import LoadingCache
from artsim.core.errors import InvalidInput, NotFound
from artsim.library import Library

if TYPE_CHECKING:
    from artsim.maps.model import Map

MAX_WORKS = 500
UNKNOWN_YEAR = np.iinfo(np.int16).min
_SHOWN = ("id", "title", "artist", "date", "year")
_PICTURES = {"webp": "image/webp", "png": "image/png", "pdf": "application/pdf"}
_BINARY = "application/octet-stream"


class MapEndpoints:
    """Handlers over one engine. Answers carry a tag, and last where the address names a version."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._maps: LoadingCache[tuple[str, str], Map] = LoadingCache(8)
        self._pictures: LoadingCache[Hashable, bytes] = LoadingCache(6, 256 << 20, len)

    def routes(self) -> list[BaseRoute]:
        """All routes of maps, below their collection."""
        base = "/api/v1/collections/{name}/maps"
        return [
            Answer.route(base, get=self.maps),
            Answer.route(f"{base}/{{id}}/points", get=self.points),
            Answer.route(f"{base}/{{id}}/colours", get=self.colours),
            Answer.route(f"{base}/{{id}}/works", get=self.works),
            Answer.route(f"{base}/{{id}}/order", get=self.order),
            Answer.route(f"{base}/{{id}}/years", get=self.years),
            Answer.route(f"{base}/{{id}}/grid", get=self.grid),
            Answer.route(f"{base}/{{id}}/mosaic.{{ending}}", get=self.mosaic),
        ]

    async def maps(self, request: Request) -> Response:
        """Every kept map of the collection, newest first."""
        from artsim.maps.storage import list_maps

        found = await in_thread(list_maps, self._library, request.path_params["name"])
        return JSONResponse([info.to_json() for info in found])

    async def points(self, request: Request) -> Response:
        """Float32 [N, d], little-endian; with ``onto`` laid over that map, in its rows."""

        def read() -> bytes:
            found, onto = self._map(request), request.query_params.get("onto", "")
            if not onto:
                return _little(found.points, "<f4")
            from artsim.maps.alignment import aligned

            first = self._named(request.path_params["name"], onto)
            laid = aligned(first, found)
            points = np.full(first.points.shape, np.nan, np.float32)
            points[laid.first_rows] = laid.second_points
            return _little(points, "<f4")

        return await self._answer(request, read, _BINARY)

    async def colours(self, request: Request) -> Response:
        """What the works are coloured ``by``: names, counts, and codes or values as base64."""

        def read() -> bytes:
            from artsim.maps.colouring import colour_by

            found = colour_by(self._library, self._map(request), request.query_params.get("by", ""))
            values = found.values
            document = {
                "by": found.by,
                "kind": found.kind,
                "names": found.names,
                "counts": found.counts,
                "codes": _base64(found.codes, "u1"),
                "values": None if values is None else _base64(values, "<f4"),
                "low": found.low,
                "high": found.high,
                "note": found.note,
            }
            return bytes(JSONResponse(document).body)

        return await self._answer(request, read, "application/json")

    async def works(self, request: Request) -> Response:
        """What is said of the works in ``rows``, at most 500, in that order."""
        rows = _rows(request.query_params.get("rows", ""))

        def read() -> bytes:
            document = self._works(request.path_params["name"], self._map(request), rows)
            return bytes(JSONResponse(document).body)

        return await self._answer(request, read, "application/json")

    async def order(self, request: Request) -> Response:
        """Uint32 [N]: all rows, first those that stand among most other works' nearest."""

        def read() -> bytes:
            found = self._map(request)
            asked = np.bincount(found.neighbours.ravel(), minlength=len(found.ids))
            return _little(np.argsort(-asked, kind="stable"), "<u4")

        return await self._answer(request, read, _BINARY)

    async def years(self, request: Request) -> Response:
        """Int16 [N]: the year of each work, -32768 where it is not known."""

        def read() -> bytes:
            name, found = request.path_params["name"], self._map(request)
            catalog = self._library.catalog(name)
            years = catalog.table.column("year").to_pylist()
            place = catalog.positions
            known = [years[place[i]] if i in place else None for i in found.ids]
            filled = [UNKNOWN_YEAR if y is None or y != y else round(y) for y in known]
            return _little(np.clip(np.array(filled, np.int64), UNKNOWN_YEAR, 32767), "<i2")

        return await self._answer(request, read, _BINARY)

    async def grid(self, request: Request) -> Response:
        """Int32 [N, 2]: column and row of each work in the mosaic."""

        def read() -> bytes:
            return _little(self._map(request).mosaic, "<i4")

        return await self._answer(request, read, _BINARY)

    async def mosaic(self, request: Request) -> Response:
        """The mosaic as one picture, each work ``side`` pixels wide."""
        ending = request.path_params["ending"]
        if ending not in _PICTURES:
            raise NotFound(f"The mosaic is a picture of the kinds {', '.join(_PICTURES)}.")
        side = whole("side", request.query_params.get("side", "48"))

        def read() -> bytes:
            from artsim.maps.mosaic_image import picture

            name, found = request.path_params["name"], self._map(request)
            version = self._library.collection(name).version
            return self._pictures.get(
                (name, found.info.id, version, side, ending),
                lambda: picture(self._library, found, side, None, ending),
            )

        return await self._answer(request, read, _PICTURES[ending])

    def _map(self, request: Request) -> "Map":
        return self._named(request.path_params["name"], request.path_params["id"])

    def _named(self, name: str, map_id: str) -> "Map":
        from artsim.maps.storage import load_map

        return self._maps.get((name, map_id), lambda: load_map(self._library, name, map_id))

    def _works(self, name: str, found: "Map", rows: list[int]) -> list[dict[str, Any]]:
        if any(row >= len(found.ids) for row in rows):
            raise InvalidInput(f"This map has {len(found.ids):,} works: its rows begin at 0.")
        catalog, version = self._library.catalog(name), self._library.collection(name).version
        place = catalog.positions
        known = [row for row in rows if found.ids[row] in place]
        said = catalog.rows(np.array([place[found.ids[row]] for row in known], np.intp))
        works = []
        for row, work in zip(known, said, strict=True):
            shown = {field: work.get(field) for field in _SHOWN}
            thumb = f"/media/{quote(name)}/{quote(str(work['id']))}/thumb.webp?v={version}"
            works.append({"row": row, **shown, "thumb": thumb if work.get("has_image") else ""})
        return works

    async def _answer(self, request: Request, read: Callable[[], bytes], kind: str) -> Response:
        body = await in_thread(read)
        return tagged(request, body, kind)


def tagged(request: Request, body: bytes, kind: str, **headers: str) -> Response:
    """``body`` with its tag, kept for good where the address names a version (``v``)."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers |= {
        "ETag": tag,
        "Cache-Control": FOREVER if request.query_params.get("v") else A_WHILE,
    }
    if same(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=kind, headers=headers)


def _rows(text: str) -> list[int]:
    rows = [whole("rows", part) for part in text.split(",", MAX_WORKS)] if text else []
    if len(rows) > MAX_WORKS:
        raise InvalidInput(f"Ask for at most {MAX_WORKS} rows at a time.")
    if any(row < 0 for row in rows):
        raise InvalidInput("Rows are counted from 0.")
    return rows


def _little(array: npt.NDArray[Any], dtype: str) -> bytes:
    return np.ascontiguousarray(array, np.dtype(dtype)).tobytes()


def _base64(array: npt.NDArray[Any], dtype: str) -> str:
    return base64.b64encode(_little(array, dtype)).decode()
