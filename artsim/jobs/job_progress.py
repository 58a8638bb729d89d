"""Progress into the job store: a worker's stage, step, rate and heartbeat."""

import faulthandler
import logging
import os
import signal
import threading
import time
from collections import deque

from artsim.core import watchdog
from artsim.core.errors import Cancelled, Unavailable
from artsim.core.progress import duration, how_many
from artsim.jobs.job import Job
from artsim.jobs.table import JobTable

WRITE_SECONDS = 0.25  # progress is written at most so often
HEARTBEAT_SECONDS = 2.0
_RATE_SECONDS = 20.0  # the rate is that of so many last seconds
_GIL_SECONDS = 15.0  # without a heartbeat; sooner than a silent worker is given up and killed
_STDERR = 2  # the job's log; a file descriptor, since the timer needs no GIL
_log = logging.getLogger("artsim.job")


class JobProgress:
    """Writes progress, beats, and stops the work: ``advance`` and ``say`` raise Cancelled.

    The heartbeat thread runs inside ``with``. A worker that does not stop within ``grace``
    seconds of being cancelled kills its own process group. Where nothing is reported for
    ``watchdog.limit`` seconds, the job's message says so and every thread's stack is logged; where
    no thread of Python can say anything, the stacks alone are.
    """

    def __init__(self, table: JobTable, job: Job, grace: float = 10.0) -> None:
        self._table, self._job, self._grace = table, job, grace
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._stage, self._unit, self._message = "", "", ""
        self._step, self._written = 0, 0.0
        self._total: int | None = None
        self._samples: deque[tuple[float, int]] = deque()
        self._limit, self._seen, self._stalled = watchdog.limit(), time.monotonic(), ""
        self.lost = False

    def __enter__(self) -> "JobProgress":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()
        self._write()

    def stop(self) -> None:
        """Make the next ``advance`` or ``say`` raise Cancelled; safe in a signal handler."""
        self._stopping.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody cancelled the job through the store."""
        return self._table.get(self._job.id).cancel_requested is not None

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        self._check()
        with self._lock:
            self._stage, self._unit, self._total, self._step = what, unit, total, 0
            self._samples.clear()
            self._samples.append((time.monotonic(), 0))
        _log.info("%s%s", what, f" ({how_many(total, None, unit)})" if total is not None else "")
        self._write()

    def advance(self, n: int = 1) -> None:
        self._check()
        with self._lock:
            self._step += n
        if time.monotonic() - self._written >= WRITE_SECONDS:
            self._write()

    def say(self, text: str) -> None:
        self._check()
        with self._lock:
            self._message = text
        _log.info("%s", text)
        self._write()

    def finish(self) -> None:
        self._seen, self._stalled = time.monotonic(), ""
        with self._lock:
            stage, step, unit = self._stage, self._step, self._unit
            seconds = time.monotonic() - self._samples[0][0] if self._samples else 0.0
        _log.info("%s: %s, %s", stage, how_many(step, None, unit), duration(seconds))
        self._write()

    def _check(self) -> None:
        self._seen, self._stalled = time.monotonic(), ""
        if self._stopping.is_set():
            raise Cancelled("The job was stopped; what was finished is kept.")

    def _write(self) -> None:
        with self._lock:
            now = self._written = time.monotonic()
            self._samples.append((now, self._step))
            while len(self._samples) > 2 and now - self._samples[1][0] > _RATE_SECONDS:
                self._samples.popleft()
            since, before = self._samples[0]
            done, seconds = self._step - before, now - since
            rate = done / seconds if seconds > 0.5 and done else None
            values = {
                "stage": self._stage,
                "step": self._step,
                "total": self._total,
                "unit": self._unit,
                "rate": rate,
                "message": self._stalled or self._message,
            }
        try:
            job = self._table.report(self._job, **values)
        except Unavailable as error:
            _log.warning("progress was not written: %s", error)
            return
        if job is None:
            self.lost = True
        if job is None or job.cancel_requested is not None:
            self._stopping.set()

    def _watch(self) -> None:
        if time.monotonic() - self._seen >= self._limit and not self._stalled:
            self._stalled = (
                f"{watchdog.stalled(self._limit)}. What every thread does is in the log."
            )
            _log.warning("%s", self._stalled)
            faulthandler.dump_traceback(_STDERR)

    def _beat(self) -> None:
        stopping_since: float | None = None
        while not self._ended.wait(HEARTBEAT_SECONDS):
            faulthandler.dump_traceback_later(min(self._limit, _GIL_SECONDS), file=_STDERR)
            self._watch()
            self._write()
            if not self._stopping.is_set():
                continue
            stopping_since = stopping_since or time.monotonic()
            if time.monotonic() - stopping_since > self._grace:
                _log.error("the work did not stop by itself: killed")
                if self.cancelled:
                    self._table.finish(self._job, "cancelled")
                os.killpg(os.getpid(), signal.SIGKILL)
