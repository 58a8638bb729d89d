"""A watchdog over long work: it reports work that stands still, even where Python stands still.

A thread that holds the GIL for ever stops every other Python thread, so none of them can report it.
faulthandler's timer, which needs no GIL, writes the stack of every thread into a pipe; a shell at
the other end prints one sentence and appends the stacks to the log.
"""

import faulthandler
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from artsim.core.counts import count
from artsim.core.settings import setting

# Announces each stack trace on stderr with the sentence $1, and appends it to the file $2.
_TELLER = """while IFS= read -r line; do
case "$line" in "Timeout ("*) printf '%s\\n' "$1" >&2 ;; esac
printf '%s\\n' "$line" >> "$2"
done"""

_SERVER_SECONDS = 60.0


def limit() -> float:
    """Seconds without progress after which work counts as stalled; raises InvalidInput."""
    return float(setting("stall_seconds"))


def server_limit() -> float:
    """Seconds after which a server that answers nobody counts as frozen: sooner than long work."""
    return min(limit(), _SERVER_SECONDS)


def stalled(seconds: float) -> str:
    """The sentence for work that made no progress for so many seconds."""
    shown = f"{seconds / 60:.0f} minutes" if seconds >= 120 else count(round(seconds), "second")
    return f"No progress for {shown}: this may be frozen"


class _Watchdog:
    """Reports once each time that ``seen`` is not called for ``seconds``."""

    def __init__(self, log: Path, seconds: float) -> None:
        self._seconds, self._armed = seconds, float("-inf")
        sentence = f"artsim: {stalled(seconds)}. What every thread was doing is in {log}."
        self._teller = subprocess.Popen(
            ["/bin/sh", "-c", _TELLER, "sh", sentence, str(log)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is not for it; it ends with this process
        )

    def seen(self) -> None:
        now = time.monotonic()
        # Setting the timer starts a thread: not for each of a thousand pictures a second.
        if now - self._armed > self._seconds / 10 and self._teller.stdin is not None:
            self._armed = now
            faulthandler.dump_traceback_later(self._seconds, file=self._teller.stdin)

    def close(self) -> None:
        faulthandler.cancel_dump_traceback_later()
        if self._teller.stdin is not None:
            self._teller.stdin.close()
        self._teller.wait()


_watching: list[tuple[Path, float]] = []
_awake: list[_Watchdog] = []


@contextmanager
def watched(log: Path, seconds: float | None = None) -> Iterator[None]:
    """Watch the work of this process from its first ``seen`` on; stacks go to the file ``log``.

    It counts as stalled after ``seconds``, those of ``limit`` where none are given.
    """
    _watching.append((log, limit() if seconds is None else seconds))
    try:
        yield
    finally:
        _watching.clear()
        while _awake:
            _awake.pop().close()


def seen() -> None:
    """Say that the work goes on; does nothing where no watchdog runs."""
    if not _watching:
        return
    if not _awake:
        try:
            _awake.append(_Watchdog(*_watching[-1]))
        except OSError:  # no shell here: work goes on unwatched
            _watching.clear()
            return
    _awake[-1].seen()
