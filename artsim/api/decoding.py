"""Separate threads for requests with pictures, which may wait for the decoding process."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread

from artsim.core.errors import Unavailable
from artsim.core.limits import TURN_SECONDS
from artsim.images.cage import BUSY, waiting_since

Found = TypeVar("Found")
_AT_ONCE = 8
_WAITING = 24  # each holds an upload in memory
# With the threads of all requests, forty uploads that take long would keep everybody waiting.
_turns, _threads = anyio.CapacityLimiter(_AT_ONCE), anyio.CapacityLimiter(_AT_ONCE)


def check_room() -> None:
    """Raise Unavailable if so many pictures wait that no further one is received."""
    if _turns.statistics().tasks_waiting >= _WAITING:
        raise Unavailable(BUSY)


async def in_turn(work: Callable[..., Found], *asked: object) -> Found:
    """What ``work`` gives, called in a thread when one of those for pictures is free.

    Raises Unavailable where none is in TURN_SECONDS; what was waited here is waited in the cage no
    more.
    """
    check_room()
    began = time.monotonic()
    with anyio.move_on_after(TURN_SECONDS) as waiting:
        await _turns.acquire()
    if waiting.cancelled_caught:
        raise Unavailable(BUSY)
    try:
        with waiting_since(began):
            return await anyio.to_thread.run_sync(partial(work, *asked), limiter=_threads)
    finally:
        _turns.release()
