"""First uses of native libraries: one at a time, before anything is shared between threads.

A C++ library that creates a Python object at its first use can freeze the process for ever when two
threads use it first: one has begun and waits for the GIL, which the other holds while it waits for
the first. Code that uses such a library for the first time does so here, or under ``alone``.
"""

import threading
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

T = TypeVar("T")

alone = threading.RLock()


def once(make: Callable[[], T]) -> Callable[[], T]:
    """``functools.cache`` for a function without arguments that only one thread ever runs.

    Other callers wait for it. Where ``make`` raises, the next call tries again.
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
