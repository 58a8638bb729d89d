"""A tray on pages: a contact sheet, or plates with one work a page."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.core.lazy import lazy
from artsim.desk.entries import Entries, Entry
from artsim.desk.exports.caption import about, caption
from artsim.desk.exports.options import ExportOptions
from artsim.desk.exports.pdf.text import Drawn, Style, Writer

if TYPE_CHECKING:
    import fpdf
    from PIL import Image
else:
    fpdf = lazy("fpdf")
    Image = lazy("PIL.Image")

MARGIN, FOOT = 16.0, 12.0
GAP = 7.0
_DPI = 220
_MEASURE = 150.0  # no line of text about the tray is wider
_TITLE, _NOTE, _SMALL = Style(20), Style(10.5, grey=60), Style(8, grey=95)
_HEIGHT = 0.82  # of a picture's box on a contact sheet, as a share of its width
_BESIDE = 0.3  # of the page's width for the caption beside a plate
_MOST = 4  # lines of each part of a caption on a contact sheet; a plate has room for all
_NO_FONT = (
    "Signs that no font here has are shown by their Unicode numbers in brackets. A font file with "
    "them, put into the folder “fonts” of the workspace, shows them."
)
Block = list[tuple[Style, list[Drawn]]]


def _height(block: Block) -> float:
    return sum(style.height * len(lines) for style, lines in block)


def pdf(entries: Entries, options: ExportOptions, fonts: Path) -> bytes:
    """The document; ``fonts`` is a folder with further fonts. Equal trays give equal bytes."""
    return _Document(entries, options, fonts).made()


class _Document:
    def __init__(self, entries: Entries, options: ExportOptions, fonts: Path) -> None:
        self._entries, self._options = entries, options
        self._pdf = fpdf.FPDF("L" if options.landscape else "P", "mm", options.page)
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margin(MARGIN)
        self._pdf.set_title(entries.tray.name)
        self._pdf.set_creator("artsim")
        self._pdf.set_creation_date(datetime.fromtimestamp(entries.tray.changed, UTC))
        self._writer = Writer(self._pdf, fonts)
        self._wide = self._pdf.epw
        self._bottom = self._pdf.h - MARGIN - FOOT
        self._y = MARGIN
        self._plan: list[list[Callable[[], object]]] = [[]]  # what is drawn on each page

    def made(self) -> bytes:
        plates = self._options.layout == "plates"
        self._plan_head()
        if plates:
            self._plan += [[partial(self._plate, entry)] for entry in self._entries]
        else:
            self._plan_sheet()
        for number, drawings in enumerate(self._plan, 1):
            self._pdf.add_page()
            for draw in drawings:
                draw()
            if self._writer.missing and number == len(self._plan):
                self._foot_note()
            self._foot(number)
        return bytes(self._pdf.output())

    def _plan_head(self) -> None:
        """The name of the tray and its note, on as many pages as they need."""
        tray, self._y = self._entries.tray, MARGIN
        width = min(self._wide, _MEASURE)
        for style, text in (
            (_TITLE, tray.name),
            (_NOTE, tray.note),
            (_SMALL, about(self._entries)),
        ):
            lines = self._writer.lines(text, width, style)
            for line in lines:
                self._make_room(style.height)
                write = self._writer.write
                self._plan[-1].append(partial(write, [line], MARGIN, self._y, width, style))
                self._y += style.height
            self._y += 1.5 if lines else 0

    def _plan_sheet(self) -> None:
        columns = self._options.columns
        cell = (self._wide - GAP * (columns - 1)) / columns
        box = cell * _HEIGHT
        size = 9.0 if columns <= 3 else 7.5 if columns <= 5 else 6.5
        self._y += 5
        for row in self._rows(cell, size):
            high = box + 2 + max(_height(block) for _, block in row)
            self._make_room(high)
            for number, (entry, block) in enumerate(row):
                x = MARGIN + number * (cell + GAP)
                self._plan[-1] += [
                    partial(self._picture, entry, x, self._y, cell, box),
                    partial(self._block, block, x, self._y + box + 2, cell),
                ]
            self._y += high + GAP

    def _make_room(self, height: float) -> None:
        """Go on at the top of a new page where this one has no room for ``height`` mm."""
        if self._y + height > self._bottom and self._y > MARGIN:
            self._plan.append([])
            self._y = MARGIN

    def _rows(self, cell: float, size: float) -> Iterator[list[tuple[Entry, Block]]]:
        row: list[tuple[Entry, Block]] = []
        for entry in self._entries:
            row.append((entry, self._caption(entry, cell, size, _MOST)))
            if len(row) == self._options.columns:
                yield row
                row = []
        if row:
            yield row

    def _plate(self, entry: Entry) -> None:
        """One work: its caption below the picture, beside it on a page that is wider than high."""
        room = self._bottom - MARGIN
        if self._options.landscape:
            beside = self._wide * _BESIDE
            wide = self._wide - beside - GAP
            end = self._picture(entry, MARGIN, MARGIN, wide, room, top=True)
            block = self._fitting(self._caption(entry, beside, 11, 0), room)
            y = max(MARGIN, end - _height(block))
            self._block(block, MARGIN + wide + GAP, y, beside)
            return
        block = self._fitting(self._caption(entry, self._wide, 11, 0), room / 2)
        high = room - GAP - _height(block)
        end = self._picture(entry, MARGIN, MARGIN, self._wide, high, top=True)
        self._block(block, MARGIN, end + GAP, self._wide)

    def _fitting(self, block: Block, room: float) -> Block:
        """A caption that is no higher than ``room``: its longest part is cut first."""
        while _height(block) > room:
            longest = max(range(len(block)), key=lambda part: len(block[part][1]))
            style, lines = block[longest]
            block[longest] = (style, self._writer.fewer(lines, self._wide * _BESIDE, style))
        return block

    def _caption(self, entry: Entry, width: float, size: float, most: int) -> Block:
        styles = {
            "title": Style(size * 1.12, italic=True, grey=20),
            "artist": Style(size, grey=20),
            "note": Style(size, grey=60),
            "found": Style(size * 0.85, grey=120),
        }
        block: Block = []
        for line in caption(entry, self._options):
            style = styles.get(line.kind, Style(size * 0.92, grey=80))
            block.append((style, self._writer.lines(line.text, width, style, most)))
        return block

    def _block(self, block: Block, x: float, y: float, width: float) -> None:
        for style, lines in block:
            y += self._writer.write(lines, x, y, width, style)

    def _picture(
        self, entry: Entry, x: float, y: float, width: float, height: float, top: bool = False
    ) -> float:
        """A picture as large as fits, at the bottom of its box or at its top; where it ends."""
        jpeg = self._entries.picture(entry, round(max(width, height) / 25.4 * _DPI))
        if jpeg is None:
            return self._no_picture(x, y, width, min(height, width * _HEIGHT))
        with Image.open(io.BytesIO(jpeg)) as image:
            w, h = image.size
        scale = min(width / w, height / h)
        wide, high = w * scale, h * scale
        at = y if top else y + height - high
        alt = ", ".join(part for part in (entry.title, entry.artist) if part)
        self._pdf.image(io.BytesIO(jpeg), x, at, wide, high, alt_text=alt)
        return at + high

    def _no_picture(self, x: float, y: float, width: float, height: float) -> float:
        self._pdf.set_draw_color(200)
        self._pdf.rect(x, y, width, height)
        lines = self._writer.lines("No picture", width, _SMALL)
        middle = x + (width - lines[0].width) / 2
        self._writer.write(lines, middle, y + height / 2 - _SMALL.height / 2, width, _SMALL)
        return y + height

    def _foot_note(self) -> None:
        lines = self._writer.lines(_NO_FONT, self._wide, _SMALL)
        y = self._bottom + 1
        self._writer.write(lines, MARGIN, y - len(lines) * _SMALL.height, self._wide, _SMALL)

    def _foot(self, number: int) -> None:
        y = self._pdf.h - MARGIN - _SMALL.height
        page = self._writer.lines(f"{number} / {len(self._plan)}", 30, _SMALL)
        self._writer.write(page, MARGIN, y, self._wide, _SMALL, right=True)
        left = self._options.credit or self._entries.tray.name
        lines = self._writer.lines(left, self._wide - 30, _SMALL, 2)
        y -= (len(lines) - 1) * _SMALL.height
        self._writer.write(lines, MARGIN, y, self._wide - 30, _SMALL)
