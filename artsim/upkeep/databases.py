"""The SQLite databases of a workspace: whether they are whole, and what is saved of one."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from artsim.core import database
from artsim.core.workspace import Workspace
from artsim.upkeep.finding import Finding

# Each database, and what it holds.
DATABASES = {
    "jobs/jobs.sqlite": "the list of jobs",
    "trays.sqlite": "the trays",
    "votes.sqlite": "the votes",
    "searches.sqlite": "the saved searches",
    "people.sqlite": "the accounts of people",
}
_HEADER = b"SQLite format 3\0"


def findings(workspace: Workspace) -> Iterator[Finding]:
    """Databases that are damaged; those that a newer artsim made are no damage."""
    for place, what in DATABASES.items():
        path = workspace.root / place
        problem = fault(path) if path.exists() else ""
        if problem:
            yield Finding(
                place,
                f"{what[0].upper()}{what[1:]} cannot be read whole ({problem}).",
                "What can still be read is copied into a new database, and the damaged one is kept "
                "beside it under another name.",
                partial(salvage, path),
            )


def fault(path: Path) -> str:
    """Why a database is damaged, "" where it is whole."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
        if start and start != _HEADER:
            return "it is no database"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30.0)) as db:
            said = [str(row[0]) for row in db.execute("PRAGMA quick_check(1)")]
        return "" if said == ["ok"] else " ".join(said)[:200]
    except OSError as error:
        return error.strerror or str(error)
    except sqlite3.OperationalError as error:
        # A database that is locked or on a full disk is not damaged.
        name = getattr(error, "sqlite_errorname", "")
        return "" if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)


def salvage(path: Path) -> int:
    """Put a new database with every row that can be read in place of ``path``; counts the rows.

    The damaged one stays as ``NAME.damaged-DATE``.
    """
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)  # nobody else may read it
    os.close(handle)
    saved = Path(name)
    try:
        rows = _copied(path, saved)
        saved.chmod(path.stat().st_mode & 0o777)
        database.set_aside(path)
        if rows is not None:  # else the next who needs the database makes it
            saved.replace(path)
    finally:
        saved.unlink(missing_ok=True)
    return rows or 0


def _copied(path: Path, to: Path) -> int | None:
    """Rows that were copied; None where not even the tables are known."""
    count = 0
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as old:
            version = int(old.execute("PRAGMA user_version").fetchone()[0])
            things = old.execute(
                "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index') "
                "AND sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'index'"
            ).fetchall()
            if not things or not version:
                return None
            with closing(sqlite3.connect(to, isolation_level=None)) as new:
                new.execute("PRAGMA journal_mode = WAL")
                new.execute("BEGIN")
                for kind, name, sql in things:
                    with suppress(sqlite3.IntegrityError):
                        new.execute(sql)
                    if kind == "table":
                        count += _copied_table(old, new, name)
                new.execute(f"PRAGMA user_version = {version}")
                new.execute("COMMIT")
    except sqlite3.DatabaseError:
        return None
    return count


def _copied_table(old: sqlite3.Connection, new: sqlite3.Connection, name: str) -> int:
    """Rows that were copied, read from both ends up to what cannot be read."""
    before, quoted = new.total_changes, name.replace('"', '""')
    for order in ("", " ORDER BY rowid DESC"):
        try:
            for row in old.execute(f'SELECT * FROM "{quoted}"{order}'):  # noqa: S608
                marks = ", ".join("?" * len(row))
                insert = f'INSERT OR IGNORE INTO "{quoted}" VALUES ({marks})'  # noqa: S608
                new.execute(insert, row)
            break
        except sqlite3.DatabaseError:
            continue
    return new.total_changes - before
