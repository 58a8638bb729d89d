"""One process at a time, on any machine: a lease kept in a Lance table of one row.

A commit that another writer was faster with is made again on what that one left, so that
``UPDATE ... WHERE holder = me`` succeeds for one of many. Clocks are never compared: a holder
counts a beat up, and one that has not done so for a while is taken for dead.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.folders import Check
from artsim.core.errors import Conflict
from artsim.core.progress import Progress

BEAT_SECONDS = 15.0
DEAD_SECONDS = 60.0
_LOOK_SECONDS = 1.0
_SCHEMA = pa.schema([pa.field("holder", pa.string()), pa.field("beat", pa.int64())])


@contextmanager
def lease(uri: str, waiting: str, progress: Progress) -> Iterator[Check]:
    """Hold the lease at ``uri``; waits for a living holder, and says ``waiting`` then.

    The function that it yields raises Conflict where another process has taken the lease.
    """
    me = f"{_machine()} {os.getpid()} {uuid4().hex}"
    _acquire(uri, me, waiting, progress)
    lost, ended = threading.Event(), threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            # A store that does not answer is asked again: only another holder ends the lease.
            with suppress(Exception):
                if not _change(uri, {"beat": "beat + 1"}, me):
                    lost.set()
                    return

    def check() -> None:
        if lost.is_set():
            raise Conflict(
                "Another process has gone on with this work, because this one could not be heard "
                "of: let that one finish, then run it again."
            )

    beating = threading.Thread(target=beat, name="lease", daemon=True)
    beating.start()
    try:
        yield check
    finally:
        ended.set()
        beating.join()
        # The collection may be deleted meanwhile.
        with suppress(Exception):
            _change(uri, {"holder": "''"}, me)
            lance_io.opened(uri).cleanup_old_versions(older_than=timedelta(minutes=10))


def _acquire(uri: str, me: str, waiting: str, progress: Progress) -> None:
    if lance_io.create(uri, _SCHEMA, pa.table({"holder": [me], "beat": [0]}, schema=_SCHEMA)):
        return
    seen, since, said = ("", -1), time.monotonic(), False
    while True:
        now = _row(uri)
        if now != seen:
            seen, since = now, time.monotonic()
        holder, beat = now
        if holder == me:  # the answer to its own commit was lost
            return
        dead = _has_ended(holder) or time.monotonic() - since > DEAD_SECONDS
        if (not holder or dead) and _change(
            uri, {"holder": lance_io.quoted(me), "beat": "beat + 1"}, holder, beat
        ):
            return
        if holder and not said:
            progress.say(waiting)
            said = True
        progress.advance(0)
        time.sleep(_LOOK_SECONDS)


def _row(uri: str) -> tuple[str, int]:
    row = lance_io.opened(uri).to_table().slice(0, 1).to_pylist()[0]
    return str(row["holder"]), int(row["beat"])


def _change(uri: str, values: dict[str, str], holder: str, beat: int | None = None) -> bool:
    """Whether the row was that of ``holder`` (at ``beat``), and is changed now."""
    where = f"holder = {lance_io.quoted(holder)}" + ("" if beat is None else f" AND beat = {beat}")
    return lance_io.update_where(uri, values, where) > 0


def _machine() -> str:
    """What tells machines, and containers that share a name, apart: process ids differ there."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    return "/".join(part.replace(" ", "") for part in parts)


def _has_ended(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    machine, _, rest = holder.partition(" ")
    pid = rest.partition(" ")[0]
    if machine != _machine() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
