"""Routes that are imported when somebody asks for one of them."""

import threading
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send


class Later:
    """An ASGI application; ``load`` makes it, once, in a thread, at its first request.

    Imports take a second, and the server answers what needs none of them meanwhile. Where ``load``
    fails, the request gets its error and the next one tries again.
    """

    def __init__(self, load: Callable[[], ASGIApp]) -> None:
        self._load = load
        self._application: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        application = self._application
        if application is None:
            application = await run_in_threadpool(self._loaded)
        await application(scope, receive, send)

    def _loaded(self) -> ASGIApp:
        with self._lock:
            if self._application is None:
                self._application = self._load()
            return self._application
