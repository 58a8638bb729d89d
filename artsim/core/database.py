"""A small SQLite database of the workspace that many processes read and write."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.core import atomic
from artsim.core.errors import NotFound, Unavailable, Unreadable
from artsim.core.formats import newer, report_migration
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import filelock
else:
    filelock = lazy("filelock")

BUSY_SECONDS = 30.0
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_ERROR")  # the last: a table is missing
Migration = str | Callable[[sqlite3.Connection], None]


@contextmanager
def connected(
    path: Path, what: str, migrations: Sequence[Migration]
) -> Iterator[sqlite3.Connection]:
    """A connection that commits each statement and waits for others; made where it is missing.

    ``migrations`` are SQL statements or functions, each for one format: the first makes the
    database, each later one brings it from one format to the next, and the list only grows. The
    format is the database's user_version. Raises Unreadable, which calls the file ``what``, where
    the database is damaged or of a newer format, and Unavailable for every other error except a
    broken constraint.
    """
    try:
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = NORMAL")
            if _version(db) != len(migrations):
                # SQLite does not wait to change the journal: of two processes one would fail.
                with filelock.FileLock(path.with_name(f".{path.name}.lock"), BUSY_SECONDS):
                    _migrate(db, path, what, migrations)
            yield db
        finally:
            db.close()
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.DatabaseError, filelock.Timeout) as error:
        if getattr(error, "sqlite_errorname", "").startswith(_DAMAGED):
            raise Unreadable(
                f"{what} at {path} cannot be read ({error}): restore it from a backup, or set it "
                "aside and begin a new one."
            ) from error
        raise Unavailable(
            f"{what} at {path} cannot be used ({error}): check that the disk is writable and not "
            "full."
        ) from error


@contextmanager
def transaction(
    path: Path, what: str, migrations: Sequence[Migration]
) -> Iterator[sqlite3.Connection]:
    """Like ``connected``, but the block is one transaction: all of it takes effect, or nothing."""
    with connected(path, what, migrations) as db:
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")


def set_aside(path: Path) -> Path:
    """Rename a database that cannot be read, so that a new one can begin; returns its new path.

    Raises NotFound where there is none.
    """
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    try:
        path.rename(aside)
    except FileNotFoundError as error:
        raise NotFound(f"There is no {path.name} to set aside.") from error
    for more in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + more).rename(aside.with_name(aside.name + more))
    return aside


def _migrate(
    db: sqlite3.Connection, path: Path, what: str, migrations: Sequence[Migration]
) -> None:
    """Bring the database to the last format, each step whole or not at all."""
    before = _version(db)
    if before > len(migrations):
        raise newer(f"{what} at {path}", before, len(migrations))
    if before == len(migrations):  # another process did it meanwhile
        return
    kept = path.with_name(f"{path.name}.format-{before}")
    if before:
        _copy(db, kept)
    else:
        db.execute("PRAGMA journal_mode = WAL")
    for number in range(before, len(migrations)):
        db.execute("BEGIN IMMEDIATE")
        try:
            _apply(db, migrations[number])
            db.execute(f"PRAGMA user_version = {number + 1}")
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")
    if before:
        report_migration(what, before, len(migrations), kept.name)


def _apply(db: sqlite3.Connection, migration: Migration) -> None:
    if callable(migration):
        migration(db)
        return
    # executescript() would commit what was done before it.
    statement = ""
    for part in migration.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""


def _copy(db: sqlite3.Connection, to: Path) -> None:
    """A whole copy of the database, in one step."""
    with atomic.placed(to) as aside:
        copy = sqlite3.connect(aside)
        try:
            db.backup(copy)
        finally:
            copy.close()


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
