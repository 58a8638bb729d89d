"""What came through a browser as one source: all pictures, and the tables in order of arrival."""

import csv
import io
from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path

from artsim.collection.artwork import METADATA_NAMES, Artwork, column_name
from artsim.collection.columns import folder_labels
from artsim.collection.pictures import OTHER, PRIMARY
from artsim.collection.sources.encodings import codec_named
from artsim.collection.sources.files import FoundFile, found_file, with_pages
from artsim.collection.sources.folder import Description, FolderSource, describing
from artsim.collection.sources.further import further_views
from artsim.collection.sources.joining import join
from artsim.collection.sources.layout import described
from artsim.collection.sources.metadata import MetadataRow, MetadataTable
from artsim.collection.uploads import Upload, uploads
from artsim.core import atomic
from artsim.core.errors import InvalidInput


class UploadedSource(FolderSource):
    """The uploads of a collection; a later table changes what it speaks of, row by row.

    A row means a file of its own upload, else one of any other, by image name or id. One of a
    table that came alone means the work of its id, whatever its picture is called.
    """

    kind = "upload"

    def __init__(self, directory: Path, id_column: str = "id") -> None:
        """Raises InvalidInput where the directory or a table cannot be used at all."""
        super().__init__(directory)
        self._id_column = id_column
        self._uploads = uploads(directory)
        # Of each stored file the upload that brought it, and the name that it came with.
        self._came = {
            path.name: (upload, name)
            for upload in self._uploads
            for name, path in upload.files.items()
        }
        self.description = "uploaded pictures"

    def _found(self) -> list[FoundFile]:
        found: list[FoundFile] = []
        for _, (upload, name) in sorted(self._came.items()):
            path = upload.files[name]
            file = found_file(path, path.parent)
            found += with_pages([file]) if upload.choices.get("pages") == "all" else [file]
        return found

    def _labelled(self, artwork: Artwork, found: FoundFile, by_artist: bool) -> Artwork:
        upload, name = self._came[found.file]
        labels = folder_labels(upload.choices.get("folders", ""))
        return described(artwork, replace(found, file=name), labels, by_artist)

    def _joined(self, files: list[FoundFile]) -> tuple[dict[str, Description], list[Description]]:
        said: dict[str, Description] = {}
        unjoined: list[MetadataRow] = []
        for upload in self._uploads:
            if upload.table is not None:
                try:
                    new, others = self._said_of(upload, upload.table, files, said)
                except InvalidInput as error:
                    # An earlier version kept tables that cannot be used: they stop nothing.
                    self.notes.append(f"The table of an upload was passed over: {error}")
                    continue
                unjoined += others
                said |= _replaced(said, new)
                said |= {f: _over(said[f], one) if f in said else one for f, one in new.items()}
        self._note_unjoined(
            [row.original_id for row in unjoined], [f.file for f in files if f.file not in said]
        )
        return said, []

    def _said_of(
        self,
        upload: Upload,
        path: Path,
        files: list[FoundFile],
        said: Mapping[str, Description],
    ) -> tuple[dict[str, Description], list[MetadataRow]]:
        """What the table of an upload says by file, and its rows that none of them shows.

        ``said`` is what the tables before it say.
        """
        id_column = upload.choices.get("id_column") or self._id_column
        table = MetadataTable(path, id_column, upload.choices.get("encoding", ""))
        by_name = {found.file: found for found in files}
        own = {name: by_name[p.name] for name, p in upload.files.items() if p.name in by_name}
        named = [replace(found, file=name) for name, found in own.items()]
        joined = join(list(table.rows()), named)
        rows, imageless = dict(joined.rows), list(joined.imageless)
        views = further_views(table, rows, imageless, named)
        works = {row.artwork.id: row for row in rows.values()}
        found = {own[name].file: describing(row, table.told) for name, row in rows.items()}
        for name, view in views.items():
            found[own[name].file] = describing(works[view.artwork_id], table.told, view.role)
        more = join(imageless, [f for f in files if f.file not in found])
        found |= {file: describing(row, table.told) for file, row in more.rows.items()}
        self.notes += [*table.notes, *joined.notes, *more.notes, *more.doubts()]
        self._note_views(list(views))
        if upload.files:
            return found, more.imageless
        known = {one.artwork.id: file for file, one in said.items() if one.role == PRIMARY}
        for row in more.imageless:
            file = known.get(row.artwork.id)
            if file is not None:
                found.setdefault(file, describing(row, table.told))
        return found, [row for row in more.imageless if row.artwork.id not in known]


def forget_rows(directory: Path, ids: Container[str], id_column: str = "id") -> None:
    """Take the rows of works out of the tables of a collection's uploads."""
    for upload in uploads(directory) if directory.is_dir() else ():
        try:
            column, encoding = (upload.choices.get(n, "") for n in ("id_column", "encoding"))
            table = upload.table and MetadataTable(upload.table, column or id_column, encoding)
            rows = table.without(ids) if table else None
        except InvalidInput:  # no import has read it either
            continue
        if rows is not None and upload.table is not None:
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            codec = codec_named(encoding) if encoding else "utf-8"
            atomic.write(upload.table, text.getvalue().encode(codec, "replace"))


def _replaced(
    before: Mapping[str, Description], later: Mapping[str, Description]
) -> dict[str, Description]:
    """The files that showed works of which a later table names another picture: they are further
    pictures now. Where it gives the id another title, a person decides."""
    shown = {one.artwork.id: one.artwork.title for one in later.values() if one.role == PRIMARY}
    found = {}
    for file, one in before.items():
        title = shown.get(one.artwork.id)
        same = title is not None and title.casefold() in ("", one.artwork.title.casefold())
        if same and file not in later and one.role == PRIMARY:
            found[file] = replace(one, role=OTHER)
    return found


def _over(before: Description, later: Description) -> Description:
    """``before`` with what ``later`` speaks of."""
    fields = {n: getattr(later.artwork, n) for n in METADATA_NAMES if n in later.told}
    extra = {k: v for k, v in before.artwork.extra.items() if column_name(k) not in later.told}
    artwork: Artwork = replace(before.artwork, **fields, extra={**extra, **later.artwork.extra})
    return Description(artwork, before.told | later.told, later.role)
