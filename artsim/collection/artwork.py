"""The one schema of an artwork's metadata, whatever source it came from."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

import pyarrow as pa

_INTEGERS = ("year", "year_end")


@dataclass(frozen=True)
class Artwork:
    """One work; text is "" and a year None where unknown; ``date`` is the date as displayed."""

    id: str
    title: str = ""
    artist: str = ""
    date: str = ""
    year: int | None = None
    year_end: int | None = None
    medium: str = ""
    dimensions: str = ""
    school: str = ""
    style: str = ""
    genre: str = ""
    theme: str = ""
    credit: str = ""
    licence: str = ""
    url: str = ""
    accession: str = ""
    extra: Mapping[str, str | int | float] = field(default_factory=dict)


METADATA_NAMES = tuple(f.name for f in fields(Artwork) if f.name != "extra")
METADATA_FIELDS = pa.schema(
    [
        pa.field(n, pa.int32() if n in _INTEGERS else pa.string(), nullable=n != "id")
        for n in METADATA_NAMES
    ]
)
FILE_FIELDS = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("width", pa.int32()),
        pa.field("height", pa.int32()),
        pa.field("quality", pa.float32()),
        pa.field("duplicate_group", pa.string()),
        pa.field("has_image", pa.bool_()),
    ]
)
IMAGE_FIELDS = pa.schema(
    [pa.field("thumb", pa.large_binary()), pa.field("image", pa.large_binary())]
)
ARTWORK_SCHEMA = pa.schema([*METADATA_FIELDS, *FILE_FIELDS, *IMAGE_FIELDS])
RESERVED_COLUMNS = frozenset(ARTWORK_SCHEMA.names)


def id_key(artwork_id: str) -> tuple[int, int, str]:
    """Sort key of artwork ids: whole numbers by value first, then all others as text.

    >>> sorted(["10", "b", "9", "a2"], key=id_key)
    ['9', '10', 'a2', 'b']
    """
    if artwork_id.isascii() and artwork_id.isdigit():
        return (0, int(artwork_id), artwork_id)
    return (1, 0, artwork_id)


def ascii_fold(text: str) -> str:
    """Text without accents or other marks beyond ASCII.

    >>> ascii_fold("Élisabeth Vigée")
    'Elisabeth Vigee'
    """
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


@lru_cache(maxsize=4096)
def column_name(key: str) -> str:
    """A SQL-safe column for an unknown metadata key: ``Work Group`` becomes ``work_group``.

    >>> column_name("Work Group"), column_name("3D model"), column_name("image")
    ('work_group', 'meta_3d_model', 'meta_image')
    """
    name = re.sub(r"[^a-z0-9]+", "_", ascii_fold(key).lower()).strip("_")[:48] or "column"
    if name in RESERVED_COLUMNS or name[0].isdigit() or name.startswith("emb_"):
        name = f"meta_{name}"
    return name


def to_row(artwork: Artwork) -> dict[str, Any]:
    """A table row of the metadata: empty text becomes null, every extra key its own column."""
    values = artwork.__dict__
    row: dict[str, Any] = {n: None if values[n] == "" else values[n] for n in METADATA_NAMES}
    for key, value in artwork.extra.items():
        row[column_name(key)] = None if value == "" else value
    return row


def extra_fields(rows: Iterable[Mapping[str, Any]]) -> list[pa.Field]:
    """The columns of ``to_row`` that not all artworks have: whole numbers, numbers, else text.

    One that holds no value in ``rows`` is of Arrow's type null: it fits a column of any type.
    """
    kinds: dict[str, set[type]] = {}
    for row in rows:
        for name, value in row.items():
            if name not in RESERVED_COLUMNS:
                kinds.setdefault(name, set()).add(type(value))
    return [pa.field(name, _type_of(kinds[name] - {type(None)})) for name in sorted(kinds)]


def rows_table(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as a table with the columns of ``schema`` and those of their own."""
    fields = extra_fields(rows)
    mixed = {field.name for field in fields if field.type == pa.string()}
    texts = [
        {n: str(v) if n in mixed and v is not None else v for n, v in row.items()} for row in rows
    ]
    return pa.Table.from_pylist(texts, schema=pa.schema([*schema, *fields]))


def _type_of(kinds: set[type]) -> pa.DataType:
    if not kinds:
        return pa.null()
    if kinds <= {int, float}:
        return pa.int64() if kinds == {int} else pa.float64()
    return pa.string()
