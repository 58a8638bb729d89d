"""REST and picture routes on the app's port: the same functions as the pages, over HTTP."""

from starlette.routing import BaseRoute

from artsim.api.answer import Answer
from artsim.api.endpoints import Endpoints
from artsim.api.maps import MapEndpoints
from artsim.api.plotly import script
from artsim.api.unreserved import Unreserved
from artsim.engine import Engine, engine


def routes(of: Engine | None = None) -> list[BaseRoute]:
    """The routes of the contract for an engine, by default this process's own."""
    served = of or engine()
    ends = Endpoints(served)
    return [
        Answer.route("/api/v1/health", get=ends.health),
        Answer.route("/api/v1/collections", get=ends.collections),
        Answer.route("/api/v1/backbones", get=ends.backbones),
        Answer.route("/api/v1/collections/{name}/artworks", get=ends.artworks),
        Answer.route("/api/v1/collections/{name}/search", post=ends.search),
        *MapEndpoints(served).routes(),
        Answer.route("/plotly.min.js", get=script),
        Unreserved(Answer.route("/media/{collection}/{id}/{file}", get=ends.media)),
        Answer.route("/api/{path:path}"),
    ]


__all__ = ["routes"]
