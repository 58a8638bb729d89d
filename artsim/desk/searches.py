"""The saved searches of a workspace, each of one person, in SQLite."""

import hashlib
import secrets
import sqlite3
import time
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from artsim.core.database import connected, set_aside, transaction
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.desk import personal
from artsim.desk.saved_search import MAX_SEARCHES, SavedSearch, query_string, view_of
from artsim.desk.tray import checked_tray_name
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.view import View

_OPENED = (personal.WHAT, personal.MIGRATIONS)


class SavedSearches:
    """Saved searches of ``owner``, "" where nobody signs in. Safe from any thread or process.

    >>> searches = SavedSearches(Workspace.open())
    >>> saved = searches.save("Snow", View("demo", text="snow"), ids=["w01"])
    >>> [one.name for one in searches.all()]
    ['Snow']
    >>> gone = searches.delete("Snow")
    """

    def __init__(self, workspace: Workspace, owner: str = "") -> None:
        self._path = workspace.root / personal.FILE
        self._owner = owner

    def all(self) -> list[SavedSearch]:
        """Every one, by name; none for whoever may only look."""
        if not policy.allows(Action.REPORTS) or not self._path.exists():
            return []
        with connected(self._path, *_OPENED) as db:
            rows = db.execute(
                "SELECT * FROM searches WHERE owner = ? ORDER BY name COLLATE NOCASE, name",
                (self._owner,),
            ).fetchall()
        return [_search(row) for row in rows]

    def get(self, name: str) -> SavedSearch:
        """One of them, by its name or its id; raises NotFound."""
        policy.ask(Action.REPORTS)
        if not self._path.exists():
            raise _none(name)
        with connected(self._path, *_OPENED) as db:
            return _search(self._row(db, name))

    def save(
        self,
        name: str,
        view: View,
        ids: Iterable[str],
        stamp: str = "",
        pictures: Mapping[str, bytes] | None = None,
    ) -> SavedSearch:
        """Save what ``view`` shows; raises Conflict where there is one of that name.

        ``ids`` are the works that can be found now, in the version ``stamp`` of the collection;
        ``pictures`` the JPEGs, by digest, that it searches with.
        """
        policy.ask(Action.TRAYS, view.collection, detail=f"save search {name}")
        name, now, made = checked_tray_name(name, "saved search"), time.time(), secrets.token_hex(4)
        with transaction(self._path, *_OPENED) as db:
            held = db.execute("SELECT name FROM searches WHERE owner = ?", (self._owner,))
            names = [row["name"] for row in held]
            if name in names:
                raise Conflict(f"There is a saved search {name!r} already: choose another name.")
            if len(names) >= MAX_SEARCHES:
                raise InvalidInput(
                    f"At most {MAX_SEARCHES} searches are kept for a person: remove one first."
                )
            db.execute(
                "INSERT INTO searches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(made, self._owner, name, view.collection, query_string(view)),
                    *(now, now, stamp, _contents(db, ids)),
                ),
            )
            db.executemany(
                "INSERT INTO pictures VALUES (?, ?, ?)",
                [(made, digest, jpeg) for digest, jpeg in (pictures or {}).items()],
            )
            return _search(self._row(db, made))

    def looked(self, name: str, ids: Iterable[str], stamp: str = "") -> SavedSearch:
        """Note that its results are looked at now; ``ids`` and ``stamp`` are as in ``save``."""
        policy.ask(Action.REPORTS)
        if not policy.allows(Action.TRAYS):  # a read-only server notes nothing
            return self.get(name)
        if not self._path.exists():
            raise _none(name)
        with transaction(self._path, *_OPENED) as db:
            search = self._row(db, name)["id"]
            db.execute(
                "UPDATE searches SET looked = ?, stamp = ?, contents = ? WHERE id = ?",
                (time.time(), stamp, _contents(db, ids), search),
            )
            _tidy(db)
            return _search(self._row(db, search))

    def known(self, search: SavedSearch) -> frozenset[str]:
        """Ids of the works that could be found when it was last looked at."""
        with connected(self._path, *_OPENED) as db:
            row = db.execute(
                "SELECT ids FROM searches JOIN contents ON digest = contents WHERE id = ?",
                (search.id,),
            ).fetchone()
        packed = zlib.decompress(row["ids"]).decode() if row is not None else ""
        return frozenset(packed.split("\n")) - {""}

    def pictures(self, search: SavedSearch) -> dict[str, bytes]:
        """The JPEGs that it searches with, by digest."""
        with connected(self._path, *_OPENED) as db:
            rows = db.execute("SELECT digest, jpeg FROM pictures WHERE search = ?", (search.id,))
            return {row["digest"]: row["jpeg"] for row in rows}

    def delete(self, name: str) -> SavedSearch:
        """Forget one of them, which is returned; raises NotFound."""
        policy.ask(Action.TRAYS, detail=f"delete search {name}")
        if not self._path.exists():
            raise _none(name)
        with transaction(self._path, *_OPENED) as db:
            row = self._row(db, name)
            db.execute("DELETE FROM pictures WHERE search = ?", (row["id"],))
            db.execute("DELETE FROM searches WHERE id = ?", (row["id"],))
            _tidy(db)
            return _search(row)

    def set_aside(self) -> Path:
        """Rename a database that cannot be read, so that a new one can begin."""
        policy.ask(Action.TRAYS, detail="set saved searches aside")
        return set_aside(self._path)

    def _row(self, db: sqlite3.Connection, name: str) -> sqlite3.Row:
        composed = " ".join(unicodedata.normalize("NFC", name).split())
        for column, value in (("name", composed), ("id", name)):
            row: sqlite3.Row | None = db.execute(
                f"SELECT * FROM searches WHERE owner = ? AND {column} = ?",  # noqa: S608
                (self._owner, value),
            ).fetchone()
            if row is not None:
                return row
        raise _none(name)


def _search(row: sqlite3.Row) -> SavedSearch:
    return SavedSearch(
        id=row["id"],
        name=row["name"],
        # The collection may be called otherwise since.
        view=replace(view_of(row["view"]), collection=row["collection"]),
        created=row["created"],
        looked=row["looked"],
        stamp=row["stamp"],
    )


def _contents(db: sqlite3.Connection, ids: Iterable[str]) -> str:
    """Store a set of works, once for all searches that saw it; returns its digest."""
    packed = "\n".join(sorted(set(ids))).encode()
    digest = hashlib.sha256(packed).hexdigest()
    db.execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (digest, zlib.compress(packed)))
    return digest


def _tidy(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM contents WHERE digest NOT IN (SELECT contents FROM searches)")


def _none(name: str) -> NotFound:
    return NotFound(f"There is no saved search {name[:80]!r}: choose another one, or save it.")


def rename_backbone(workspace: Workspace, old: str, new: str) -> None:
    """Rename a backbone in all saved searches."""
    path = workspace.root / personal.FILE
    if not path.exists():
        return
    with transaction(path, *_OPENED) as db:
        for row in db.execute("SELECT id, view FROM searches").fetchall():
            view = view_of(row["view"])
            if view.backbone == old:
                text = query_string(replace(view, backbone=new))
                db.execute("UPDATE searches SET view = ? WHERE id = ?", (text, row["id"]))
