"""The W3C's Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/),
by which OpenRefine and others match the cells of a table, or pictures, against a collection.
"""

import base64
import binascii
import html
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from artsim.api.body import limited
from artsim.api.decoding import in_turn
from artsim.api.headers import PRIVATE, shared_with
from artsim.api.iiif import public_address
from artsim.collection.columns import LABELS, title_of
from artsim.core.errors import ArtsimError, InvalidInput, NotFound
from artsim.core.limits import UPLOAD_LIMITS
from artsim.core.settings import setting
from artsim.exchange import reconciliation
from artsim.exchange.reconciliation import ARTIST, ARTWORK, PICTURE, Asked, Candidate
from artsim.images.query_pictures import QueryPicture, query_picture
from artsim.library import Library

_VERSION = "0.2"
_MOST_QUERIES = 50
_MOST_BYTES = 2 * UPLOAD_LIMITS.max_bytes  # a picture in base64 takes a third more
_TYPES = {ARTWORK: "Artwork", ARTIST: "Artist"}
_PROPERTIES = {
    "title": "Title",
    "year": "Year",
    "date": "Date",
    "accession": "Accession number",
    "url": "Web page",
    "licence": "Licence",
    **{column: title_of(column) for column in LABELS},
    PICTURE: "Picture",
}
_PREVIEW_POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


class Reconcile:
    """The routes over one library."""

    root = "/reconcile/{collection}"

    def __init__(self, library: Library) -> None:
        self._library = library

    def routes(self) -> list[Route]:
        """Starlette's routes."""
        return [
            Route(self.root, self.service, methods=["GET", "POST"]),
            Route(f"{self.root}/suggest/{{what}}", self.suggest),
            Route(f"{self.root}/properties", self.properties),
            Route(f"{self.root}/preview", self.preview),
        ]

    async def service(self, request: Request) -> Response:
        """What the service is; with ``queries`` or ``extend``, the answer to them."""
        name = request.path_params["collection"]
        fields = dict(request.query_params)
        if request.method == "POST":
            body = await limited(request, _MOST_BYTES, "The request").body()
            sent = parse_qs(body.decode("utf-8", "replace"), max_num_fields=8)
            fields |= {key: values[0] for key, values in sent.items()}

        def answered() -> dict[str, Any]:
            self._library.info(name)  # raises where there is no such collection
            if "queries" in fields:
                return self._answers(name, _object(fields["queries"], "queries"), request)
            if "extend" in fields:
                return self._extended(name, _object(fields["extend"], "extend"))
            return self._manifest(name, public_address(request))

        asked = fields.get("queries", "")  # an escape in it may hide a picture
        runs = in_turn if "data:" in asked or "\\u" in asked else run_in_threadpool
        return JSONResponse(await runs(answered), headers=_shared(request))

    async def suggest(self, request: Request) -> Response:
        """Entities, properties or types whose names begin like ``prefix``."""
        name, what = request.path_params["collection"], request.path_params["what"]
        prefix = request.query_params.get("prefix", "")[:400]

        def found() -> list[dict[str, Any]]:
            self._library.info(name)
            if what == "entity":
                if not prefix.strip():
                    return []
                listed = reconciliation.candidates(self._library, name, Asked(prefix))
                return [{"id": c.id, "name": c.name, "description": c.description} for c in listed]
            if what not in ("property", "type"):
                raise NotFound(f"There are no suggestions of {what[:40]!r}.")
            every = _PROPERTIES if what == "property" else _TYPES
            wanted = prefix.casefold()
            return [
                {"id": key, "name": title}
                for key, title in every.items()
                if wanted in title.casefold() or wanted in key
            ]

        answer = {"result": await run_in_threadpool(found)}
        return JSONResponse(answer, headers=_shared(request))

    async def properties(self, request: Request) -> Response:
        """What can be added to the rows of a table, for works."""
        await run_in_threadpool(self._library.info, request.path_params["collection"])
        offered = [
            {"id": key, "name": title} for key, title in _PROPERTIES.items() if key != PICTURE
        ]
        kind = request.query_params.get("type", ARTWORK)
        known = offered if kind == ARTWORK else []
        answer = {"type": kind, "properties": known}
        return JSONResponse(answer, headers=_shared(request))

    async def preview(self, request: Request) -> Response:
        """A small page about a work, or about an artist."""
        name, one = request.path_params["collection"], request.query_params.get("id", "")

        def page() -> str:
            try:
                row = self._library.artwork(name, one)
            except ArtsimError:
                artists = reconciliation.artists_of(self._library.catalog(name))
                if one not in artists:
                    raise
                return f"<!doctype html><title>{html.escape(one)}</title><p>{html.escape(one)}"
            lines = [row["title"] or row["id"], row.get("artist"), row.get("date")]
            shown = "<br>".join(html.escape(str(line)) for line in lines if line)
            picture = (
                f'<img src="/media/{html.escape(name)}/{html.escape(row["id"])}/thumb.webp" '
                'alt="" style="float:left;max-height:120px;margin-right:8px">'
                if row["has_image"]
                else ""
            )
            title = html.escape(str(lines[0]))
            return f"<!doctype html><meta charset=utf-8><title>{title}</title>{picture}<p>{shown}"

        # OpenRefine shows this page in a frame of its own page.
        framed = " ".join(("'self'", *setting("reconcile_origins")))
        policy = f"{_PREVIEW_POLICY}; frame-ancestors {framed}"
        headers = {**_shared(request), "Content-Security-Policy": policy}
        return HTMLResponse(await run_in_threadpool(page), headers=headers)

    def _manifest(self, name: str, base: str) -> dict[str, Any]:
        service = f"{base}/reconcile/{name}"
        suggested = {
            what: {"service_url": service, "service_path": f"/suggest/{what}"}
            for what in ("entity", "property", "type")
        }
        return {
            "versions": [_VERSION],
            "name": f"artsim: {self._library.called(name)}",
            "identifierSpace": f"{base}/iiif/3/{name}/",
            "schemaSpace": f"{base}/api/v1/openapi.json",
            "defaultTypes": [{"id": key, "name": title} for key, title in _TYPES.items()],
            "view": {"url": f"{base}/search?collection={name}&query={{{{id}}}}"},
            "preview": {
                "url": f"{service}/preview?id={{{{id}}}}",
                "width": 360,
                "height": 140,
            },
            "suggest": suggested,
            "extend": {
                "propose_properties": {"service_url": service, "service_path": "/properties"},
                "property_settings": [],
            },
            "batchSize": _MOST_QUERIES,
        }

    def _answers(self, name: str, queries: Mapping[str, Any], request: Request) -> dict[str, Any]:
        if len(queries) > _MOST_QUERIES:
            raise InvalidInput(f"Send at most {_MOST_QUERIES} queries at a time.")
        return {key: self._answer(name, query, request) for key, query in queries.items()}

    def _answer(self, name: str, query: Any, request: Request) -> dict[str, Any]:
        """The candidates of one cell; an error in it does not affect other cells."""
        try:
            found = reconciliation.candidates(self._library, name, self._asked(query, request))
        except ArtsimError as error:
            return {"result": [], "error": str(error)}
        return {"result": [_result(one) for one in found]}

    def _asked(self, query: Any, request: Request) -> Asked:
        if not isinstance(query, dict):
            raise InvalidInput('Each query is an object such as {"query": "Haystacks"}.')
        kinds = query.get("type")
        kinds = kinds if isinstance(kinds, list) else [kinds or ARTWORK]
        kind = next((k["id"] if isinstance(k, dict) and "id" in k else k for k in kinds), ARTWORK)
        if kind not in _TYPES:
            raise InvalidInput(f"There is no type {str(kind)[:40]!r}: use {' or '.join(_TYPES)}.")
        properties: dict[str, Sequence[str]] = {}
        picture: QueryPicture | None = None
        given = query.get("properties") or []
        for one in given if isinstance(given, list) else []:
            if not isinstance(one, dict) or not isinstance(one.get("pid"), str):
                raise InvalidInput('A property is an object such as {"pid": "artist", "v": "..."}.')
            values = one.get("v")
            texts = [_text(v) for v in (values if isinstance(values, list) else [values])]
            if one["pid"] == PICTURE:
                picture = self._picture(texts[0], request) if texts and texts[0] else None
            elif any(texts):
                properties[one["pid"]] = [text for text in texts if text]
        text = _text(query.get("query"))
        if text.startswith("data:image/"):
            picture, text = self._picture(text, request), ""
        limit = query.get("limit", 10)
        if type(limit) is not int or limit < 1:
            raise InvalidInput("The limit of a query is a whole number of at least 1.")
        return Asked(text[:400], str(kind), properties, picture, limit)

    def _picture(self, place: str, request: Request) -> QueryPicture:
        """The picture in a data: address, or of a work of this server; nothing is fetched."""
        if place.startswith("data:"):
            head, _, body = place.partition(",")
            try:
                data = base64.b64decode(body, validate=True) if ";base64" in head else b""
            except (binascii.Error, ValueError):
                data = b""
            if not data:
                raise InvalidInput("The picture is no data: address in base64: send it as one.")
            return query_picture(data)
        own = urlsplit(public_address(request)).netloc
        try:
            parts = urlsplit(place)
        except ValueError as error:
            raise InvalidInput("The picture's address is malformed: send another one.") from error
        steps = [unquote(step) for step in parts.path.split("/") if step]
        if parts.netloc in ("", own, request.headers.get("host", "")):
            if len(steps) == 4 and steps[0] == "media":
                return query_picture(self._library.stored(steps[1], steps[2]))
            if len(steps) >= 5 and steps[:2] == ["iiif", "3"]:
                return query_picture(self._library.stored(steps[2], steps[3]))
        raise InvalidInput(
            "artsim fetches no pictures from other sites: send the picture itself as a data: "
            "address in base64, or the address of a work on this server."
        )

    def _extended(self, name: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        ids, wanted = asked.get("ids"), asked.get("properties")
        if not isinstance(ids, list) or not isinstance(wanted, list) or len(ids) > 1_000:
            raise InvalidInput("Send ids, at most 1,000, and properties: both are lists.")
        names = [str(p.get("id")) for p in wanted if isinstance(p, dict)]
        rows: dict[str, Any] = {}
        for one in map(str, ids):
            try:
                row: Mapping[str, Any] = self._library.artwork(name, one)
            except ArtsimError:
                row = {}
            rows[one] = {prop: _values(row.get(prop)) for prop in names}
        meta = [{"id": prop, "name": _PROPERTIES.get(prop, prop)} for prop in names]
        return {"meta": meta, "rows": rows}


def _shared(request: Request) -> dict[str, str]:
    """Headers by which OpenRefine's page may read what the service is and suggests."""
    return {**PRIVATE, **shared_with(request, setting("reconcile_origins"))}


def _result(one: Candidate) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "type": [{"id": one.type, "name": _TYPES[one.type]}],
        "score": one.score,
        "match": one.match,
        "features": [{"id": key, "value": value} for key, value in one.features.items()],
    }


def _values(value: Any) -> list[dict[str, Any]]:
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return [{"bool": value}]
    if isinstance(value, int):
        return [{"int": value}]
    if isinstance(value, float):
        return [{"float": value}]
    return [{"str": str(value)}] if isinstance(value, str) else []


def _text(value: Any) -> str:
    """A property's value as text: what is reconciled already has an id and a name."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("id")
    return "" if value is None else str(value)


def _object(text: str, what: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The field {what} is not valid JSON.") from error
    if not isinstance(found, dict):
        raise InvalidInput(f"The field {what} must be a JSON object.")
    return found
