"""A small SQLite database of the workspace that many processes read and write."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from artsim.core.errors import Unavailable

BUSY_SECONDS = 30.0


@contextmanager
def connected(path: Path, what: str, schema: str, version: int) -> Iterator[sqlite3.Connection]:
    """A connection that commits each statement and waits for others; made where it is missing.

    ``schema`` is SQL that may run again, ``version`` its number. Raises Unavailable, which calls
    the file ``what``, for whatever is wrong with it but broken constraints.
    """
    try:
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA synchronous = NORMAL")
            if _version(db) < version:
                # Changing the journal waits for nobody: of two processes one would fail.
                with filelock.FileLock(path.with_name(f".{path.name}.lock"), BUSY_SECONDS):
                    if _version(db) < version:
                        db.execute("PRAGMA journal_mode = WAL")
                        db.executescript(f"{schema} PRAGMA user_version = {version};")
            yield db
        finally:
            db.close()
    except sqlite3.IntegrityError:
        raise
    except (sqlite3.DatabaseError, filelock.Timeout) as error:
        raise Unavailable(
            f"{what} at {path} cannot be used ({error}): check that the disk is writable and not "
            "full."
        ) from error


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
