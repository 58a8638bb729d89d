"""What a client is told when a request fails: one sentence, never a stack trace."""

import logging
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from artsim.api.headers import PRIVATE
from artsim.core.errors import ArtsimError
from artsim.core.trouble import trouble

_log = logging.getLogger(__name__)


def problem(status: int, sentence: str, **headers: str) -> JSONResponse:
    """``{"error": sentence}`` with a status."""
    return JSONResponse({"error": sentence}, status, {**PRIVATE, **headers})


async def _expected(request: Request, error: ArtsimError) -> JSONResponse:  # noqa: ARG001
    return problem(error.status, str(error))


async def _routing(request: Request, error: HTTPException) -> JSONResponse:
    """Starlette's own: an unknown address, or a method that an address does not take."""
    if error.status_code == 404:
        return problem(404, f"There is nothing at {request.url.path[:80]!r} in this API.")
    if error.status_code == 405:
        allowed = sorted((error.headers or {}).get("Allow", "").split(", "))
        return problem(405, f"Use {' or '.join(allowed)} here.", Allow=", ".join(allowed))
    return problem(error.status_code, f"{error.detail.rstrip('.')}.")


async def _cut_off(request: Request, error: ClientDisconnect) -> JSONResponse:  # noqa: ARG001
    return problem(400, "The upload ended before it was complete: send it again.")


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    unknown = "Something went wrong inside artsim: its log has the details."
    return problem(500, trouble(error) or unknown)


HANDLERS: dict[Any, Any] = {
    ArtsimError: _expected,
    HTTPException: _routing,
    ClientDisconnect: _cut_off,
    Exception: _unforeseen,
}
