"""``artsim serve``: the app and the HTTP routes on one port."""

from typing import TYPE_CHECKING, Annotated

import typer

from artsim.core.lazy import lazy
from artsim.core.settings import SignIn

if TYPE_CHECKING:
    from artsim.app import serve as server
else:
    server = lazy("artsim.app.serve")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: artsim serve --port 8501")(serve)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for the network.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the app in a browser.")
    ] = False,
    open_to_network: Annotated[
        bool,
        typer.Option(
            "--open-to-network", help="Let everybody in who can reach --host, without signing in."
        ),
    ] = False,
    host_name: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="A name that browsers find this server under; repeat for several."
        ),
    ] = None,
    sign_in: Annotated[
        SignIn | None, typer.Option(help="How people sign in: none unless ARTSIM_SIGN_IN says so.")
    ] = None,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Let nobody change anything.")
    ] = False,
    proxy_address: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="Address of a trusted proxy; repeat for several."),
    ] = None,
) -> None:
    """Serve the app and the HTTP routes until Ctrl-C."""
    server.serve(
        host,
        port,
        open_browser,
        open_to_network,
        tuple(host_name or ()),
        sign_in,
        read_only,
        tuple(proxy_address or ()),
    )
