"""First uses of native libraries: one at a time, before anything is shared between threads.

A library in C++ that makes something of Python's at its first use can freeze the process for ever
where two threads use it first: one has begun and waits for the GIL, which the other holds while it
waits for the one. What such a library does first is done here, or under ``alone``.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")

alone = threading.RLock()


def once(make: Callable[[], T]) -> Callable[[], T]:
    """``functools.cache`` for a function without arguments that only one thread ever runs.

    Whoever asks meanwhile waits for it; what raises is tried again.
    """
    made: list[T] = []

    @wraps(make)
    def found() -> T:
        if not made:
            with alone:
                if not made:
                    made.append(make())
        return made[0]

    return found
