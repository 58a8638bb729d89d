"""What a person may write into which column of an artwork."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from artsim.collection.artwork import METADATA_NAMES, RESERVED_COLUMNS, column_name
from artsim.collection.dates import parse_years
from artsim.core.errors import InvalidInput

LONGEST = 10_000
_EARLIEST, _LATEST = -9999, 2100
_YEARS = ("year", "year_end")
_WHOLE = re.compile(r"[+-]?\d{1,6}(?:\.0)?")
_INSTEAD = {
    "id": "an id cannot be changed: correct it in the source and sync",
    "duplicate_group": "merge or split the files instead",
    "quality": "it is measured: keep or reject the file instead",
}
_MEASURED = RESERVED_COLUMNS.difference(METADATA_NAMES)
_ALIASES = {"license": "licence"}


def checked(
    schema: pa.Schema, changes: Mapping[str, Any], add_columns: bool = False
) -> dict[str, Any]:
    """``changes`` by column as they are stored; text is trimmed, "" and None say nothing.

    A column that the collection lacks is refused unless ``add_columns`` says that it is wanted.
    Raises InvalidInput with one sentence.
    """
    found: dict[str, Any] = {}
    for given, value in changes.items():
        name = given.strip().lower()
        name = _ALIASES.get(name, name)
        if name == "id":
            raise InvalidInput(f"The column 'id' cannot be edited: {_INSTEAD['id']}.")
        if name in _MEASURED:  # a museum's own column of that name is stored under another
            own = column_name(name)
            if own not in schema.names and not add_columns:
                why = _INSTEAD.get(name, "it is said of the file, not of the work")
                raise InvalidInput(
                    f"The column {name!r} cannot be edited: {why}. A column of your own with this "
                    f"name is stored as {own}: add it on purpose (--add-column)."
                )
            name = own
        elif name not in schema.names:
            name = _new_column(schema, given, add_columns)
        found[name] = _value(schema, name, value)
    if not found:
        raise InvalidInput("Say what to change: for example artist='Claude Monet'.")
    return found


def for_work(row: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``changes`` of one work, with the years that follow from a changed date or year.

    >>> now = {"date": "1650", "year": 1650, "year_end": 1650}
    >>> for_work(now, {"date": "c. 1660/1665"})
    {'date': 'c. 1660/1665', 'year': 1660, 'year_end': 1665}
    >>> for_work(now, {"year": 1655})
    {'year': 1655, 'year_end': 1655}
    """
    found = dict(changes)
    if "date" in found and "year" not in found:
        found["year"], last = parse_years(found["date"] or "")
        found.setdefault("year_end", last)
    elif "year" in found and "year_end" not in found:
        first, last = found["year"], row.get("year_end")
        a_span = last is not None and last != row.get("year")
        found["year_end"] = last if first is not None and a_span and last >= first else first
    first, last = (found.get(name, row.get(name)) for name in _YEARS)
    if first is not None and last is not None and last < first:
        raise InvalidInput(f"The last year, {last}, lies before the first, {first}.")
    if first is None and last is not None:
        raise InvalidInput(f"The last year, {last}, needs a first one: set year too.")
    return found


def _new_column(schema: pa.Schema, given: str, add_columns: bool) -> str:
    name = column_name(given)
    if name in schema.names:
        return name
    if not given.strip() or len(given) > 200:
        raise InvalidInput("A column needs a name of 1 to 200 characters.")
    if not add_columns:
        known = ", ".join(editable(schema))
        raise InvalidInput(
            f"There is no column {given[:40]!r} (there are: {known}): add it on purpose "
            "(--add-column) if it is a new one."
        )
    return name


def editable(schema: pa.Schema) -> list[str]:
    """Names of the columns that a person may edit."""
    return [
        name
        for name in schema.names
        if name != "id" and not name.startswith("emb_") and name not in _MEASURED
    ]


def _value(schema: pa.Schema, name: str, value: Any) -> Any:
    text = _text(value)
    if not text:
        return None
    kind = schema.field(name).type if name in schema.names else pa.string()
    if pa.types.is_integer(kind):
        return _whole(name, text)
    if pa.types.is_floating(kind):
        return _number(name, text)
    if len(text) > LONGEST:
        raise InvalidInput(f"The text of {name} is longer than {LONGEST:,} characters.")
    return text


def _text(value: Any) -> str:
    """Composed text on one line of single spaces."""
    if value is None:
        return ""
    text = unicodedata.normalize("NFC", str(value))
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text)
    return " ".join(text.split())


def _whole(name: str, text: str) -> int:
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    number = int(float(text)) if _WHOLE.fullmatch(text) else None
    if name in _YEARS:
        if number is None or not _EARLIEST <= number <= _LATEST or number == 0:
            raise InvalidInput(
                f"{text[:40]!r} is no {name}: use a whole number from {_EARLIEST} to {_LATEST}, "
                "-50 for 50 BC; what a museum would write goes into date."
            )
        return number
    if number is None:
        raise InvalidInput(f"{text[:40]!r} is no whole number, and {name} holds whole numbers.")
    return number


def _number(name: str, text: str) -> float:
    try:
        number = float(text.replace(",", ".") if text.count(",") == 1 else text)
    except ValueError:
        number = float("nan")
    if not abs(number) < float("inf"):
        raise InvalidInput(f"{text[:40]!r} is no number, and {name} holds numbers.")
    return number
