"""Measurements of the server for Prometheus: counts and times, but not who asked what."""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

import artsim
from artsim.api.access import asked_for
from artsim.api.borders import host_name
from artsim.api.headers import PRIVATE
from artsim.core.errors import ArtsimError
from artsim.core.lazy import lazy
from artsim.core.network import is_loopback
from artsim.core.workspace import Workspace
from artsim.jobs.job import STATES
from artsim.people.roles import Action

if TYPE_CHECKING:
    from artsim.jobs import table
else:
    table = lazy("artsim.jobs.table")

KIND = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)  # seconds
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via")
_lock = threading.Lock()
_requests: Counter[str] = Counter()  # by class of status
_slower: Counter[float] = Counter()
_totals: Counter[str] = Counter()
_seconds = 0.0
_TRIED = (("yes", "right"), ("no", "wrong"))
_began = time.time()


def answered(status: int, seconds: float) -> None:
    """Count a request."""
    global _seconds
    with _lock:
        _requests[f"{status // 100}xx"] += 1
        for bound in _BOUNDS:
            _slower[bound] += seconds <= bound
        _seconds += seconds
        _totals["requests"] += 1


def signed_in(right: bool) -> None:
    """Count somebody who has signed in, or tried to."""
    with _lock:
        _totals["right" if right else "wrong"] += 1


class Metrics:
    """The route ``/metrics`` over one workspace; ``visitors`` tells how many pages are open."""

    def __init__(self, workspace: Callable[[], Workspace], visitors: Callable[[], int]) -> None:
        self._workspace, self._visitors = workspace, visitors

    async def answer(self, request: Request) -> Response:
        """The metrics as Prometheus reads them, for this machine itself and for admins."""
        await asked_for(Action.OPEN if _is_of_this_machine(request) else Action.WATCH)
        return PlainTextResponse(self._text(), media_type=KIND, headers=PRIVATE)

    def _text(self) -> str:
        lines: list[str] = []

        def metric(name: str, kind: str, *samples: tuple[str, float]) -> None:
            lines.append(f"# TYPE artsim_{name} {kind}")
            lines.extend(f"artsim_{name}{labels} {value:.15g}" for labels, value in samples)

        metric("info", "gauge", (f'{{version="{artsim.__version__}"}}', 1))
        metric("started_seconds", "gauge", ("", _began))
        metric("pages_open", "gauge", ("", self._visitors()))
        metric("jobs", "gauge", *self._jobs())
        with _lock:
            statuses = [(f'{{status="{one}"}}', n) for one, n in sorted(_requests.items())]
            metric("requests_total", "counter", *statuses)
            buckets = [(f'_bucket{{le="{bound:g}"}}', _slower[bound]) for bound in _BOUNDS]
            metric(
                "request_seconds",
                "histogram",
                *buckets,
                ('_bucket{le="+Inf"}', _totals["requests"]),
                ("_sum", _seconds),
                ("_count", _totals["requests"]),
            )
            tried = [(f'{{right="{one}"}}', _totals[key]) for one, key in _TRIED]
            metric("sign_ins_total", "counter", *tried)
        metric("cpu_seconds_total", "counter", ("", time.process_time()))
        metric("memory_bytes", "gauge", ("", _memory()))
        return "\n".join(lines) + "\n"

    def _jobs(self) -> list[tuple[str, float]]:
        try:
            counts = table.JobTable(self._workspace()).counts()
        except ArtsimError:  # pages that show jobs report a list that cannot be read
            return []
        return [(f'{{state="{state}"}}', counts.get(state, 0)) for state in STATES]


def _is_of_this_machine(request: Request) -> bool:
    """Whether it comes from here, and not from elsewhere through a proxy."""
    host = host_name(request.headers.get("host", ""))
    address = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in _FORWARDED)
    return is_loopback(address) and is_loopback(host) and not forwarded


def _memory() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):  # not every system tells
        return 0
