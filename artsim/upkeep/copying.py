"""Files of a workspace that is in use, copied as they were at one moment, with their digests."""

import errno
import hashlib
import os
import sqlite3
import time
from collections.abc import Callable, Container
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import lance

from artsim.core.digests import file_sha256
from artsim.core.errors import Conflict
from artsim.upkeep import tables

_CHUNK = 1 << 20
_TRIES, _PAUSE_SECONDS = 20, 0.05
_ASIDE = (".new-", ".deleted-")
_NOT_COPIED = (".lock", ".sqlite-wal", ".sqlite-shm")
_GROWS = ".log"


@dataclass
class Copies:
    """Copies files from ``root`` to ``to`` and keeps size and SHA-256 of each, by its path.

    ``damaged`` are tables that were damaged already.
    """

    root: Path
    to: Path
    seen: Callable[[int], object]
    files: dict[str, dict[str, int | str]] = field(default_factory=dict)
    damaged: list[str] = field(default_factory=list)

    def folder(self, folder: Path, without: Container[str] = ()) -> None:
        """A folder and all below it; tables and databases as they are at one moment."""
        here = [path for path in sorted(folder.iterdir()) if path.name not in without]
        found = [path for path in here if _is_kept(path)]
        folders = [path for path in found if path.is_dir()]
        lances = [path for path in folders if path.suffix == ".lance"]
        self._plain(folder)
        for path in (path for path in found if path.suffix == ".sqlite"):
            self._database(path)
        self._tables(lances)
        for path in folders:
            if path not in lances:
                self.folder(path)

    def _plain(self, folder: Path) -> None:
        """The files of one folder, all of one moment: a folder may be put in its place."""
        for _ in range(_TRIES):
            before = _state(folder)
            try:
                for name in before:
                    self._file(folder / name)
            except FileNotFoundError:
                pass
            now = _state(folder)
            if now == before:
                return
            for name in before.keys() - now.keys():
                self._forget(folder / name)
        raise Conflict(f"The files of {folder} change all the time: try again in a while.")

    def _tables(self, lances: list[Path]) -> None:
        """Tables of one collection, each in its latest version, all of one moment.

        One that is damaged is copied as it is, for what can be saved of it.
        """
        for _ in range(_TRIES):
            try:
                versions = _latest(lances)
                for path, version in versions.items():
                    self._table(path, version)
                return
            except (OSError, ValueError, IndexError) as error:
                if getattr(error, "errno", None) not in (None, errno.ENOENT):
                    raise
                for path in lances:  # what was read of was made more compact meanwhile
                    self._forget(path)
                time.sleep(_PAUSE_SECONDS)
        for table in lances:
            self.damaged.append(self._name(table))
            for path in sorted(p for p in table.rglob("*") if p.is_file()):
                self._file(path)

    def _table(self, table: Path, version: int) -> None:
        """One version of a table: what it names first, then the manifest that names it."""
        dataset = lance.dataset(str(table), version=version)
        for fragment in dataset.get_fragments():
            for file in fragment.data_files():
                self._file(table / "data" / unquote(file.path))
            if deletions := fragment.deletion_file():
                self._file(table / str(deletions))
        for path in sorted((table / "_indices").rglob("*")):
            if path.is_file():
                self._file(path)
        manifest = next(m for m in tables.manifests(table) if tables.version_of(m) == version)
        self._file(manifest)

    def _database(self, path: Path) -> None:
        """A database of one moment, by SQLite's own way, which waits for nobody."""
        to = self._place(path)
        with (
            closing(sqlite3.connect(path, timeout=30.0)) as db,
            closing(sqlite3.connect(to)) as new,
        ):
            db.backup(new)
        to.chmod(path.stat().st_mode & 0o777)
        self.files[self._name(path)] = {"size": to.stat().st_size, "sha256": file_sha256(to)}
        self.seen(1)

    def _file(self, path: Path) -> None:
        to, digest, size = self._place(path), hashlib.sha256(), 0
        with path.open("rb") as source, to.open("wb") as copy:
            os.chmod(to, os.fstat(source.fileno()).st_mode & 0o777)
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.files[self._name(path)] = {"size": size, "sha256": digest.hexdigest()}
        self.seen(1)

    def _forget(self, path: Path) -> None:
        name = self._name(path)
        for known in [n for n in self.files if n == name or n.startswith(f"{name}/")]:
            (self.to / known).unlink()
            del self.files[known]

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _place(self, path: Path) -> Path:
        to = self.to / self._name(path)
        to.parent.mkdir(parents=True, exist_ok=True)
        return to


def _latest(lances: list[Path]) -> dict[Path, int]:
    """The latest versions of tables, as they were together where they come to rest."""
    versions: dict[Path, int] = {}
    for _ in range(_TRIES):
        before = versions
        versions = {path: tables.version_of(tables.manifests(path)[0]) for path in lances}
        if versions == before:
            break
    return versions


def _is_kept(path: Path) -> bool:
    return not path.name.startswith(_ASIDE) and not path.name.endswith(_NOT_COPIED)


def _state(folder: Path) -> dict[str, tuple[int, ...]]:
    """The plain files of a folder, each with what changes when it is written."""
    found: dict[str, tuple[int, ...]] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file() and _is_kept(path) and path.suffix != ".sqlite":
            status = path.stat()
            changing = (status.st_size, status.st_mtime_ns)
            found[path.name] = () if path.suffix == _GROWS else (status.st_ino, *changing)
    return found
