"""Backups of a workspace that is in use, and workspaces restored from them.

A backup is a folder with the files of the workspace and ``backup.json``, which has the size and the
SHA-256 of each. It gets its name when all of it is on the disk: one that was interrupted has none.
"""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from artsim.core import atomic
from artsim.core.digests import file_sha256
from artsim.core.errors import Conflict, InvalidInput, NotFound, Unreadable
from artsim.core.formats import Format, text_of
from artsim.core.progress import NULL, Progress
from artsim.core.version import code_version
from artsim.core.workspace import Workspace
from artsim.upkeep.copying import Copies

ABOUT, _FILES = "backup.json", "workspace"
_BACKUP = Format("backup", "make another one")
_MADE_AGAIN = ("cache",)


@dataclass(frozen=True)
class Backup:
    """A backup: where it is, when it was made, its files and their bytes.

    ``tables`` is the object store that the collections are in instead, "" where they are in the
    backup; ``damaged`` are tables that were damaged when it was made.
    """

    path: Path
    made: str
    files: int
    bytes: int
    tables: str
    damaged: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "path": str(self.path),
            "made": self.made,
            "files": self.files,
            "bytes": self.bytes,
            "tables": self.tables,
            "damaged": list(self.damaged),
        }


def backup(workspace: Workspace, to: Path, progress: Progress = NULL) -> Backup:
    """Copy a workspace to the new folder ``to``, also while it is in use.

    What can be made again (``cache``) is not copied. Each collection, database and record is of one
    moment. Raises Conflict where ``to`` is there, InvalidInput where it cannot be written or lies
    in the workspace.
    """
    to = to.expanduser().resolve()
    if to == workspace.root or workspace.root in to.parents:
        raise InvalidInput(
            f"{to} lies in the workspace: name a folder outside it, on another disk."
        )
    if to.exists():
        raise Conflict(f"{to} is there already: name a folder that is not.")
    progress.start(None, "Copying the workspace", "files")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with atomic.new_folder(to) as aside:
            copies = Copies(workspace.root, aside / _FILES, progress.advance)
            (aside / _FILES).mkdir()
            copies.folder(workspace.root, _MADE_AGAIN)
            about = {
                "made": datetime.now(UTC).isoformat(timespec="seconds"),
                "artsim": code_version(),
                "tables": workspace.tables,
                "damaged": copies.damaged,
                "files": copies.files,
            }
            (aside / ABOUT).write_text(json.dumps(_BACKUP.stamped(about)), encoding="utf-8")
            progress.finish()
    except FileExistsError as error:
        raise Conflict(f"{to} is there already: name a folder that is not.") from error
    except PermissionError as error:
        raise InvalidInput(f"{to} cannot be written ({error.strerror}): name another.") from error
    return look(to)


def look(path: Path) -> Backup:
    """The description stored in a backup; raises NotFound and Unreadable."""
    about = _about(path)
    sizes = [int(file["size"]) for file in about["files"].values()]
    damaged = tuple(str(name) for name in about.get("damaged", []))
    return Backup(path, str(about["made"]), len(sizes), sum(sizes), str(about["tables"]), damaged)


def check(path: Path, progress: Progress = NULL) -> Backup:
    """Read the whole backup; raises Unreadable, which names what is missing or was changed."""
    files = _about(path)["files"]
    progress.start(len(files), "Checking the backup", "files")
    for name, file in files.items():
        _check(path / _FILES / name, name, file)
        progress.advance(1)
    progress.finish()
    return look(path)


def restore(path: Path, to: Path, progress: Progress = NULL) -> Workspace:
    """Restore a backup as a workspace at ``to``; every file is checked, and all come or none.

    Raises Conflict where there is a workspace at ``to``, NotFound where there is no backup, and
    Unreadable where it is not whole.
    """
    to, files = to.expanduser().resolve(), _about(path)["files"]
    if to.exists() and any(p.is_file() or p.is_symlink() for p in to.rglob("*")):
        raise Conflict(f"{to} is not empty: name another folder for the workspace (--to).")
    progress.start(len(files), "Restoring the workspace", "files")
    to.parent.mkdir(parents=True, exist_ok=True)
    with atomic.folder(to) as aside:
        for name, file in files.items():
            place = aside / name
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copy(path / _FILES / name, place)
            except FileNotFoundError as error:
                raise _broken(name, "is missing") from error
            _check(place, name, file)
            progress.advance(1)
        progress.finish()
    return Workspace.open(to)


def _about(path: Path) -> dict[str, Any]:
    text = text_of(path / ABOUT)
    if text is None:
        raise NotFound(f"There is no whole backup at {path}: it has no {ABOUT}.")
    about = _BACKUP.parsed(text, path.name)
    try:
        for name, file in about["files"].items():
            inside = PurePosixPath(name)
            if inside.is_absolute() or ".." in inside.parts or not isinstance(file["size"], int):
                raise ValueError(name)
        str(about["made"]), str(about["tables"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _BACKUP.unreadable(path.name, "fields are missing or of a wrong type") from error
    return about


def _check(place: Path, name: str, file: dict[str, Any]) -> None:
    try:
        same = os.path.getsize(place) == file["size"] and file_sha256(place) == file["sha256"]
    except FileNotFoundError as error:
        raise _broken(name, "is missing") from error
    if not same:
        raise _broken(name, "was changed or cut off")


def _broken(name: str, what: str) -> Unreadable:
    return Unreadable(
        f"The backup is not whole (the file {name} {what}): use another one; nothing was restored."
    )
