"""Pictures are decoded in a cage: a child process with limits on memory and time, which may die.

A nursery (``caged``) has imported the decoders and forks a child in some milliseconds. The system
ends a child at its limits, wherever its native code may be; no other picture suffers.
"""

import json
import logging
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artsim.core.errors import ArtsimError, TooLarge, Unavailable, UnsupportedImage
from artsim.core.limits import Limits

MESSAGE_BYTES = 128  # to the nursery: limit of memory and name of the work, filled with zeros
MOST_PROCESSORS = 4  # decoders start a thread for each, whose stacks count as memory
WAITS = 3  # times the limit, by the wall clock: other work may hold the processor
_GRACE_SECONDS = 5.0
_MOST_SAID, _MOST_GIVEN = 4 << 20, 256 << 20  # bytes of an answer
_RENEWED_AFTER = 1000  # pictures; native decoders leak
# A process of several threads must not fork: a lock that another one holds is never given back.
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1") | {
    "JE_ARROW_MALLOC_CONF": "background_thread:false"
}
# A process keeps freed memory for the next picture: asking the system again costs 5 % of the time.
_ALLOCATOR = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": str(16 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}
_AGAIN = "save the picture anew as JPEG or PNG and try again."
BUSY = "Many pictures are being read now, and this one had no turn: try again in a minute."
_since: ContextVar[float | None] = ContextVar("since", default=None)


class OutOfTime(TooLarge):
    """Decoding was ended because it took too long: on another day it may not."""


_ERRORS: dict[str, type[ArtsimError]] = {
    error.__name__: error for error in (TooLarge, UnsupportedImage)
}
_log = logging.getLogger("artsim.images")


@dataclass(frozen=True)
class Answer:
    """What came out of a cage: plain values, and bytes."""

    said: dict[str, Any]
    given: list[bytes]


class Cage:
    """Some caged processes, each of which takes one picture after the other.

    ``work`` names a function ``(about, data) -> (said, given)`` of plain values and bytes, as
    'module:function'; the processes import it. At most ``lanes`` pictures are decoded at a time,
    others wait up to ``patience`` seconds. Safe from any thread, and after a fork.

        cage = Cage("artsim.images.caged_upload:work", UPLOAD_LIMITS, 2)
        jpeg = cage.run({"name": "a.png"}, data).given[0]
    """

    def __init__(
        self, work: str, limits: Limits, lanes: int, patience: float | None = None
    ) -> None:
        self._patience = patience
        self._lanes = [_Lane(work, limits) for _ in range(lanes)]
        self._free: queue.LifoQueue[_Lane] = queue.LifoQueue()
        for lane in self._lanes:
            self._free.put(lane)

    def __enter__(self) -> "Cage":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, about: dict[str, Any], data: bytes = b"") -> Answer:
        """What ``work`` makes of a picture.

        Raises TooLarge where it takes more than the limits allow (OutOfTime where that is time),
        UnsupportedImage where the decoder refuses it or breaks, and Unavailable where no process
        can be started or too many others wait.
        """
        since = _since.get()
        waited = 0.0 if since is None else time.monotonic() - since
        left = None if self._patience is None else max(0.0, self._patience - waited)
        try:
            lane = self._free.get(timeout=left)
        except queue.Empty as error:
            raise Unavailable(BUSY) from error
        try:
            return lane.run(about, data)
        finally:
            self._free.put(lane)

    def start(self) -> None:
        """Start a process ahead of the first picture, which would wait a second for it."""
        lane = self._free.get()
        try:
            lane.ready()
        finally:
            self._free.put(lane)

    def close(self) -> None:
        """End the processes; they end by themselves where this one is killed."""
        for lane in self._lanes:
            lane.close()


@contextmanager
def waiting_since(moment: float) -> Iterator[None]:
    """Count what was waited since ``moment`` (of time.monotonic) into the patience of a cage."""
    before = _since.set(moment)
    try:
        yield
    finally:
        _since.reset(before)


class _Lane:
    """One caged process; it is replaced after a picture that it could not decode."""

    def __init__(self, work: str, limits: Limits) -> None:
        self._work, self._limits = work, limits
        self._child: socket.socket | None = None
        self._owner, self._taken = 0, 0

    def run(self, about: dict[str, Any], data: bytes) -> Answer:
        child, began = self.ready(), time.monotonic()
        until = began + self._limits.seconds * WAITS + _GRACE_SECONDS
        request = {"about": about, "seconds": self._limits.seconds}
        try:
            child.settimeout(until - began)
            send(child, request, [data])
            answer = receive(child, until)
        except (OSError, EOFError, ValueError) as error:
            self.close()
            raise self._ended(time.monotonic() - began) from error
        except BaseException:  # nobody takes a half-read answer
            self.close()
            raise
        for text in answer.said.pop("warned", []):
            _warn_once(str(text))
        if "error" in answer.said:
            self.close()
            kind = _ERRORS.get(str(answer.said["error"]), UnsupportedImage)
            raise kind(str(answer.said["sentence"]))
        return answer

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def ready(self) -> socket.socket:
        if self._taken >= _RENEWED_AFTER or self._owner != os.getpid():  # a fork shares no child
            self.close()
        if self._child is None:
            self._child = _nursery.child(self._work, self._limits.memory)
            self._owner, self._taken = os.getpid(), 0
        self._taken += 1
        return self._child

    def _ended(self, seconds: float) -> ArtsimError:
        if seconds >= self._limits.seconds / MOST_PROCESSORS:
            return OutOfTime(
                f"Decoding the file takes longer than {self._limits.seconds:g} seconds: {_AGAIN}"
            )
        return UnsupportedImage(
            "The decoder broke on this file, which is damaged or was made to do harm: " + _AGAIN
        )


class _Nursery:
    """The process that forks the children; started when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._owner = 0

    def child(self, work: str, memory: int) -> socket.socket:
        """The near end of a connection to a new child; raises Unavailable."""
        message = f"{memory} {work}".encode().ljust(MESSAGE_BYTES, b"\0")
        with self._lock:
            for attempt in (1, 2):
                near, far = socket.socketpair()
                with far:
                    try:
                        socket.send_fds(self._started(), [message], [far.fileno()])
                        return near
                    except OSError as error:
                        near.close()
                        self._control = None
                        if attempt == 2:
                            raise Unavailable(
                                f"No process can be started to read pictures in ({error.strerror}):"
                                " close other programs and try again."
                            ) from error
        raise AssertionError

    def _started(self) -> socket.socket:
        # A forked copy of this process has no nursery of its own.
        if self._control is not None and self._owner == os.getpid():
            return self._control
        if self._process is not None and self._owner == os.getpid():
            self._process.poll()
        near, far = socket.socketpair()
        package = str(Path(__file__).resolve().parents[2])
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        with far:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "artsim.images.caged", str(far.fileno())],
                pass_fds=[far.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=os.environ | _ONE_THREAD | _ALLOCATOR | {"PYTHONPATH": os.pathsep.join(paths)},
                start_new_session=True,  # Ctrl-C is not for it; it ends with this process
            )
        self._control, self._owner = near, os.getpid()
        return near


def send(to: socket.socket, said: dict[str, Any], given: list[bytes]) -> None:
    """One message: its length, JSON, and the bytes of which the JSON tells the sizes."""
    text = json.dumps({**said, "sizes": [len(part) for part in given]}).encode()
    to.sendall(len(text).to_bytes(4, "big") + text)
    for part in given:
        to.sendall(part)


def receive(source: socket.socket, until: float) -> Answer:
    """One message; raises EOFError, OSError or ValueError where it does not come whole in time."""
    size = int.from_bytes(_exactly(source, 4, until), "big")
    if size > _MOST_SAID:
        raise ValueError("too much is said")
    said = json.loads(_exactly(source, size, until))
    sizes = said.pop("sizes")
    if sum(sizes) > _MOST_GIVEN or min(sizes, default=0) < 0:
        raise ValueError("too much is given")
    return Answer(said, [_exactly(source, length, until) for length in sizes])


def _exactly(source: socket.socket, size: int, until: float) -> bytes:
    parts, missing = [], size
    while missing:
        if time.monotonic() > until:
            raise TimeoutError
        part = source.recv(min(missing, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


_nursery = _Nursery()
_warned: set[str] = set()


def _warn_once(text: str) -> None:
    """What decoders only warn of goes to the log, each sentence once a process."""
    if text not in _warned and len(_warned) < 1000:
        _warned.add(text)
        _log.warning("%s", text)
