"""REST and picture routes on the app's port: the same functions as the pages, over HTTP."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from artsim.api.errors import HANDLERS
from artsim.api.health import health
from artsim.api.later import Later
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim import library
    from artsim.api import application
    from artsim.library import Library
else:
    application = lazy("artsim.api.application")
    library = lazy("artsim.library")


class _Ours(StringConvertor):
    """The addresses that artsim answers; Streamlit's own files are /media/<hash>.png."""

    regex = r"(?:(?:api|iiif/3|reconcile)/[\s\S]*|plotly\.min\.js|media/[^/]+/[^/]+/[^/]+)"


# st.App refuses a path that begins with /media/, and a Mount there would hide Streamlit's files.
register_url_convertor("artsim", _Ours())


def routes(of: "Library | None" = None) -> list[BaseRoute]:
    """The routes for a library, by default this process's own.

    Health answers at once; what the others need is imported when the first of them is asked.
    """

    def load() -> ASGIApp:
        return application.application(of or library.open_library())

    return [
        Route("/api/v1/health", health),
        Route("/{path:artsim}", ExceptionMiddleware(Later(load), HANDLERS)),
    ]


@asynccontextmanager
async def loading(app: Any) -> AsyncIterator[None]:  # noqa: ARG001
    """A lifespan that loads what the first page asks for, while the server answers already."""
    threading.Thread(target=_load, daemon=True).start()
    yield


def _load() -> None:
    for info in library.open_library().collections():
        try:
            library.open_library().catalog(info.name)
        except Exception:  # whoever asks for it is told; the others are not kept waiting
            logging.getLogger(__name__).exception("collection %r cannot be read", info.name)
        break


__all__ = ["loading", "routes"]
