"""Products of matrices without threads of their own, for code that has its own threads."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import threadpoolctl
else:
    threadpoolctl = lazy("threadpoolctl")

_lock = threading.Lock()
_using = 0
_limits: Any = None


@contextmanager
def single_threaded() -> Iterator[None]:
    """Within, each product is made by the thread that asks for it, in the whole process.

    Threads of a product wait for each other, also where other work keeps one of them from running.
    What was allowed before is allowed again when the last of those within has gone.
    """
    global _using, _limits
    with _lock:
        if not _using:
            _limits = threadpoolctl.threadpool_limits(1, "blas")
        _using += 1
    try:
        yield
    finally:
        with _lock:
            _using -= 1
            if not _using:
                _limits.restore_original_limits()
