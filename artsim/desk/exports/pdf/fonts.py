"""Which font has the letters of a text: all are free, and of packages that artsim installs.

Noto Sans has Latin, Greek, Cyrillic and Devanagari; Arabic, Hebrew, Thai, Chinese, Japanese and
Korean have fonts of their own. The files in the folder ``fonts`` of a workspace come after them.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.core.errors import Unavailable
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from fontTools import ttLib
else:
    ttLib = lazy("fontTools.ttLib")

# By package and file: the first that has a letter draws it.
_FILES = (
    ("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "files/NotoSansArabic[wdth,wght].ttf"),
    ("fontpkg_open_sans", "files/OpenSans[wdth,wght].ttf"),  # Hebrew
    ("fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
    ("noto_cjk_sans_jp_regular", "NotoSansCJKjp-Regular.otf"),
)
_ITALIC = ("fontpkg_noto_sans", "files/NotoSans-Italic[wdth,wght].ttf")
_INVISIBLE = "\u200c\u200d\u200e\u200f\ufe0e\ufe0f"  # what joins letters and orders them


@dataclass(frozen=True)
class Run:
    """Letters that one font draws; "" as font stands for letters that none has."""

    font: str
    text: str


class Fonts:
    """The fonts that texts of one document may need, by name, each read when it is needed."""

    def __init__(self, more: Path) -> None:
        files = [_found(*one) for one in _FILES]
        upright = [path for path in files if path is not None]
        if not upright:
            raise Unavailable(
                "No font is installed that a PDF could be written with: reinstall artsim."
            )
        own = sorted(more.glob("*.[ot]tf")) if more.is_dir() else []
        self.paths = {path.stem: path for path in (*upright, *own)}
        italic = _found(*_ITALIC)
        if italic is not None:
            self.paths[italic.stem] = italic
        self._upright = tuple(path.stem for path in (*upright, *own))
        self._italic = (italic.stem, *self._upright) if italic is not None else self._upright

    def runs(self, text: str, italic: bool = False) -> Iterator[Run]:
        """``text`` in pieces, each with the font that has all its letters."""
        chain = self._italic if italic else self._upright
        font, held = "", ""
        for letter in text:
            wanted = self._font(letter, chain, font)
            if wanted is None:
                continue
            if held and wanted != font:
                yield Run(font, held)
                held = ""
            font, held = wanted, held + letter
        if held:
            yield Run(font, held)

    def _font(self, letter: str, chain: tuple[str, ...], last: str) -> str | None:
        """The font of a letter, "" for none, None where the letter is better left out."""
        neutral = letter.isspace() or unicodedata.combining(letter) or letter in _INVISIBLE
        if (
            last
            and (neutral or unicodedata.category(letter)[0] in "PN")
            and self._has(last, letter)
        ):
            return last  # the font of the letter before it draws it
        for font in chain:
            if self._has(font, letter):
                return font
        if letter in _INVISIBLE or unicodedata.category(letter) in ("Cf", "Cc"):
            return None
        return ""

    def _has(self, font: str, letter: str) -> bool:
        return ord(letter) in covered(self.paths[font])


@cache
def covered(path: Path) -> frozenset[int]:
    """The letters that a font has, as numbers of Unicode; none where it cannot be read."""
    try:
        with ttLib.TTFont(path, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (ttLib.TTLibError, OSError):
        return frozenset()


def _found(package: str, file: str) -> Path | None:
    spec = find_spec(package)
    path = Path(spec.origin).parent / file if spec and spec.origin else None
    return path if path is not None and path.is_file() else None
