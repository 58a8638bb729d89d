"""The trays of a workspace, in SQLite: every change is one transaction."""

import secrets
import sqlite3
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from artsim.core.database import connected, set_aside, transaction
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.desk.tray import (
    MAX_FOUND,
    MAX_ITEMS,
    Tray,
    TrayItem,
    checked_note,
    checked_tray_name,
)
from artsim.people import policy
from artsim.people.roles import Action

_MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS trays (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    note TEXT NOT NULL DEFAULT '',
    token TEXT UNIQUE,
    created REAL NOT NULL,
    changed REAL NOT NULL,
    archived REAL
);
CREATE TABLE IF NOT EXISTS items (
    tray TEXT NOT NULL REFERENCES trays (id),
    place INTEGER NOT NULL,
    collection TEXT NOT NULL,
    artwork TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    title TEXT NOT NULL DEFAULT '',
    artist TEXT NOT NULL DEFAULT '',
    found TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (tray, collection, artwork)
);
CREATE INDEX IF NOT EXISTS items_collection ON items (collection);
""",
)
_WHAT = "The list of trays"
_ITEM = "collection, artwork, note, title, artist, found"
Key = tuple[str, str]
T = TypeVar("T")


class Trays:
    """The trays of a workspace, each called by its name or its id. Safe from any thread or process.

    >>> trays = Trays(Workspace.open())
    >>> trays.create("Proposal").items
    ()
    >>> trays.add("Proposal", [TrayItem("demo", "w01"), TrayItem("demo", "w02")])
    2
    >>> [item.id for item in trays.move("Proposal", ("demo", "w02"), 1).items]
    ['w02', 'w01']
    >>> trays.delete("Proposal")
    """

    def __init__(self, workspace: Workspace) -> None:
        self._path = workspace.root / "trays.sqlite"

    def all(self, archived: bool = False) -> list[Tray]:
        """Every tray in use, or every archived one, the last changed first."""
        if not policy.allows(Action.REPORTS):  # whoever may only look has none
            return []
        if not self._path.exists():  # to look makes no file
            return []
        with connected(self._path, _WHAT, _MIGRATIONS) as db:
            rows = db.execute(
                "SELECT * FROM trays WHERE (archived IS NOT NULL) = ? ORDER BY changed DESC, name",
                (archived,),
            ).fetchall()
            return [_tray(db, row) for row in rows]

    def get(self, name: str) -> Tray:
        """One tray, by its name or its id; raises NotFound."""
        policy.ask(Action.REPORTS)
        return self._read(lambda db: _tray(db, _row(db, name)), name)

    def shared(self, token: str) -> Tray:
        """The tray that a link with this token shows; raises NotFound."""
        policy.ask(Action.SEE)
        gone = "This link shows no tray (any more): ask the person who sent it."

        def found(db: sqlite3.Connection) -> Tray:
            row = db.execute("SELECT * FROM trays WHERE token = ?", (token,)).fetchone()
            if row is None:
                raise NotFound(gone)
            return _tray(db, row)

        if not token or not self._path.exists():
            raise NotFound(gone)
        return self._read(found, token)

    def create(self, name: str, note: str = "") -> Tray:
        """A new, empty tray; raises Conflict where one of that name is there."""
        policy.ask(Action.TRAYS, detail=f"tray {name}")
        name, note, now = checked_tray_name(name), checked_note(note), time.time()

        def make(db: sqlite3.Connection) -> Tray:
            _check_free(db, name)
            made = secrets.token_hex(4)
            db.execute(
                "INSERT INTO trays (id, name, note, created, changed) VALUES (?, ?, ?, ?, ?)",
                (made, name, note, now, now),
            )
            return _tray(db, _row(db, made))

        with transaction(self._path, _WHAT, _MIGRATIONS) as db:
            return make(db)

    def rename(self, name: str, new: str) -> Tray:
        """Give a tray another name; raises Conflict where it is taken."""
        new = checked_tray_name(new)

        def change(db: sqlite3.Connection, tray: str) -> None:
            if _row(db, tray)["name"] != new:
                _check_free(db, new)
                db.execute("UPDATE trays SET name = ? WHERE id = ?", (new, tray))

        return self._change(name, change)

    def describe(self, name: str, note: str) -> Tray:
        """Replace the note on a tray."""
        note = checked_note(note)
        return self._change(
            name,
            lambda db, tray: db.execute("UPDATE trays SET note = ? WHERE id = ?", (note, tray)),
        )

    def add(self, name: str, items: Iterable[TrayItem]) -> int:
        """Put works at the end of a tray; those that lie in it stay where they are.

        Returns how many are new. Raises InvalidInput where the tray would hold too many.
        """
        items = list(items)
        new = 0

        def change(db: sqlite3.Connection, tray: str) -> None:
            nonlocal new
            held = _count(db, tray)
            for item in items:
                added = db.execute(
                    f"INSERT OR IGNORE INTO items (tray, place, {_ITEM})"  # noqa: S608
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        *(tray, held + new + 1, item.collection, item.id),
                        *(checked_note(item.note), item.title[:MAX_FOUND]),
                        *(item.artist[:MAX_FOUND], item.found[:MAX_FOUND]),
                    ),
                )
                new += added.rowcount
            if held + new > MAX_ITEMS:
                raise InvalidInput(
                    f"A tray holds at most {MAX_ITEMS:,} works: put the rest into another one."
                )

        self._change(name, change)
        return new

    def remove(self, name: str, keys: Iterable[Key]) -> int:
        """Take works out of a tray; returns how many lay in it."""
        keys = list(keys)
        gone = 0

        def change(db: sqlite3.Connection, tray: str) -> None:
            nonlocal gone
            for key in keys:
                gone += db.execute(
                    "DELETE FROM items WHERE tray = ? AND collection = ? AND artwork = ?",
                    (tray, *key),
                ).rowcount
            _number(db, tray, _keys(db, tray))

        self._change(name, change)
        return gone

    def annotate(self, name: str, key: Key, note: str) -> Tray:
        """Replace the note on a work of a tray; raises NotFound."""
        note = checked_note(note)

        def change(db: sqlite3.Connection, tray: str) -> None:
            changed = db.execute(
                "UPDATE items SET note = ? WHERE tray = ? AND collection = ? AND artwork = ?",
                (note, tray, *key),
            )
            if not changed.rowcount:
                raise _absent(key)

        return self._change(name, change)

    def move(self, name: str, key: Key, to: int) -> Tray:
        """Put a work of a tray at place ``to``, counted from 1; the last one where it is beyond."""
        if to < 1:
            raise InvalidInput("Places in a tray are counted from 1: give a place of 1 or more.")

        def change(db: sqlite3.Connection, tray: str) -> None:
            keys = _keys(db, tray)
            if key not in keys:
                raise _absent(key)
            keys.remove(key)
            keys.insert(to - 1, key)
            _number(db, tray, keys)

        return self._change(name, change)

    def order(self, name: str, keys: Sequence[Key]) -> Tray:
        """Put works of a tray first, in the order of ``keys``; the others follow as they were."""

        def change(db: sqlite3.Connection, tray: str) -> None:
            held = _keys(db, tray)
            first = list(dict.fromkeys(keys))
            for key in first:
                if key not in held:
                    raise _absent(key)
            _number(db, tray, [*first, *(key for key in held if key not in set(first))])

        return self._change(name, change)

    def copy(self, name: str, new: str) -> Tray:
        """Another tray with the same works, notes and order; raises Conflict."""
        policy.ask(Action.TRAYS, detail=f"tray {new}")
        new, now = checked_tray_name(new), time.time()

        def make(db: sqlite3.Connection) -> Tray:
            row = _row(db, name)
            _check_free(db, new)
            made = secrets.token_hex(4)
            db.execute(
                "INSERT INTO trays (id, name, note, created, changed) VALUES (?, ?, ?, ?, ?)",
                (made, new, row["note"], now, now),
            )
            db.execute(
                f"INSERT INTO items (tray, place, {_ITEM})"  # noqa: S608
                f" SELECT ?, place, {_ITEM} FROM items WHERE tray = ?",
                (made, row["id"]),
            )
            return _tray(db, _row(db, made))

        with transaction(self._path, _WHAT, _MIGRATIONS) as db:
            return make(db)

    def archive(self, name: str, archived: bool = True) -> Tray:
        """Put a tray away, or back into use; nothing in it changes."""
        value = time.time() if archived else None
        return self._change(
            name,
            lambda db, tray: db.execute(
                "UPDATE trays SET archived = ? WHERE id = ?", (value, tray)
            ),
        )

    def delete(self, name: str) -> None:
        """Delete a tray for good; no work is touched."""
        policy.ask(Action.TRAYS, detail=f"delete tray {name}")
        with transaction(self._path, _WHAT, _MIGRATIONS) as db:
            tray = _row(db, name)["id"]
            db.execute("DELETE FROM items WHERE tray = ?", (tray,))
            db.execute("DELETE FROM trays WHERE id = ?", (tray,))

    def share(self, name: str, shared: bool = True) -> Tray:
        """Give a tray a link that nobody can guess, or take it back: the old one then ends."""

        def change(db: sqlite3.Connection, tray: str) -> None:
            token = (_row(db, tray)["token"] or secrets.token_urlsafe(16)) if shared else None
            db.execute("UPDATE trays SET token = ? WHERE id = ?", (token, tray))

        return self._change(name, change, changed=False)

    def set_aside(self) -> Path:
        """Rename a database that cannot be read, so that a new one can begin."""
        policy.ask(Action.TRAYS, detail="set trays aside")
        return set_aside(self._path)

    def rename_collection(self, old: str, new: str) -> None:
        """Let the works of a collection in all trays name it as it is called now."""
        if self._path.exists():
            with transaction(self._path, _WHAT, _MIGRATIONS) as db:
                # A work that lies there under both names already is the same one.
                db.execute(
                    "UPDATE OR REPLACE items SET collection = ? WHERE collection = ?", (new, old)
                )

    def _read(self, work: Callable[[sqlite3.Connection], T], name: str) -> T:
        if not self._path.exists():
            raise _no_tray(name)
        with connected(self._path, _WHAT, _MIGRATIONS) as db:
            return work(db)

    def _change(
        self, name: str, work: Callable[[sqlite3.Connection, str], object], changed: bool = True
    ) -> Tray:
        policy.ask(Action.TRAYS, detail=f"tray {name}")
        if not self._path.exists():
            raise _no_tray(name)
        with transaction(self._path, _WHAT, _MIGRATIONS) as db:
            tray = str(_row(db, name)["id"])
            work(db, tray)
            if changed:
                db.execute("UPDATE trays SET changed = ? WHERE id = ?", (time.time(), tray))
            return _tray(db, _row(db, tray))


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Let the works of a collection in all trays name it as it is called now."""
    Trays(workspace).rename_collection(old, new)


def _row(db: sqlite3.Connection, name: str) -> sqlite3.Row:
    composed = unicodedata.normalize("NFC", name)
    for column, value in (("name", " ".join(composed.split())), ("id", name)):
        row: sqlite3.Row | None = db.execute(
            f"SELECT * FROM trays WHERE {column} = ?",  # noqa: S608
            (value,),
        ).fetchone()
        if row is not None:
            return row
    raise _no_tray(name)


def _tray(db: sqlite3.Connection, row: sqlite3.Row) -> Tray:
    items = db.execute(
        f"SELECT {_ITEM} FROM items WHERE tray = ? ORDER BY place, collection, artwork",  # noqa: S608
        (row["id"],),
    ).fetchall()
    return Tray(
        id=row["id"],
        name=row["name"],
        note=row["note"],
        items=tuple(
            TrayItem(i["collection"], i["artwork"], i["note"], n, *(i[3:]))
            for n, i in enumerate(items, 1)
        ),
        created=row["created"],
        changed=row["changed"],
        archived=row["archived"] is not None,
        token=row["token"] or "",
    )


def _keys(db: sqlite3.Connection, tray: str) -> list[Key]:
    rows = db.execute(
        "SELECT collection, artwork FROM items WHERE tray = ? ORDER BY place, collection, artwork",
        (tray,),
    )
    return [(row["collection"], row["artwork"]) for row in rows]


def _number(db: sqlite3.Connection, tray: str, keys: list[Key]) -> None:
    db.executemany(
        "UPDATE items SET place = ? WHERE tray = ? AND collection = ? AND artwork = ?",
        [(place, tray, *key) for place, key in enumerate(keys, 1)],
    )


def _count(db: sqlite3.Connection, tray: str) -> int:
    return int(db.execute("SELECT count(*) FROM items WHERE tray = ?", (tray,)).fetchone()[0])


def _check_free(db: sqlite3.Connection, name: str) -> None:
    row = db.execute("SELECT archived FROM trays WHERE name = ?", (name,)).fetchone()
    if row is not None:
        where = " among the archived ones" if row["archived"] is not None else ""
        raise Conflict(f"There is a tray {name!r}{where} already: choose another name.")


def _no_tray(name: str) -> NotFound:
    return NotFound(f"There is no tray {name[:80]!r}: choose another one, or create it.")


def _absent(key: Key) -> NotFound:
    return NotFound(f"The work {key[1]!r} of {key[0]!r} is not in this tray: add it first.")
