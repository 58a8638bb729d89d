"""All of artsim's addresses as one application; the API's are imported when one is asked for."""

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from artsim.api.later import Later
from artsim.api.pictures import Pictures
from artsim.api.plotly import script
from artsim.library import Library


def application(library: Library) -> Router:
    """A router for a library: it raises errors, for ``artsim.api.errors`` to answer."""

    def api() -> ASGIApp:
        # pydantic, which checks what the API is asked, is not needed for the first page.
        from artsim.api.v1 import router

        return router(library)

    return Router(
        [
            Route(Pictures.path, Pictures(library).picture),
            Route("/plotly.min.js", script),
            Route("/api/{path:path}", Later(api)),
        ],
        redirect_slashes=False,
    )
