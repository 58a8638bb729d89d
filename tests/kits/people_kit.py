"""People of a museum, and a server in this process where they have to sign in."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from artsim.api import routes
from artsim.api.borders import Borders
from artsim.api.door import Door
from artsim.app.widgets.components import ROUTE
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.people import access, accounts, identity, present, sessions
from artsim.people.person import Person
from artsim.people.present import House
from artsim.people.roles import Role

ROLES: dict[str, Role | None] = {
    "nobody": None,
    "vera": Role.VIEWER,
    "carl": Role.CURATOR,
    "ada": Role.ADMIN,
}
PASSWORD = "correct horse battery"
PAGES = ("search", "map")


@contextmanager
def ruled(
    workspace: Workspace, name: str = "nobody", mode: str = "local", read_only: bool = False
) -> Iterator[None]:
    """Within the block this process serves under rules, and ``name`` of ROLES looks at them."""
    role = ROLES[name]
    who = Person(name if role else "", role, "local", "192.0.2.1")
    present.open_house(House(workspace, mode, read_only), lambda: who)
    access._forget(workspace)
    identity.forget()
    try:
        yield
    finally:
        present.open_house(None)


def with_tokens(workspace: Workspace) -> dict[str, dict[str, str]]:
    """Add the people of ROLES; the headers that each of them sends."""
    headers: dict[str, dict[str, str]] = {"nobody": {}}
    for name, role in ROLES.items():
        if role is not None:
            accounts.add(workspace, name, role, None)
            secret = sessions.make_token(workspace, name, "test")[1]
            headers[name] = {"Authorization": f"Bearer {secret}"}
    return headers


@contextmanager
def serving_here(library: Library, more: tuple[Any, ...] = ()) -> Iterator[str]:
    """The routes of a library behind borders and door, on loopback; the address."""
    app = Starlette(
        routes=[*more, *routes(library), ROUTE],
        middleware=[Middleware(Borders), Middleware(Door, pages=PAGES)],
    )
    config = uvicorn.Config(app, port=0, log_level="critical", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 120
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)
