"""IIIF: manifests and collections of works, and their pictures, for viewers and other museums."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from artsim.api.headers import shared_with, tagged
from artsim.core.errors import NotFound
from artsim.core.settings import setting
from artsim.exchange.iiif import image, presentation
from artsim.exchange.iiif.addresses import Addresses
from artsim.exchange.iiif.works import file_of, shown_work, shown_works
from artsim.library import Library
from artsim.search.view import View, from_params

ROOT = "/iiif/3"
TRAY = "tray"  # in the place of a collection: what follows is the token of a shared tray
_PICTURE = f"{ROOT}/{{collection}}/{{id}}/{{picture}}"
COLLECTION = f"{ROOT}/{{collection}}/manifest.json"
PART = f"{ROOT}/{{collection}}/part-{{part:int}}.json"
RESULTS = f"{ROOT}/{{collection}}/results.json"
MANIFEST = f"{ROOT}/{{collection}}/{{id}}/manifest.json"
INFO = f"{_PICTURE}/info.json"
IMAGE = f"{_PICTURE}/{{region}}/{{size}}/{{rotation}}/{{quality}}.{{format}}"


class Iiif:
    """The routes over one library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def routes(self) -> list[Route]:
        """Starlette's routes."""
        return [
            Route(COLLECTION, self.collection),
            Route(PART, self.collection),
            Route(RESULTS, self.results),
            Route(MANIFEST, self.manifest),
            Route(_PICTURE, self.service),
            Route(INFO, self.info),
            Route(IMAGE, self.image),
        ]

    async def collection(self, request: Request) -> Response:
        """The works of a collection as an IIIF collection."""
        name, part = request.path_params["collection"], request.path_params.get("part")

        def made() -> dict[str, Any]:
            table = self._library.catalog(name).listed("id", "title")
            works = list(
                zip(
                    table.column("id").to_pylist(),
                    table.column("title").to_pylist(),
                    strict=True,
                )
            )
            parts = 1 + (len(works) - 1) // presentation.PART
            if part is not None and not 1 <= part <= parts:
                raise NotFound(f"The list of {name!r} has no part {part}.")
            label = self._library.called(name)
            return presentation.collection(name, label, works, addresses_of(request), part)

        return await self._document(request, made, presentation.MEDIA_TYPE)

    async def manifest(self, request: Request) -> Response:
        """One work as an IIIF manifest."""
        name, artwork_id = request.path_params["collection"], request.path_params["id"]

        def made() -> dict[str, Any]:
            if name == TRAY:
                with suppress(NotFound):  # then it is a collection that is called so
                    return self._tray(artwork_id, request)
            work = shown_work(self._library, name, artwork_id)
            return presentation.manifest(work, addresses_of(request))

        return await self._document(request, made, presentation.MEDIA_TYPE)

    def _tray(self, token: str, request: Request) -> dict[str, Any]:
        """The works of a tray that somebody shared, in their order, with the notes on them."""
        tray = self._library.trays.shared(token)
        works, _ = shown_works(
            self._library, ((item.collection, item.id, item.note) for item in tray.items)
        )
        addresses = addresses_of(request)
        own = addresses.tray(token)
        return presentation.listed_manifest(tray.name, works, addresses, own, tray.note)

    async def results(self, request: Request) -> Response:
        """What a search shows, in its order: it is asked for as the Search page is."""
        name = request.path_params["collection"]
        params = {field: request.query_params.getlist(field) for field in request.query_params}

        def made() -> dict[str, Any]:
            view = self._library.settled(replace(from_params(params), collection=name))
            found = ((name, artwork_id, "") for artwork_id in self._library.found(view))
            works, _ = shown_works(self._library, found)
            addresses = addresses_of(request)
            own = addresses.results(name, view.to_params())
            return presentation.listed_manifest(self._label(view), works, addresses, own)

        return await self._document(request, made, presentation.MEDIA_TYPE)

    def _label(self, view: View) -> str:
        """What a list of results is called."""
        of = self._library.called(view.collection)
        if view.query:
            title = self._library.artwork(view.collection, view.query).get("title") or view.query
            return f"Works like {title} ({of})"
        return f"Works like a picture ({of})" if view.is_asked else f"Works found in {of}"

    async def service(self, request: Request) -> Response:
        """The address of an image service leads to its description."""
        await run_in_threadpool(self._library.info, request.path_params["collection"])
        return RedirectResponse(f"{request.url.path}/info.json", 303, headers=_shared(request))

    async def info(self, request: Request) -> Response:
        """What can be asked of a picture by the Image API."""
        name, artwork_id, picture = (
            request.path_params[n] for n in ("collection", "id", "picture")
        )

        def made() -> dict[str, Any]:
            address = addresses_of(request).picture(name, artwork_id, picture)
            return image.info(self._stored(name, artwork_id, picture), address)

        return await self._document(request, made, image.MEDIA_TYPE)

    async def image(self, request: Request) -> Response:
        """A part of a picture in a size, by the Image API."""
        asked = request.path_params

        def made() -> tuple[bytes, str]:
            jpeg = self._stored(asked["collection"], asked["id"], asked["picture"])
            parts = (asked[n] for n in ("region", "size", "rotation", "quality", "format"))
            return image.rendered(jpeg, *parts)

        data, kind = await run_in_threadpool(made)
        return tagged(request, data, kind, **_shared(request))

    def _stored(self, name: str, artwork_id: str, picture: str) -> bytes:
        file = file_of(self._library, name, artwork_id, picture)
        return self._library.stored(name, artwork_id, file)

    async def _document(self, request: Request, make: Any, kind: str) -> Response:
        body = json.dumps(await run_in_threadpool(make), ensure_ascii=False).encode()
        return tagged(request, body, kind, **_shared(request))


def addresses_of(request: Request) -> Addresses:
    """Where this server is found: as the operator says it, else as it was asked."""
    return Addresses(f"{public_address(request)}{ROOT}")


def public_address(request: Request) -> str:
    """The address of this server without a slash at its end, such as http://127.0.0.1:8501."""
    return str(setting("public_url")) or str(request.base_url).rstrip("/")


def _shared(request: Request) -> dict[str, str]:
    """Headers for the pages of other sites, where the operator lets them read or names a viewer."""
    viewer = urlsplit(str(setting("iiif_viewer")))
    own = (f"{viewer.scheme}://{viewer.netloc}",) if viewer.netloc else ()
    return shared_with(request, (*setting("iiif_origins"), *own))
