"""The trays of a workspace, in SQLite: every change is one transaction."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from artsim.core.database import connected, set_aside, transaction
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.desk import tray_rows
from artsim.desk.tray import (
    MAX_FOUND,
    MAX_ITEMS,
    Tray,
    TrayItem,
    checked_note,
    checked_tray_name,
)
from artsim.desk.tray_rows import Key
from artsim.people import policy
from artsim.people.roles import Action

T = TypeVar("T")


class Trays:
    """The trays of a workspace, each called by its name or its id. Safe from any thread or process.

    Where people sign in, each has their own, and those that are everybody's; nobody sees another
    person's but by its link, nor works of a collection that is not for them. Whoever runs the
    server, by command or from Python, sees all.

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
        self._path = workspace.root / tray_rows.FILE

    def all(self, archived: bool = False) -> list[Tray]:
        """Every tray in use, or every archived one, the last changed first."""
        if not policy.allows(Action.REPORTS):  # whoever may only look has none
            return []
        if not self._path.exists():  # reading must not make the file
            return []
        with connected(self._path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
            rows = tray_rows.listed(db, archived)
            return [tray_rows.tray(db, row) for row in rows]

    def get(self, name: str) -> Tray:
        """One tray, by its name or its id; raises NotFound."""
        policy.ask(Action.REPORTS)
        return self._read(lambda db: tray_rows.tray(db, tray_rows.named(db, name)), name)

    def shared(self, token: str) -> Tray:
        """The tray that a link with this token shows, without whose it is; raises NotFound."""
        policy.ask(Action.SEE)
        if not token or not self._path.exists():
            raise tray_rows.no_link()
        found = self._read(lambda db: tray_rows.tray(db, tray_rows.shared(db, token)), token)
        return replace(found, owner="")

    def create(self, name: str, note: str = "") -> Tray:
        """A new, empty tray; raises Conflict where one of that name is there."""
        policy.ask(Action.TRAYS, detail=f"tray {name}")
        name, note = checked_tray_name(name), checked_note(note)
        with transaction(self._path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
            return tray_rows.tray(db, tray_rows.make(db, name, note))

    def rename(self, name: str, new: str) -> Tray:
        """Give a tray another name; raises Conflict where it is taken."""
        new = checked_tray_name(new)

        def change(db: sqlite3.Connection, tray: str) -> None:
            row = tray_rows.by_id(db, tray)
            if row["name"] != new:
                tray_rows.check_free(db, new, row["owner"])
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
            held = tray_rows.count(db, tray)
            for item in items:
                added = db.execute(
                    f"INSERT OR IGNORE INTO items (tray, place, {tray_rows.ITEM})"  # noqa: S608
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
            tray_rows.number(db, tray, tray_rows.keys(db, tray))

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
                raise tray_rows.absent(key)

        return self._change(name, change)

    def move(self, name: str, key: Key, to: int) -> Tray:
        """Put a work of a tray at place ``to``, counted from 1; the last one where it is beyond."""
        if to < 1:
            raise InvalidInput("Places in a tray are counted from 1: give a place of 1 or more.")

        def change(db: sqlite3.Connection, tray: str) -> None:
            keys = tray_rows.keys(db, tray)
            if key not in keys:
                raise tray_rows.absent(key)
            keys.remove(key)
            keys.insert(to - 1, key)
            tray_rows.number(db, tray, keys)

        return self._change(name, change)

    def order(self, name: str, keys: Sequence[Key]) -> Tray:
        """Put works of a tray first, in the order of ``keys``; the others follow as they were."""

        def change(db: sqlite3.Connection, tray: str) -> None:
            held = tray_rows.keys(db, tray)
            first = list(dict.fromkeys(keys))
            for key in first:
                if key not in held:
                    raise tray_rows.absent(key)
            tray_rows.number(db, tray, [*first, *(key for key in held if key not in set(first))])

        return self._change(name, change)

    def copy(self, name: str, new: str) -> Tray:
        """Another tray with the same works, notes and order; raises Conflict."""
        return self._copy(lambda db: tray_rows.named(db, name), new)

    def copy_shared(self, token: str, new: str) -> Tray:
        """A tray of one's own like the one that a link with this token shows; raises Conflict."""
        return self._copy(lambda db: tray_rows.shared(db, token), new)

    def _copy(self, found: Callable[[sqlite3.Connection], sqlite3.Row], new: str) -> Tray:
        policy.ask(Action.TRAYS, detail=f"tray {new}")
        new = checked_tray_name(new)
        with transaction(self._path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
            row = found(db)
            made = tray_rows.make(db, new, row["note"])
            seen = {item.collection for item in tray_rows.tray(db, row).items}
            db.executemany(
                f"INSERT INTO items (tray, place, {tray_rows.ITEM})"  # noqa: S608
                f" SELECT ?, place, {tray_rows.ITEM} FROM items WHERE tray = ? AND collection = ?",
                [(made["id"], row["id"], collection) for collection in seen],
            )
            return tray_rows.tray(db, made)

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
        with transaction(self._path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
            tray = tray_rows.named(db, name)["id"]
            db.execute("DELETE FROM items WHERE tray = ?", (tray,))
            db.execute("DELETE FROM trays WHERE id = ?", (tray,))

    def share(self, name: str, shared: bool = True) -> Tray:
        """Give a tray a link that nobody can guess, or withdraw it: the old one ends for good."""

        def change(db: sqlite3.Connection, tray: str) -> None:
            token = (
                (tray_rows.by_id(db, tray)["token"] or secrets.token_urlsafe(16))
                if shared
                else None
            )
            db.execute("UPDATE trays SET token = ? WHERE id = ?", (token, tray))

        return self._change(name, change, changed=False)

    def set_aside(self) -> Path:
        """Rename a database that cannot be read, so that a new one can begin."""
        policy.ask(Action.TRAYS, detail="set trays aside")
        return set_aside(self._path)

    def rename_collection(self, old: str, new: str) -> None:
        """Rename a collection in all trays."""
        if self._path.exists():
            with transaction(self._path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
                # A work that lies there under both names already is the same one.
                db.execute(
                    "UPDATE OR REPLACE items SET collection = ? WHERE collection = ?", (new, old)
                )

    def _read(self, work: Callable[[sqlite3.Connection], T], name: str) -> T:
        if not self._path.exists():
            raise tray_rows.no_tray(name)
        with connected(self._path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
            return work(db)

    def _change(
        self, name: str, work: Callable[[sqlite3.Connection, str], object], changed: bool = True
    ) -> Tray:
        policy.ask(Action.TRAYS, detail=f"tray {name}")
        if not self._path.exists():
            raise tray_rows.no_tray(name)
        with transaction(self._path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
            tray = str(tray_rows.named(db, name)["id"])
            work(db, tray)
            if changed:
                db.execute("UPDATE trays SET changed = ? WHERE id = ?", (time.time(), tray))
            return tray_rows.tray(db, tray_rows.by_id(db, tray))


def hand_over(workspace: Workspace, old: str, new: str) -> None:
    """Give the trays of one person to another, who has none."""
    path = workspace.root / tray_rows.FILE
    if path.exists():
        with transaction(path, tray_rows.WHAT, tray_rows.MIGRATIONS) as db:
            db.execute("UPDATE trays SET owner = ? WHERE owner = ?", (new, old))


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Rename a collection in all trays."""
    Trays(workspace).rename_collection(old, new)
