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

if TYPE_CHECKING:
    from artsim.library import Library


class _Ours(StringConvertor):
    """The addresses that artsim answers; Streamlit's own files are /media/<hash>.png."""

    regex = r"(?:api/[\s\S]*|plotly\.min\.js|media/[^/]+/[^/]+/[^/]+)"


# st.App refuses a path that begins with /media/, and a Mount there would hide Streamlit's files.
register_url_convertor("artsim", _Ours())


def routes(of: "Library | None" = None) -> list[BaseRoute]:
    """The routes for a library, by default this process's own.

    Health answers at once; what the others need is imported when the first of them is asked.
    """

    def load() -> ASGIApp:
        from artsim.api.application import application
        from artsim.library import open_library

        return application(of or open_library())

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
    from artsim.library import open_library

    for info in open_library().collections():
        try:
            open_library().catalog(info.name)
        except Exception:  # whoever asks for it is told; the others are not kept waiting
            logging.getLogger(__name__).exception("collection %r cannot be read", info.name)
        break


__all__ = ["loading", "routes"]
