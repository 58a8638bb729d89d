"""What a client is told when a request fails: one sentence, never a stack trace."""

import logging
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.types import Message, Scope, Send

from artsim.api.headers import PRIVATE
from artsim.core.errors import ArtsimError
from artsim.core.trouble import trouble

_UNKNOWN = "Something went wrong inside artsim: its log has the details."
_log = logging.getLogger(__name__)


def problem(status: int, sentence: str, **headers: str) -> JSONResponse:
    """``{"error": sentence}`` with a status."""
    return JSONResponse({"error": sentence}, status, {**PRIVATE, **headers})


async def _expected(request: Request, error: ArtsimError) -> JSONResponse:  # noqa: ARG001
    return problem(error.status, str(error))


async def _routing(request: Request, error: HTTPException) -> JSONResponse:
    """Starlette's own: an unknown address, or a method that an address does not take."""
    if error.status_code == 405:
        allowed = sorted((error.headers or {}).get("Allow", "").split(", "))
        return problem(405, _use(allowed), Allow=", ".join(allowed))
    return problem(
        error.status_code, _words(error.status_code, request.url.path, error.detail, " in this API")
    )


class InWords:
    """Passes an answer on; a failure in plain text, such as Streamlit's own, becomes JSON.

    Pages and files go through untouched, and what an answer says in its other headers stays.
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        self._path, self._send = scope["path"], send
        self._start: Message | None = None
        self._said = b""

    async def send(self, message: Message) -> None:
        """Take the next message of the app."""
        if message["type"] == "http.response.start" and _is_plain_failure(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._said += message.get("body", b"")[: 200 - len(self._said)]
            if not message.get("more_body", False):
                await self._tell(self._start)

    async def _tell(self, start: Message) -> None:
        status, headers = start["status"], MutableHeaders(scope=start)
        said = self._said.decode("utf-8", "replace")
        answer = problem(status, _words(status, self._path, said))
        if status == 405:
            answer = problem(405, _use(sorted(headers.get("allow", "GET, HEAD").split(", "))))
        for name, value in answer.headers.items():
            headers[name] = value
        await self._send(start)
        await self._send({"type": "http.response.body", "body": answer.body})


def _is_plain_failure(start: Message) -> bool:
    kind = Headers(raw=start.get("headers", [])).get("content-type", "text/plain")
    return start["status"] >= 400 and kind.startswith("text/plain")


def _use(methods: list[str]) -> str:
    return f"Use {' or '.join(methods)} here."


def _words(status: int, path: str, said: str, where: str = "") -> str:
    if status == 404:
        return f"There is nothing at {path[:80]!r}{where}."
    if status >= 500:
        return _UNKNOWN
    return f"{' '.join(said.split()).rstrip('.') or 'This cannot be answered'}."


async def _cut_off(request: Request, error: ClientDisconnect) -> JSONResponse:  # noqa: ARG001
    return problem(400, "The upload ended before it was complete: send it again.")


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return problem(500, trouble(error) or _UNKNOWN)


HANDLERS: dict[Any, Any] = {
    ArtsimError: _expected,
    HTTPException: _routing,
    ClientDisconnect: _cut_off,
    Exception: _unforeseen,
}
