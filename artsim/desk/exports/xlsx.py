"""A tray as a workbook: a line a work, its picture in the first cell."""

import io
import re
import zipfile
from typing import TYPE_CHECKING, Any

from artsim.core.lazy import lazy
from artsim.desk.entries import Entries
from artsim.desk.exports.options import ExportOptions
from artsim.desk.exports.table import columns, rows
from artsim.desk.exports.zipped import zipped
from artsim.desk.tray import iso

if TYPE_CHECKING:
    import openpyxl
    from openpyxl import styles
    from openpyxl.drawing import image as drawn
    from openpyxl.drawing import spreadsheet_drawing as places
    from openpyxl.utils import units
else:
    openpyxl = lazy("openpyxl")
    drawn = lazy("openpyxl.drawing.image")
    places = lazy("openpyxl.drawing.spreadsheet_drawing")
    styles = lazy("openpyxl.styles")
    units = lazy("openpyxl.utils.units")

SIDE = 480  # pixels of a stored picture: sharp when the row is drawn larger
_SHOWN = 118  # pixels of a picture in its cell
_ROW_POINTS = 96.0
_MARGIN = 4
_WIDTHS = {"title": 36, "artist": 26, "note": 48, "medium": 28, "credit": 36, "found": 30, "id": 14}
# What XML, and so a workbook, cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CELL = 32_767  # characters, as Excel counts them
_CORE = "docProps/core.xml"


def xlsx(entries: Entries, options: ExportOptions) -> bytes:  # noqa: ARG001
    """The workbook; pictures move and grow with their cells. Text is text, never a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _sheet_title(entries.tray.name)
    names = columns(entries)
    sheet.append(["picture", *names])
    for cell in sheet[1]:
        cell.font = styles.Font(bold=True)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 17
    for number, name in enumerate(names, 2):
        letter = sheet.cell(1, number).column_letter
        sheet.column_dimensions[letter].width = _WIDTHS.get(name, 16)
    for line, (entry, row) in enumerate(zip(entries, rows(entries), strict=True), 2):
        for number, name in enumerate(names, 2):
            cell = sheet.cell(line, number, _held(row[name]))
            if isinstance(row[name], str):
                cell.data_type = "s"
            cell.alignment = styles.Alignment(vertical="top", wrap_text=True)
        sheet.row_dimensions[line].height = _ROW_POINTS
        picture = entries.picture(entry, SIDE)
        if picture is not None:
            _place(sheet, picture, line)
    out = io.BytesIO()
    book.save(out)
    return _dated(out.getvalue(), iso(entries.tray.changed))


def _held(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _FORBIDDEN.sub("", value)[:_CELL]


def _place(sheet: Any, jpeg: bytes, line: int) -> None:
    """Anchor a picture within the first cell of a line: it is sorted and filtered with it."""
    picture = drawn.Image(io.BytesIO(jpeg))
    scale = _SHOWN / max(picture.width, picture.height)
    wide, high = round(picture.width * scale), round(picture.height * scale)
    start = units.pixels_to_EMU(_MARGIN)
    corners = [
        places.AnchorMarker(col=0, row=line - 1, colOff=start, rowOff=start),
        places.AnchorMarker(
            col=0,
            row=line - 1,
            colOff=units.pixels_to_EMU(_MARGIN + wide),
            rowOff=units.pixels_to_EMU(_MARGIN + high),
        ),
    ]
    picture.anchor = places.TwoCellAnchor(editAs="twoCell", _from=corners[0], to=corners[1])
    sheet.add_image(picture)


def _sheet_title(name: str) -> str:
    """What a sheet may be called: 31 characters without the signs of formulas."""
    return re.sub(r"[\[\]:*?/\\']", " ", _FORBIDDEN.sub("", name))[:31].strip() or "Tray"


def _dated(data: bytes, when: str) -> bytes:
    """The same workbook with the tray's date, not the clock's, wherever it holds one."""
    when = when.replace("+00:00", "Z")
    files = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            content = archive.read(name)
            if name == _CORE:
                stamp = rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</)"
                content = re.sub(stamp, rb"\g<1>" + when.encode() + rb"\g<3>", content)
            files.append((name, content))
    return zipped(files)
