"""Whether the server is there: answered before anything else is loaded."""

from starlette.requests import Request
from starlette.responses import JSONResponse

import artsim
from artsim.api.headers import PRIVATE


def state() -> dict[str, str]:
    """That the server is up, and its version."""
    return {"status": "ok", "version": artsim.__version__}


async def health(request: Request) -> JSONResponse:  # noqa: ARG001
    """That the server is up, and its version."""
    return JSONResponse(state(), headers=PRIVATE)
