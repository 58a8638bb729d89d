"""Rows of the artworks table: written, given new metadata, or a new id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.artwork import (
    ARTWORK_SCHEMA,
    METADATA_FIELDS,
    RESERVED_COLUMNS,
    Artwork,
    rows_table,
    to_row,
)


@dataclass(frozen=True)
class Work:
    """An artwork with its canonical JPEG and thumbnail; both None where it has no image.

    ``prepared`` is what else was made of its pixels, which is not stored.
    """

    artwork: Artwork
    file: str
    width: int | None = None
    height: int | None = None
    quality: float | None = None
    image: bytes | None = None
    thumb: bytes | None = None
    prepared: bytes = b""


def store(uri: str, works: list[Work]) -> None:
    """Write works into a table; what is there under the same ids is replaced."""
    if not works:
        return
    ids = [w.artwork.id for w in works]
    names = ", ".join(lance_io.quoted(i) for i in ids)
    present = lance_io.opened(uri).to_table(columns=["id"], filter=f"id IN ({names})")
    lance_io.delete_where_in(uri, "id", present.column("id").to_pylist())
    lance_io.append(uri, rows_table(ARTWORK_SCHEMA, [_row(w) for w in works]))


def remove(uri: str, ids: list[str]) -> None:
    """Remove works by id; ids that are not there do no harm."""
    lance_io.delete_where_in(uri, "id", ids)


def metadata(uri: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The metadata of the works that are there, by id."""
    names = ", ".join(lance_io.quoted(i) for i in ids)
    if not names:
        return {}
    columns = [n for n in lance_io.opened(uri).schema.names if _is_metadata(n)]
    found = lance_io.opened(uri).to_table(columns=columns, filter=f"id IN ({names})")
    return {row["id"]: row for row in found.to_pylist()}


def change_metadata(uri: str, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Set columns of metadata, by id, of the works that are there where they differ."""
    changed = [
        {**row, **changes[artwork_id], "id": artwork_id}
        for artwork_id, row in metadata(uri, changes).items()
        if any(_differ(row.get(name), value) for name, value in changes[artwork_id].items())
    ]
    if changed:
        table = rows_table(METADATA_FIELDS, changed)
        lance_io.add_columns(uri, table.schema)
        lance_io.update_columns(uri, table, "id")


def files(uri: str) -> dict[str, str]:
    """By file the id of the work that it shows."""
    rows = lance_io.opened(uri).to_table(columns=["id", "file"]).to_pylist()
    return {row["file"]: row["id"] for row in rows if row["file"]}


def give(uri: str, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Give the works that files show, by file, another id and metadata, in one commit.

    Their pictures and embeddings stay; files that show no work do no harm.
    """
    if rows:
        names = sorted({name for row in rows.values() for name in row})
        whole = [{**dict.fromkeys(names), **row} for row in rows.values()]
        table = rows_table(METADATA_FIELDS, whole)
        table = table.append_column("file", pa.array(rows, pa.string()))
        lance_io.add_columns(uri, table.drop_columns(["file"]).schema)
        lance_io.update_columns(uri, table, "file")


def refile(uri: str, files: Mapping[str, str]) -> None:
    """Set the file's name, by id, of the works that are there where it differs."""
    names = ", ".join(lance_io.quoted(i) for i in files)
    if not names:
        return
    found = lance_io.opened(uri).to_table(columns=["id", "file"], filter=f"id IN ({names})")
    changed = [row["id"] for row in found.to_pylist() if row["file"] != files[row["id"]]]
    table = pa.table({"id": changed, "file": [files[i] for i in changed]})
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


def _differ(held: Any, wanted: Any) -> bool:
    # a column that was text before its table held numbers only has them as text
    return bool(held != wanted) and (held is None or wanted is None or str(held) != str(wanted))
