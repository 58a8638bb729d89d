"""Files that came through a browser: every upload a folder of its own, never changed again.

``uploads/NAME/0001`` holds ``pictures/``, perhaps ``table.csv``, and ``upload.json``, which says
under which name each file came. Pictures and ``artsim-metadata.csv`` beside such folders are from
artsim 0.2 and earlier: one upload, the first.
"""

import hashlib
import json
import re
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path, PurePosixPath

import filelock

from artsim.collection.folders import local_names
from artsim.collection.sources.encodings import codec_named
from artsim.collection.sources.metadata import MetadataTable
from artsim.collection.store import list_collections
from artsim.core import atomic
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.formats import Format, text_of
from artsim.core.workspace import Workspace, checked_name
from artsim.jobs.table import JobTable
from artsim.people import policy
from artsim.people.roles import Action

_UPLOAD = Format("upload", "upload its pictures again")
_ABOUT, _PICTURES, _TABLE = "upload.json", "pictures", "table.csv"
_FORMER_TABLE = "artsim-metadata.csv"
_NUMBER = re.compile(r"\d{4,}")
AWAITED_SECONDS = 86_400.0  # how long an upload may wait for its import


@dataclass(frozen=True)
class Upload:
    """One upload: each file by the name that it came with, and the table that came along.

    ``choices`` say how it is read: ``pages``, ``folders``, ``id_column`` and ``encoding``, as those
    of a folder on the disk.
    """

    files: Mapping[str, Path]
    table: Path | None
    choices: Mapping[str, str] = field(default_factory=dict)


def receive(
    workspace: Workspace,
    collection: str,
    files: list[tuple[str, bytes]],
    metadata: bytes | None = None,
    choices: Mapping[str, str] | None = None,
) -> Path:
    """Add (name, bytes) pairs and their table to a collection's uploads; return their folder.

    A name may be a path within a folder that was uploaded. ``choices`` are as in ``Upload``.

    A file that came before under the same name is not stored twice; of two with one name and
    different bytes the later stands under a name of its own. A table may come alone to what was
    uploaded before. Raises InvalidInput, and stores nothing, where there is nothing to import or
    the table cannot be used.
    """
    if not files and (metadata is None or not folder_of(workspace, collection).is_dir()):
        raise InvalidInput("Choose at least one picture to import.")
    if metadata is not None:
        _check_table(metadata, choices or {})
    policy.ask(Action.IMPORT, collection)
    folder = folder_of(workspace, collection)
    former = folder.is_dir() and any(path.is_file() for path in folder.iterdir())
    if former and collection not in list_collections(workspace):
        forget(workspace, collection)  # artsim 0.2 left them when the collection was deleted
    folder.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder.parent / f".{collection}.lock"):
        folder.mkdir(exist_ok=True)
        atomic.sweep(folder, 0.0)  # under the lock nobody writes there
        before = {path.name: path for upload in uploads(folder) for path in upload.files.values()}
        number = next(n for n in count(1) if not (folder / f"{n:04}").exists())
        with atomic.new_folder(folder / f"{number:04}") as aside:
            pictures = aside / _PICTURES
            pictures.mkdir()
            named: dict[str, str] = {}
            for name, (_, data) in zip(_within([n for n, _ in files]), files, strict=True):
                given = "/".join(_safe_name(part) for part in name.split("/"))
                stored = _free_name(_safe_name(given), data, before, pictures)
                named[given if given not in named else stored] = stored
                if stored not in before:
                    (pictures / stored).write_bytes(data)
            if metadata is not None:
                (aside / _TABLE).write_bytes(metadata)
            about = _UPLOAD.stamped({"files": named, "choices": dict(choices or {})})
            (aside / _ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
    return folder


def _check_table(data: bytes, choices: Mapping[str, str]) -> None:
    """Raise InvalidInput for a table that no import could use: it would stop all later ones."""
    with tempfile.TemporaryDirectory() as aside:
        table = Path(aside) / _TABLE
        table.write_bytes(data)
        MetadataTable(table, choices.get("id_column") or "id", choices.get("encoding", ""))


def checked_choices(choices: Mapping[str, str]) -> dict[str, str]:
    """The choices of how to read an upload, without empty ones; raises InvalidInput."""
    said = {name: value for name, value in choices.items() if value}
    if "encoding" in said:
        codec_named(said["encoding"])
    return said


def uploads(folder: Path) -> list[Upload]:
    """The uploads in a collection's folder, in the order of arrival."""
    former = {p.name: p for p in folder.iterdir() if p.is_file() and p.name != _FORMER_TABLE}
    table = folder / _FORMER_TABLE
    found = [Upload(former, table if table.is_file() else None)] if former else []
    stored = dict(former)
    for place in sorted(folder.iterdir(), key=lambda p: (len(p.name), p.name)):
        if place.is_dir() and _NUMBER.fullmatch(place.name):
            stored |= {path.name: path for path in (place / _PICTURES).iterdir()}
            about = _UPLOAD.parsed(text_of(place / _ABOUT), f"{folder.name}/{place.name}")
            files = {n: stored[s] for n, s in about["files"].items() if s in stored}
            table = place / _TABLE
            chosen = {str(n): str(v) for n, v in (about.get("choices") or {}).items()}
            found.append(Upload(files, table if table.is_file() else None, chosen))
    return found


def is_upload_folder(folder: Path) -> bool:
    """Whether a folder holds uploads, this version's or those of an earlier one."""
    return (folder / "0001" / _ABOUT).is_file() or (folder / _FORMER_TABLE).is_file()


def forget(workspace: Workspace, collection: str) -> None:
    """Delete all uploads of a collection, in one step."""
    folder = folder_of(workspace, collection)
    if folder.is_dir():
        with filelock.FileLock(folder.parent / f".{collection}.lock"):
            atomic.remove(folder)


def orphans(workspace: Workspace) -> list[Path]:
    """Folders of uploads whose collection was deleted: pictures that must not come back.

    An upload that still waits for its import is not one: it is of today, or a job names it.
    """
    held = workspace.root / "uploads"
    folders = [path for path in held.glob("[!.]*") if path.is_dir() and _is_old(path)]
    if not folders or workspace.tables:  # an object store that fails must cost no upload
        return []
    there = set(local_names(workspace.collections))
    folders = sorted(path for path in folders if path.name not in there)
    try:
        known = JobTable(workspace).all() if folders else []
    except ArtsimError:
        return []
    awaited = {job.target for job in known if job.state != "succeeded"}
    return [path for path in folders if path.name not in awaited]


def sweep(workspace: Workspace) -> list[Path]:
    """Delete the ``orphans``; returns those that are gone. Never fails."""
    gone = []
    for folder in orphans(workspace):
        lock = filelock.FileLock(folder.parent / f".{folder.name}.lock", 0.0)
        with suppress(OSError, filelock.Timeout), lock:
            if _is_old(folder):  # nobody has uploaded to it meanwhile
                atomic.remove(folder)
                gone.append(folder)
    return gone


def _is_old(folder: Path) -> bool:
    with suppress(OSError):
        times = [folder.stat().st_mtime, *(path.stat().st_mtime for path in folder.iterdir())]
        return time.time() - max(times) >= AWAITED_SECONDS
    return False


def folder_of(workspace: Workspace, collection: str) -> Path:
    """Where a collection's uploads are."""
    return workspace.root / "uploads" / checked_name(collection)


def _within(names: list[str]) -> list[str]:
    """Names without the folder that they all lie in: a browser names the folder that was chosen.

    >>> _within(["scans/a/1.jpg", "scans/2.jpg"]), _within(["1.jpg"])
    (['a/1.jpg', '2.jpg'], ['1.jpg'])
    """
    plain = [name if "/" in name else name.replace("\\", "/").rpartition("/")[2] for name in names]
    tops = {name.partition("/")[0] for name in plain}
    inside = all("/" in name for name in plain) and len(tops) == 1
    return [name.partition("/")[2] for name in plain] if inside else plain


def _free_name(name: str, data: bytes, before: Mapping[str, Path], pictures: Path) -> str:
    """``name``, or one made from it where a file with other bytes has it."""
    digest = hashlib.sha256(data).hexdigest()
    own = str(Path(name).with_stem(f"{Path(name).stem}-{digest[:8]}"))
    for stored in (name, own):
        there = before.get(stored, pictures / stored)
        if not there.exists() or there.read_bytes() == data:
            return stored
    return str(Path(name).with_stem(digest))


def _safe_name(name: str) -> str:
    """The base name, so that a metadata table still finds it, without what could do harm."""
    base = PurePosixPath(name.replace("\\", "/")).name
    base = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", base).strip(" ")
    stem, dot, extension = base.rpartition(".")
    while len(base.encode()) > 200:
        stem = stem[:-1]
        base = f"{stem}{dot}{extension[:16]}"
    return base if base.strip(".") else "picture"
