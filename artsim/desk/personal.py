"""Things that belong to one person: their owner, and the database of saved searches."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from artsim.core.database import transaction
from artsim.core.workspace import Workspace
from artsim.people import present

FILE = "searches.sqlite"
WHAT = "The list of saved searches"
MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS contents (
    digest TEXT PRIMARY KEY,
    ids BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS searches (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    collection TEXT NOT NULL,
    view TEXT NOT NULL,
    created REAL NOT NULL,
    looked REAL NOT NULL,
    stamp TEXT NOT NULL,
    contents TEXT NOT NULL REFERENCES contents (digest),
    UNIQUE (owner, name)
);
CREATE INDEX IF NOT EXISTS searches_collection ON searches (collection);
CREATE TABLE IF NOT EXISTS pictures (
    search TEXT NOT NULL REFERENCES searches (id),
    digest TEXT NOT NULL,
    jpeg BLOB NOT NULL,
    PRIMARY KEY (search, digest)
);
CREATE TABLE IF NOT EXISTS recent (
    owner TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (owner, kind)
);
""",
)


def owner() -> str:
    """The owner of saved searches and places: the person who asks, "" where nobody signs in."""
    return present.current().name if present.house() else ""


_for: ContextVar[str | None] = ContextVar("artsim_for", default=None)


def whose() -> str | None:
    """The owner whose trays are shown: the person who asks, "" before they have signed in.

    None for the operator, by command or from Python, who sees the trays of all.
    """
    return present.current().name if present.house() else _for.get()


@contextmanager
def acting_for(person: str) -> Iterator[None]:
    """Within the block, a job acts for ``person``; "" is nobody in particular."""
    before = _for.set(person or None)
    try:
        yield
    finally:
        _for.reset(before)


def hand_over(workspace: Workspace, old: str, new: str) -> None:
    """Give one person's saved searches to another; their last places are forgotten."""
    path = workspace.root / FILE
    if path.exists():
        with transaction(path, WHAT, MIGRATIONS) as db:
            db.execute("UPDATE searches SET owner = ? WHERE owner = ?", (new, old))
            db.execute("DELETE FROM recent WHERE owner = ?", (old,))


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Rename a collection in all saved searches."""
    path = workspace.root / FILE
    if path.exists():
        with transaction(path, WHAT, MIGRATIONS) as db:
            db.execute("UPDATE searches SET collection = ? WHERE collection = ?", (new, old))
