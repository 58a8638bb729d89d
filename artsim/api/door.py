"""The door of a server where people sign in: who sent each request, and may it be answered.

Each route asks the policy before it answers: the answer of a route that forgets to is withheld.
Pure ASGI, inside ``Borders``, round pages, their websocket, the API and the pictures.
"""

import re
import time
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from artsim.api import metrics
from artsim.api.access import asked_for
from artsim.api.errors import problem
from artsim.core.errors import ArtsimError, NotAllowed
from artsim.core.settings import setting
from artsim.people import audit, identity, present, quotas
from artsim.people.person import Person
from artsim.people.present import House
from artsim.people.roles import Action

ADDRESS = "x-artsim-address"  # for pages: the address of their browser
_BY_COOKIE = ("local", "oidc")
_READING = ("GET", "HEAD", "OPTIONS")
_LARGE = 64 << 10  # bytes of a message of a page that are counted as an upload
# Streamlit's own addresses; {page} stands for the name of any page.
_STREAMLIT: tuple[tuple[str, Action], ...] = (
    (r"/|/favicon\.png|/manifest\.json|/index\.html", Action.OPEN),
    (r"/{page}", Action.OPEN),
    (r"/static/[\s\S]*|/component/[\s\S]*|/_stcore/bidi-components/[\s\S]*", Action.OPEN),
    (r"(/{page})?/_stcore/(health|host-config|stream)", Action.OPEN),
    (r"/auth/log(in|out)|/oauth2callback", Action.OPEN),
    (r"/_stcore/upload_file/[^/]+/[^/]+", Action.SEARCH),
    (r"/media/[^/]+", Action.SEE),
)


class Door:
    """Find out who asks, and pass on only answers for which the policy was asked; see the module.

    ``pages`` are the names of the app's pages. Without rules (``present.house``) it only counts.
    """

    def __init__(self, app: ASGIApp, pages: Iterable[str] = ()) -> None:
        self._app = app
        page = f"(?:{'|'.join(re.escape(name) for name in pages) or '(?!)'})"
        self._streamlit = [(re.compile(p.replace("{page}", page)), a) for p, a in _STREAMLIT]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say in one sentence why not."""
        house = present.house()
        if scope["type"] == "http":
            await self._counted(scope, receive, send, house)
        elif scope["type"] == "websocket" and house is not None:
            await self._page(scope, receive, send, house)
        else:
            await self._app(scope, receive, send)

    async def _counted(
        self, scope: Scope, receive: Receive, send: Send, house: House | None
    ) -> None:
        began, status, person = time.perf_counter(), 500, Person("", None)

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            if house is None:
                await self._app(scope, receive, noted)
                return
            address = _prepare(scope)
            try:
                person = await _identified(scope, house, address)
                await self._ruled(scope, receive, noted, person)
            except ArtsimError as error:
                await problem(error.status, str(error))(scope, receive, noted)
        finally:
            seconds = time.perf_counter() - began
            metrics.answered(status, seconds)
            if house is not None and setting("access_log"):
                path = scope["path"]
                audit.request(house.workspace, person, scope["method"], path, status, seconds)

    async def _ruled(self, scope: Scope, receive: Receive, send: Send, person: Person) -> None:
        _check_page(scope, person)
        with present.acting(lambda: person) as asked:
            action = self._action(scope["path"])
            if action is not None:
                await asked_for(action)
            body = _Body(receive)
            if scope["method"] not in _READING:
                await run_in_threadpool(body.check, Headers(scope=scope))
            out = _Answer(send, asked)
            await self._app(scope, body.receive, out.send)
            if out.withheld:
                await problem(403, out.withheld)(scope, receive, send)
            await run_in_threadpool(quotas.uploaded, body.unannounced)

    async def _page(self, scope: Scope, receive: Receive, send: Send, house: House) -> None:
        """A page's websocket; who it belongs to is looked up at each question to the policy."""
        address = _prepare(scope)
        headers, cookies = _headers(scope), _cookies(scope)
        if self._action(scope["path"]) is not Action.OPEN:
            await send({"type": "websocket.close", "code": 1008, "reason": "Not open to anybody."})
            return

        def who() -> Person:
            return identity.identify(house, headers, cookies, address)

        async def counted() -> Message:
            message = await receive()
            size = len(message.get("bytes") or b"")
            if size > _LARGE:
                if size > await run_in_threadpool(quotas.left):
                    return {"type": "websocket.disconnect", "code": 1008}
                await run_in_threadpool(quotas.uploaded, size)
            return message

        with present.acting(who):
            await self._app(scope, counted, send)

    def _action(self, path: str) -> Action | None:
        return next((a for pattern, a in self._streamlit if pattern.fullmatch(path)), None)


class _Body:
    """Counts the bytes of a request, and disconnects a client that exceeds its quota."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._left = receive, float("inf")
        self._received = self._announced = 0

    @property
    def unannounced(self) -> int:
        """Bytes that were received beyond the announced length."""
        return max(0, self._received - self._announced)

    def check(self, headers: Headers) -> None:
        """Count the announced bytes before they come; raise TooMany if they exceed the quota."""
        announced = headers.get("content-length", "")
        self._announced = int(announced[:18]) if announced.isdecimal() else 0
        self._left = quotas.left()
        quotas.check_upload(self._announced)
        quotas.uploaded(self._announced)

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self._received > self._left else message


class _Answer:
    """Holds back an answer for which nobody asked the policy; ``withheld`` then says so."""

    def __init__(self, send: Send, asked: set[str]) -> None:
        self._send, self._asked = send, asked
        self.withheld = ""

    async def send(self, message: Message) -> None:
        good = message["type"] == "http.response.start" and message["status"] < 400
        if good and not self._asked:
            self.withheld = "Nobody has said who may see this: tell whoever runs this server."
        if not self.withheld:
            await self._send(message)


def _prepare(scope: Scope) -> str:
    """The address that a request comes from; only a trusted proxy's headers may name another."""
    peer = scope["client"][0] if scope.get("client") else ""
    believed = identity.is_proxy(peer)
    address = _forwarded(scope, peer) if believed else peer
    dropped = {ADDRESS.encode()}
    if not believed:
        dropped.add(setting("proxy_header").lower().encode())
    kept = [(k, v) for k, v in scope["headers"] if k.lower() not in dropped]
    scope["headers"] = [*kept, (ADDRESS.encode(), address.encode("latin-1", "replace"))]
    if believed and Headers(scope=scope).get("x-forwarded-proto", "").casefold() == "https":
        scope["scheme"] = "wss" if scope["type"] == "websocket" else "https"
    return address


def _forwarded(scope: Scope, peer: str) -> str:
    """The last address that is not a proxy's: anybody can have written those before it."""
    told = ",".join(Headers(scope=scope).getlist("x-forwarded-for")).split(",")
    others = [one.strip() for one in told if one.strip() and not identity.is_proxy(one.strip())]
    return others[-1][:64] if others else peer


async def _identified(scope: Scope, house: House, address: str) -> Person:
    headers, cookies = _headers(scope), _cookies(scope)
    if house.mode == "none":
        return identity.identify(house, headers, cookies, address)
    return await run_in_threadpool(identity.identify, house, headers, cookies, address)


def _headers(scope: Scope) -> list[tuple[str, str]]:
    return [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in scope["headers"]]


def _cookies(scope: Scope) -> dict[str, str]:
    found: dict[str, str] = {}
    for cookie in Headers(scope=scope).getlist("cookie"):
        for one in cookie.split(";"):  # one that cannot be read does not hide the others
            try:
                found |= {name: morsel.value for name, morsel in SimpleCookie(one.strip()).items()}
            except CookieError:
                continue
    return found


def _check_page(scope: Scope, person: Person) -> None:
    """Refuse a request that has a cookie and does not name its page, as every browser does."""
    if scope["method"] in _READING or person.via not in _BY_COOKIE:
        return
    headers = Headers(scope=scope)
    if "origin" not in headers and "sec-fetch-site" not in headers:
        raise NotAllowed("This request does not say which page sent it: scripts send a token.")
