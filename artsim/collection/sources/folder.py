"""A folder of image files, with or without a table of metadata beside it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from artsim.collection.artwork import METADATA_NAMES, Artwork, id_key
from artsim.collection.columns import folder_labels
from artsim.collection.pictures import OTHER, PRIMARY
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.files import TABLE_EXTENSIONS, FoundFile, find_files, with_pages
from artsim.collection.sources.further import further_views
from artsim.collection.sources.joining import join
from artsim.collection.sources.layout import described, hint, named_by_artist
from artsim.collection.sources.metadata import MetadataRow, MetadataTable
from artsim.collection.sources.naming import digest, first_of, readable_title, safe_id
from artsim.collection.sources.sides import sides, sides_note
from artsim.collection.sources.views import parted
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.progress import Progress


@dataclass(frozen=True)
class Description:
    """What tables say of the work in a file, and which picture of it the file is.

    ``told`` names the columns that they speak of.
    """

    artwork: Artwork
    told: frozenset[str]
    role: str = PRIMARY


class FolderSource:
    """Every image below a directory; rows of ``metadata`` are joined by image column or id.

    A file without a row is imported too: its id is a slug of its path, its title its readable
    name, and ``has_metadata`` is False. A row without a file counts in ``notes`` and is imported
    only with ``include_imageless``. ``folders`` says what the sub-folders are, level
    by level: style/artist. With ``pages`` "all", the further pages of a TIFF are further pictures
    of its work: scan.tif#2.
    """

    kind = "folder"
    generated = False

    def __init__(
        self,
        directory: str | Path,
        metadata: str | Path | None = None,
        id_column: str = "id",
        include_imageless: bool = False,
        folders: str = "",
        pages: str = "first",
        encoding: str = "",
    ) -> None:
        """Raises InvalidInput where the directory or the table cannot be used at all."""
        self.directory = Path(directory).expanduser()
        if not self.directory.exists():
            raise InvalidInput(f"There is no folder {self.directory}: check the path.")
        if not self.directory.is_dir():
            raise InvalidInput(
                f"{self.directory} is a file, not a folder: give the folder that holds the images."
            )
        self.metadata = Path(metadata).expanduser() if metadata else None
        if self.metadata is not None and not self.metadata.is_file():
            raise InvalidInput(f"There is no metadata table {self.metadata}: check the path.")
        self._table = MetadataTable(self.metadata, id_column, encoding) if self.metadata else None
        self._include_imageless = include_imageless
        self._all_pages = pages == "all"
        try:
            self._labels = folder_labels(folders)
        except ValueError as error:
            raise InvalidInput(f"The sub-folders cannot be {folders!r}: {error}.") from error
        self.description = f"folder {self.directory.name}" + (
            f" with {self.metadata.name}" if self.metadata else ""
        )
        self.place = str(self.directory.resolve())
        self.identity = f"folder-{digest(self.place, 12)}"
        self.notes: list[str] = []
        self._listed: list[FoundFile] = []

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Yield the files sorted by path, then (if asked for) the works without an image."""
        files = self._listed or self.files()
        self._listed = []
        usable = [found for found in files if not found.reject and found.page < 2]
        if not usable and not known and not (self._include_imageless and self.metadata):
            raise InvalidInput(
                f"There is no image in {self.directory}: give a folder that holds JPEG, PNG, "
                "TIFF or WebP files, in subfolders if you like."
            )
        rows, imageless = self._joined(usable)
        if self._table is None:
            self._note_tables(files)
        taken = {work.artwork.id for work in (*rows.values(), *imageless)}
        free = [f for f in usable if f.file not in rows]
        beside = sides(free)
        ids = _ids_of_others([f for f in free if f.file not in beside], taken)
        self.notes += filter(None, [sides_note(free, beside)])
        mains = {side.main for side in beside.values()}
        by_artist = bool(self._labels) and named_by_artist(usable)
        if not self._labels and not (self._table and self._table.describes_style):
            self.notes += filter(None, [hint(usable)])
        progress.start(len(files), "Reading files", "files")
        pages: dict[Path, list[FoundFile]] = {}
        further: dict[str, list[FoundFile]] = {}
        for found in files:
            if found.page > 1:
                pages.setdefault(found.path, []).append(found)
            elif found.file in beside:
                further.setdefault(beside[found.file].main, []).append(found)
        for found in (f for f in files if f.page < 2 and f.file not in beside):
            row = rows.get(found.file)
            if row is not None:
                artwork = row.artwork
                if not artwork.title:
                    artwork = replace(artwork, title=readable_title(found.stem))
            else:
                artwork_id = ids.get(found.file) or safe_id(found.file)
                named = found.stem
                if found.file in mains and (whole := parted(found.stem)):
                    named = whole[0]
                artwork = Artwork(artwork_id, title=readable_title(named))
            plain = artwork
            artwork = self._labelled(artwork, found, by_artist)
            unchanged = bool(found.fingerprint) and known.get(found.file) == found.fingerprint
            if found.page and f"{found.file}#2" not in known:
                unchanged = False  # what was said of its further pages is no longer true
            shown = SourceItem(
                found.file,
                artwork,
                found.fingerprint,
                path=None if found.reject else found.path,
                reject=found.reject,
                unchanged=unchanged,
                has_metadata=row is not None,
                told=(row.told if row is not None else frozenset()) | _differing(plain, artwork),
                role=row.role if row is not None else PRIMARY,
                page=found.page,
            )
            views = [(shown, found)]
            for other in further.get(found.file, ()):
                views.append((_side(other, shown, beside[other.file].role, known), other))
            for item, file in views:
                yield item
                for page in pages.get(file.path, ()):
                    yield _further_page(page, item, known)
                progress.advance(1 + len(pages.get(file.path, ())))
        for row in imageless if self._include_imageless else ():
            name, mark = f"{row.artwork.id} (no image)", digest(repr(row.artwork), 32)
            yield SourceItem(
                name, row.artwork, mark, unchanged=known.get(name) == mark, told=row.told
            )
        progress.finish()

    def files(self) -> list[FoundFile]:
        """The files that ``items`` yields next, sorted by path; begins ``notes`` anew."""
        self.notes = []
        self._listed = with_pages(self._found()) if self._all_pages else self._found()
        return self._listed

    def _labelled(self, artwork: Artwork, found: FoundFile, by_artist: bool) -> Artwork:
        """A work with what the folders of its file are said to be."""
        return described(artwork, found, self._labels, by_artist) if self._labels else artwork

    def _found(self) -> list[FoundFile]:
        return find_files(self.directory, self.metadata, self.notes)

    def _joined(self, files: list[FoundFile]) -> tuple[dict[str, Description], list[Description]]:
        """What is said of each file, and of the works that no file shows."""
        if self._table is None:
            return {}, []
        joined = join(list(self._table.rows()), files)
        rows, imageless = joined.rows, joined.imageless
        views = further_views(self._table, rows, imageless, files)
        self.notes = [*self._table.notes, *self.notes, *joined.notes, *joined.doubts()]
        known = rows.keys() | views.keys()
        self._note_views(list(views))
        self._note_unjoined(
            [row.original_id for row in imageless], [f.file for f in files if f.file not in known]
        )
        imageless.sort(key=lambda row: id_key(row.artwork.id))
        told = self._table.told
        works = {row.artwork.id: row for row in rows.values()}
        described = {file: describing(row, told) for file, row in rows.items()}
        for file, view in views.items():
            described[file] = describing(works[view.artwork_id], told, view.role)
        return described, [describing(row, told) for row in imageless]

    def _note_tables(self, files: Sequence[FoundFile]) -> None:
        """Tell of tables that lie in the folder: nobody named one, and titles may stand there."""
        tables = [f.file for f in files if f.path.suffix.casefold() in TABLE_EXTENSIONS]
        if tables:
            self.notes.append(
                f"No metadata table was named, and the folder holds {first_of(tables)}: "
                "import again and name it, if it has the titles and artists."
            )

    def _note_views(self, files: Sequence[str]) -> None:
        """Tell of files that are further pictures of works."""
        if files:
            self.notes.append(
                f"{count(len(files), 'file is', 'files are')} further pictures of works (verso, "
                f"detail, another view): {first_of(sorted(files))}."
            )

    def _note_unjoined(self, imageless: Sequence[str], others: Sequence[str]) -> None:
        """Tell of rows (by id) without a file, and of files without a row."""
        if imageless:
            fate = "imported without one" if self._include_imageless else "no work is made of them"
            self.notes.append(
                f"{count(len(imageless), 'metadata row has', 'metadata rows have')} no image in "
                f"the folder: {fate} ({first_of(imageless)})."
            )
        if others:
            self.notes.append(
                f"{count(len(others), 'file has', 'files have')} no metadata row: the name is the "
                f"title of a new work ({first_of(others)})."
            )


def _further_page(found: FoundFile, shown: SourceItem, known: Mapping[str, str]) -> SourceItem:
    """A further page of the file ``shown``; no row names it, so that a blank one is left out."""
    unchanged = known.get(found.file) == found.fingerprint
    page = replace(shown, file=found.file, fingerprint=found.fingerprint, unchanged=unchanged)
    return replace(page, role=OTHER, page=found.page, has_metadata=False, of=shown.file)


def _side(found: FoundFile, shown: SourceItem, role: str, known: Mapping[str, str]) -> SourceItem:
    """A file that its name makes a further picture of the work in the file ``shown``."""
    return replace(
        shown,
        file=found.file,
        fingerprint=found.fingerprint,
        path=found.path,
        unchanged=bool(found.fingerprint) and known.get(found.file) == found.fingerprint,
        role=role,
        page=found.page,
        of=shown.file,
    )


def _differing(one: Artwork, other: Artwork) -> frozenset[str]:
    if one is other:
        return frozenset()
    return frozenset(n for n in METADATA_NAMES if getattr(one, n) != getattr(other, n))


def describing(row: MetadataRow, told: frozenset[str], role: str = PRIMARY) -> Description:
    """A row of a table that speaks of the columns ``told``."""
    return Description(row.artwork, told, role)


def _ids_of_others(files: list[FoundFile], taken: set[str]) -> dict[str, str]:
    """Ids of files without a row: the stem of the path, else with the extension, else a digest."""
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
