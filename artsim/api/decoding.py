"""Threads of their own for requests that bring pictures, which wait for a place in the cage."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import anyio
import anyio.to_thread

from artsim.core.errors import Unavailable

Found = TypeVar("Found")
_AT_ONCE = 8
_WAITING = 24  # each holds an upload in memory
# With the threads of all requests, forty uploads that take long would keep everybody waiting.
_threads = anyio.CapacityLimiter(_AT_ONCE)


def check_room() -> None:
    """Raise Unavailable where so many pictures wait that one more is not even received."""
    if _threads.statistics().tasks_waiting >= _WAITING:
        raise Unavailable("Many pictures are being read now: try again later.")


async def in_turn(work: Callable[..., Found], *asked: object) -> Found:
    """What ``work`` gives, called in a thread when one of those for pictures is free."""
    check_room()
    return await anyio.to_thread.run_sync(partial(work, *asked), limiter=_threads)
