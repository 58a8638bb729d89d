"""Sessions of people who signed in here, and tokens of scripts: random, and stored as a hash."""

import hashlib
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from artsim.core.errors import InvalidInput, NotFound
from artsim.core.settings import setting
from artsim.core.workspace import Workspace
from artsim.people import accounts, audit, table
from artsim.people.person import OPERATOR, Person

_TOKEN = "artsim_"  # noqa: S105
MAX_LABEL = 100


@dataclass(frozen=True)
class Token:
    """What is known of a token; times are seconds since 1970, ``expires`` None for never."""

    id: str
    name: str
    label: str
    created: float
    expires: float | None

    def to_json(self) -> dict[str, Any]:
        """Its facts, without the secret, which nobody knows any more."""
        return asdict(self)


def begin(workspace: Workspace, name: str) -> tuple[str, float]:
    """Begin a session of an account: its secret for the cookie, and when it ends."""
    secret, now = secrets.token_urlsafe(32), time.time()
    expires = now + seconds()
    with table.connection(workspace) as db:
        db.execute("DELETE FROM sessions WHERE expires < ?", (now,))
        db.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hash(secret), name, now, expires))
    return secret, expires


def seconds() -> float:
    """How long a session lasts."""
    return 3600.0 * max(1, int(setting("session_hours")))


def of_session(workspace: Workspace, secret: str) -> accounts.Account | None:
    """Whose session it is, None where it has ended."""
    return _whose(workspace, "sessions", secret)


def end(workspace: Workspace, secret: str) -> None:
    """End a session."""
    with table.connection(workspace) as db:
        db.execute("DELETE FROM sessions WHERE hash = ?", (_hash(secret),))


def make_token(
    workspace: Workspace, name: str, label: str, days: int | None = None, by: Person = OPERATOR
) -> tuple[Token, str]:
    """A new token of an account and its secret, which is shown only this once; raises NotFound."""
    account = accounts.get(workspace, name)
    if not 1 <= len(label.strip()) <= MAX_LABEL:
        raise InvalidInput(f"Say in 1 to {MAX_LABEL} characters what the token is for.")
    secret, now = _TOKEN + secrets.token_urlsafe(32), time.time()
    expires = None if days is None else now + 86_400.0 * days
    token = Token(secrets.token_hex(4), account.name, label.strip(), now, expires)
    with table.connection(workspace) as db:
        db.execute(
            "INSERT INTO tokens (id, hash, name, label, created, expires)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (token.id, _hash(secret), token.name, token.label, now, expires),
        )
    audit.record(workspace, by, "users token", detail=f"{token.id} of {account.name}")
    return token, secret


def of_token(workspace: Workspace, secret: str) -> accounts.Account | None:
    """Whose token it is, None where it was revoked or has ended."""
    return _whose(workspace, "tokens", secret) if secret.startswith(_TOKEN) else None


def tokens(workspace: Workspace) -> list[Token]:
    """All tokens, by account."""
    with table.connection(workspace) as db:
        rows = db.execute(
            "SELECT id, name, label, created, expires FROM tokens ORDER BY name, created"
        ).fetchall()
    return [Token(**dict(row)) for row in rows]


def revoke(workspace: Workspace, token_id: str, by: Person = OPERATOR) -> None:
    """Revoke a token; raises NotFound."""
    with table.connection(workspace) as db:
        gone = db.execute("DELETE FROM tokens WHERE id = ?", (token_id,))
        if not gone.rowcount:
            raise NotFound(
                f"There is no token {token_id[:40]!r}: 'artsim users token list' shows them all."
            )
    audit.record(workspace, by, "users token revoke", detail=token_id)


def _whose(workspace: Workspace, kind: str, secret: str) -> accounts.Account | None:
    with table.connection(workspace) as db:
        row = db.execute(
            f"SELECT name FROM {kind} WHERE hash = ? AND (expires IS NULL OR expires > ?)",  # noqa: S608
            (_hash(secret), time.time()),
        ).fetchone()
    return None if row is None else accounts.find(workspace, row["name"])


def _hash(secret: str) -> str:
    # The secret is 32 random bytes: nobody can try them all, so a fast hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()
