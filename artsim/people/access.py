"""Who may see a collection: everybody, everybody who has signed in, or named people."""

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from artsim.core.errors import InvalidInput
from artsim.core.settings import Access, setting
from artsim.core.workspace import Workspace, checked_name
from artsim.people import accounts, audit, table
from artsim.people.person import OPERATOR, Person

KINDS: tuple[str, ...] = get_args(Access)
_SECONDS = 1.0  # how old the answer may be


@dataclass(frozen=True)
class Rule:
    """``access`` is public, signed-in or named; ``people`` are those that are named."""

    access: str
    people: frozenset[str] = frozenset()

    def to_json(self) -> dict[str, Any]:
        """The rule as JSON."""
        return {"access": self.access, "people": sorted(self.people)}


_lock = threading.Lock()
_known: dict[str, tuple[float, dict[str, Rule]]] = {}


def rules(workspace: Workspace) -> dict[str, Rule]:
    """The rules that somebody has set, by collection."""
    root, now = str(workspace.root), time.monotonic()
    with _lock:
        read, found = _known.get(root, (float("-inf"), {}))
    if now - read <= _SECONDS:
        return found
    found = {}
    if table.exists(workspace):
        with table.connection(workspace) as db:
            for row in db.execute("SELECT * FROM access"):
                found[row["collection"]] = Rule(row["access"], frozenset(json.loads(row["people"])))
    with _lock:
        _known[root] = now, found
    return found


def rule(workspace: Workspace, collection: str) -> Rule:
    """Who may see one collection."""
    return rules(workspace).get(collection) or Rule(setting("default_access"))


def is_public(workspace: Workspace, collection: str) -> bool:
    """Whether everybody may see a collection; for "" whether there is any such."""
    if collection:
        return rule(workspace, collection).access == "public"
    if setting("default_access") == "public":
        return True
    return any(found.access == "public" for found in rules(workspace).values())


def lets_in(workspace: Workspace, name: str, collection: str) -> bool:
    """Whether ``name``, "" before signing in, may see a collection by its rule of named people."""
    found = rule(workspace, collection) if collection else None
    if found is None or found.access != "named":
        return True
    # The subject of an OIDC identity comes as it is written there, with capital letters.
    return bool(name) and accounts.folded(name) in found.people


def set_rule(
    workspace: Workspace,
    collection: str,
    access: str,
    people: Iterable[str] = (),
    by: Person = OPERATOR,
) -> Rule:
    """Say who may see a collection; raises InvalidInput."""
    checked_name(collection)
    if access not in KINDS:
        raise InvalidInput(f"{access[:40]!r} is none of {', '.join(KINDS)}: use one of them.")
    named = frozenset(accounts.checked(one) for one in people)
    if named and access != "named":
        raise InvalidInput("People are named for the access 'named' alone: use that.")
    made = Rule(access, named)
    with table.connection(workspace) as db:
        db.execute(
            "INSERT OR REPLACE INTO access VALUES (?, ?, ?)",
            (collection, access, json.dumps(sorted(named))),
        )
    _forget(workspace)
    detail = ", ".join([access, *sorted(named)])
    audit.record(workspace, by, "users access", collection, detail=detail)
    return made


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Let the rule of a collection follow its name."""
    if table.exists(workspace):
        with table.connection(workspace) as db:
            db.execute("DELETE FROM access WHERE collection = ?", (new,))
            db.execute("UPDATE access SET collection = ? WHERE collection = ?", (new, old))
        _forget(workspace)


def forget_collection(workspace: Workspace, collection: str) -> None:
    """Let another collection of that name begin without the rule of this one."""
    if table.exists(workspace):
        with table.connection(workspace) as db:
            db.execute("DELETE FROM access WHERE collection = ?", (collection,))
        _forget(workspace)


def _forget(workspace: Workspace) -> None:
    with _lock:
        _known.pop(str(workspace.root), None)
