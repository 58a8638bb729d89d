"""The Lance tables of a collection: whether their files are there, and the newest whole version.

A version of a table is a manifest that names files which are never changed: where the last one was
cut off by a power cut, the one before it is as it was.
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import lance

from artsim.collection import lance_io
from artsim.core.errors import NewerFormat, Unreadable

_VERSIONS, _DATA, _MANIFEST = "_versions", "data", ".manifest"
_NEWEST_FIRST = (1 << 64) - 1  # Lance counts names of manifests down from here


def fault(table: Path, deep: bool = False) -> str:
    """Why the latest version of a table cannot be read whole, "" where it can.

    With ``deep`` every value is read, else only that the files are there in full length. Raises
    NewerFormat.
    """
    try:
        dataset = lance_io.opened(str(table))
        return _fault(table, dataset) or (_unread(dataset) if deep else "")
    except NewerFormat:
        raise
    except Exception as error:
        return _short(error)


def whole_version(table: Path) -> int | None:
    """The newest version of a table whose files are all there; None where there is none."""
    for manifest in manifests(table):
        version = version_of(manifest)
        try:
            dataset = lance.dataset(str(table), version=version)
            if not _fault(table, dataset):
                return version
        except Exception:  # noqa: S112 - an older one may be whole
            continue
    return None


def go_back(table: Path, version: int, aside: Path) -> None:
    """Make ``version`` the latest: manifests of newer ones are moved to ``aside``.

    Raises Unreadable, and moves them back, where it cannot be read then.
    """
    moved = [m for m in manifests(table) if version_of(m) > version]
    aside.mkdir(parents=True)
    for manifest in moved:
        os.rename(manifest, aside / manifest.name)
    said = fault(table)
    if said:
        for manifest in moved:
            os.rename(aside / manifest.name, manifest)
        raise Unreadable(f"An earlier state of {table.name} cannot be read either ({said}).")
    # A process that read a newer version must not take the next one for it.
    for _ in range(len(moved) + 1):
        lance_io.touch(str(table))


def manifests(table: Path) -> list[Path]:
    """The manifests of a table, the newest first."""
    found = (table / _VERSIONS).glob(f"*{_MANIFEST}")
    known = [path for path in found if path.stem.isdecimal()]
    return sorted(known, key=version_of, reverse=True)


def version_of(manifest: Path) -> int:
    """The version that a manifest is of, by its name."""
    number = int(manifest.stem)
    return _NEWEST_FIRST - number if number > 1 << 63 else number


def _fault(table: Path, dataset: lance.LanceDataset) -> str:
    for fragment in dataset.get_fragments():
        for file in fragment.data_files():
            path, size = table / _DATA / unquote(file.path), getattr(file, "file_size_bytes", None)
            if not path.is_file():
                return f"the file data/{path.name} is missing"
            if size and path.stat().st_size != size:
                return f"the file data/{path.name} is cut off"
        deletions: Any = fragment.deletion_file()
        if deletions and not (table / deletions).is_file():
            return f"the file {deletions} is missing"
    return ""


def _unread(dataset: lance.LanceDataset) -> str:
    for batch in dataset.scanner(batch_size=256).to_batches():
        batch.validate(full=True)
    return ""


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
