"""The parts of the app: its router, HTTP routes on the same port, the sentence for a failure."""

import asyncio
import logging
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from artsim.api import connections, loading, routes
from artsim.api.borders import Borders
from artsim.api.door import Door
from artsim.app import supervise
from artsim.app.shell import admission, identity, places
from artsim.app.widgets.components import ROUTE
from artsim.app.widgets.texts import markdown
from artsim.core import watchdog
from artsim.core.error_log import log_files
from artsim.core.errors import ArtsimError, NotSignedIn
from artsim.core.lazy import lazy
from artsim.core.network import check_open
from artsim.core.settings import setting
from artsim.core.workspace import Workspace
from artsim.people import opening, present

if TYPE_CHECKING:
    from artsim.app import oidc
else:
    oidc = lazy("artsim.app.oidc")

_BEAT_SECONDS = 5.0


def parts(first: str = "search") -> dict[str, Any]:
    """The arguments of ``streamlit.App``, with the page ``first`` at the address without a path.

    Raises InvalidInput at the start if the workspace cannot be used.
    """
    _open_house(Workspace.open())
    check_open(config.get_option("server.address") or "")
    places.set_first(first)
    _import_path_stays()
    connections.limit(AutoHTTPProtocol)
    return {
        "script_path": str(places.ROUTER),
        "routes": [*routes(visitors=admission.taken), ROUTE],
        "lifespan": _lifespan,
        "middleware": [_borders(), Middleware(Door, pages=places.PAGES)],
        "on_script_error": on_script_error,
    }


def _import_path_stays() -> None:
    """Keep the router's folder in ``sys.path``, where Streamlit puts it for each run of a page.

    An import that walks the list while another thread takes a folder out misses the next one, and
    a package that is there is not found. At the end it is in nobody's way.
    """
    folder = os.path.dirname(os.path.abspath(places.ROUTER))
    if folder not in sys.path:
        sys.path.append(folder)


@asynccontextmanager
async def _lifespan(app: Any) -> AsyncIterator[None]:
    """Load what the first page asks for; log every thread's stack where the server freezes.

    The event loop itself sends the sign of life: a thread would go on though nobody is answered.
    """

    async def beat() -> None:
        while True:
            watchdog.seen()
            supervise.beat()
            await asyncio.sleep(min(_BEAT_SECONDS, watchdog.limit() / 4))

    with watchdog.watched(log_files()[0], watchdog.server_limit()):
        beating = asyncio.create_task(beat())
        try:
            async with loading(app):
                yield
        finally:
            beating.cancel()


def _open_house(workspace: Workspace) -> None:
    """Set the rules that the settings name, before the first request."""
    if setting("sign_in") != "oidc":
        present.open_house(opening.house(workspace), identity.person)
        return
    oidc.check()
    present.open_house(opening.house(workspace, oidc.claims), identity.person)


def _borders() -> Middleware:
    address = config.get_option("server.address") or ""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    return Middleware(
        Borders,
        address=address,
        names=setting("host_names"),
        scripts=scripts,
        shown=setting("iiif_sources"),
    )


def on_script_error(error: Exception) -> bool:
    """Log the trace, show one sentence."""
    if isinstance(error, ArtsimError):
        st.error(markdown(error, 1000), icon=":material/error:")
        if isinstance(error, NotSignedIn):  # the session ended while the page was open
            st.page_link(places.SIGN_IN, label="Sign in", icon=":material/login:")
        return True
    logging.getLogger("artsim.app").error("page failed", exc_info=error)
    st.error(
        "Something went wrong on this page, and nothing was lost. Reload the page; if it happens "
        "again, give the time to whoever looks after this server: the log has the details.",
        icon=":material/error:",
    )
    return True
