"""A collection's tables and small files in a folder of this machine."""

import shutil
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import filelock
import pyarrow as pa

from artsim.collection import lance_io
from artsim.core import atomic
from artsim.core.errors import NotFound
from artsim.core.progress import Progress

ABOUT = "collection.json"
ARTWORKS = "artworks"
_TICK = 2.0  # seconds, the coarsest of the clocks that file systems write
Check = Callable[[], None]


class Folder(Protocol):
    """What a collection is kept in; ``LocalFolder`` and ``ObjectFolder`` do the same."""

    def table(self, name: str) -> str:
        """Address of a Lance table."""

    def exists(self) -> bool:
        """Whether there is a collection in it."""

    def state(self) -> Hashable | None:
        """What differs after every commit; None where only opening the table can tell."""

    def read(self, file: str) -> str | None:
        """A small file; None where there is none."""

    def write(self, file: str, text: str) -> None:
        """Replace a small file in one step."""

    def send(self, path: Path, name: str, last: str) -> None:
        """Keep the files of ``path`` as ``name`` for other machines too; whole once ``last`` is."""

    def fetch(self, path: Path, name: str, last: str) -> None:
        """Make ``path`` hold the whole folders that are kept below ``name``, and no others."""

    def forget(self, name: str, last: str) -> None:
        """Keep the folder ``name`` no longer."""

    def make(self, schema: pa.Schema, about: str) -> None:
        """Put an empty collection into it in one step; raises FileExistsError where one is."""

    def remove(self) -> None:
        """Take the collection away at once and for good."""

    def move(self, name: str) -> None:
        """Give it another name beside the one it has; raises FileExistsError where one is."""

    def lock(self, work: str, waiting: str, progress: Progress) -> AbstractContextManager[Check]:
        """Hold the folder for ``work``, one process at a time; says ``waiting`` where it waits.

        The function that it yields raises Conflict where another process holds the folder by now.
        """


@dataclass(frozen=True)
class LocalFolder:
    """A folder of this machine."""

    path: Path

    def table(self, name: str) -> str:
        return str(self.path / f"{name}.lance")

    def exists(self) -> bool:
        return (self.path / ABOUT).is_file()

    def state(self) -> Hashable | None:
        try:
            found = [
                (self.path / ABOUT).stat(),
                (self.path / f"{ARTWORKS}.lance" / "_versions").stat(),
            ]
        except OSError:
            return None
        # A file system's clock ticks: two commits within one tick leave the same time.
        if time.time() - max(one.st_mtime for one in found) < _TICK:
            return None
        return tuple((one.st_ino, one.st_mtime_ns) for one in found)

    def read(self, file: str) -> str | None:
        try:
            return (self.path / file).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None

    def write(self, file: str, text: str) -> None:
        path = self.path / file
        path.parent.mkdir(exist_ok=True)
        atomic.write(path, text)

    def send(self, path: Path, name: str, last: str) -> None:
        """Nothing to do: the folder of this machine is the one there is."""

    def fetch(self, path: Path, name: str, last: str) -> None:
        """Nothing to do."""

    def forget(self, name: str, last: str) -> None:
        """Nothing to do."""

    def make(self, schema: pa.Schema, about: str) -> None:
        with atomic.new_folder(self.path) as aside:
            lance_io.create(str(aside / f"{ARTWORKS}.lance"), schema)
            (aside / ABOUT).write_text(about, encoding="utf-8")

    def remove(self) -> None:
        atomic.remove(self.path)

    def move(self, name: str) -> None:
        to = self.path.with_name(name)
        if LocalFolder(to).exists():
            raise FileExistsError(to)
        self.path.rename(to)

    @contextmanager
    def lock(self, work: str, waiting: str, progress: Progress) -> Iterator[Check]:
        lock = filelock.FileLock(self.path / f".{work}.lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            progress.say(waiting)
            while not lock.is_locked:
                progress.advance(0)
                try:
                    lock.acquire(timeout=1)
                except filelock.Timeout:
                    continue
        try:
            self._check_is_there()
            yield lambda: None
        finally:
            lock.release()

    def _check_is_there(self) -> None:
        """Raise NotFound, and leave no folder behind, where it was renamed or deleted meanwhile."""
        if not self.exists():
            if all(path.suffix == ".lock" for path in self.path.iterdir()):
                shutil.rmtree(self.path, ignore_errors=True)
            raise NotFound(f"The collection {self.path.name!r} is no longer there.")


def local_names(path: Path) -> list[str]:
    """Names of the collections in a folder, damaged ones too; not those that a kill left half made.

    A folder is a collection where it has the description of one or a table of artworks.
    """
    files = [*path.glob(f"*/{ABOUT}"), *path.glob(f"*/{ARTWORKS}.lance")]
    return [name for name in {file.parent.name for file in files} if not name.startswith(".")]
