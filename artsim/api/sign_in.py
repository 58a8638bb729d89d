"""Signing in and out with a local account: two forms, and the cookie of the session."""

from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from artsim.api import metrics
from artsim.api.errors import problem
from artsim.api.headers import PRIVATE
from artsim.core.errors import TooMany
from artsim.people import accounts, audit, identity, policy, present, sessions
from artsim.people.accounts import Account
from artsim.people.person import Person
from artsim.people.present import House
from artsim.people.roles import Action

PAGE, IN, OUT = "/sign-in", "/session/sign-in", "/session/sign-out"
_NOT_HERE = "Nobody signs in here with a password."
_MOST_BYTES, _MOST_FIELDS = 16 << 10, 10


def routes() -> list[Route]:
    """The routes that receive the forms of the sign-in page and the sidebar."""
    return [Route(IN, _sign_in, methods=["POST"]), Route(OUT, _sign_out, methods=["POST"])]


async def _sign_in(request: Request) -> Response:
    policy.ask(Action.OPEN)
    house = present.house()
    if house is None or house.mode != "local":
        return problem(404, _NOT_HERE)
    if "origin" not in request.headers and "sec-fetch-site" not in request.headers:
        return problem(403, "Sign in on this server's own page: scripts send a token instead.")
    fields = await _form(request)
    name, password = fields.get("username", ""), fields.get("password", "")
    address = present.current().address
    place = _place(fields.get("next", ""))
    try:
        account = await run_in_threadpool(_verified, house, name, password, address)
    except TooMany:
        return _back({"wrong": "wait", "next": place})
    if account is None:
        return _back({"wrong": "1", "next": place})
    secret, _ = await run_in_threadpool(sessions.begin, house.workspace, account.name)
    answer = RedirectResponse(place, 303, PRIVATE)
    answer.set_cookie(
        identity.COOKIE,
        secret,
        max_age=int(sessions.seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


async def _sign_out(request: Request) -> Response:
    policy.ask(Action.OPEN)
    house = present.house()
    if house is None or house.mode != "local":
        return problem(404, _NOT_HERE)
    secret = request.cookies.get(identity.COOKIE, "")
    if secret:
        await run_in_threadpool(sessions.end, house.workspace, secret)
        identity.forget()
        if present.current().name:  # without a session nobody has signed out
            audit.record(house.workspace, present.current(), "sign out")
    answer = RedirectResponse(PAGE, 303, PRIVATE)
    answer.delete_cookie(identity.COOKIE, path="/", httponly=True, samesite="lax")
    return answer


def _verified(house: House, name: str, password: str, address: str) -> Account | None:
    who = Person(accounts.folded(name)[:128], None, "local", address)
    try:
        account = accounts.verified(house.workspace, name, password, address)
    except TooMany:
        audit.record(house.workspace, who, "sign in", detail="too many tries", refused=True)
        raise
    metrics.signed_in(account is not None)
    audit.record(house.workspace, who, "sign in", refused=account is None)
    return account


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            return {}
    try:
        found = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def _back(told: dict[str, str]) -> Response:
    return RedirectResponse(f"{PAGE}?{urlencode(told)}", 303, PRIVATE)


def _place(wanted: str) -> str:
    """The page to go to then: always one of this server."""
    plain = wanted.isprintable() and "\\" not in wanted and len(wanted) < 2000
    own = wanted.startswith("/") and not wanted.startswith(("//", PAGE))
    return wanted if plain and own else "/"
