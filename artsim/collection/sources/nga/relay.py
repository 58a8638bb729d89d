"""Waiting work done aside, so that the caller hears of progress and can cancel all the while."""

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from artsim.core.progress import Progress

_Result = TypeVar("_Result")
_Call = tuple[str, tuple[object, ...]]
_PAUSE_S = 0.2


class _Relay:
    """A Progress whose calls are made later, by the thread that owns the real one."""

    def __init__(self) -> None:
        self.calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        self.calls.put(("start", (total, what, unit)))

    def advance(self, n: int = 1) -> None:
        self.calls.put(("advance", (n,)))

    def say(self, text: str) -> None:
        self.calls.put(("say", (text,)))

    def finish(self) -> None:
        self.calls.put(("finish", ()))


def aside(
    work: Callable[[Progress], _Result], progress: Progress, stop: Callable[[], None]
) -> _Result:
    """Run ``work`` in a thread of its own and return its result or raise its error.

    ``progress`` is called in this thread only, at least every 0.2 s; where it raises, ``stop`` is
    called and the error goes on.
    """
    relay = _Relay()
    results: list[_Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work(relay))
        except BaseException as error:
            errors.append(error)
        finally:
            relay.calls.put(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while (call := _next(relay)) is not None:
            getattr(progress, call[0])(*call[1])
    except BaseException:
        stop()
        thread.join(timeout=2.0)
        raise
    if errors:
        raise errors[0]
    return results[0]


def _next(relay: _Relay) -> _Call | None:
    try:
        return relay.calls.get(timeout=_PAUSE_S)
    except queue.Empty:
        return "advance", (0,)
