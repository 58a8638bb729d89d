"""A cache of large shared things: loaded once even when many threads ask, bounded in size."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LoadingCache(Generic[K, V]):
    """Least recently used values are dropped above ``max_count`` values or ``max_bytes`` bytes.

    The newest value always stays, however large. A failed load is not remembered: every caller
    that waited gets the error, and the next call loads again.
    """

    def __init__(
        self,
        max_count: int,
        max_bytes: float = float("inf"),
        size: Callable[[V], int] = lambda _: 0,
    ) -> None:
        self._max_count, self._max_bytes, self._size = max_count, max_bytes, size
        self._values: OrderedDict[K, Future[V]] = OrderedDict()
        self._sizes: dict[K, int] = {}  # of the loaded values
        self._total = 0
        self._lock = threading.Lock()

    def get(
        self, key: K, load: Callable[[], V], older: K | None = None, patience: float = 1.0
    ) -> V:
        """The value of ``key``; ``load`` runs once, other callers wait for it.

        Where the value of ``older`` is loaded, no caller waits longer than ``patience`` seconds:
        it gets the older value, and the load goes on in a thread of its own.
        """
        before = None if older is None else self.peek(older)
        with self._lock:
            future = self._values.get(key)
            mine = future is None
            if future is None:
                future = self._values[key] = Future()
            self._values.move_to_end(key)
        if before is None:
            if mine:
                self._fill(key, future, load)
            return future.result()
        if mine:
            threading.Thread(target=self._fill, args=(key, future, load), daemon=True).start()
        wait([future], timeout=patience)
        return future.result() if future.done() else before

    def peek(self, key: K) -> V | None:
        """The value of ``key`` where it is loaded already, else None; never waits."""
        with self._lock:
            future = self._values.get(key)
        return future.result() if future is not None and _loaded(future) else None

    def forget(self, unwanted: Callable[[K], bool]) -> None:
        """Drop the loaded values of every key for which ``unwanted`` is true."""
        with self._lock:
            for key in [k for k, f in self._values.items() if unwanted(k) and f.done()]:
                self._drop(key)

    def __len__(self) -> int:
        return len(self._values)

    def _fill(self, key: K, future: "Future[V]", load: Callable[[], V]) -> None:
        try:
            value = load()
        except BaseException as error:
            with self._lock:
                self._values.pop(key, None)
            future.set_exception(error)
            return
        future.set_result(value)
        with self._lock:
            if self._values.get(key) is future:
                self._sizes[key] = self._size(value)
                self._total += self._sizes[key]
                self._shrink()

    def _shrink(self) -> None:
        while len(self._sizes) > 1:
            if len(self._sizes) <= self._max_count and self._total <= self._max_bytes:
                break
            self._drop(next(key for key in self._values if key in self._sizes))

    def _drop(self, key: K) -> None:
        del self._values[key]
        self._total -= self._sizes.pop(key, 0)


def _loaded(future: "Future[V]") -> bool:
    return future.done() and future.exception() is None
