"""REST and picture routes on the app's port: the same functions as the pages, over HTTP."""

import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from artsim.api import sign_in
from artsim.api.access import for_all
from artsim.api.errors import HANDLERS
from artsim.api.health import health
from artsim.api.later import Later
from artsim.api.metrics import Metrics
from artsim.core.lazy import lazy
from artsim.core.settings import setting
from artsim.core.workspace import Workspace
from artsim.people import present

if TYPE_CHECKING:
    from artsim import library
    from artsim.api import application
    from artsim.images import canonical
    from artsim.library import Library
    from artsim.upkeep import leftovers
else:
    application = lazy("artsim.api.application")
    canonical = lazy("artsim.images.canonical")
    leftovers = lazy("artsim.upkeep.leftovers")
    library = lazy("artsim.library")


# Seconds: starting the process for uploads takes half a second, which the first page needs more.
_LATER = 4.0


class _Ours(StringConvertor):
    """The addresses that artsim answers; Streamlit's own files are /media/<hash>.png."""

    regex = r"(?:(?:api|iiif/3|reconcile)/[\s\S]*|plotly\.min\.js|media/[^/]+/[^/]+/[^/]+)"


# st.App refuses a path that begins with /media/, and a Mount there would hide Streamlit's files.
register_url_convertor("artsim", _Ours())


def routes(of: "Library | None" = None, visitors: Callable[[], int] = lambda: 0) -> list[BaseRoute]:
    """The routes for a library, by default this process's own; ``visitors`` counts open pages.

    Health answers at once; what the others need is imported when the first of them is asked.
    """

    def load() -> ASGIApp:
        return application.application(of or library.open_library())

    def workspace() -> Workspace:
        return (of or library.open_library()).workspace

    return [
        Route("/api/v1/health", for_all(health)),
        Route("/metrics", Metrics(workspace, visitors).answer),
        *sign_in.routes(),
        Route("/{path:artsim}", ExceptionMiddleware(Later(load), HANDLERS)),
    ]


@asynccontextmanager
async def loading(app: Any) -> AsyncIterator[None]:  # noqa: ARG001
    """A lifespan that loads what the first page asks for, while the server answers already."""
    threading.Thread(target=_load, daemon=True).start()
    yield


def _load() -> None:
    with present.as_operator():
        for info in library.open_library().collections():
            try:
                library.open_library().catalog(info.name)
            except Exception:  # its own requests report it
                logging.getLogger(__name__).exception("collection %r cannot be read", info.name)
            break
        if not setting("read_only"):
            leftovers.sweep(library.open_library().workspace)
    time.sleep(_LATER)
    library.open_library().patches.networks.expect()
    canonical.expect_uploads()


__all__ = ["loading", "routes"]
