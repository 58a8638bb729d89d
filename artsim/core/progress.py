"""The one protocol through which long work reports how far it is."""

import sys
import time
from typing import Protocol, TextIO

from artsim.core import interrupt, watchdog
from artsim.core.counts import count


class Progress(Protocol):
    """Receives progress; ``advance`` and ``say`` may raise Cancelled to stop the work."""

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        """A stage begins: ``total`` units where known, ``what`` is done to them."""

    def advance(self, n: int = 1) -> None:
        """``n`` more units are finished."""

    def say(self, text: str) -> None:
        """One sentence for the log."""

    def finish(self) -> None:
        """The stage is over."""


class NullProgress:
    """Reports to nobody."""

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        pass

    def advance(self, n: int = 1) -> None:
        pass

    def say(self, text: str) -> None:
        pass

    def finish(self) -> None:
        pass


NULL = NullProgress()


class TerminalProgress:
    """A bar on a terminal's stderr; plain lines, one every few seconds, where it is no terminal.

    ``advance`` raises KeyboardInterrupt where Ctrl-C was pressed and a library swallowed it. Every
    report shows the watchdog that the work goes on.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._what, self._unit = "", ""
        self._total: int | None = None
        self._done, self._began, self._shown = 0, 0.0, 0.0

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        self._what, self._unit, self._total = what, unit, total
        self._done, self._began, self._shown = 0, time.monotonic(), 0.0
        self._show()

    def advance(self, n: int = 1) -> None:
        interrupt.check()
        watchdog.seen()
        self._done += n
        if self._what and time.monotonic() - self._shown > (0.1 if self._live else 5.0):
            self._show()

    def say(self, text: str) -> None:
        self._write(text + "\n")

    def finish(self) -> None:
        self._show(last=True)

    def _show(self, last: bool = False) -> None:
        self._shown = time.monotonic()
        text = describe(self._what, self._done, self._total, self._unit, self._shown - self._began)
        self._write(text + ("\n" if last or not self._live else ""))

    def _write(self, text: str) -> None:
        watchdog.seen()
        self._stream.write("\r\x1b[K" + text if self._live else text)
        self._stream.flush()


def describe(what: str, done: int, total: int | None, unit: str, seconds: float) -> str:
    """One line: what, how many of how many, rate a second and time left.

    >>> describe("Embedding", 50, 200, "images", 10)
    'Embedding: 50 of 200 images, 5.0/s, 30 s left'
    """
    rate = done / seconds if seconds > 0.5 and done else 0.0
    parts = [f"{what}: {how_many(done, total, unit)}"]
    if rate:
        parts.append(f"{rate:,.1f}/s")
        if total and done < total:
            parts.append(f"{duration((total - done) / rate)} left")
    return ", ".join(parts)


def how_many(done: int, total: int | None, units: str) -> str:
    """How many of how many; ``units`` is a plural with an s.

    >>> how_many(1, 200, "images"), how_many(1, 1, "images"), how_many(3, None, "rows")
    ('1 of 200 images', '1 of 1 image', '3 rows')
    """
    unit = units.removesuffix("s")
    return count(done, unit) if total is None else f"{done:,} of {count(total, unit)}"


def duration(seconds: float) -> str:
    """Seconds in words: ``42 s``, ``3 min 10 s``, ``2 h 5 min``.

    >>> duration(42), duration(190), duration(7500)
    ('42 s', '3 min 10 s', '2 h 5 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
