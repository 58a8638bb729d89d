"""Files that came through a browser, put where the folder source can read them."""

import hashlib
import re
from pathlib import Path, PurePosixPath

from artsim.core import atomic
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace, checked_name

_METADATA = "artsim-metadata.csv"


def receive(
    workspace: Workspace,
    collection: str,
    files: list[tuple[str, bytes]],
    metadata: bytes | None = None,
) -> tuple[Path, Path | None]:
    """Write uploaded (name, bytes) pairs below the workspace; return the folder and the CSV.

    Of two files with one name and different bytes the later stands under a name of its own.
    Raises InvalidInput where there is no file.
    """
    if not files:
        raise InvalidInput("Choose at least one picture to import.")
    folder = workspace.root / "uploads" / checked_name(collection)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files:
        target = folder / _safe_name(name)
        if target.exists() and target.read_bytes() != data:
            digest = hashlib.sha256(data).hexdigest()[:8]
            target = target.with_stem(f"{target.stem}-{digest}")
        atomic.write(target, data)
    if metadata is None:
        return folder, None
    atomic.write(folder / _METADATA, metadata)
    return folder, folder / _METADATA


def _safe_name(name: str) -> str:
    """The base name, so that a metadata table still finds it, without what could do harm."""
    base = PurePosixPath(name.replace("\\", "/")).name
    base = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", base).strip(" ")
    stem, dot, extension = base.rpartition(".")
    while len(base.encode()) > 200:
        stem = stem[:-1]
        base = f"{stem}{dot}{extension[:16]}"
    return base if base.strip(".") else "picture"
