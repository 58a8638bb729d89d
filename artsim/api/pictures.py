"""The pictures of artworks, as a browser asks for them: thumbnails and previews."""

from starlette.requests import Request
from starlette.responses import Response

from artsim.api.headers import tagged
from artsim.core.errors import NotFound
from artsim.library import Library
from artsim.people import policy
from artsim.people.roles import Action

MEDIA_TYPE = "image/webp"


class Pictures:
    """The route over one library."""

    path = "/media/{collection}/{id}/{size}.{ending}"

    def __init__(self, library: Library) -> None:
        self._library = library

    def picture(self, request: Request) -> Response:
        """The picture of an artwork, with an ETag."""
        collection, artwork, size, ending = (
            request.path_params[name] for name in ("collection", "id", "size", "ending")
        )
        if ending != "webp":
            raise NotFound("Pictures are thumb.webp and preview.webp.")
        policy.ask_at_door(Action.SEE, collection)
        file = request.query_params.get("picture", "")
        found = self._library.media(collection, artwork, size, file)
        return tagged(request, found.data, MEDIA_TYPE, found.etag)
