"""What each route answers."""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from artsim.api.answer import in_thread
from artsim.api.body import MAX_TEXT, SearchBody, read_search
from artsim.collection.media import Picture
from artsim.core.errors import InvalidInput, NotFound
from artsim.core.limits import UPLOAD_LIMITS
from artsim.library import Library
from artsim.search.filters import Filters
from artsim.search.query import DEFAULT_K, Query
from artsim.search.service import MAX_PAGE, Page

_BACKBONE_FIELDS = (
    "name",
    "family",
    "origin",
    "offline",
    "dimension",
    "input_size",
    "licence",
    "digest",
)
_DEFAULT_PAGE = 50
FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=3600"


class Endpoints:
    """Handlers over one engine; blocking work runs in threads."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def collections(self, request: Request) -> Response:  # noqa: ARG002
        infos = [asdict(info) for info in await in_thread(self._library.collections)]
        broken = (await in_thread(self._library.broken)).items()
        return JSONResponse([*infos, *({"name": n, "error": why} for n, why in broken)])

    async def backbones(self, request: Request) -> Response:  # noqa: ARG002
        found = await in_thread(self._library.backbones)
        return JSONResponse([{n: getattr(b, n) for n in _BACKBONE_FIELDS} for b in found])

    async def artworks(self, request: Request) -> Response:
        name = request.path_params["name"]
        options = request.query_params
        where = options.get("where", "")
        if len(where) > MAX_TEXT:
            raise InvalidInput(f"The filter is longer than {MAX_TEXT:,} characters.")
        offset = whole("offset", options.get("offset", "0"))
        limit = whole("limit", options.get("limit", str(_DEFAULT_PAGE)))
        if limit > MAX_PAGE:
            raise InvalidInput(f"The limit is at most {MAX_PAGE} artworks: ask page by page.")
        page: Page = await in_thread(
            self._library.browse, name, Filters(where=where), offset, limit
        )
        return JSONResponse(
            {
                "collection": name,
                "total": page.total,
                "offset": page.offset,
                "limit": page.limit,
                "artworks": [_plain(row) for row in page.rows],
            }
        )

    async def search(self, request: Request) -> Response:
        body = await read_search(request, UPLOAD_LIMITS.max_bytes)
        result = await in_thread(self._library.search, request.path_params["name"], _query(body))
        return JSONResponse(result.to_json())

    async def media(self, request: Request) -> Response:
        collection, artwork = (request.path_params[n] for n in ("collection", "id"))
        size, _, ending = request.path_params["file"].rpartition(".")
        if ending != "webp":
            raise NotFound("Pictures are thumb.webp and preview.webp.")
        found: Picture = await in_thread(self._library.media, collection, artwork, size)
        headers = {
            "ETag": found.etag,
            "Cache-Control": FOREVER if request.query_params.get("v") else A_WHILE,
        }
        if same(request.headers.get("if-none-match", ""), found.etag):
            return Response(status_code=304, headers=headers)
        return Response(found.data, media_type="image/webp", headers=headers)


def _query(body: SearchBody) -> Query:
    fields = body.fields
    return Query(
        backbone=fields.get("backbone", ""),
        id=fields.get("id"),
        image=body.image,
        image_name=body.image_name,
        metric=fields.get("metric", "cosine"),
        k=whole("k", fields.get("k", str(DEFAULT_K))),
        filters=Filters(where=fields.get("where", "")),
        index=fields.get("index", "auto"),
    )


def whole(name: str, text: str) -> int:
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
        raise InvalidInput(f"The value of {name} must be a whole number, not {text[:40]!r}.")
    return int(text)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row that JSON can hold: numbers that are none become null."""
    return {name: None if value != value else value for name, value in row.items()}


def same(if_none_match: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
