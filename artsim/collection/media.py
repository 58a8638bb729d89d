"""The pictures that a browser shows: stored thumbnails, and previews made when asked for."""

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from artsim.collection.pictures import among
from artsim.collection.store import Collection
from artsim.core.errors import NotFound
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from PIL import Image
else:
    Image = lazy("PIL.Image")

SIZES = ("thumb", "preview")
_PREVIEW_QUALITY = 86


@dataclass(frozen=True)
class Picture:
    """A WebP file and the tag that changes when its bytes do (quoted, as HTTP wants it)."""

    data: bytes
    etag: str


def picture(collection: Collection, artwork_id: str, size: str, file: str = "") -> Picture:
    """The WebP of an artwork, or of the one of its pictures whose file is named.

    Raises NotFound for an unknown size, work or file, and where there is no image.
    """
    if size not in SIZES:
        raise NotFound(f"There is no image size {size[:40]!r}: use {' or '.join(SIZES)}.")
    found = stored(collection, artwork_id, "thumb" if size == "thumb" else "image", file)
    data = found if size == "thumb" else _webp(found)
    return Picture(data, f'"{hashlib.sha256(data).hexdigest()[:24]}"')


def stored(collection: Collection, artwork_id: str, column: str, file: str = "") -> bytes:
    """What is stored of a picture: its WebP ``thumb``, or the canonical JPEG as its ``image``.

    Raises NotFound for an unknown work or file, and where there is no image.
    """
    if file and file != collection.artwork_file(artwork_id):
        found = _of_file(collection, artwork_id, column, file)
    else:
        of_work = collection.thumb if column == "thumb" else collection.image
        found = of_work(artwork_id)
    if found is None:
        raise NotFound(f"Artwork {artwork_id!r} of {collection.name!r} has no image.")
    return found


def _of_file(collection: Collection, artwork_id: str, column: str, file: str) -> bytes | None:
    """A picture of a work, or of what would be that work had it not been left out."""
    for row in collection.pictures.listed(among("file", [file])):
        if artwork_id in (row["work"], row["id"]):
            return collection.pictures.blob(file, column)
    raise NotFound(f"Artwork {artwork_id!r} of {collection.name!r} has no picture {file[:80]!r}.")


def _webp(jpeg: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as image:
        image.convert("RGB").save(out, "WEBP", quality=_PREVIEW_QUALITY, method=2)
    return out.getvalue()
