"""Local accounts: names, roles and passwords (argon2id), and how often a wrong one may be tried."""

import json
import re
import threading
import time
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from artsim.core.errors import Conflict, InvalidInput, NotFound, TooMany
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.people import audit, table
from artsim.people.person import OPERATOR, Person
from artsim.people.roles import Role, role_named

if TYPE_CHECKING:
    import argon2
else:
    argon2 = lazy("argon2")

MIN_PASSWORD, MAX_PASSWORD = 10, 1024  # characters
_WINDOW = 300.0  # seconds that a wrong password counts
_WRONG_OF_PAIR, _WRONG_OF_ADDRESS, _WRONG_OF_NAME = 5, 30, 50
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,127}")
_at_once = threading.BoundedSemaphore(2)  # a hash takes 64 MB


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in; ``password``: whether with one; ``created``: seconds since 1970."""

    name: str
    role: Role
    password: bool
    created: float

    def to_json(self) -> dict[str, Any]:
        """Its facts, none of them secret."""
        return {"name": self.name, "role": self.role.label, "password": self.password}


def add(
    workspace: Workspace, name: str, role: Role, password: str | None, by: Person = OPERATOR
) -> Account:
    """Add an account; without a password it is for sign-in by a proxy or OIDC.

    Raises Conflict where the name is taken, and InvalidInput.
    """
    name, hashed = checked(name), _hashed(password)
    with table.connection(workspace) as db:
        added = db.execute(
            "INSERT OR IGNORE INTO accounts (name, role, password, created) VALUES (?, ?, ?, ?)",
            (name, role.label, hashed, time.time()),
        )
        if not added.rowcount:
            raise Conflict(f"There is an account {name!r} already: choose another name.")
    audit.record(workspace, by, "users add", detail=f"{name} as {role.label}")
    return get(workspace, name)


def get(workspace: Workspace, name: str) -> Account:
    """One account; raises NotFound."""
    found = find(workspace, name)
    if found is None:
        raise NotFound(f"There is no account {name[:80]!r}: 'artsim users list' shows them all.")
    return found


def find(workspace: Workspace, name: str) -> Account | None:
    """One account, None where there is none of that name."""
    with table.connection(workspace) as db:
        row = db.execute("SELECT * FROM accounts WHERE name = ?", (folded(name),)).fetchone()
    return None if row is None else _account(row)


def every(workspace: Workspace) -> list[Account]:
    """All accounts, by name."""
    with table.connection(workspace) as db:
        rows = db.execute("SELECT * FROM accounts ORDER BY name").fetchall()
    return [_account(row) for row in rows]


def remove(workspace: Workspace, name: str, by: Person = OPERATOR) -> None:
    """Remove an account, its sessions and tokens; no collection is for it any more.

    Raises NotFound. Whoever gets an account of that name later is somebody else.
    """
    account = get(workspace, name)
    with table.connection(workspace) as db:
        for known in ("sessions", "tokens", "accounts"):
            db.execute(f"DELETE FROM {known} WHERE name = ?", (account.name,))  # noqa: S608
        for row in db.execute("SELECT collection, people FROM access").fetchall():
            others = [one for one in json.loads(row["people"]) if one != account.name]
            told = (json.dumps(others), row["collection"])
            db.execute("UPDATE access SET people = ? WHERE collection = ?", told)
    audit.record(workspace, by, "users remove", detail=account.name)


def set_role(workspace: Workspace, name: str, role: Role, by: Person = OPERATOR) -> Account:
    """Give an account another role, which counts from its next request on; raises NotFound."""
    account = get(workspace, name)
    with table.connection(workspace) as db:
        db.execute("UPDATE accounts SET role = ? WHERE name = ?", (role.label, account.name))
    audit.record(workspace, by, "users role", detail=f"{account.name} as {role.label}")
    return get(workspace, name)


def set_password(workspace: Workspace, name: str, password: str, by: Person = OPERATOR) -> None:
    """Give an account another password, which ends its sessions; raises NotFound, InvalidInput."""
    account, hashed = get(workspace, name), _hashed(password)
    with table.connection(workspace) as db:
        db.execute("UPDATE accounts SET password = ? WHERE name = ?", (hashed, account.name))
        db.execute("DELETE FROM sessions WHERE name = ?", (account.name,))
    audit.record(workspace, by, "users password", detail=account.name)


def verified(workspace: Workspace, name: str, password: str, address: str) -> Account | None:
    """The account where the password is right, else None, as slowly for a name that is unknown.

    Raises TooMany where too many wrong ones were tried: for this name from this address, from
    this address, or for this name.
    """
    known, limits = folded(name)[:128], _limits(folded(name)[:128], address)
    with table.connection(workspace) as db:  # nobody waits for a turn only to be told this
        _check_wrong(workspace, limits)
        row = db.execute("SELECT * FROM accounts WHERE name = ?", (known,)).fetchone()
    stored = row["password"] if row is not None else None
    # A try is counted before the next one is looked at: many at once would be one try otherwise.
    with _at_once:
        with table.connection(workspace) as db:
            _check_wrong(workspace, limits)
        if _is_right(stored or _nobodys(), password[: MAX_PASSWORD + 1]) and stored is not None:
            with table.connection(workspace) as db:
                db.execute("DELETE FROM wrong WHERE what = ?", (next(iter(limits)),))
            return _account(row)
        now = time.time()
        with table.connection(workspace) as db:
            db.execute("DELETE FROM wrong WHERE at < ?", (now - _WINDOW,))
            db.executemany("INSERT INTO wrong VALUES (?, ?)", [(what, now) for what in limits])
    return None


def checked(name: str) -> str:
    """``name`` as it is stored; raises InvalidInput where nobody can be called that."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{name[:60]!r} cannot name an account: use 1 to 128 letters, digits, '.', '_', '@', "
            "'+' and '-', such as ann or ann@museum.example."
        )
    return folded(name)


def folded(name: str) -> str:
    """Names that differ in upper and lower case are one person's."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _account(row: Any) -> Account:
    role = role_named(row["role"]) or Role.VIEWER
    return Account(row["name"], role, row["password"] is not None, row["created"])


def _hashed(password: str | None) -> str | None:
    if password is None:
        return None
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise InvalidInput(
            f"A password has {MIN_PASSWORD} to {MAX_PASSWORD:,} characters: choose another."
        )
    return str(argon2.PasswordHasher().hash(_bytes(password)))


def _is_right(stored: str, password: str) -> bool:
    try:
        return bool(argon2.PasswordHasher().verify(stored, _bytes(password)))
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


_nobody: list[str] = []


def _nobodys() -> str:
    """The hash of a password that nobody has."""
    if not _nobody:
        _nobody.append(str(argon2.PasswordHasher().hash(str(time.time_ns()))))
    return _nobody[0]


def _limits(name: str, address: str) -> dict[str, int]:
    return {
        f"pair {name} {address}": _WRONG_OF_PAIR,
        f"address {address}": _WRONG_OF_ADDRESS,
        f"name {name}": _WRONG_OF_NAME,
    }


def _check_wrong(workspace: Workspace, limits: dict[str, int]) -> None:
    since = time.time() - _WINDOW
    with table.connection(workspace) as db:
        for what, limit in limits.items():
            tried = db.execute(
                "SELECT count(*) FROM wrong WHERE what = ? AND at > ?", (what, since)
            ).fetchone()[0]
            if tried >= limit:
                raise TooMany(
                    "Too many wrong passwords were tried: wait five minutes and try again."
                )
