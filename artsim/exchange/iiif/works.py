"""A work as IIIF shows it: its metadata, and each of its pictures with its size."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import simplejpeg

from artsim.collection.pictures import COPY, PRIMARY
from artsim.core.errors import NotFound
from artsim.library import Library


@dataclass(frozen=True)
class ShownPicture:
    """One picture of a work: ``width`` and ``height`` of what is stored, in pixels."""

    id: str
    file: str
    role: str
    width: int
    height: int


@dataclass(frozen=True)
class ShownWork:
    """A work of ``collection``; ``note`` is what somebody wrote about it in a tray."""

    collection: str
    row: Mapping[str, Any]
    pictures: tuple[ShownPicture, ...]
    note: str = ""

    @property
    def id(self) -> str:
        return str(self.row["id"])

    @property
    def title(self) -> str:
        return str(self.row.get("title") or self.id)


def shown_work(library: Library, name: str, artwork_id: str, note: str = "") -> ShownWork:
    """A work with all of its pictures but copies; raises NotFound."""
    row = library.artwork(name, artwork_id)
    work = str(row["id"])
    further = [p for p in library.pictures(name, work).pictures if p["state"] != COPY]
    listed = [(work, "", PRIMARY), *((p["id"], p["file"], p["role"]) for p in further)]
    pictures = []
    for picture, file, role in listed if row["has_image"] else listed[1:]:
        height, width, _, _ = simplejpeg.decode_jpeg_header(library.stored(name, work, file))
        pictures.append(ShownPicture(picture, file, role, width, height))
    return ShownWork(name, row, tuple(pictures), note)


def shown_works(
    library: Library, items: Iterable[tuple[str, str, str]]
) -> tuple[list[ShownWork], int]:
    """Works by collection, id and note that are still there, and how many are gone."""
    found, gone = [], 0
    for name, artwork_id, note in items:
        try:
            found.append(shown_work(library, name, artwork_id, note))
        except NotFound:
            gone += 1
    return found, gone


def file_of(library: Library, name: str, artwork_id: str, picture: str) -> str:
    """The file of a picture by its id, "" for the one that its work is shown by.

    Raises NotFound where the work has no such picture.
    """
    work = str(library.artwork(name, artwork_id)["id"])
    if picture == work:
        return ""
    for row in library.pictures(name, work).pictures:
        if row["id"] == picture:
            return str(row["file"])
    raise NotFound(f"Artwork {work!r} of {name!r} has no picture {picture[:80]!r}.")
