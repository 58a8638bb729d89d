"""Trainings as a person sees them: the record on disk together with the job that writes it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from artsim.app.shell import resources
from artsim.app.training import facts as train_facts
from artsim.core.errors import ArtsimError
from artsim.jobs.job import Job
from artsim.training.record import TrainingRun, list_trainings, load_training

KIND = "train"
_FRESH_SECONDS = 180.0  # a record without a job, written to so lately, belongs to a command
_SLACK_SECONDS = 10.0
_REMEMBERED = 24 * 3600.0  # seconds that a training is listed if it failed before it wrote anything
STATES = {
    "queued": ":material/schedule: waits for its turn",
    "running": ":material/autorenew: running",
    "failed": ":material/error: failed",
    "cancelled": ":material/cancel: cancelled",
    "stopped": ":material/pause_circle: stopped",
    "done": ":material/check_circle: ready",
}


@dataclass(frozen=True)
class Training:
    """One training: ``record`` is None before it wrote anything, ``job`` where none is known."""

    name: str
    record: TrainingRun | None
    job: Job | None

    @property
    def state(self) -> str:
        """One of STATES."""
        if self.job is not None and self.job.active:
            return self.job.state
        if self.record is not None and self.record.published:
            return "done"
        # Without a job it runs from a command line. If its job has ended, the record was last
        # written before that.
        ended = self.job.finished or 0.0 if self.job is not None else 0.0
        if self._is_fresh() and self.written > ended + _SLACK_SECONDS:
            return "running"
        if self.job is not None and self.job.state in ("failed", "cancelled"):
            return self.job.state
        return "stopped"

    @property
    def active(self) -> bool:
        """Whether it may still change by itself."""
        return self.state in ("queued", "running")

    @property
    def written(self) -> float:
        """When its record was last written to, in seconds since 1970; 0 where there is none."""
        if self.record is None:
            return 0.0
        try:
            files = (self.record.folder / name for name in ("metrics.csv", "config.json"))
            return max((f.stat().st_mtime for f in files if f.is_file()), default=0.0)
        except OSError:  # published or deleted this moment
            return 0.0

    def _is_fresh(self) -> bool:
        """Whether it was written to within two epochs."""
        if self.record is None:
            return False
        times = [train_facts.value(row, "seconds") or 0.0 for row in self.record.rows]
        return time.time() - self.written < max(_FRESH_SECONDS, 2 * max(times, default=0.0))

    @property
    def when(self) -> str:
        """When it last made progress, "" if unknown."""
        seconds = self.written or (self.job.created if self.job else 0.0)
        return (
            datetime.fromtimestamp(seconds, UTC).strftime("%-d %b %Y, %H:%M UTC") if seconds else ""
        )

    @property
    def base(self) -> str:
        """The backbone that it starts from."""
        return str(self._config().get("backbone") or "")

    @property
    def source(self) -> str:
        """The collection or folder that it learns from."""
        return str(self._config().get("source") or "")

    @property
    def labels(self) -> list[str]:
        """What it learns to tell apart."""
        if self.record is not None:
            return train_facts.labels(self.record)
        return [str(label) for label in self._config().get("labels") or ()]

    def _config(self) -> dict[str, Any]:
        if self.record is not None and self.record.config:
            return self.record.config
        return self.job.config if self.job is not None else {}


def every() -> list[Training]:
    """All trainings, those under way first, then the latest."""
    jobs = _jobs()
    found = {
        r.name: Training(r.name, r, jobs.get(r.name)) for r in list_trainings(resources.workspace())
    }
    for name, job in jobs.items():
        lately = time.time() - (job.finished or 0.0) < _REMEMBERED
        if name not in found and (job.active or (job.state == "failed" and lately)):
            found[name] = Training(name, None, job)
    return sorted(found.values(), key=_place)


def one(name: str) -> Training | None:
    """The training called ``name``, None where there is none."""
    job = _jobs().get(name)
    try:
        record = load_training(resources.workspace(), name)
    except ArtsimError:
        record = None
    if record is None and (job is None or job.state == "succeeded"):
        return None
    return Training(name, record, job)


def was_published(name: str) -> bool:
    """Whether a job made a backbone of this name once."""
    job = _jobs().get(name)
    return job is not None and job.state == "succeeded"


def _jobs() -> dict[str, Job]:
    """The latest training job of each name."""
    found: dict[str, Job] = {}
    for job in resources.jobs().list():
        if job.kind == KIND:
            found.setdefault(str(job.config.get("name")), job)
    return found


def _place(training: Training) -> tuple[int, float]:
    order = {"running": 0, "queued": 1}
    latest = training.written or (training.job.created if training.job else 0.0)
    return order.get(training.state, 2), -latest
