"""Values that are worked out of a large object once, and go when it goes."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from artsim.core.cache import LoadingCache

V = TypeVar("V")


class PerObject(Generic[V]):
    """A cache beside objects that are compared by identity; thread-safe.

    >>> class Thing: ...
    >>> lengths, thing = PerObject(), Thing()
    >>> lengths.get(thing, "one", lambda: 1), lengths.get(thing, "one", lambda: 2)
    (1, 1)
    """

    def __init__(self, max_count: int = 16) -> None:
        self._max_count = max_count
        self._caches: WeakKeyDictionary[object, LoadingCache[Hashable, V]] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def get(self, owner: object, key: Hashable, make: Callable[[], V]) -> V:
        """The value of ``key`` for ``owner``; ``make`` runs once, and must not hold ``owner``."""
        with self._lock:
            cache = self._caches.setdefault(owner, LoadingCache(self._max_count))
        return cache.get(key, make)
