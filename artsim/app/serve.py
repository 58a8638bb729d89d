"""Serving the app and the HTTP routes: checks first, then Streamlit's own server."""

import os
import socket
import sys
import threading
import urllib.request
import webbrowser
from pathlib import Path

import tenacity

from artsim.app import supervise
from artsim.core.errors import InvalidInput
from artsim.core.network import check_open
from artsim.core.settings import setting, variable
from artsim.core.workspace import Workspace
from artsim.people import opening

_APP = Path(__file__).resolve().parent / "main.py"
_START_SECONDS = 60.0


def serve(
    host: str,
    port: int,
    open_browser: bool = False,
    open_to_network: bool = False,
    host_names: tuple[str, ...] = (),
    sign_in: str | None = None,
    read_only: bool = False,
    proxies: tuple[str, ...] = (),
) -> None:
    """Serve until the process is told to stop.

    ``host_names`` are names that browsers find it under, besides this machine's own. ``sign_in`` is
    none, local, proxy or oidc, ``proxies`` the addresses of trusted proxies; on a ``read_only``
    server nobody changes anything. Raises InvalidInput if the address cannot be listened on, if it
    can be reached from the network without sign-in and without ``open_to_network``, or if nobody
    could sign in.
    """
    if sign_in:
        os.environ[variable("sign_in")] = sign_in
    if read_only:
        os.environ[variable("read_only")] = "1"
    if proxies:
        os.environ[variable("proxies")] = ",".join((*setting("proxies"), *proxies))
    setting("proxies")
    if open_to_network:
        os.environ[variable("open_to_network")] = "1"
    if host_names:
        os.environ[variable("host_names")] = ",".join((*setting("host_names"), *host_names))
    setting("host_names")
    check_open(host)
    check_free(host, port)
    workspace = Workspace.open()
    if opening.has_rules():
        os.environ[opening.FORWARDED] = ""
        opening.house(workspace)
    os.environ["ARTSIM_HOME"] = str(workspace.root)
    url = address(host, port)
    sys.stderr.write(f"artsim is at {url} (Ctrl-C stops it; background jobs go on)\n")
    if open_browser:
        threading.Thread(target=_open_when_ready, args=(url,), daemon=True).start()
    supervise.run(_streamlit(host, port))


def address(host: str, port: int) -> str:
    """The URL under which a browser on this machine finds the app."""
    if host in ("0.0.0.0", "::", ""):  # noqa: S104
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def check_free(host: str, port: int) -> None:
    """Raise InvalidInput if this address cannot be listened on."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise InvalidInput(f"{host!r} is no address of this machine: try 127.0.0.1.") from error
    family, kind, protocol, _, place = found[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(place)
            listener.listen()
        except OSError as error:
            reason = error.strerror or str(error)
            raise InvalidInput(
                f"Port {port} of {host} cannot be used ({reason.lower()}): "
                "stop what uses it, or choose another with --port."
            ) from error


def _streamlit(host: str, port: int) -> list[str]:
    """What starts Streamlit's server, as a child: this library imports nothing of it."""
    return [
        *(sys.executable, "-m", "streamlit", "run", str(_APP)),
        f"--server.address={host}",
        f"--server.port={port}",
        "--server.headless=true",
        "--logger.level=warning",
        "--logger.hideWelcomeMessage=true",
    ]


def _open_when_ready(url: str) -> None:
    for attempt in tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(OSError),
        wait=tenacity.wait_fixed(0.2),
        stop=tenacity.stop_after_delay(_START_SECONDS),
        retry_error_callback=lambda _: None,
    ):
        with attempt, urllib.request.urlopen(f"{url}/api/v1/health", timeout=2):  # noqa: S310
            webbrowser.open(url)
