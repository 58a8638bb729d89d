"""One piece of long work as everybody sees it: what it is, how far it is, how it ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ACTIVE = ("queued", "running")
STATES = (*ACTIVE, "succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """A job at one moment. Times are seconds since 1970, ``rate`` is units a second.

    ``step`` of ``total`` ``unit`` are done in the ``stage`` at hand; ``total`` is None while it
    is not known. ``attempt`` counts how often the job was started or resumed. ``host``, ``pid``
    and ``pid_started`` identify the worker process. ``person`` is who asked for it, "" where
    nobody had to sign in. Of an ``unreadable`` job little more than the
    id is known; ``error`` says so.
    """

    id: str
    kind: str
    state: str
    config: dict[str, Any]
    log: Path
    attempt: int = 1
    stage: str = ""
    step: int = 0
    total: int | None = None
    unit: str = ""
    rate: float | None = None
    message: str = ""
    created: float = 0.0
    queued: float = 0.0
    started: float | None = None
    finished: float | None = None
    heartbeat: float | None = None
    error: str = ""
    cancel_requested: float | None = None
    silent_since: float | None = None
    host: str = ""
    pid: int | None = None
    pid_started: str = ""
    unreadable: bool = False
    person: str = ""

    @property
    def active(self) -> bool:
        """Queued or running: it may still change by itself."""
        return self.state in ACTIVE

    @property
    def cancelling(self) -> bool:
        """Somebody asked it to stop and it has not stopped yet."""
        return self.state == "running" and self.cancel_requested is not None

    @property
    def eta(self) -> float | None:
        """Seconds until the stage at hand is done, None where nobody can tell."""
        if self.state != "running" or not self.rate or self.total is None:
            return None
        return max(0.0, (self.total - self.step) / self.rate)

    @property
    def share(self) -> float | None:
        """Share of the stage at hand that is done, in [0, 1], None where nobody can tell."""
        return min(1.0, self.step / self.total) if self.total else None

    @property
    def target(self) -> str:
        """Name of the collection that the job works on, "" where it has none."""
        return str(self.config.get("collection") or self.config.get("name") or "")

    def to_json(self) -> dict[str, Any]:
        """The job document of the contract, times as ISO 8601 in UTC, and some more fields."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "step": self.step,
            "total": self.total,
            "started": _iso(self.started),
            "heartbeat": _iso(self.heartbeat),
            "error": self.error or None,
            "stage": self.stage,
            "unit": self.unit,
            "rate": None if self.rate is None else round(self.rate, 2),
            "eta": None if self.eta is None else round(self.eta, 1),
            "message": self.message,
            "created": _iso(self.created),
            "finished": _iso(self.finished),
            "attempt": self.attempt,
            "config": self.config,
            "person": self.person,
            "log": str(self.log),
        }


def _iso(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
