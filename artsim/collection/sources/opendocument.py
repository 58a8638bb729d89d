"""How large an OpenDocument sheet is once its repeated cells and rows are written out.

A file of a kilobyte can repeat one cell two thousand million times, and what reads it writes them
all out.
"""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from lxml import etree
else:
    etree = lazy("lxml.etree")

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_KIND = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_MOST_SPACES = 10_000  # in a row, which an attribute counts
_ENDLESS = 1 << 62


def cells_of(path: Path) -> int:
    """The cells of all sheets up to the last filled row and column, repeated ones each.

    Raises OSError, KeyError for a file without sheets, and XMLSyntaxError.
    """
    rows = columns = counted = width = before = total = 0
    with zipfile.ZipFile(path) as packed, packed.open("content.xml") as content:
        for _, element in etree.iterparse(
            content, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            if element.tag in _CELLS:
                before += _repeated(element, "columns")
                if element.get(_KIND) or "".join(element.itertext()):
                    width = before
                if _spaces(element) > _MOST_SPACES:
                    return _ENDLESS
            elif element.tag == f"{_TABLE}table-row":
                counted += _repeated(element, "rows")
                if width:
                    rows, columns = counted, max(columns, width)
                before = width = 0
            elif element.tag == f"{_TABLE}table":
                total += rows * columns
                rows = columns = counted = 0
            else:
                continue
            element.clear()
    return total


def _repeated(element: Any, what: str) -> int:
    told = element.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(told) if told.isdecimal() and len(told) < 19 else _ENDLESS


def _spaces(element: Any) -> int:
    told = [one.get(f"{_TEXT}c", "1") for one in element.iter(f"{_TEXT}s")]
    return sum(int(one) if one.isdecimal() and len(one) < 19 else _ENDLESS for one in told)
