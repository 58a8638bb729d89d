"""The nursery of the cage: ``python -m artsim.images.caged FD`` forks a child for each connection.

It has one thread, imports what the children need, and ends with the process that started it.
"""

import gc
import math
import os
import random
import resource
import signal
import socket
import sys
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from artsim.core.errors import ArtsimError
from artsim.images.cage import MESSAGE_BYTES, MOST_PROCESSORS, WAITS, Answer, receive, send

Work = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], list[bytes]]]
_NICENESS = 5  # who searches comes before who uploads
_TOO_MUCH = (
    "Decoding the file takes more memory than there is for one picture: make it smaller and try "
    "again."
)


def main(control: socket.socket) -> None:
    """Fork a child for every connection that comes through ``control``, until that is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    known: dict[str, Work] = {}
    while True:
        message, handles, _, _ = socket.recv_fds(control, MESSAGE_BYTES, 1)
        if not message:
            return
        memory, _, name = message.rstrip(b"\0").decode().partition(" ")
        if name not in known:
            module, _, function = name.partition(":")
            known[name] = getattr(import_module(module), function)
            gc.freeze()
            _come_after_others()
        if os.fork() == 0:
            try:
                control.close()
                _confine(int(memory))
                _serve(socket.socket(fileno=handles[0]), known[name])
            finally:
                os._exit(0)
        os.close(handles[0])


def _serve(parent: socket.socket, work: Work) -> None:
    with suppress(EOFError, OSError):  # the parent wants no more
        while True:
            request = receive(parent, math.inf)
            # Nobody handles these signals, so that they end native code too.
            signal.setitimer(signal.ITIMER_PROF, float(request.said["seconds"]))
            signal.setitimer(signal.ITIMER_REAL, float(request.said["seconds"]) * WAITS)
            answer = _answer(work, request)
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
            send(parent, answer.said, answer.given)


def _answer(work: Work, request: Answer) -> Answer:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            said, given = work(request.said["about"], request.given[0])
        except MemoryError:
            said, given = {"error": "TooLarge", "sentence": _TOO_MUCH}, []
        except ArtsimError as error:
            said, given = {"error": type(error).__name__, "sentence": str(error)}, []
        except Exception:
            sentence = "The file cannot be read as a picture: copy it again from its source."
            said, given = {"error": "UnsupportedImage", "sentence": sentence}, []
            warnings.warn(traceback.format_exc(), stacklevel=1)
    texts = dict.fromkeys(str(warning.message) for warning in caught)
    return Answer({**said, "warned": list(texts)[:20]}, given)


def _come_after_others() -> None:
    """Let the server's group of processes go before this one's.

    Linux gives each session the same share of a processor, and niceness counts within one only.
    """
    with suppress(OSError):  # no Linux, or one that makes no such groups
        Path("/proc/self/autogroup").write_text(str(_NICENESS), encoding="ascii")


def _confine(memory: int) -> None:
    """Let this process take so many more bytes, few processors, and write no file."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 2)  # native decoders print
    os.nice(_NICENESS)
    if hasattr(os, "sched_setaffinity"):
        processors = sorted(os.sched_getaffinity(0))
        if len(processors) > MOST_PROCESSORS:
            os.sched_setaffinity(0, random.sample(processors, MOST_PROCESSORS))
    _limit(resource.RLIMIT_DATA, _in_use() + memory)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (most, most))


def _in_use() -> int:
    """Bytes of private memory that this process has already."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:  # no Linux
        return 0
    lines = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return int(lines["VmData"].split()[0]) * 1024


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
