"""The cache under many threads."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from artsim.core.cache import LoadingCache


def test_eight_threads_load_once():
    cache, loads = LoadingCache(2), []

    def load():
        loads.append(1)
        time.sleep(0.05)
        return object()

    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda _: cache.get("key", load), range(8)))
    assert len(loads) == 1
    assert len({id(value) for value in values}) == 1


def test_the_least_recently_used_goes_first():
    cache = LoadingCache(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: key.upper())
    assert (cache.peek("a"), cache.peek("b"), cache.peek("c")) == ("A", None, "C")


def test_bytes_are_bounded_but_the_newest_stays():
    cache = LoadingCache(10, 100, size=len)
    for key, length in (("a", 60), ("b", 30), ("c", 50), ("d", 500)):
        cache.get(key, lambda length=length: b"x" * length)
        left = [k for k in "abcd" if cache.peek(k) is not None]
        assert left == {"a": ["a"], "b": ["a", "b"], "c": ["b", "c"], "d": ["d"]}[key]


def test_what_was_forgotten_takes_no_room():
    cache = LoadingCache(10, 100, size=len)
    cache.get("a", lambda: b"x" * 90)
    cache.forget(lambda key: key == "a")
    for key in ("b", "c"):
        cache.get(key, lambda: b"x" * 50)
    assert [key for key in "abc" if cache.peek(key) is not None] == ["b", "c"]


def test_a_failed_load_is_told_to_all_and_tried_again():
    cache, began = LoadingCache(2), threading.Barrier(4)

    def load():
        time.sleep(0.05)
        raise ValueError("no disk")

    def ask(_):
        began.wait()
        with pytest.raises(ValueError, match="no disk"):
            cache.get("key", load)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    assert cache.get("key", lambda: 7) == 7


def test_the_older_value_answers_while_the_new_one_loads():
    cache, go = LoadingCache(3), threading.Event()
    cache.get("old", lambda: 1)

    def load():
        go.wait(60)
        return 2

    assert cache.get("new", load, older="old", patience=0.01) == 1
    go.set()
    assert cache.get("new", load, older="old", patience=60) == 2
    cache.forget(lambda key: key == "old")
    assert (cache.peek("old"), len(cache)) == (None, 1)


def test_a_quick_load_is_waited_for():
    cache = LoadingCache(3)
    cache.get("old", lambda: 1)
    assert cache.get("new", lambda: 2, older="old", patience=60) == 2
