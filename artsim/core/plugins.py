"""What is chosen by name: artsim's own entries and those that installed packages register."""

import importlib
import logging
import re
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar

from artsim.core.errors import ArtsimError, InvalidInput, NotFound, Unavailable

T = TypeVar("T")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One name of a registry: the package that gives it, and one sentence where it is unusable."""

    group: str
    name: str
    package: str
    trouble: str = ""


class _Broken(str):
    """Why an entry cannot be used."""


class Registry(Generic[T]):
    """The entries of one kind by name, each loaded when it is first asked for. Thread-safe.

    ``own`` are artsim's: what loads each. Packages register more under the entry points of
    ``group``; ``accept`` makes an entry of what a package or ``add`` gives under a name, and raises
    where that is none. The log and ``entries`` report an entry that cannot be used; only ``get``
    raises an error for it.

    >>> units = Registry("artsim.units", "unit", {"cm": lambda: 0.01})
    >>> units.names(), units.get("cm")
    (('cm',), 0.01)
    """

    def __init__(
        self,
        group: str,
        what: str,
        own: Mapping[str, Callable[[], T]],
        accept: Callable[[str, Any], T] = lambda _, thing: thing,
    ) -> None:
        self.group, self.what = group, what
        self._one = f"{'an' if what[0] in 'aeiou' else 'a'} {what}"
        self._own, self._accept = dict(own), accept
        self._added: dict[str, T] = {}
        self._loaded: dict[tuple[str, str], T | _Broken] = {}
        self._lock = threading.RLock()
        self.added = 0  # how often something was added or removed in this process

    @property
    def own(self) -> tuple[str, ...]:
        """The names of artsim's own entries."""
        return tuple(self._own)

    def names(self) -> tuple[str, ...]:
        """Every name, artsim's own first; loads nothing."""
        found = [*self._own, *self._added, *(entry.name for entry in self._points())]
        return tuple(dict.fromkeys(name for name in found if _NAME.fullmatch(name)))

    def get(self, name: str) -> T:
        """The entry ``name``; raises NotFound, or Unavailable where it cannot be used."""
        if name in self._own:
            return self._cached(name, "", self._own[name])
        with self._lock:
            if name in self._added:
                return self._added[name]
        for point in self._points():
            if point.name == name and _NAME.fullmatch(name):
                return self._cached(name, _package(point), partial(self._load, point))
        raise NotFound(f"{name[:60]!r} is no {self.what}: use {', '.join(self.names())}.")

    def usable(self) -> dict[str, T]:
        """Every entry that can be used, by name."""
        found = {}
        for name in self.names():
            try:
                found[name] = self.get(name)
            except ArtsimError:  # the first load has logged it
                continue
        return found

    def entries(self) -> list[Entry]:
        """An Entry for each name, those that cannot be used too; loads everything."""
        found = []
        for name in self.names():
            point = next((p for p in self._points() if p.name == name), None)
            ours = name in self._own or name in self._added or point is None
            trouble = ""
            try:
                self.get(name)
            except ArtsimError as error:
                trouble = str(error)
            found.append(Entry(self.group, name, "artsim" if ours else _package(point), trouble))
        seen: set[str] = set(self._own)
        for point in self._points():
            told = f"The {self.what} {point.name[:60]!r} of {_package(point)} is not used: "
            if not _NAME.fullmatch(point.name):
                told += "a name has letters, digits and .-_ only."
            elif point.name in seen:
                told += "there is another one of that name."
            else:
                seen.add(point.name)
                continue
            found.append(Entry(self.group, point.name, _package(point), told))
        return found

    def add(self, name: str, thing: Any) -> T:
        """Register ``thing`` in this process, in place of what was added as ``name`` before.

        Raises InvalidInput for a name that cannot be one or is artsim's own.
        """
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"{name[:60]!r} cannot name {self._one}: use letters, digits and .-_ only."
            )
        if name in self._own:
            raise InvalidInput(f"artsim has {self._one} {name!r} of its own: use another name.")
        made = self._accept(name, thing)
        with self._lock:
            self._added[name] = made
            self.added += 1
        return made

    def remove(self, name: str) -> None:
        """Forget what was added as ``name`` in this process."""
        with self._lock:
            self._added.pop(name, None)
            self.added += 1

    def _points(self) -> tuple[EntryPoint, ...]:
        return _points(self.group, tuple(sys.path))

    def _load(self, point: EntryPoint) -> T:
        return self._accept(point.name, point.load())

    def _cached(self, name: str, package: str, load: Callable[[], T]) -> T:
        with self._lock:
            found: T | _Broken | None = self._loaded.get((name, package))
            if found is None:
                try:
                    found = load()
                except (Exception, SystemExit) as error:  # a package's code may raise anything
                    if not package:
                        raise
                    reason = str(error).rstrip(".") or type(error).__name__
                    found = _Broken(
                        f"The {self.what} {name!r} of {package} cannot be used ({reason}): update "
                        "that package, or uninstall it."
                    )
                    _log.warning("%s", found, exc_info=not isinstance(error, ArtsimError))
                self._loaded[name, package] = found
        if isinstance(found, _Broken):
            raise Unavailable(str(found))
        return found


def at(path: str) -> Callable[[], Any]:
    """What loads the object at ``package.module:name``."""
    module, _, name = path.partition(":")
    return lambda: getattr(importlib.import_module(module), name)


def plugin(group: str, name: str) -> Any:
    """The object that a package registered as ``name`` in ``group``.

    Raises Unavailable where no installed package has registered it, or where it cannot be
    imported.
    """
    for entry in entry_points(group=group, name=name):
        try:
            return entry.load()
        except ImportError as error:
            raise Unavailable(
                f"{name!r} cannot be loaded ({error}): install the package that it needs."
            ) from error
    raise Unavailable(f"{name!r} is not installed here: reinstall artsim, or its plug-in.")


@lru_cache(maxsize=32)
def _points(group: str, path: tuple[str, ...]) -> tuple[EntryPoint, ...]:  # noqa: ARG001
    """The entry points of ``group``, read once for each ``path``: reading takes 0.03 s."""
    found = sorted(entry_points(group=group), key=lambda e: (e.name, _package(e)))
    return tuple(dict.fromkeys(found))


def _package(point: EntryPoint | None) -> str:
    return str(point.dist.name) if point is not None and point.dist is not None else "a package"
