"""The database of trays: its formats, and how trays stand in its rows.

Each tray is somebody's, or everybody's: those of a server where nobody signs in, those from before
people signed in, and those that are made by command. ``owner`` is a name, "" for everybody.
"""

import secrets
import sqlite3
import time
import unicodedata

from artsim.core.errors import Conflict, NotFound
from artsim.desk import personal
from artsim.desk.tray import Tray, TrayItem
from artsim.people import policy
from artsim.people.roles import Action

FILE = "trays.sqlite"
WHAT = "The list of trays"
ITEM = "collection, artwork, note, title, artist, found"
Key = tuple[str, str]
MIGRATIONS = (
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
    # Names are unique for each person now: SQLite can change such a constraint in a new table only.
    """
CREATE TABLE owned (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    token TEXT UNIQUE,
    created REAL NOT NULL,
    changed REAL NOT NULL,
    archived REAL,
    UNIQUE (owner, name)
);
INSERT INTO owned (id, name, note, token, created, changed, archived)
    SELECT id, name, note, token, created, changed, archived FROM trays;
DROP TABLE trays;
ALTER TABLE owned RENAME TO trays;
""",
)


def listed(db: sqlite3.Connection, archived: bool) -> list[sqlite3.Row]:
    """The trays of whoever asks, the last changed first."""
    seen, owners = _seen()
    return db.execute(
        f"SELECT * FROM trays WHERE {seen} AND (archived IS NOT NULL) = ?"  # noqa: S608
        " ORDER BY changed DESC, name",
        (*owners, archived),
    ).fetchall()


def named(db: sqlite3.Connection, name: str) -> sqlite3.Row:
    """The tray of whoever asks with a name or an id; raises NotFound.

    One's own comes before everybody's. Whoever sees those of all must say which one of several is
    meant: raises Conflict.
    """
    seen, owners = _seen()
    composed = " ".join(unicodedata.normalize("NFC", name).split())
    found = db.execute(
        f"SELECT * FROM trays WHERE {seen} AND (name = ? OR id = ?)"  # noqa: S608
        " ORDER BY name = ? DESC, owner = '' DESC",
        (*owners, composed, name, composed),
    ).fetchall()
    own = [one for one in found if one["name"] == composed and one["owner"] == personal.whose()]
    best: list[sqlite3.Row] = own or found
    if not best:
        raise no_tray(name)
    if personal.whose() is None and best[0]["owner"]:
        of = [one["owner"] for one in best if one["name"] == composed]
        if len(of) > 1:
            raise Conflict(
                f"{', '.join(of[:5])} each have a tray {composed!r}: name the one by its id."
            )
    return best[0]


def shared(db: sqlite3.Connection, token: str) -> sqlite3.Row:
    """The tray that a link with this token shows, whoever asks; raises NotFound."""
    row: sqlite3.Row | None = db.execute("SELECT * FROM trays WHERE token = ?", (token,)).fetchone()
    if row is None:
        raise no_link()
    return row


def by_id(db: sqlite3.Connection, tray: str) -> sqlite3.Row:
    """The tray of an id that is known to be there."""
    row: sqlite3.Row = db.execute("SELECT * FROM trays WHERE id = ?", (tray,)).fetchone()
    return row


def make(db: sqlite3.Connection, name: str, note: str) -> sqlite3.Row:
    """A new, empty tray of whoever asks; raises Conflict where the name is taken."""
    owner, made, now = personal.whose() or "", secrets.token_hex(4), time.time()
    check_free(db, name, owner)
    db.execute(
        "INSERT INTO trays (id, owner, name, note, created, changed) VALUES (?, ?, ?, ?, ?, ?)",
        (made, owner, name, note, now, now),
    )
    return by_id(db, made)


def _seen() -> tuple[str, tuple[str, ...]]:
    """The condition of trays that whoever asks has, and its values."""
    owner = personal.whose()
    return ("1", ()) if owner is None else ("owner IN ('', ?)", (owner,))


def tray(db: sqlite3.Connection, row: sqlite3.Row) -> Tray:
    """A row with the works that lie in it, but for those that whoever asks may not see."""
    items = db.execute(
        f"SELECT {ITEM} FROM items WHERE tray = ? ORDER BY place, collection, artwork",  # noqa: S608
        (row["id"],),
    ).fetchall()
    seen = {c for c in {i["collection"] for i in items} if policy.allows(Action.SEE, c)}
    return Tray(
        id=row["id"],
        name=row["name"],
        note=row["note"],
        items=tuple(
            TrayItem(i["collection"], i["artwork"], i["note"], n, *(i[3:]))
            for n, i in enumerate(items, 1)
            if i["collection"] in seen
        ),
        created=row["created"],
        changed=row["changed"],
        archived=row["archived"] is not None,
        token=row["token"] or "",
        owner=row["owner"],
    )


def keys(db: sqlite3.Connection, tray: str) -> list[Key]:
    """Collection and artwork id of each work, in their order."""
    rows = db.execute(
        "SELECT collection, artwork FROM items WHERE tray = ? ORDER BY place, collection, artwork",
        (tray,),
    )
    return [(row["collection"], row["artwork"]) for row in rows]


def number(db: sqlite3.Connection, tray: str, keys: list[Key]) -> None:
    """Give works the places that they have in ``keys``."""
    db.executemany(
        "UPDATE items SET place = ? WHERE tray = ? AND collection = ? AND artwork = ?",
        [(place, tray, *key) for place, key in enumerate(keys, 1)],
    )


def count(db: sqlite3.Connection, tray: str) -> int:
    """How many works lie in a tray."""
    return int(db.execute("SELECT count(*) FROM items WHERE tray = ?", (tray,)).fetchone()[0])


def check_free(db: sqlite3.Connection, name: str, owner: str) -> None:
    """Raise Conflict where a person, or everybody, has a tray of that name."""
    row = db.execute(
        "SELECT archived FROM trays WHERE name = ? AND owner IN ('', ?)", (name, owner)
    ).fetchone()
    if row is not None:
        where = " among the archived ones" if row["archived"] is not None else ""
        raise Conflict(f"There is a tray {name!r}{where} already: choose another name.")


def no_tray(name: str) -> NotFound:
    """The error for a name that no tray has."""
    return NotFound(f"There is no tray {name[:80]!r}: choose another one, or create it.")


def absent(key: Key) -> NotFound:
    """The error for a work that is not in a tray."""
    return NotFound(f"The work {key[1]!r} of {key[0]!r} is not in this tray: add it first.")


def no_link() -> NotFound:
    """The error for a link that shows nothing."""
    return NotFound("This link shows no tray (any more): ask the person who sent it.")
