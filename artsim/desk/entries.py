"""The works of a tray as they are today: metadata, picture, or a sentence why there is none."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from artsim.core.errors import ArtsimError, NotFound
from artsim.core.lazy import lazy
from artsim.desk.tray import Tray, TrayItem
from artsim.search.catalog import Catalog
from artsim.search.galleries import Galleries

if TYPE_CHECKING:
    from PIL import Image
else:
    Image = lazy("PIL.Image")

UNTITLED = "Untitled"
JPEG_QUALITY = 90


@dataclass(frozen=True)
class Entry:
    """A work of a tray with its metadata by column, None where ``trouble`` says what is wrong.

    ``version`` is that of the collection whose metadata these are.
    """

    item: TrayItem
    row: Mapping[str, Any] | None
    trouble: str = ""
    version: int = 0

    @property
    def title(self) -> str:
        """Its present title, else the one from the day when it was added."""
        return self.text("title") or self.item.title or UNTITLED

    @property
    def artist(self) -> str:
        """Its present artist, else the one from the day when it was added."""
        return self.text("artist") or (self.item.artist if self.row is None else "")

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture of it."""
        return bool(self.row and self.row.get("has_image"))

    def text(self, column: str) -> str:
        """A value of its metadata in one line, "" if it is unknown."""
        if column == "note":
            return self.item.note.strip()
        value = None if self.row is None else self.row.get(column)
        if column == "date" and value is None and self.row is not None:
            value = self.row.get("year")
        return "" if value is None else " ".join(str(value).split())


class Entries:
    """What a tray shows: its works as a library knows them, and their pictures."""

    def __init__(self, galleries: Galleries, tray: Tray) -> None:
        self.tray = tray
        self._galleries = galleries
        self._catalogs: dict[str, Catalog | str] = {}
        self.entries = tuple(self._entry(item) for item in tray.items)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def called(self, collection: str) -> str:
        """What people call a collection of its works."""
        return self._galleries.called(collection)

    def picture(self, entry: Entry, side: int | None = None) -> bytes | None:
        """The stored JPEG of a work, its longer side at most ``side`` pixels; None for none."""
        if not entry.has_picture or entry.row is None:
            return None
        collection = self._galleries.collection(entry.item.collection)
        try:
            jpeg = collection.image(str(entry.row["id"]))
        except NotFound:  # it was taken down since
            return None
        return jpeg if side is None or jpeg is None else _smaller(jpeg, side)

    def _entry(self, item: TrayItem) -> Entry:
        catalog = self._catalog(item.collection)
        called = f"“{item.title}”" if item.title else f"The work {item.id!r}"
        if isinstance(catalog, str):
            return Entry(item, None, f"{called} cannot be shown: {catalog}")
        position = catalog.position(item.id)
        if position is None:
            return Entry(
                item,
                None,
                f"{called} is no longer in {item.collection!r}: it was deleted or taken down. "
                "Its note stays here until you remove it.",
                catalog.version,
            )
        row = catalog.rows(np.array([position], np.intp))[0]
        return Entry(item, row, "", catalog.version)

    def _catalog(self, name: str) -> Catalog | str:
        """The catalog of a collection, or a sentence why there is none."""
        if name not in self._catalogs:
            try:
                self._catalogs[name] = self._galleries.catalog(name)
            except NotFound:
                self._catalogs[name] = f"its collection {name!r} is no longer here."
            except ArtsimError as error:
                self._catalogs[name] = str(error)
        return self._catalogs[name]


def _smaller(jpeg: bytes, side: int) -> bytes:
    with Image.open(io.BytesIO(jpeg)) as image:
        if max(image.size) <= side:
            return jpeg
        image.draft("RGB", (side, side))
        made = image.convert("RGB")
        made.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    made.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue()
