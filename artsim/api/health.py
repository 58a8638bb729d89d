"""Whether the server is there: answered before anything else is loaded."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import artsim


async def health(request: Request) -> Response:  # noqa: ARG001
    """That it is up, and its version."""
    return JSONResponse({"status": "ok", "version": artsim.__version__})
