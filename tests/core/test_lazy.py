"""Modules that are imported when they are first used."""

import gc
import inspect
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from types import ModuleType

import pytest

from artsim.core.errors import Unavailable
from artsim.core.lazy import lazy

THREADS = 8
SLOW = "import time; half = True; time.sleep(0.3); VALUE = [1, 2]; IMPORTED = []"


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The name of a module that takes its time to be imported."""
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    yield "slow_to_import"
    sys.modules.pop("slow_to_import", None)


def user(code: str) -> dict:
    """The names of a file that holds ``code``."""
    names: dict = {"lazy": lazy}
    exec(compile(code, "user.py", "exec"), names)
    return names


def test_a_module_is_imported_when_it_is_used_and_takes_the_place_of_its_stand_in(slow) -> None:
    names = user(f"slow = lazy({slow!r})\nagain = lazy({slow!r})\ndef value(): return slow.VALUE")
    inspect.unwrap(names["slow"])  # what doctest does with every name of a file
    assert slow not in sys.modules
    assert names["value"]() == [1, 2]
    assert names["slow"] is sys.modules[slow]
    assert isinstance(names["again"], ModuleType)
    assert names["again"] is not sys.modules[slow]
    assert "VALUE" in dir(names["again"])


def test_threads_that_use_a_module_first_at_once_all_get_it_whole(slow) -> None:
    names = user(f"slow = lazy({slow!r})\ndef value(): return slow.VALUE")
    barrier = Barrier(THREADS)

    def ask(_: int) -> list[int]:
        barrier.wait()
        return names["value"]()

    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(ask, range(THREADS)))
    assert all(value is sys.modules[slow].VALUE for value in found)


def test_what_is_set_on_a_stand_in_is_set_on_the_module(slow, monkeypatch) -> None:
    stand_in = lazy(slow)
    monkeypatch.setattr(stand_in, "VALUE", 3)
    assert sys.modules[slow].VALUE == 3
    monkeypatch.undo()
    assert sys.modules[slow].VALUE == [1, 2]
    del stand_in.half
    with pytest.raises(AttributeError, match="'slow_to_import' has no attribute 'half'"):
        _ = stand_in.half


def test_a_package_that_is_missing_says_what_to_do_whenever_it_is_used() -> None:
    ray = lazy("no_such_package.data", missing="It is not installed: run 'pip install it'.")
    for _ in range(2):
        with pytest.raises(Unavailable, match="run 'pip install it'"):
            ray.init()
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        _ = lazy("no_such_package").thing


def test_nothing_is_looked_through_for_garbage_while_a_module_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("sound", "import gc; ON = gc.isenabled()"), ("ill", "1 / 0")):
        (tmp_path / f"{name}_to_import.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert user('m = lazy("sound_to_import")')["m"].ON is False
    with pytest.raises(ZeroDivisionError):
        user('m = lazy("ill_to_import")')["m"].ON  # noqa: B018
    assert gc.isenabled()
