"""The formats that a tray can be written in, by the ending of the file.

What packages register under ``artsim.exports`` writes the table of a tray, as it writes that of a
collection.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.collection.artwork import METADATA_NAMES
from artsim.collection.export import EXPORTS, export_bytes
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.desk.entries import Entries
from artsim.desk.exports.options import CAPTION, ExportOptions

if TYPE_CHECKING:
    from artsim.desk.exports import document, page, pictures, table, xlsx
    from artsim.desk.exports.pdf import pages
else:
    document = lazy("artsim.desk.exports.document")
    page = lazy("artsim.desk.exports.page")
    pages = lazy("artsim.desk.exports.pdf.pages")
    pictures = lazy("artsim.desk.exports.pictures")
    table = lazy("artsim.desk.exports.table")
    xlsx = lazy("artsim.desk.exports.xlsx")

BINARY = "application/octet-stream"


@dataclass(frozen=True)
class Format:
    """A kind of file: its ending, what a form calls it, its media type, and what writes it."""

    name: str
    title: str
    media_type: str
    write: Callable[[Entries, ExportOptions, Path], bytes]


_OWN = (
    Format("pdf", "PDF", "application/pdf", lambda e, o, root: pages.pdf(e, o, root / "fonts")),
    Format(
        "xlsx",
        "Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda e, o, _: xlsx.xlsx(e, o),
    ),
    Format("html", "Web page", "text/html", lambda e, o, _: page.page(e, o)),
    Format("zip", "Pictures", "application/zip", lambda e, o, _: pictures.pictures(e, o)),
    Format("csv", "CSV", "text/csv", lambda e, o, _: table.csv(e, o)),
    Format("json", "JSON", "application/json", lambda e, o, _: document.document(e, o)),
)
FORMATS = {one.name: one for one in _OWN}


def format_named(name: str) -> Format:
    """The format of an ending, artsim's or a package's; raises InvalidInput."""
    name = name.lower().removeprefix(".")
    if name in FORMATS:
        return FORMATS[name]
    if name in EXPORTS.names():

        def write(entries: Entries, options: ExportOptions, root: Path) -> bytes:  # noqa: ARG001
            return export_bytes(table.table(entries), name)

        return Format(name, name.upper(), BINARY, write)
    *others, last = names()
    raise InvalidInput(f"{name[:20]!r} is no format of a tray: use {', '.join(others)} or {last}.")


def check_caption(entries: Entries, options: ExportOptions) -> None:
    """Raise InvalidInput where a caption names a column that no work here has."""
    known = {*CAPTION, *table.columns(entries), *METADATA_NAMES}
    for name in options.caption:
        if name not in known:
            raise InvalidInput(
                f"No work of this tray has a column {name[:60]!r} for its caption: use "
                f"{', '.join(sorted(known - {'missing', 'found'}))}."
            )


def names() -> tuple[str, ...]:
    """Every format by its ending, artsim's own first."""
    return tuple(dict.fromkeys((*FORMATS, *EXPORTS.names())))
