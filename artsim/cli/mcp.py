"""``artsim mcp``: the collections for agents, over stdin and stdout."""

import logging
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.core.error_log import log_files
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim import library
    from artsim.mcp import server
else:
    library = lazy("artsim.library")
    server = lazy("artsim.mcp.server")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: artsim mcp, named as the command in an agent's settings")(mcp)


def mcp(
    allow_changes: Annotated[
        bool,
        typer.Option("--allow-changes", help="Also let agents fill trays and store evaluations."),
    ] = False,
) -> None:
    """Let agents search, show and explain, by the Model Context Protocol on stdin and stdout."""
    logging.getLogger("artsim.mcp").addHandler(logging.FileHandler(log_files()[0], delay=True))
    server.server_of(library.open_library(Workspace.open()), allow_changes).run("stdio")
