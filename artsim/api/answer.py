"""From a request to a response: methods, heavy work in threads, and errors as one sentence."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from artsim.core.errors import ArtsimError, NotFound
from artsim.core.trouble import trouble

_log = logging.getLogger(__name__)
Handler = Callable[[Request], Awaitable[Response]]


class Answer:
    """An ASGI app for one path: a handler for GET (and HEAD) or one for POST, JSON for the rest."""

    def __init__(self, get: Handler | None = None, post: Handler | None = None) -> None:
        self._handlers = {"GET": get, "HEAD": get, "POST": post}

    @classmethod
    def route(cls, path: str, get: Handler | None = None, post: Handler | None = None) -> Route:
        """A route that takes every method itself; without handlers, every path is unknown."""
        return Route(path, cls(get, post))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(Request(scope, receive))
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        if scope["method"] == "HEAD":
            response.body = b""  # the headers, length included, stay those of GET
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        allowed = [method for method, handler in self._handlers.items() if handler]
        handler = self._handlers.get(request.method)
        try:
            if not allowed:
                raise NotFound(f"There is nothing at {request.url.path[:80]!r} in this API.")
            if handler is None:
                return problem(405, f"Use {' or '.join(allowed)} here.", Allow=", ".join(allowed))
            return await handler(request)
        except ArtsimError as error:
            return problem(error.status, str(error))
        except ClientDisconnect:
            return problem(400, "The upload ended before it was complete: send it again.")
        except Exception as error:
            _log.exception("%s %s failed", request.method, request.url.path)
            unknown = "Something went wrong inside artsim: its log has the details."
            return problem(500, trouble(error) or unknown)


def problem(status: int, sentence: str, **headers: str) -> JSONResponse:
    """``{"error": sentence}`` with a status."""
    return JSONResponse({"error": sentence}, status, headers)


async def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    """Run blocking ``work`` beside the event loop."""
    return await run_in_threadpool(work, *args)
