"""The pictures that a browser shows: stored thumbnails, and previews made when asked for."""

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


def picture(collection: Collection, artwork_id: str, size: str) -> Picture:
    """The WebP of an artwork; raises NotFound for an unknown size, work, or work without image."""
    if size not in SIZES:
        raise NotFound(f"There is no image size {size[:40]!r}: use {' or '.join(SIZES)}.")
    stored = collection.thumb(artwork_id) if size == "thumb" else collection.image(artwork_id)
    if stored is None:
        raise NotFound(f"Artwork {artwork_id!r} of {collection.name!r} has no image.")
    data = stored if size == "thumb" else _webp(stored)
    return Picture(data, f'"{hashlib.sha256(data).hexdigest()[:24]}"')


def _webp(jpeg: bytes) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as image:
        image.convert("RGB").save(out, "WEBP", quality=_PREVIEW_QUALITY, method=2)
    return out.getvalue()
