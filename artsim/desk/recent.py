"""Where a person was last, by kind of page, so that the next day begins there."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from artsim.core.database import connected, transaction
from artsim.core.workspace import Workspace
from artsim.desk import personal
from artsim.people import policy
from artsim.people.roles import Action

KINDS = ("search", "tray", "map")
_MAX_TITLE = 200
_MAX_ADDRESS = 60_000
_OPENED = (personal.WHAT, personal.MIGRATIONS)


@dataclass(frozen=True)
class Place:
    """What somebody looked at last on a page; ``at`` is in seconds since 1970."""

    kind: str
    params: dict[str, list[str]]
    title: str
    at: float


class RecentPlaces:
    """The last places of ``owner``, "" where nobody signs in.

    >>> places = RecentPlaces(Workspace.open())
    >>> places.note("map", {"collection": ["demo"], "map": ["a1"]}, "Map of Demo")
    >>> places.all()["map"].params["map"]
    ['a1']
    """

    def __init__(self, workspace: Workspace, owner: str = "") -> None:
        self._path = workspace.root / personal.FILE
        self._owner = owner

    def note(self, kind: str, params: Mapping[str, list[str]], title: str) -> None:
        """Store where somebody is now, in place of the last place of this kind.

        Nothing is noted for people who may change nothing here.
        """
        address = urlencode(params, doseq=True)
        if kind not in KINDS or not policy.allows(Action.TRAYS) or len(address) > _MAX_ADDRESS:
            return
        with transaction(self._path, *_OPENED) as db:
            db.execute(
                "INSERT OR REPLACE INTO recent VALUES (?, ?, ?, ?, ?)",
                (self._owner, kind, address, title[:_MAX_TITLE], time.time()),
            )

    def all(self) -> dict[str, Place]:
        """The last place of each kind, in the order of KINDS; what was never visited is missing."""
        if not policy.allows(Action.REPORTS) or not self._path.exists():
            return {}
        with connected(self._path, *_OPENED) as db:
            rows = db.execute(
                "SELECT * FROM recent WHERE owner = ?",
                (self._owner,),
            ).fetchall()
        found = {
            row["kind"]: Place(row["kind"], parse_qs(row["address"]), row["title"], row["at"])
            for row in rows
        }
        return {kind: found[kind] for kind in KINDS if kind in found}

    def forget(self) -> None:
        """Forget all of them."""
        if self._path.exists():
            with transaction(self._path, *_OPENED) as db:
                db.execute("DELETE FROM recent WHERE owner = ?", (self._owner,))
