"""Text on a page in any script: broken into lines, each line's runs in the order of reading.

fpdf2 orders a line after it has changed fonts, which turns brackets beside Arabic round: here a
line is ordered first (Unicode Standard Annex 9), and each run is shaped in its own direction.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.core.lazy import lazy
from artsim.desk.exports.pdf.fonts import Fonts

if TYPE_CHECKING:
    from fpdf import FPDF, bidi, enums
else:
    bidi = lazy("fpdf.bidi")
    enums = lazy("fpdf.enums")

POINT = 25.4 / 72  # millimetres
LEADING = 1.32
# A line of Chinese or Japanese may end after any sign but before none of these.
_CJK = "\u2e80-\u2fff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af\uff00-\uffef"
_CLOSING = "、。，．：；！？）］｝」』】〉》〕ー々”’·…"
_BREAK = r"[^\S\u00a0\u202f]"  # white space at which a line may end
_TOKEN = re.compile(rf"{_BREAK}+|[{_CJK}][{_CLOSING}]*|(?:(?!{_BREAK}|[{_CJK}]).)+[{_CLOSING}]*")


@dataclass(frozen=True)
class Style:
    """Size in points, slant, and grey from 0 (black) to 255."""

    size: float
    italic: bool = False
    grey: int = 30

    @property
    def height(self) -> float:
        """Height of a line in millimetres."""
        return self.size * POINT * LEADING


@dataclass(frozen=True)
class Drawn:
    """A line as it is drawn: pieces from left to right, each font, text, direction and width."""

    pieces: tuple[tuple[str, str, bool, float], ...]
    from_right: bool

    @property
    def width(self) -> float:
        """In millimetres."""
        return sum(piece[3] for piece in self.pieces)


class Writer:
    """Measures and writes text on the pages of a document."""

    def __init__(self, pdf: "FPDF", more_fonts: Path) -> None:
        self._pdf = pdf
        self._fonts = Fonts(more_fonts)
        self._added: set[str] = set()
        self._widths: dict[tuple[str, str, bool, float], float] = {}
        self.missing: set[str] = set()
        pdf.c_margin = 0

    def lines(self, text: str, width: float, style: Style, most: int = 0) -> list[Drawn]:
        """``text`` in lines of at most ``width`` mm; what is beyond ``most`` lines ends in …"""
        found: list[Drawn] = []
        for paragraph in _clean(text).split("\n"):
            if paragraph.strip():
                shown = self._replaced(paragraph.strip(), style)
                from_right = _base(shown) == enums.TextDirection.RTL
                found += [
                    self._line(line, style, from_right)
                    for line in self._broken(shown, width, style)
                ]
        while most and len(found) > most:
            found = self.fewer(found, width, style)
        return found

    def fewer(self, lines: list[Drawn], width: float, style: Style) -> list[Drawn]:
        """The lines without the last one, the one before it ending in …"""
        return [*lines[:-2], self._cut(lines[-2], width, style)] if len(lines) > 1 else []

    def write(
        self,
        lines: list[Drawn],
        x: float,
        y: float,
        width: float,
        style: Style,
        right: bool = False,
    ) -> float:
        """Write lines from the top left corner; returns the height that they take, in mm."""
        pdf = self._pdf
        pdf.set_text_color(style.grey)
        for number, line in enumerate(lines):
            at = x + width - line.width if right or line.from_right else x
            for font, text, backwards, wide in line.pieces:
                self._use(font, style, backwards)
                pdf.set_xy(at, y + number * style.height)
                pdf.cell(wide, style.height, text)
                at += wide
        return len(lines) * style.height

    def _line(self, text: str, style: Style, from_right: bool) -> Drawn:
        """One line, its runs from left to right."""
        direction = enums.TextDirection.RTL if from_right else enums.TextDirection.LTR
        levels = [c.embedding_level for c in bidi.BidiParagraph(text, direction).characters]
        if len(levels) != len(text):  # an invisible mark was taken out: one direction for all
            levels = [int(from_right)] * len(text)
        runs: list[tuple[int, str, str]] = []
        for level, letters in groupby(zip(levels, text, strict=True), key=lambda pair: pair[0]):
            piece = "".join(letter for _, letter in letters)
            runs += [(level, run.font, run.text) for run in self._fonts.runs(piece, style.italic)]
        return Drawn(
            tuple(
                (font, piece, bool(level % 2), self._width(font, piece, bool(level % 2), style))
                for level, font, piece in _in_order(runs)
            ),
            from_right,
        )

    def _broken(self, text: str, width: float, style: Style) -> Iterator[str]:
        line, wide = "", 0.0
        for token in self._tokens(text, width, style):
            more = self._text_width(token, style)
            if line and wide + (0 if token.isspace() else more) > width:
                yield line.rstrip()
                line, wide = "", 0.0
            if line or not token.isspace():
                line, wide = line + token, wide + more
        if line.strip():
            yield line.rstrip()

    def _tokens(self, text: str, width: float, style: Style) -> Iterator[str]:
        """Pieces that stay on one line; a word wider than a line is cut."""
        for token in _TOKEN.findall(text):
            if token.isspace() or self._text_width(token, style) <= width:
                yield token
                continue
            held = ""
            for letter in token:
                joins = unicodedata.combining(letter) or unicodedata.category(letter) == "Mc"
                if held and not joins and self._text_width(held + letter, style) > width:
                    yield held
                    held = ""
                held += letter
            yield held

    def _cut(self, line: Drawn, width: float, style: Style) -> Drawn:
        """The line with … at its end."""
        backwards = line.from_right
        dots = next(iter(self._fonts.runs("…", style.italic)))
        piece = (dots.font, dots.text, backwards, self._width(dots.font, "…", backwards, style))
        pieces = list(line.pieces)
        place = 0 if backwards else -1
        while pieces and sum(p[3] for p in pieces) + piece[3] > width:
            font, text, way, _ = pieces.pop(place)
            if text[:-1]:
                shorter = (font, text[:-1], way, self._width(font, text[:-1], way, style))
                pieces.insert(0 if backwards else len(pieces), shorter)
        return Drawn((piece, *pieces) if backwards else (*pieces, piece), backwards)

    def _replaced(self, text: str, style: Style) -> str:
        """Letters that no font has as their numbers: nothing is lost without a word."""
        shown = ""
        for run in self._fonts.runs(text, style.italic):
            if run.font:
                shown += run.text
            else:
                self.missing |= set(run.text)
                shown += f"[{' '.join(f'U+{ord(letter):04X}' for letter in run.text)}]"
        return shown

    def _text_width(self, text: str, style: Style) -> float:
        return sum(
            self._width(run.font, run.text, False, style)
            for run in self._fonts.runs(text, style.italic)
        )

    def _width(self, font: str, text: str, backwards: bool, style: Style) -> float:
        key = (font, text, backwards, style.size)
        if key not in self._widths:
            self._use(font, style, backwards)
            self._widths[key] = float(self._pdf.get_string_width(text))
        return self._widths[key]

    def _use(self, font: str, style: Style, backwards: bool) -> None:
        if font not in self._added:
            self._pdf.add_font(font, "", self._fonts.paths[font])
            self._added.add(font)
        self._pdf.set_font(font, "", style.size)
        way = enums.TextDirection.RTL if backwards else enums.TextDirection.LTR
        self._pdf.set_text_shaping(True, direction=way)


def _in_order(runs: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """Runs of a line from left to right: rule L2 of UAX 9, for whole runs."""
    odd = [level for level, _, _ in runs if level % 2]
    for least in range(
        max((level for level, _, _ in runs), default=0), min(odd, default=1) - 1, -1
    ):
        ordered: list[tuple[int, str, str]] = []
        turned: list[tuple[int, str, str]] = []
        for run in runs:
            if run[0] >= least:
                turned.insert(0, run)
                continue
            ordered += [*turned, run]
            turned = []
        runs = [*ordered, *turned]
    return runs


def _clean(text: str) -> str:
    """Composed, with line ends and without what no page can show."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\t", " ")
    return "".join(
        c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs", "Co")
    )


def _base(text: str) -> Any:
    return bidi.auto_detect_base_direction(text)
