"""The server's borders: who may ask it, from which page, how slowly, and what pages may load.

Pure ASGI round everything on the port: pages, their websocket, the API and the pictures.
"""

import asyncio
import base64
import hashlib
import ipaddress
import socket
import time
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from artsim.api.errors import InWords, problem
from artsim.core.network import is_loopback
from artsim.core.web_address import web_address

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_PIECE_SECONDS = 20.0  # the longest wait for the next piece of a body
_BODY_SECONDS = 600.0  # the longest that a whole body may take
_MOST_HEADER_BYTES = 64 << 10
# Streamlit writes styles into its elements, loads parts of its page from blobs, and its camera
# fetches what it took from a data: address.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval' blob:{inline}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:{shown}",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:{shown}",
        "worker-src 'self' blob:",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Borders:
    """Refuse what comes under a foreign name or from a foreign page; see the module.

    ``address`` is the one that is listened on, ``names`` the host names that the operator gave.
    Requests under any other name, which somebody else may have pointed at this server (DNS
    rebinding), are refused. ``scripts`` are the inline scripts of its pages; browsers run no other.
    ``shown`` are the sites whose pictures its pages may load.
    """

    def __init__(
        self,
        app: ASGIApp,
        address: str = "127.0.0.1",
        names: Iterable[str] = (),
        scripts: Iterable[str] = (),
        shown: Iterable[str] = (),
    ) -> None:
        self._app = app
        inline = "".join(f" '{_digest(script)}'" for script in scripts)
        rules = _POLICY.format(inline=inline, shown="".join(f" {site}" for site in shown))
        self._headers = {"Content-Security-Policy": rules, **HEADERS}
        self._open = not is_loopback(address)
        own = {socket.gethostname()} if self._open else set()
        self._names = {name.casefold() for name in {*_LOOPBACK, *own, address, *names} if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with one sentence, or pass on with a deadline and with headers."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused is None and scope["type"] == "http":
            await self._app(scope, _timed(receive), InWords(scope, self._protected(send)).send)
        elif refused is None:
            await self._app(_own_origin(scope), receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": refused[1][:120]})
        else:
            await problem(*refused)(scope, receive, self._protected(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the sentence where this request is not to be answered."""
        headers = Headers(scope=scope)
        if sum(len(k) + len(v) for k, v in scope["headers"]) > _MOST_HEADER_BYTES:
            return 431, "The headers of this request are too long."
        # With two of them, a proxy in front may have checked the other one.
        host = headers.get("host", "") if len(headers.getlist("host")) == 1 else ""
        if not self._is_ours(host):
            return 403, (
                f"This server does not answer to the name {host_name(host)[:80]!r}: whoever "
                "runs it can allow a name with --host-name."
            )
        acts = scope["type"] == "websocket" or scope["method"] not in _READING
        if acts and not _same_site(headers, host):
            return 403, "Another site's page sent this: open artsim itself and try again."
        if not _plain(scope):
            return 400, "This address cannot be read: it holds '..', '//' or control characters."
        return None

    def _is_ours(self, host: str) -> bool:
        name = host_name(host)
        if name in self._names:
            return True
        try:
            number = ipaddress.ip_address(name)
        except ValueError:
            return False
        # An address written as numbers was not looked up, so nobody can have pointed it here.
        return self._open or number.is_loopback

    def _protected(self, send: Send) -> Send:
        """Headers that every answer has, unless it says otherwise itself."""

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return protected


def _own_origin(scope: Scope) -> Scope:
    """The same scope, with the host in the origin written as in the Host header.

    Streamlit compares them letter by letter; where they differ it asks a host outside for this
    machine's address.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None:
        return scope
    own = f"{origin.partition('://')[0]}://{headers['host']}".encode("latin-1")
    changed = [(k, own if k == b"origin" else v) for k, v in scope["headers"]]
    return {**scope, "headers": changed}


def _digest(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].casefold()
    return host.partition(":")[0].rstrip(".").casefold()


def _same_site(headers: Headers, host: str) -> bool:
    """Whether a page of this server sent it, or no page at all, such as a script."""
    origin = headers.get("origin")
    if origin is not None:
        page = web_address(origin)
        return page is not None and page.netloc.casefold() == host.casefold()
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def _plain(scope: Scope) -> bool:
    path = scope["path"]
    strange = any(ord(c) < 32 or ord(c) == 127 or c == "\\" for c in path)
    return not strange and not path.startswith("//") and ".." not in path.split("/")


def _timed(receive: Receive) -> Receive:
    """A client that stops sending is a client that went away."""
    ends = time.monotonic() + _BODY_SECONDS
    whole = False

    async def timed() -> Message:
        nonlocal whole
        if whole:  # what is waited for now is that the client goes away
            return await receive()
        left = min(_PIECE_SECONDS, ends - time.monotonic())
        try:
            message = await asyncio.wait_for(receive(), max(0.0, left))
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    return timed
