"""Write files and folders whole or not at all, also after a kill or on a full disk.

A new file is written beside its place under a name that begins with a dot, flushed to the disk and
renamed. After a kill a file with such a name may remain; no code reads it, and ``sweep`` deletes
it.
"""

import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

_NEW, _DELETED = ".new-", ".deleted-"
_NOT_FLUSHED = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EACCES, errno.EBADF}


def write(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8; the one before it stays until the new one is on the disk."""
    with opened(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A binary file to write to, which replaces ``path`` when the block ends without an error."""
    with placed(path) as aside, aside.open("wb") as file:
        yield file


@contextmanager
def placed(path: Path) -> Iterator[Path]:
    """The path of an empty file, which replaces ``path`` when the block ends without an error."""
    handle, name = tempfile.mkstemp(prefix=f"{_NEW}{path.name[:80]}-", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        yield aside
        aside.chmod(0o666 & ~_umask())
        _flush(aside)
        aside.replace(path)
        _flush(path.parent)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def folder(path: Path) -> Iterator[Path]:
    """An empty folder, which replaces ``path`` when the block ends without an error.

    After an error ``path`` is as it was.
    """
    with _folder(path) as aside:
        yield aside
        _finish(aside)
        if path.is_dir():
            remove(path)
        os.rename(aside, path)
        _flush(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Like ``folder``, but raises FileExistsError if ``path`` exists already."""
    with _folder(path) as aside:
        yield aside
        _finish(aside)
        try:
            os.rename(aside, path)
        except OSError as error:
            if path.exists():
                raise FileExistsError(path) from error
            raise
        _flush(path.parent)


def remove(path: Path) -> None:
    """Delete a folder in one step; a process that reads it still has the files that it opened."""
    gone = Path(tempfile.mkdtemp(prefix=f"{_DELETED}{path.name[:80]}-", dir=path.parent))
    with _deleting(path):
        try:
            os.rename(path, gone)
        finally:
            shutil.rmtree(gone, ignore_errors=True)


def leftovers(folder: Path, seconds: float) -> list[Path]:
    """What killed processes left in ``folder``: half deleted, or half written ``seconds`` ago."""
    found = []
    asides: list[Path] = []
    with suppress(OSError):  # it is gone, or may not be read
        asides = [path for path in folder.iterdir() if is_aside(path.name)]
    for left in asides:
        with suppress(OSError):  # another process was faster
            age = time.time() - left.lstat().st_mtime
            if left.name.startswith(_DELETED) or age >= seconds:
                found.append(left)
    return sorted(found)


def is_aside(name: str) -> bool:
    """Whether a file or folder of this name is half written or half deleted."""
    return name.startswith((_NEW, _DELETED))


def sweep(folder: Path, seconds: float) -> list[Path]:
    """Delete the ``leftovers`` of ``folder``; gives those that are gone.

    What another process is deleting is left to it.
    """
    found = leftovers(folder, seconds)
    for left in found:
        if left.is_dir() and not left.is_symlink():
            with _deleting(left) as alone:
                if alone:
                    shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()
    return [left for left in found if not os.path.lexists(left)]


def sweep_deleted(folder: Path) -> None:
    """Delete what kills have left half deleted in ``folder``."""
    sweep(folder, float("inf"))


@contextmanager
def _deleting(folder: Path) -> Iterator[bool]:
    """Whether no other process deletes ``folder``; the lock of one that is killed ends with it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield True
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        alone = True
    except OSError as error:  # some file systems have no locks
        alone = error.errno not in (errno.EAGAIN, errno.EACCES)
    try:
        yield alone
    finally:
        os.close(handle)


@contextmanager
def _folder(path: Path) -> Iterator[Path]:
    aside = Path(tempfile.mkdtemp(prefix=_NEW, dir=path.parent))
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _finish(aside: Path) -> None:
    aside.chmod(0o777 & ~_umask())
    for file in sorted(aside.rglob("*"), reverse=True):
        _flush(file)
    _flush(aside)


def _flush(path: Path) -> None:
    try:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        # Some file systems cannot flush a folder, which does no harm; a full or broken disk does.
        if error.errno not in _NOT_FLUSHED:
            raise


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
