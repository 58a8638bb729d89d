"""Moving pictures between the artworks and the table of pictures.

What is moved is written at its new place before it is taken from the old one: a kill between
leaves it at both, and the same call again leaves it at the new one alone.
"""

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA, FILE_FIELDS, IMAGE_FIELDS
from artsim.collection.pictures import (
    BLOBS,
    PICTURE_SCHEMA,
    PRIMARY,
    Pictures,
    Placement,
    among,
)

_AT_ONCE = 256
_NO_METADATA = {*FILE_FIELDS.names, *IMAGE_FIELDS.names}
_SHOWN = ("width", "height", "quality", *BLOBS)


def to_pictures(uri: str, pictures: Pictures, placed: Sequence[tuple[str, Placement]]) -> None:
    """Make the works of ``uri`` with these ids pictures instead, placed as is said of each."""
    for start in range(0, len(placed), _AT_ONCE):
        some = dict(placed[start : start + _AT_ONCE])
        table = lance_io.opened(uri).to_table(filter=among("id", list(some)))
        rows = []
        for row in table.drop_columns(_embeddings(table.schema)).to_pylist():
            values = some[row["id"]].values()
            rows.append(
                {n: row.get(n) for n in _SHOWN}
                | {"id": row["id"], "metadata": metadata_of(row)}
                | values
            )
        if rows:
            new = pa.Table.from_pylist(rows, schema=PICTURE_SCHEMA)
            for name in _embeddings(table.schema):
                new = new.append_column(table.schema.field(name), table.column(name))
            to = pictures.ensured()
            lance_io.delete_where_in(to, "file", [row["file"] for row in rows])
            lance_io.append(to, new)
        lance_io.delete_where_in(uri, "id", list(some))


def to_artworks(uri: str, pictures: Pictures, works: Sequence[tuple[str, str]]) -> None:
    """Make each of (file, artwork id) a work of its own again, with the metadata that it had."""
    for start in range(0, len(works), _AT_ONCE):
        some = dict(works[start : start + _AT_ONCE])
        table = lance_io.opened(pictures.uri).to_table(filter=among("file", list(some)))
        schema = lance_io.opened(uri).schema
        rows = []
        for row in table.drop_columns(_embeddings(table.schema)).to_pylist():
            known = json.loads(row["metadata"] or "{}")
            rows.append(
                {n: v for n, v in known.items() if n in schema.names}
                | {n: row[n] for n in _SHOWN}
                | {
                    "id": some[row["file"]],
                    "file": row["file"],
                    "duplicate_group": None,
                    "has_image": row["image"] is not None,
                }
            )
        if rows:
            plain = [f for f in schema if not f.name.startswith("emb_")]
            new = pa.Table.from_pylist(rows, schema=pa.schema(plain))
            for name in _embeddings(table.schema):
                new = new.append_column(table.schema.field(name), table.column(name))
            lance_io.delete_where_in(uri, "id", [row["id"] for row in rows])
            lance_io.append(uri, new)
        pictures.remove(list(some))


def make_primary(uri: str, pictures: Pictures, work: str, file: str, former: Placement) -> None:
    """Show ``work`` by its picture ``file``; what it was shown by becomes the picture ``former``.

    A row of the role primary stays in the table of pictures, so that what the file was of its own
    is not forgotten.
    """
    shown = lance_io.opened(uri).to_table(filter=among("id", [work]))
    if shown.column("file")[0].as_py() != file:
        _put_aside(shown, pictures, former)
        _show(uri, shown.schema, pictures, work, file)
    before = pictures.listed(among("file", [file]))
    if before and before[0]["role"] != PRIMARY:
        empty = dict.fromkeys(BLOBS)
        stay = Placement(file, work, PRIMARY, sequence=before[0]["sequence"])
        known = {"id": before[0]["id"], "metadata": json.dumps(before[0]["metadata"])}
        pictures.put([stay.values() | empty | known])


def metadata_of(row: dict[str, Any]) -> str:
    """The metadata of a row of the artworks table as JSON; nothing for what is unknown."""
    known = {n: v for n, v in row.items() if v is not None and n not in _NO_METADATA}
    plain = {n: v for n, v in known.items() if not n.startswith("emb_")}
    return json.dumps(plain, ensure_ascii=False, default=str)


def _put_aside(shown: pa.Table, pictures: Pictures, former: Placement) -> None:
    """Write what a work was shown by, with its embeddings, as a picture of it."""
    row = shown.drop_columns(_embeddings(shown.schema)).to_pylist()[0]
    if row["image"] is None:
        return
    before = pictures.listed(among("file", [former.file]))
    known = {"id": row["id"], "metadata": metadata_of(row)}
    if before:
        known = {"id": before[0]["id"], "metadata": json.dumps(before[0]["metadata"])}
    values = {n: row[n] for n in _SHOWN} | known | former.values()
    new = pa.Table.from_pylist([values], schema=PICTURE_SCHEMA)
    for name in _embeddings(shown.schema):
        new = new.append_column(shown.schema.field(name), shown.column(name))
    to = pictures.ensured()
    lance_io.delete_where_in(to, "file", [former.file])
    lance_io.append(to, new)


def _show(uri: str, schema: pa.Schema, pictures: Pictures, work: str, file: str) -> None:
    """Give a work the file, the picture and the embeddings of one of its pictures."""
    row = lance_io.opened(pictures.uri).to_table(filter=among("file", [file]))
    columns = ["file", "width", "height", "quality", "has_image", *BLOBS]
    values = {n: row.column(n)[0].as_py() for n in columns if n in row.schema.names}
    values |= {"id": work, "has_image": values["image"] is not None}
    fields = [ARTWORK_SCHEMA.field(n) for n in ("id", *columns)]
    new = pa.Table.from_pylist([values], schema=pa.schema(fields))
    for name in _embeddings(schema):
        there = name in row.schema.names
        column = row.column(name) if there else pa.nulls(1, schema.field(name).type)
        new = new.append_column(schema.field(name), column)
    lance_io.update_columns(uri, new, "id")


def _embeddings(schema: pa.Schema) -> list[str]:
    return [name for name in schema.names if name.startswith("emb_")]
