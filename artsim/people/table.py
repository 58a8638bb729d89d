"""The database of people: accounts, sessions, tokens, wrong passwords, access, uploads."""

import os
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from artsim.core.database import connected
from artsim.core.workspace import Workspace

_MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS accounts (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    password TEXT,
    created REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS sessions (
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created REAL NOT NULL,
    expires REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    created REAL NOT NULL,
    expires REAL
);
CREATE TABLE IF NOT EXISTS wrong (
    what TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS wrong_what ON wrong (what, at);
CREATE TABLE IF NOT EXISTS access (
    collection TEXT PRIMARY KEY,
    access TEXT NOT NULL,
    people TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS uploaded (
    who TEXT NOT NULL,
    day TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (who, day)
);
CREATE TABLE IF NOT EXISTS server (
    sign_in TEXT NOT NULL
);
""",
)


def connection(workspace: Workspace) -> AbstractContextManager[sqlite3.Connection]:
    """The database of a workspace, made where it is missing; see ``core.database.connected``."""
    place = path(workspace)
    if not place.exists():  # nobody else on this machine reads it, also while it is made
        os.close(os.open(place, os.O_CREAT | os.O_RDWR, 0o600))
    return connected(place, "The list of people", _MIGRATIONS)


def exists(workspace: Workspace) -> bool:
    """Whether anybody has ever been added, or sign-in switched on, here."""
    return path(workspace).is_file()


def path(workspace: Workspace) -> Path:
    """Where it lies."""
    return workspace.root / "people.sqlite"


def sign_in(workspace: Workspace) -> str:
    """How people signed in at the server that ran here last, "none" where nobody had to."""
    if not exists(workspace):
        return "none"
    with connection(workspace) as db:
        row = db.execute("SELECT sign_in FROM server").fetchone()
    return "none" if row is None else str(row["sign_in"])


def remember_sign_in(workspace: Workspace, mode: str) -> None:
    """Remember how people sign in, for commands that know nothing of the server's options."""
    if mode == sign_in(workspace):
        return
    with connection(workspace) as db:
        db.execute("DELETE FROM server")
        db.execute("INSERT INTO server VALUES (?)", (mode,))
