"""Who sent a request: by its token, the cookie of a session, a proxy's header or an OIDC cookie."""

import hashlib
import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from artsim.core.errors import NotSignedIn
from artsim.core.settings import setting
from artsim.core.workspace import Workspace
from artsim.people import accounts, sessions
from artsim.people.accounts import Account
from artsim.people.person import Person
from artsim.people.present import House
from artsim.people.roles import Role, role_named

COOKIE = "artsim_session"
_SECONDS = 2.0  # how old an answer may be: a session that has ended is refused within this
_MOST = 4096
_lock = threading.Lock()
_known: OrderedDict[str, tuple[float, Account | None]] = OrderedDict()


def identify(
    house: House, headers: Iterable[tuple[str, str]], cookies: Mapping[str, str], address: str
) -> Person:
    """Who sent a request with these headers and cookies from ``address``.

    Names of headers are in lower case. A proxy's header is among them only where the address is one
    of a proxy (``is_proxy``). Raises NotSignedIn for an invalid token.
    """
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    scheme, _, secret = found.get("authorization", [""])[0].partition(" ")
    if scheme.casefold() == "bearer" and house.mode != "none":
        account = _cached(f"token {secret}", lambda: sessions.of_token(house.workspace, secret))
        if account is None:
            raise NotSignedIn("This token was revoked, has ended, or never was one: make another.")
        return Person(account.name, account.role, "token", address)
    if house.mode == "local":
        return _by_session(house.workspace, cookies.get(COOKIE, ""), address)
    if house.mode == "proxy":
        # Two of them: one is not the proxy's own.
        named = found.get(setting("proxy_header").lower(), [])
        return _by_name(house.workspace, named[0] if len(named) == 1 else "", address)
    if house.mode == "oidc":
        return _by_claims(house.workspace, house.claims(cookies), address)
    return Person("", Role.VIEWER, "", address)


def is_proxy(address: str) -> bool:
    """Whether ``address`` is one of the trusted proxies that the operator has named."""
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(number in ipaddress.ip_network(one) for one in setting("proxies"))


def forget() -> None:
    """Forget the remembered answers, so that a change made here counts at once."""
    with _lock:
        _known.clear()


def _by_session(workspace: Workspace, secret: str, address: str) -> Person:
    if not secret:
        return Person("", None, "", address)
    account = _cached(f"session {secret}", lambda: sessions.of_session(workspace, secret))
    if account is None:
        return Person("", None, "", address)
    return Person(account.name, account.role, "local", address)


def _by_name(workspace: Workspace, name: str, address: str) -> Person:
    name = accounts.folded(name)[:128]
    if not name.isprintable() or not name:
        return Person("", None, "", address)
    account = _cached(f"account {name}", lambda: accounts.find(workspace, name))
    role = account.role if account else role_named(setting("default_role"))
    return Person(name if role else "", role, "proxy", address)


def _by_claims(workspace: Workspace, claims: Mapping[str, Any], address: str) -> Person:
    issued = claims.get("iat")
    if not claims.get("is_logged_in") or not isinstance(issued, int | float):
        return Person("", None, "", address)
    if issued + sessions.seconds() < time.time():
        return Person("", None, "", address)
    verified = claims.get("email_verified") is True  # else anybody could claim to have it
    email = accounts.folded(str(claims.get("email") or "")) if verified else ""
    name = (email or str(claims.get("sub") or ""))[:128]
    account = _cached(f"account {name}", lambda: accounts.find(workspace, name))
    role = account.role if account else _role_of(email, claims.get(setting("role_claim")))
    return Person(name if role else "", role, "oidc", address)


def _role_of(email: str, claimed: Any) -> Role | None:
    """The highest role that the settings give to an e-mail address or a value of the claim."""
    values = claimed if isinstance(claimed, list | tuple) else [claimed]
    own = {email, *(str(value).casefold() for value in values if value is not None)} - {""}
    named = [role for who, role in setting("roles") if who.casefold() in own]
    roles = [role for role in map(role_named, named) if role is not None]
    if "none" in named and not roles:
        return None
    return max(roles) if roles else role_named(setting("default_role"))


def _cached(what: str, find: Callable[[], Account | None]) -> Account | None:
    key, now = hashlib.sha256(what.encode("utf-8", "replace")).hexdigest(), time.monotonic()
    with _lock:
        asked, account = _known.get(key, (float("-inf"), None))
    if now - asked <= _SECONDS:
        return account
    account = find()
    with _lock:
        _known[key] = now, account
        _known.move_to_end(key)
        while len(_known) > _MOST:
            _known.popitem(last=False)
    return account
