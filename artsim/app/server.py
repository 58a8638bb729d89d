"""What the app is made of: its router, the HTTP routes on the same port, words for a failure."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from artsim.api import loading, routes
from artsim.api.borders import Borders
from artsim.app.shell import places
from artsim.app.widgets.components import ROUTE
from artsim.core import watchdog
from artsim.core.error_log import log_files
from artsim.core.network import check_open
from artsim.core.settings import setting
from artsim.core.workspace import Workspace

_BEAT_SECONDS = 5.0
_FROZEN_SECONDS = 60.0  # nobody is answered meanwhile: much less than work may take


def parts(first: str = "search") -> dict[str, Any]:
    """The arguments of ``streamlit.App``, with the page ``first`` at the address without a path.

    Raises InvalidInput where the workspace cannot be used, so that it is told at the start.
    """
    Workspace.open()
    check_open(config.get_option("server.address") or "")
    places.set_first(first)
    return {
        "script_path": str(places.ROUTER),
        "routes": [*routes(), ROUTE],
        "lifespan": _lifespan,
        "middleware": [_borders()],
        "on_script_error": on_script_error,
    }


@asynccontextmanager
async def _lifespan(app: Any) -> AsyncIterator[None]:
    """Load what the first page asks for; log every thread's stack where the server freezes.

    The event loop itself shows that it goes on: a thread would, though nobody is answered.
    """

    async def beat() -> None:
        while True:
            watchdog.seen()
            await asyncio.sleep(min(_BEAT_SECONDS, watchdog.limit() / 4))

    with watchdog.watched(log_files()[0], _FROZEN_SECONDS):
        beating = asyncio.create_task(beat())
        try:
            async with loading(app):
                yield
        finally:
            beating.cancel()


def _borders() -> Middleware:
    address = config.get_option("server.address") or ""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return Middleware(Borders, address=address, names=setting("host_names"), scripts=scripts)


def on_script_error(error: Exception) -> bool:
    """Log the trace, show one sentence."""
    logging.getLogger("artsim.app").error("page failed", exc_info=error)
    st.error(
        "Something went wrong on this page, and nothing was lost. Reload the page; if it happens "
        "again, give the time to whoever looks after this server: the log has the details.",
        icon=":material/error:",
    )
    return True
