"""A cache of values with versions: while a newer one loads, callers get the one before it."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from artsim.core.cache import LoadingCache

_RELOAD_REST = 10  # a value that took t seconds to load is not loaded again for t times this
V = TypeVar("V")


class NewestCache(Generic[V]):
    """Values by key, where the keys of one family are versions of one thing. Thread-safe.

    Bounded as LoadingCache is. A value that took t seconds to load is not loaded again for ten
    times t, even where there is a newer version: callers get the last one.
    """

    def __init__(
        self,
        max_count: int,
        max_bytes: float = float("inf"),
        size: Callable[[V], int] = lambda _: 0,
    ) -> None:
        self._values: LoadingCache[Hashable, V] = LoadingCache(max_count, max_bytes, size)
        self._latest: dict[Hashable, tuple[Hashable, float]] = {}
        self._lock = threading.Lock()

    def newest(self, family: Hashable, key: Hashable, load: Callable[[], V]) -> V:
        """The value of ``key``, or of the family's last key while this one loads or rests."""
        with self._lock:
            older, rest_until = self._latest.get(family, (None, 0.0))
        if older is not None and older != key and time.monotonic() < rest_until:
            value = self._values.peek(older)
            if value is not None:
                return value
        timed = self._timed(family, key, load)
        return self._values.get(key, timed, older if older != key else None)

    def exactly(self, family: Hashable, key: Hashable, load: Callable[[], V]) -> V:
        """The value of ``key`` and of no older one."""
        return self._values.get(key, self._timed(family, key, load))

    def wake(self, families: Callable[[Hashable], bool]) -> None:
        """Let the next ``newest`` of these ``families`` load at once, however lately it did."""
        with self._lock:
            for family, (key, _) in self._latest.items():
                if families(family):
                    self._latest[family] = (key, 0.0)

    def _timed(self, family: Hashable, key: Hashable, load: Callable[[], V]) -> Callable[[], V]:
        """``load``, which afterwards makes ``key`` the family's latest and drops the one before."""

        def timed() -> V:
            began = time.monotonic()
            value = load()
            ended = time.monotonic()
            with self._lock:
                replaced = self._latest.get(family, (None, 0.0))[0]
                self._latest[family] = (key, ended + _RELOAD_REST * (ended - began))
            self._values.forget(lambda k: k == replaced and k != key)
            return value

        return timed
