"""A collection's tables and small files in an object store, all through Lance.

A collection is there when its ``collection.json`` is: written last, deleted first.
"""

import re
import shutil
import tempfile
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from lance.file import LanceFileSession

from artsim.collection import lance_io
from artsim.collection.folders import ABOUT, ARTWORKS, Check
from artsim.collection.lease import lease
from artsim.core.errors import InvalidInput, Unavailable
from artsim.core.progress import NULL, Progress
from artsim.core.store_trouble import store_trouble
from artsim.core.workspace import checked_name

_LARGEST = 64 << 20  # bytes of a small file
_AT_ONCE = 16
_DELETED_AT_ONCE = 256
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class ObjectFolder:
    """A folder of an object store; raises Unavailable with one sentence where that fails."""

    uri: str

    def table(self, name: str) -> str:
        return f"{self.uri}/{name}.lance"

    def exists(self) -> bool:
        with in_words():
            return bool(_session(self.uri).contains(ABOUT))

    def state(self) -> Hashable | None:
        return None

    def read(self, file: str) -> str | None:
        with in_words():
            try:
                data = _session(self.uri).read_range(file, 0, _LARGEST)
            except OSError as error:
                if "not found: " in str(error).lower() and store_trouble(str(error)) is None:
                    return None
                raise
        return bytes(data).decode("utf-8", errors="replace")

    def write(self, file: str, text: str) -> None:
        with in_words(), tempfile.TemporaryDirectory() as folder:
            aside = Path(folder, "file")
            aside.write_text(text, encoding="utf-8")
            _session(self.uri).upload_file(aside, file)

    def send(self, path: Path, name: str, last: str) -> None:
        with in_words():
            session = _session(self.uri)
            files = sorted(file.name for file in path.iterdir() if file.name != last)
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(lambda f: session.upload_file(path / f, f"{name}/{f}"), files))
            session.upload_file(path / last, f"{name}/{last}")

    def fetch(self, path: Path, name: str, last: str) -> None:
        with in_words():
            session = _session(self.uri)
            kept: dict[str, list[str]] = {}
            for file in session.list(name):
                parts = file.split("/")
                if len(parts) == 3 and all(_PART.fullmatch(part) for part in parts):
                    kept.setdefault(parts[1], []).append(parts[2])
            whole = {folder: files for folder, files in kept.items() if last in files}
            path.mkdir(parents=True, exist_ok=True)
            for here in [p for p in path.iterdir() if p.name not in whole and p.name[0] != "."]:
                shutil.rmtree(here, ignore_errors=True)
            for folder, files in whole.items():
                if not (path / folder).exists():
                    _download(session, f"{name}/{folder}", files, path / folder)

    def forget(self, name: str, last: str) -> None:
        with in_words():
            session = _session(self.uri)
            files = session.list(name)
            for file in sorted(files, key=lambda f: not f.endswith(f"/{last}")):
                _delete(session, file)

    def make(self, schema: pa.Schema, about: str) -> None:
        with in_words(), self._changing() as check:
            if self.exists():
                raise FileExistsError(self.uri)
            self._remove(check)  # what a kill left while a collection was made or deleted
            lance_io.create(self.table(ARTWORKS), schema)
            check()
            self.write(ABOUT, about)

    def remove(self) -> None:
        with in_words(), self._changing() as check:
            if self.exists():
                _session(self.uri).delete_file(ABOUT)
            self._remove(check)

    def move(self, name: str) -> None:
        """Copy it and take the old one away: an object store renames nothing."""
        to = ObjectFolder(f"{self.uri.rpartition('/')[0]}/{name}")
        with in_words(), self._changing() as check:
            if to.exists():
                raise FileExistsError(to.uri)
            to._remove(check)  # what a kill left of an earlier copy
            about, session = self.read(ABOUT), _session(self.uri)
            # Leases are those of processes that work on the old one.
            files = [f for f in session.list() if f != ABOUT and not f.startswith(".")]
            for start in range(0, len(files), _AT_ONCE):
                check()
                with ThreadPoolExecutor(_AT_ONCE) as pool:
                    list(pool.map(lambda f: _copy(session, f, to), files[start : start + _AT_ONCE]))
            to.write(ABOUT, str(about))
            session.delete_file(ABOUT)
            self._remove(check)

    def _changing(self) -> AbstractContextManager[Check]:
        """One process at a time makes or removes a collection, whichever it is."""
        place = self.uri.rpartition("/")[0]
        return lease(f"{place}/.collections.lease.lance", "Waiting for another process.", NULL)

    def _remove(self, check: Check) -> None:
        session = _session(self.uri)
        files = session.list()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for start in range(0, len(files), _DELETED_AT_ONCE):
                check()
                some = files[start : start + _DELETED_AT_ONCE]
                list(pool.map(lambda file: _delete(session, file), some))

    def lock(self, work: str, waiting: str, progress: Progress) -> AbstractContextManager[Check]:
        return lease(f"{self.uri}/.{work}.lease.lance", waiting, progress)


def object_names(uri: str) -> list[str]:
    """Names of the collections below ``uri``; folders that are none, whatever their name, are not.

    Raises Unavailable.
    """
    with in_words():
        session = _session(uri)
        names = [name for name in session.list_with_delimiter().common_prefixes if _is_safe(name)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            there = list(pool.map(lambda name: session.contains(f"{name}/{ABOUT}"), names))
    return [name for name, found in zip(names, there, strict=True) if found]


@contextmanager
def in_words() -> Iterator[None]:
    """Failures of the store become Unavailable with one sentence."""
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        sentence = store_trouble(str(error))
        if sentence is None:
            raise
        raise Unavailable(sentence) from error


@lru_cache(maxsize=64)
def _session(uri: str) -> LanceFileSession:
    return LanceFileSession(uri)


def _download(session: LanceFileSession, name: str, files: list[str], to: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".new-", dir=to.parent) as aside:
        folder = Path(aside, to.name)
        folder.mkdir()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(lambda f: session.download_file(f"{name}/{f}", folder / f), files))
        try:
            folder.rename(to)
        except OSError:
            if not to.exists():  # else another thread has brought it
                raise


def _copy(session: LanceFileSession, file: str, to: ObjectFolder) -> None:
    with tempfile.TemporaryDirectory() as aside:
        path = Path(aside, "file")
        session.download_file(file, path)
        _session(to.uri).upload_file(path, file)


def _delete(session: LanceFileSession, file: str) -> None:
    try:
        session.delete_file(file)
    except OSError as error:
        if "not found" not in str(error).lower():  # another deletes it too
            raise


def _is_safe(name: str) -> bool:
    try:
        checked_name(name)
    except InvalidInput:
        return False
    return True
