"""Tables as CSV that a spreadsheet opens as text and numbers, never as formulas."""

import re
from typing import TYPE_CHECKING, Any

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
else:
    pd = lazy("pandas")

_FORMULA = r"[=+\-@＝＋－＠]"
_FORMULA_START = re.compile(rf"{_FORMULA}|[\t\r\n]")
# A spreadsheet of another language takes these for the end of a cell, also between quotes.
_IN_THE_MIDDLE = re.compile(rf"([;\t|\r\n]\"?)(?={_FORMULA})")
_MARKED_IN_THE_MIDDLE = re.compile(rf"([;\t|\r\n]\"?)'(?={_FORMULA})")


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet might run gets an apostrophe before it; numbers stay numbers.

    A formula may begin a cell, or stand behind what some spreadsheet takes for a separator.

    >>> safe_cell("=1+1"), safe_cell("Sun;=1+1"), safe_cell("1850-1860"), safe_cell(-3)
    ("'=1+1", "Sun;'=1+1", '1850-1860', -3)
    """
    if not isinstance(value, str):
        return value
    text = _IN_THE_MIDDLE.sub(r"\1'", value)
    return f"'{text}" if _FORMULA_START.match(value) else text


def plain_cell(text: str) -> str:
    """Undo ``safe_cell``: the text without its apostrophe, even if another program added that.

    >>> plain_cell("'=1+1"), plain_cell("Sun;'=1+1"), plain_cell("'tis")
    ('=1+1', 'Sun;=1+1', "'tis")
    """
    text = text[1:] if text.startswith("'") and _FORMULA_START.match(text, 1) else text
    return _MARKED_IN_THE_MIDDLE.sub(r"\1", text)


def csv_bytes(frame: "pd.DataFrame") -> bytes:
    """The columns of ``frame`` as RFC 4180, UTF-8 with a byte order mark.

    Spreadsheets show accents thanks to the mark. What is missing is an empty cell.

    >>> import pandas as pd
    >>> csv_bytes(pd.DataFrame({"title": ["=1+1", None]})).decode("utf-8-sig").split()
    ['title', "'=1+1", '""']
    """
    safe = frame.map(safe_cell, na_action="ignore").rename(columns=safe_cell)
    return bytes(safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def frame_of(table: "pa.Table") -> "pd.DataFrame":
    """``table`` as a DataFrame in which whole numbers stay whole where some are missing."""
    return table.to_pandas(types_mapper=pd.ArrowDtype)
