"""Query pictures from outside: kept by digest in the workspace, so that a view is a link.

Pages that show none import this too: what decodes is imported when it is needed.
"""

import base64
import hashlib
import re
from pathlib import Path

from artsim.core import atomic
from artsim.core.errors import NotFound
from artsim.core.workspace import Workspace

_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEPT = 500


def keep(workspace: Workspace, data: bytes, name: str) -> str:
    """Check an uploaded picture, keep its canonical form, and return its digest.

    Raises UnsupportedImage or TooLarge with one sentence about what is wrong with it.
    """
    from artsim.images.canonical import canonical_upload

    jpeg = canonical_upload(data, name)
    digest = hashlib.sha256(jpeg).hexdigest()
    folder = _folder(workspace)
    atomic.write(folder / f"{digest}.jpg", jpeg)
    newest_first = sorted(folder.glob("*.jpg"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in newest_first[_KEPT:]:
        old.unlink(missing_ok=True)
    return digest


def read(workspace: Workspace, digest: str) -> bytes:
    """The canonical JPEG of a kept picture; raises NotFound where it is gone."""
    try:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError
        return (_folder(workspace) / f"{digest}.jpg").read_bytes()
    except FileNotFoundError as error:
        raise NotFound("That picture is no longer kept here: please upload it again.") from error


def data_uri(jpeg: bytes) -> str:
    """A small copy of a kept picture, to be shown inside a page."""
    from artsim.images.canonical import decode_canonical
    from artsim.images.thumbnail import THUMBNAIL_SIDE, thumbnail_webp

    small = thumbnail_webp(decode_canonical(jpeg, THUMBNAIL_SIDE))
    return "data:image/webp;base64," + base64.b64encode(small).decode("ascii")


def _folder(workspace: Workspace) -> Path:
    folder = workspace.cache / "queries"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
