"""The policy as routes ask it."""

from collections.abc import Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from artsim.people import policy, present
from artsim.people.roles import Action


async def asked_for(action: Action | None, collection: str = "") -> None:
    """``policy.ask_at_door`` from an async route: what it looks up is on the disk."""
    if present.house() is not None:
        await run_in_threadpool(policy.ask_at_door, action, collection)


def asking(app: ASGIApp, action: Action) -> ASGIApp:
    """The app of a route, which first asks whether ``action`` may be done to its collection."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        await asked_for(action, str(scope.get("path_params", {}).get("collection", "")))
        await app(scope, receive, send)

    return asked


def for_all(endpoint: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """An async endpoint for everybody: a route that asks the policy nothing is withheld."""

    async def answered(request: Request) -> Response:
        policy.ask(Action.OPEN)
        response: Response = await endpoint(request)
        return response

    return answered
