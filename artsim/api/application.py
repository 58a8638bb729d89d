"""All of artsim's addresses as one application; the API's are imported when one is asked for."""

from typing import TYPE_CHECKING

from starlette.routing import Route, Router
from starlette.types import ASGIApp

from artsim.api.access import asking
from artsim.api.later import Later
from artsim.api.pictures import Pictures
from artsim.api.plotly import script
from artsim.core.lazy import lazy
from artsim.library import Library
from artsim.people.roles import Action

if TYPE_CHECKING:
    from artsim.api import iiif, reconcile, v1
else:
    iiif = lazy("artsim.api.iiif")
    reconcile = lazy("artsim.api.reconcile")
    v1 = lazy("artsim.api.v1")


def application(library: Library) -> Router:
    """A router for a library: it raises errors, for ``artsim.api.errors`` to answer."""

    def api() -> ASGIApp:
        # pydantic, which checks requests to the API, is not needed for the first page.
        return v1.router(library)

    def shared() -> ASGIApp:
        found = [*iiif.Iiif(library).routes(), *reconcile.Reconcile(library).routes()]
        for route in found:
            route.app = asking(route.app, Action.SEE)
        return Router(found, redirect_slashes=False)

    for_others = Later(shared)
    return Router(
        [
            Route(Pictures.path, Pictures(library).picture),
            Route("/plotly.min.js", script),
            Route("/api/{path:path}", Later(api)),
            Route("/iiif/{path:path}", for_others),
            Route("/reconcile/{path:path}", for_others),
        ],
        redirect_slashes=False,
    )
