"""REST and picture routes on the app's port: the same functions as the pages, over HTTP."""

from typing import TYPE_CHECKING

from starlette.routing import BaseRoute

from artsim.api.answer import Answer
from artsim.api.health import health
from artsim.api.later import Later

if TYPE_CHECKING:
    from artsim.library import Library


def routes(of: "Library | None" = None) -> list[BaseRoute]:
    """The routes of the contract for a library, by default this process's own."""
    from artsim.api.endpoints import Endpoints
    from artsim.api.maps import MapEndpoints
    from artsim.api.plotly import script
    from artsim.api.unreserved import Unreserved
    from artsim.library import open_library

    served = of or open_library()
    ends = Endpoints(served)
    return [
        Answer.route("/api/v1/health", get=health),
        Answer.route("/api/v1/collections", get=ends.collections),
        Answer.route("/api/v1/backbones", get=ends.backbones),
        Answer.route("/api/v1/collections/{name}/artworks", get=ends.artworks),
        Answer.route("/api/v1/collections/{name}/search", post=ends.search),
        *MapEndpoints(served).routes(),
        Answer.route("/plotly.min.js", get=script),
        Unreserved(Answer.route("/media/{collection}/{id}/{file}", get=ends.media)),
        Answer.route("/api/{path:path}"),
    ]


def started() -> list[BaseRoute]:
    """The same routes for this process's library, at once: all but health are loaded meanwhile."""
    return [Answer.route("/api/v1/health", get=health), Later(_warm)]


def _warm() -> list[BaseRoute]:
    """The routes, with what the first page asks of the library read already."""
    from artsim.library import open_library

    for info in open_library().collections():
        open_library().catalog(info.name)
        break
    return routes()


__all__ = ["routes", "started"]
