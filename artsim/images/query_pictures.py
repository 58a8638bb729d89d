"""Pictures to search with: checked and decoded once, then known by their digest.

Pages without pictures import this module too, so it imports the decoders only when needed.
"""

import hashlib
import re
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.core import atomic
from artsim.core.errors import InvalidInput, NotFound
from artsim.core.lazy import lazy
from artsim.core.limits import UPLOAD_LIMITS
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim.images import canonical
    from artsim.images import thumbnail as thumbnails
else:
    canonical = lazy("artsim.images.canonical")
    thumbnails = lazy("artsim.images.thumbnail")

_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEPT = 500
_SECONDS = 7 * 86_400.0


@dataclass(frozen=True)
class QueryPicture:
    """A picture from outside that has passed the decoder; ``query_picture`` makes one.

    ``digest`` (sha256, hex) is that of ``jpeg``, the canonical form of the picture: two files of
    one picture are equal where their canonical forms are. ``name`` is what its file was called,
    "" where that is not known.
    """

    digest: str
    jpeg: bytes = field(repr=False, compare=False)
    name: str = field(default="", compare=False)


def query_picture(data: bytes, name: str = "") -> QueryPicture:
    """Check and decode the bytes of a picture file, as they came from outside.

    Raises UnsupportedImage or TooLarge with one sentence about what is wrong with it.

        query = Query("efficientnet_lite0", picture=query_picture(Path("a.png").read_bytes()))
    """
    jpeg = canonical.canonical_upload(data, name)
    return QueryPicture(hashlib.sha256(jpeg).hexdigest(), jpeg, name)


def read_file(path: Path) -> bytes:
    """The bytes of a picture to search with, read no further than its limit."""
    try:
        with open(path, "rb") as file:
            return file.read(UPLOAD_LIMITS.max_bytes + 1)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from error


def keep(workspace: Workspace, picture: QueryPicture, owner: str = "") -> None:
    """Keep a picture in the workspace, so that a view of it is a link; the oldest ones go.

    Where there is an ``owner``, nobody else can read it, and it stays for a week.
    """
    folder = _folder(workspace, owner)
    atomic.write(folder / f"{picture.digest}.jpg", picture.jpeg)
    newest_first = sorted(folder.glob("*.jpg"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in newest_first[_KEPT:]:
        old.unlink(missing_ok=True)
    if owner:
        _expire(folder.parent)


def read(workspace: Workspace, digest: str, owner: str = "") -> QueryPicture:
    """The kept picture of a digest, without its name; raises NotFound where it is gone."""
    try:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError
        return QueryPicture(digest, (_folder(workspace, owner) / f"{digest}.jpg").read_bytes())
    except FileNotFoundError as error:
        raise NotFound("That picture is no longer kept here: please upload it again.") from error


def forget(workspace: Workspace, owner: str) -> None:
    """Delete what ``owner`` has brought."""
    shutil.rmtree(_folder(workspace, owner), ignore_errors=True)


def thumbnail(picture: QueryPicture) -> bytes:
    """A small copy of the picture, as WebP."""
    pixels = canonical.decode_canonical(picture.jpeg, thumbnails.THUMBNAIL_SIDE)
    return thumbnails.thumbnail_webp(pixels)


def _expire(folder: Path) -> None:
    """Drop what people brought a week ago, whoever they were."""
    for old in folder.glob("*/*.jpg"):
        with suppress(OSError):  # another process was faster
            if old.stat().st_mtime < time.time() - _SECONDS:
                old.unlink()


def _folder(workspace: Workspace, owner: str) -> Path:
    folder = workspace.cache / "queries"
    if owner:
        folder /= hashlib.sha256(owner.encode()).hexdigest()[:32]
    folder.mkdir(parents=True, exist_ok=True)
    return folder
