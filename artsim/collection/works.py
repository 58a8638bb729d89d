"""Rows of the artworks table: written, given new metadata, or a new id."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.artwork import (
    ARTWORK_SCHEMA,
    METADATA_FIELDS,
    RESERVED_COLUMNS,
    Artwork,
    to_row,
)


@dataclass(frozen=True)
class Work:
    """An artwork with its canonical JPEG and thumbnail; both None where it has no image."""

    artwork: Artwork
    file: str
    width: int | None = None
    height: int | None = None
    quality: float | None = None
    image: bytes | None = None
    thumb: bytes | None = None


def store(uri: str, works: list[Work]) -> None:
    """Write works into a table; what is there under the same ids is replaced."""
    if not works:
        return
    ids = [w.artwork.id for w in works]
    names = ", ".join(lance_io.quoted(i) for i in ids)
    present = lance_io.opened(uri).to_table(columns=["id"], filter=f"id IN ({names})")
    lance_io.delete_where_in(uri, "id", present.column("id").to_pylist())
    lance_io.append(uri, _table([_row(w) for w in works]))


def remove(uri: str, ids: list[str]) -> None:
    """Remove works by id; ids that are not there do no harm."""
    lance_io.delete_where_in(uri, "id", ids)


def refresh_metadata(uri: str, artworks: list[Artwork]) -> None:
    """Give works that are there the metadata of ``artworks`` where it differs."""
    if not artworks:
        return
    wanted = {a.id: to_row(a) for a in artworks}
    names = ", ".join(lance_io.quoted(i) for i in wanted)
    columns = [n for n in lance_io.opened(uri).schema.names if _is_metadata(n)]
    present = lance_io.opened(uri).to_table(columns=columns, filter=f"id IN ({names})")
    changed = [
        wanted[row["id"]]
        for row in present.to_pylist()
        if any(row.get(name) != value for name, value in wanted[row["id"]].items())
    ]
    if changed:
        extra = sorted({n for row in changed for n in row if n not in RESERVED_COLUMNS})
        table = pa.Table.from_pylist(
            changed,
            schema=pa.schema([*METADATA_FIELDS, *(pa.field(n, pa.string()) for n in extra)]),
        )
        lance_io.add_columns(uri, table.schema)
        lance_io.update_columns(uri, table, "id")


def rename(uri: str, old: str, new: str) -> None:
    """Give a work another id; its image and embeddings go with it."""
    table = lance_io.opened(uri).to_table(filter=f"id = {lance_io.quoted(old)}")
    if table.num_rows:
        position = table.schema.get_field_index("id")
        renamed = table.set_column(position, table.schema.field("id"), [[new]])
        lance_io.delete_where_in(uri, "id", [new])
        lance_io.append(uri, renamed)
        lance_io.delete_where_in(uri, "id", [old])


def _is_metadata(column: str) -> bool:
    own = column not in RESERVED_COLUMNS and not column.startswith("emb_")
    return own or column in METADATA_FIELDS.names


def _row(work: Work) -> dict[str, Any]:
    return {
        **to_row(work.artwork),
        "file": work.file,
        "width": work.width,
        "height": work.height,
        "quality": work.quality,
        "duplicate_group": None,
        "has_image": work.image is not None,
        "thumb": work.thumb,
        "image": work.image,
    }


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    extra = sorted({name for row in rows for name in row if name not in RESERVED_COLUMNS})
    schema = pa.schema([*ARTWORK_SCHEMA, *(pa.field(n, pa.string()) for n in extra)])
    return pa.Table.from_pylist(rows, schema=schema)
