"""A folder of image files, with or without a metadata CSV beside it."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from artsim.collection.artwork import Artwork, id_key
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.files import FoundFile, find_files
from artsim.collection.sources.metadata import MetadataRow, MetadataTable
from artsim.collection.sources.naming import digest, readable_title, safe_id
from artsim.core.errors import InvalidInput
from artsim.core.progress import Progress


class FolderSource:
    """Every image below a directory; rows of ``metadata`` are joined by image column or id.

    A file without a row is imported too: its id is a slug of its path, its title its readable
    name, and ``has_metadata`` is False. A row without a file counts in ``notes`` and is imported
    only with ``include_imageless``.
    """

    kind = "folder"
    generated = False

    def __init__(
        self,
        directory: str | Path,
        metadata: str | Path | None = None,
        id_column: str = "id",
        include_imageless: bool = False,
    ) -> None:
        """Raises InvalidInput where the directory or the CSV cannot be used at all."""
        self.directory = Path(directory).expanduser()
        if not self.directory.exists():
            raise InvalidInput(f"There is no folder {self.directory}: check the path.")
        if not self.directory.is_dir():
            raise InvalidInput(
                f"{self.directory} is a file, not a folder: give the folder that holds the images."
            )
        self.metadata = Path(metadata).expanduser() if metadata else None
        if self.metadata is not None and not self.metadata.is_file():
            raise InvalidInput(f"There is no metadata CSV {self.metadata}: check the path.")
        self._table = MetadataTable(self.metadata, id_column) if self.metadata else None
        self._include_imageless = include_imageless
        self.description = f"folder {self.directory.name}" + (
            f" with {self.metadata.name}" if self.metadata else ""
        )
        self.identity = f"folder-{digest(str(self.directory.resolve()), 12)}"
        self.notes: list[str] = []

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Yield the files sorted by path, then (if asked for) the works without an image."""
        self.notes = []
        files = find_files(self.directory, self.metadata, self.notes)
        usable = [found for found in files if not found.reject]
        if not usable and not (self._include_imageless and self._table):
            raise InvalidInput(
                f"There is no image in {self.directory}: give a folder that holds JPEG, PNG, "
                "TIFF or WebP files, in subfolders if you like."
            )
        rows, imageless = self._joined(usable)
        ids = _ids_of_others([f for f in usable if f.file not in rows], rows, imageless)
        progress.start(len(files), "Reading files", "files")
        for found in files:
            row = rows.get(found.file)
            if row is not None:
                artwork = row.artwork
                if not artwork.title:
                    artwork = replace(artwork, title=readable_title(found.stem))
            else:
                artwork_id = ids.get(found.file) or safe_id(found.file)
                artwork = Artwork(artwork_id, title=readable_title(found.stem))
            unchanged = bool(found.fingerprint) and known.get(found.file) == found.fingerprint
            yield SourceItem(
                found.file,
                artwork,
                found.fingerprint,
                path=None if found.reject else found.path,
                reject=found.reject,
                unchanged=unchanged,
                has_metadata=row is not None,
            )
            progress.advance()
        for row in imageless if self._include_imageless else ():
            file, mark = f"{row.artwork.id} (no image)", digest(repr(row.artwork), 32)
            yield SourceItem(file, row.artwork, mark, unchanged=known.get(file) == mark)
        progress.finish()

    def _joined(self, files: list[FoundFile]) -> tuple[dict[str, MetadataRow], list[MetadataRow]]:
        """Rows by the file that shows them, and the rows that no file shows."""
        rows: dict[str, MetadataRow] = {}
        imageless: list[MetadataRow] = []
        if self._table is None:
            return rows, imageless
        index = _FileIndex(files)
        outside = taken = 0
        for row in self._table.rows():
            if row.image and not _inside(row.image):
                outside += 1
                imageless.append(row)
                continue
            found = index.named(row.image) or index.of_id(row.original_id)
            if found is None:
                imageless.append(row)
            elif found.file in rows:
                taken += 1
                imageless.append(row)
            else:
                rows[found.file] = row
        self.notes += self._table.notes
        if outside:
            self.notes.append(
                f"{outside:,} metadata rows name an image outside the folder: refused."
            )
        if taken:
            self.notes.append(
                f"{taken:,} metadata rows name an image that an earlier row has: left out."
            )
        if imageless:
            fate = "imported without one" if self._include_imageless else "not imported"
            self.notes.append(
                f"{len(imageless):,} metadata rows have no image in the folder: {fate}."
            )
        if len(files) > len(rows):
            self.notes.append(
                f"{len(files) - len(rows):,} files have no metadata row: titled by their names."
            )
        imageless.sort(key=lambda row: id_key(row.artwork.id))
        return rows, imageless


class _FileIndex:
    """Finds the file that a metadata row means: exact path first, then whatever the case."""

    def __init__(self, files: list[FoundFile]) -> None:
        self._paths: dict[str, FoundFile] = {}
        self._names: dict[str, FoundFile] = {}
        self._stems: dict[str, FoundFile] = {}
        for found in files:
            path, stem = _plain(found.file), _plain(found.stem)
            folder = path.rpartition("/")[0]
            for table, key in (
                (self._paths, path),
                (self._names, path.rpartition("/")[2]),
                (self._stems, stem),
                (self._stems, f"{folder}/{stem}" if folder else stem),
            ):
                table.setdefault(key, found)
                table.setdefault(key.casefold(), found)

    def named(self, image: str) -> FoundFile | None:
        if not image:
            return None
        key = _plain(image.replace("\\", "/")).removeprefix("./")
        for table in (self._paths, self._names):
            if found := table.get(key) or table.get(key.casefold()):
                return found
        return None

    def of_id(self, original_id: str) -> FoundFile | None:
        key = _plain(original_id)
        return self._stems.get(key) or self._stems.get(key.casefold())


def _plain(name: str) -> str:
    # macOS stores names decomposed, spreadsheets write them composed
    return unicodedata.normalize("NFC", name)


def _inside(image: str) -> bool:
    parts = image.replace("\\", "/").split("/")
    return bool(parts[0]) and ":" not in parts[0] and ".." not in parts and parts[0] != "~"


def _ids_of_others(
    files: list[FoundFile], rows: Mapping[str, MetadataRow], imageless: list[MetadataRow]
) -> dict[str, str]:
    """Ids of files without a row: the stem of the path, else with the extension, else a digest."""
    taken = {row.artwork.id for row in (*rows.values(), *imageless)}
    ids: dict[str, str] = {}
    for found in files:
        name = found.file.removesuffix(found.path.suffix) or found.file
        for candidate in (name, f"{name}-{found.path.suffix[1:].lower()}", f"{name}/{found.file}"):
            artwork_id = safe_id(candidate)
            if artwork_id not in taken:
                break
        else:
            artwork_id = f"work-{digest(found.file, 16)}"
        taken.add(artwork_id)
        ids[found.file] = artwork_id
    return ids
