"""The further pictures of works, found among the files that a table's rows do not mean."""

from collections.abc import Sequence

from artsim.collection.artwork import Artwork
from artsim.collection.pictures import OTHER
from artsim.collection.sources.files import FoundFile
from artsim.collection.sources.joining import join
from artsim.collection.sources.metadata import MetadataRow, MetadataTable
from artsim.collection.sources.views import View, primary_first, views_by_name


def further_views(
    table: MetadataTable,
    rows: dict[str, MetadataRow],
    imageless: list[MetadataRow],
    files: Sequence[FoundFile],
) -> dict[str, View]:
    """By file the pictures of works beside those that ``rows`` are shown by.

    A row of ``imageless`` that only a recto, a verso or a detail shows is moved to ``rows``, with
    the one that stands for the work.
    """
    if len(rows) == len(files):  # as in most tables: no file is left
        return {}
    asked = [MetadataRow(Artwork(view.artwork_id), "", view.image) for view in table.views]
    free = [found for found in files if found.file not in rows]
    roles = {(view.artwork_id, view.image): view.role for view in table.views}
    shown = {file: row.artwork.id for file, row in rows.items()}
    works = set(shown.values())
    found = {
        file: View(row.artwork.id, file, roles[row.artwork.id, row.image] or OTHER)
        for file, row in (join(asked, free).rows.items() if asked else ())
        if row.artwork.id in works
    }
    ids = {row.original_id: row.artwork.id for row in (*rows.values(), *imageless)}
    named = views_by_name([f.file for f in free if f.file not in found], shown, ids)
    for row in list(imageless):
        mine = [view for view in named.values() if view.artwork_id == row.artwork.id]
        if mine:
            first = primary_first(mine)[0]
            rows[named.pop(first.image).image] = row
            imageless.remove(row)
    return found | named
