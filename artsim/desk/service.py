"""Trays of the works that a workspace's collections have: filled, shown and exported."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from artsim.core.lazy import lazy
from artsim.desk import trays
from artsim.desk.tray import Tray, TrayItem
from artsim.search.service import SearchService

if TYPE_CHECKING:
    from artsim.desk import entries
    from artsim.desk.entries import Entries
    from artsim.desk.exports import formats
    from artsim.desk.exports.options import ExportOptions
else:
    entries = lazy("artsim.desk.entries")
    formats = lazy("artsim.desk.exports.formats")


class TrayService(SearchService):
    """Trays over the collections of a workspace. Thread-safe."""

    @property
    def trays(self) -> trays.Trays:
        """The trays of this workspace."""
        return trays.Trays(self.workspace)

    def add_to_tray(
        self, tray: str, name: str, ids: Iterable[str], note: str = "", found: str = ""
    ) -> int:
        """Put works of a collection into a tray; returns how many were not there yet.

        ``found`` says what they were found with. Raises NotFound for a work that is not there.
        """
        rows = self.artworks(name, ids)
        return self.trays.add(
            tray,
            [
                TrayItem(
                    collection=name,
                    id=str(row["id"]),
                    note=note,
                    title=str(row["title"] or ""),
                    artist=str(row["artist"] or ""),
                    found=found,
                )
                for row in rows
            ],
        )

    def tray_entries(self, tray: Tray) -> "Entries":
        """The works of a tray as they are today; an entry says if its work is gone."""
        return entries.Entries(self, tray)

    def export_tray(self, tray: Tray, format_: str, options: "ExportOptions") -> bytes:
        """A tray as a file of a format; raises InvalidInput for an unknown one, or caption."""
        writer, found = formats.format_named(format_), self.tray_entries(tray)
        formats.check_caption(found, options)
        return writer.write(found, options, self.workspace.root)
