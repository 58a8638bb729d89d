"""Routes that are loaded while a browser still fetches the frame of the page."""

import asyncio
import re
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from starlette.routing import BaseRoute, Match, Router
from starlette.types import Receive, Scope, Send

_PATIENCE = 2.0  # seconds from the server's start that a first visitor is waited for
_OURS = re.compile(r"/(api/.*|plotly\.min\.js|media/[^/]+/[^/]+/[^/]+)", re.DOTALL)


class Later(BaseRoute):
    """All of artsim's routes; ``load`` runs in a thread, requests wait until it is done.

    It begins with the first request that is not answered before, or soon without one: imports
    would hold up the start of the server, but not a browser that works on what it was sent.
    """

    def __init__(self, load: Callable[[], Iterable[BaseRoute]]) -> None:
        self._loaded: Future[Router] = Future()
        self._visited = threading.Event()
        threading.Thread(target=self._load, args=(load,), daemon=True).start()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the request is for artsim."""
        self._visited.set()
        ours = scope["type"] == "http" and _OURS.fullmatch(scope["path"])
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        router = await asyncio.wrap_future(self._loaded)
        await router(scope, receive, send)

    def _load(self, load: Callable[[], Iterable[BaseRoute]]) -> None:
        self._visited.wait(_PATIENCE)
        try:
            self._loaded.set_result(Router(list(load())))
        except BaseException as error:
            self._loaded.set_exception(error)
            raise
