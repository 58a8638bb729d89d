"""The jobs of a workspace in SQLite: every change of state is one transaction."""

import json
import secrets
import sqlite3
import time
from contextlib import AbstractContextManager
from dataclasses import fields
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from artsim.core.database import connected, transaction
from artsim.core.errors import Conflict, NotFound
from artsim.core.workspace import Workspace
from artsim.jobs.job import STATES, Job

_MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS jobs (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    config TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL DEFAULT 1,
    stage TEXT NOT NULL DEFAULT '',
    step INTEGER NOT NULL DEFAULT 0,
    total INTEGER,
    unit TEXT NOT NULL DEFAULT '',
    rate REAL,
    message TEXT NOT NULL DEFAULT '',
    created REAL NOT NULL,
    queued REAL NOT NULL,
    started REAL,
    finished REAL,
    heartbeat REAL,
    error TEXT NOT NULL DEFAULT '',
    cancel_requested REAL,
    silent_since REAL,
    host TEXT NOT NULL DEFAULT '',
    pid INTEGER,
    pid_started TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX IF NOT EXISTS jobs_active
    ON jobs (kind, config) WHERE state IN ('queued', 'running');
CREATE INDEX IF NOT EXISTS jobs_state ON jobs (state);
""",
    "ALTER TABLE jobs ADD COLUMN person TEXT NOT NULL DEFAULT '';",
)
_COLUMNS = ", ".join(f.name for f in fields(Job) if f.name not in ("log", "unreadable"))


class JobTable:
    """Transitions between states; starts and stops no process. Safe from any thread or process."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def _connection(self) -> AbstractContextManager[sqlite3.Connection]:
        return connected(self._workspace.jobs_db, "The list of jobs", _MIGRATIONS)

    def _transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        return transaction(self._workspace.jobs_db, "The list of jobs", _MIGRATIONS)

    def add(self, kind: str, config: dict[str, Any], person: str = "") -> Job:
        """Queue a job for ``person``.

        Where one of the same kind and config is active, that one is returned.
        """
        text, now = canonical(config), time.time()
        with self._transaction() as db:
            row = self._active(db, kind, text)
            if row is None:
                job_id = secrets.token_hex(4)
                db.execute(
                    "INSERT INTO jobs (id, kind, config, state, created, queued, person)"
                    " VALUES (?, ?, ?, 'queued', ?, ?, ?)",
                    (job_id, kind, text, now, now, person),
                )
                row = self._row(db, job_id)
            return self._job(row)

    def hand_over(self, old: str, new: str) -> None:
        """Make the jobs of one person those of another."""
        with self._transaction() as db:
            db.execute("UPDATE jobs SET person = ? WHERE person = ?", (new, old))

    def get(self, job_id: str) -> Job:
        """One job; raises NotFound."""
        with self._connection() as db:
            return self._job(self._row(db, job_id))

    def all(self, *states: str, limit: int = 200) -> list[Job]:
        """Jobs in any of ``states`` (all where none is named), the newest first."""
        marks = ", ".join("?" for _ in states)
        where = f"WHERE state IN ({marks})" if states else ""
        with self._connection() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM jobs {where} ORDER BY sequence DESC LIMIT ?",  # noqa: S608
                (*states, limit),
            ).fetchall()
        return [self._job(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many jobs there are in each state."""
        with self._connection() as db:
            return dict(db.execute("SELECT state, count(*) FROM jobs GROUP BY state").fetchall())

    def claim_next(self, host: str) -> Job | None:
        """Make the next job the running one, unless one runs already.

        Next is the person whose last job began longest ago, and of theirs the job that has queued
        longest: nobody waits for all that somebody else has queued.
        """
        now = time.time()
        with self._transaction() as db:
            if db.execute("SELECT 1 FROM jobs WHERE state = 'running'").fetchone():
                return None
            row = db.execute(
                "SELECT id FROM jobs AS waiting WHERE state = 'queued' ORDER BY coalesce("
                "(SELECT max(started) FROM jobs WHERE person = waiting.person), 0),"
                " queued, sequence LIMIT 1"
            ).fetchone()
            if row is None:
                return None
            db.execute(
                "UPDATE jobs SET state = 'running', started = ?, heartbeat = ?, host = ?,"
                " pid = NULL, pid_started = '' WHERE id = ?",
                (now, now, host, row["id"]),
            )
            job = self._job(self._row(db, row["id"]))
            if job.unreadable:  # nobody knows what it should do; the next call takes the next one
                self._fail(db, job)
                return None
            return job

    def set_process(self, job: Job, pid: int, pid_started: str) -> bool:
        """Remember the worker process of a claimed job."""
        return self._update(job, pid=pid, pid_started=pid_started)

    def report(self, job: Job, **progress: Any) -> Job | None:
        """Write progress and a heartbeat; None where the job is no longer this worker's."""
        if not self._update(job, heartbeat=time.time(), silent_since=None, **progress):
            return None
        return self.get(job.id)

    def mark_silent(self, job: Job) -> None:
        """Remember since when a live worker gives no heartbeat."""
        self._update(job, silent_since=time.time())

    def finish(self, job: Job, state: str, error: str = "") -> bool:
        """End a running attempt; False where somebody else ended it before."""
        return self._update(job, state=state, error=error, finished=time.time())

    def give_up(self, job: Job) -> None:
        """End an unreadable job that is running, whatever its attempt."""
        with self._connection() as db:
            self._fail(db, job)

    def delete(self, job_id: str) -> None:
        """Forget a job that has ended, one that cannot be read too; raises NotFound, Conflict."""
        with self._transaction() as db:
            job = self._job(self._row(db, job_id))
            if job.active and not job.unreadable:
                raise Conflict(f"Job {job.id} is {job.state}: cancel it first.")
            db.execute("DELETE FROM jobs WHERE id = ?", (job_id,))

    def request_cancel(self, job_id: str) -> Job:
        """Cancel a queued job at once, ask a running one to stop; raises Conflict otherwise."""
        now = time.time()
        with self._transaction() as db:
            job = self._job(self._row(db, job_id))
            if job.state == "queued":
                db.execute(
                    "UPDATE jobs SET state = 'cancelled', finished = ? WHERE id = ?", (now, job.id)
                )
            elif job.state == "running":
                db.execute(
                    "UPDATE jobs SET cancel_requested = coalesce(cancel_requested, ?) WHERE id = ?",
                    (now, job.id),
                )
            else:
                raise Conflict(f"Job {job.id} has {job.state} already: there is nothing to cancel.")
            return self._job(self._row(db, job.id))

    def requeue(self, job_id: str) -> Job:
        """Queue a failed or cancelled job again; an active one is returned as it is."""
        with self._transaction() as db:
            row = self._row(db, job_id)
            if row["state"] == "succeeded":
                raise Conflict(f"Job {job_id} has succeeded: there is nothing left to resume.")
            active = self._active(db, row["kind"], row["config"])
            if active is not None:
                return self._job(active)
            db.execute(
                "UPDATE jobs SET state = 'queued', queued = ?, attempt = attempt + 1, error = '',"
                " stage = '', step = 0, total = NULL, rate = NULL, message = '', started = NULL,"
                " finished = NULL, heartbeat = NULL, cancel_requested = NULL, silent_since = NULL,"
                " pid = NULL, pid_started = '' WHERE id = ?",
                (time.time(), job_id),
            )
            return self._job(self._row(db, job_id))

    def _update(self, job: Job, **values: Any) -> bool:
        """Change a running attempt, and only that: a worker that was given up writes nothing."""
        names = ", ".join(f"{name} = ?" for name in values)
        with self._connection() as db:
            changed = db.execute(
                f"UPDATE jobs SET {names}"  # noqa: S608
                " WHERE id = ? AND attempt = ? AND state = 'running'",
                (*values.values(), job.id, job.attempt),
            )
            return changed.rowcount == 1

    def _active(self, db: sqlite3.Connection, kind: str, config: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = db.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE kind = ? AND config = ?"  # noqa: S608
            " AND state IN ('queued', 'running')",
            (kind, config),
        ).fetchone()
        return row

    def _row(self, db: sqlite3.Connection, job_id: str) -> sqlite3.Row:
        row: sqlite3.Row | None = db.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE id = ?",  # noqa: S608
            (job_id,),
        ).fetchone()
        if row is None:
            raise NotFound(f"There is no job {job_id[:40]!r}: 'artsim jobs list' shows them all.")
        return row

    def _fail(self, db: sqlite3.Connection, job: Job) -> None:
        db.execute(
            "UPDATE jobs SET state = 'failed', error = ?, finished = ? WHERE id = ?",
            (job.error, time.time(), job.id),
        )

    def _job(self, row: sqlite3.Row) -> Job:
        """The job in a row; where the row is damaged, what is known of it."""
        values = dict(row)
        log = self._workspace.jobs / f"{row['id']}.log"
        try:
            job = _jobs().validate_python(
                {**values, "config": json.loads(values["config"]), "log": log}
            )
            if job.state in STATES:
                return job
        except (ValueError, TypeError):
            pass
        return Job(
            id=str(values["id"]),
            kind=str(values["kind"]),
            state=values["state"] if values["state"] in STATES else "failed",
            config={},
            log=log,
            error=f"Job {values['id']} cannot be read (its row is damaged): delete it.",
            unreadable=True,
        )


@cache
def _jobs() -> TypeAdapter[Job]:
    return TypeAdapter(Job)


def canonical(config: dict[str, Any]) -> str:
    """The one JSON text of a config: two equal configs are one string."""
    return json.dumps(config, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
