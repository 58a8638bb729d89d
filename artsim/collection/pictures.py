"""The pictures of a collection that are not the primary one of a work, and the works set aside.

A work's primary picture stands in its row of the artworks table. Every other file that was read
has a row here: further pictures of a work (its verso, a detail), copies of a work's picture, and
files that were left out, which a person can bring back.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.folders import Folder

if TYPE_CHECKING:
    import lance

TABLE = "pictures"
PRIMARY, OTHER = "primary", "other"
ROLES = (PRIMARY, "recto", "verso", "detail", OTHER)
KEPT, CONVERTED, REJECTED, COPY = STATES = ("kept", "converted", "rejected", "copy")
PICTURE_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("sequence", pa.int64()),  # of the file in the log: it stays where the file moves
        pa.field("work", pa.string()),
        pa.field("role", pa.string()),
        pa.field("state", pa.string()),
        pa.field("of", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("width", pa.int32()),
        pa.field("height", pa.int32()),
        pa.field("quality", pa.float32()),
        # What the file would be as a work of its own; as JSON, since a table may have any columns.
        pa.field("id", pa.string()),
        pa.field("metadata", pa.string()),
        pa.field("thumb", pa.large_binary()),
        pa.field("image", pa.large_binary()),
    ]
)
BLOBS = ("thumb", "image")
LISTED = tuple(n for n in PICTURE_SCHEMA.names if n not in BLOBS)
# A row of the role primary has no picture: it only remembers what its file was of its own.
FURTHER = f"state IN ('{KEPT}', '{CONVERTED}') AND role <> '{PRIMARY}' AND work IS NOT NULL"


@dataclass(frozen=True)
class Placement:
    """Whose picture a file is: of the artwork ``work``, of none where that is None.

    ``of`` is the file that it repeats, ``reason`` why it is where it is.
    """

    file: str
    work: str | None
    role: str = OTHER
    state: str = KEPT
    of: str | None = None
    reason: str = ""
    quality: float | None = None
    sequence: int = 0

    def values(self) -> dict[str, Any]:
        """The columns of the table that it says."""
        return {
            "file": self.file,
            "work": self.work,
            "role": self.role,
            "state": self.state,
            "of": self.of,
            "reason": self.reason,
            "quality": self.quality,
            "sequence": self.sequence,
        }


@dataclass(frozen=True)
class Pictures:
    """The table of pictures in a collection's folder; one that is not there is empty."""

    folder: Folder
    name: str

    @property
    def uri(self) -> str:
        return self.folder.table(TABLE)

    def ensured(self) -> str:
        """The table's address; it is made where it is not there."""
        if self._dataset() is None:
            lance_io.create(self.uri, PICTURE_SCHEMA)
        return self.uri

    def _dataset(self) -> "lance.LanceDataset | None":
        return lance_io.opened_or_none(self.uri)

    def listed(self, where: str | None = None) -> list[dict[str, Any]]:
        """What is known of each picture: the columns LISTED, ``metadata`` as a dict."""
        dataset = self._dataset()
        if dataset is None:
            return []
        rows = dataset.to_table(columns=list(LISTED), filter=where).to_pylist()
        return [row | {"metadata": json.loads(row["metadata"] or "{}")} for row in rows]

    def table(self, columns: Iterable[str]) -> pa.Table:
        """``columns`` of every picture, in no order."""
        dataset, names = self._dataset(), list(columns)
        if dataset is None:
            return pa.schema([PICTURE_SCHEMA.field(n) for n in names]).empty_table()
        return dataset.to_table(columns=names).combine_chunks()

    def of_work(self, work: str) -> list[dict[str, Any]]:
        """The pictures of one work but its primary one, in order of role and file."""
        rows = self.listed(f"work = {lance_io.quoted(work)} AND role <> '{PRIMARY}'")
        return sorted(rows, key=lambda row: (ROLES.index(row["role"]), row["file"]))

    def owner(self, artwork_id: str) -> str | None:
        """The work of which the file that would be the work ``artwork_id`` is a picture."""
        rows = self.listed(among("id", [artwork_id]))
        return next((row["work"] for row in rows if row["work"]), None)

    def blob(self, file: str, column: str) -> bytes | None:
        """The canonical JPEG (``image``) or WebP (``thumb``) of a file; None where it has none."""
        dataset = self._dataset()
        if dataset is None:
            return None
        found = dataset.to_table(columns=[column], filter=f"file = {lance_io.quoted(file)}")
        blob: bytes | None = found.column(column)[0].as_py() if found.num_rows else None
        return blob

    def put(self, rows: list[dict[str, Any]]) -> None:
        """Insert rows, or replace those of the same files whole; their embeddings go."""
        if not rows:
            return
        uri = self.ensured()
        lance_io.delete_where_in(uri, "file", [row["file"] for row in rows])
        lance_io.append(uri, pa.Table.from_pylist(rows, schema=PICTURE_SCHEMA))

    def change(self, rows: list[dict[str, Any]], columns: Iterable[str]) -> None:
        """Set ``columns`` of the files that are there; ``rows`` have each of them."""
        if rows:
            fields = [PICTURE_SCHEMA.field(n) for n in ("file", *columns)]
            lance_io.update_columns(
                self.uri, pa.Table.from_pylist(rows, schema=pa.schema(fields)), "file"
            )

    def remove(self, files: list[str]) -> None:
        """Forget files; those that are not there do no harm."""
        if files and self._dataset() is not None:
            lance_io.delete_where_in(self.uri, "file", files)

    def metadata(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What is known of the works that the files of these ids would be, by id."""
        wanted = among("id", ids)
        return {row["id"]: row["metadata"] for row in self.listed(wanted)} if wanted else {}

    def change_metadata(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Set columns of metadata, by id, of the works that files would be, where they differ."""
        wanted = among("id", changes)
        changed = []
        for row in self.listed(wanted) if wanted else ():
            now = row["metadata"] | {n: v for n, v in changes[row["id"]].items() if n != "id"}
            now = {n: v for n, v in now.items() if v is not None}
            if now != row["metadata"]:
                changed.append({"file": row["file"], "metadata": json.dumps(now)})
        self.change(changed, ["metadata"])

    def rename(self, ids: Mapping[str, str]) -> None:
        """Give the works that files would be, and those that pictures are of, other ids."""
        old = among("id", ids)
        both = f"{old} OR {among('work', ids)}"
        changed = [
            {
                "file": row["file"],
                "id": ids.get(row["id"], row["id"]),
                "work": ids.get(row["work"], row["work"]),
            }
            for row in (self.listed(both) if old else ())
        ]
        self.change(changed, ["id", "work"])

    def refile(self, files: Mapping[int, str]) -> None:
        """Set the file, by sequence, of pictures whose files have another key now."""
        there = {row["sequence"] for row in self.listed()} if files else set()
        changed = {n: file for n, file in files.items() if n in there}
        if changed:
            names = pa.array(changed.values(), pa.string())
            table = pa.table({"sequence": pa.array(changed, pa.int64()), "file": names})
            lance_io.update_columns(self.uri, table, "sequence")

    def pending_count(self, column: str) -> int:
        """How many further pictures of works have no embedding in ``column`` yet."""
        dataset = self._dataset()
        return 0 if dataset is None else int(dataset.count_rows(_pending(dataset, column)))

    def pending(self, column: str, batch: int) -> Iterator[tuple[list[str], list[bytes]]]:
        """Files and canonical JPEGs of the further pictures still to embed."""
        dataset = self._dataset()
        if dataset is None:
            return
        for rows in dataset.scanner(
            columns=["file", "image"], filter=_pending(dataset, column), batch_size=batch
        ).to_batches():
            if rows.num_rows:
                yield rows.column("file").to_pylist(), rows.column("image").to_pylist()

    def ensure_embedding_column(self, field: pa.Field) -> None:
        """Make the column of ``field``, the same as that of the artworks, where it is new."""
        done = pa.field(f"{field.name}_ok", pa.bool_())
        lance_io.retried(lambda: lance_io.add_columns(self.uri, pa.schema([field, done])))

    def drop_embedding(self, column: str) -> None:
        """Forget the embeddings of one column."""
        dataset = self._dataset()
        if dataset is not None and column in dataset.schema.names:
            lance_io.retried(
                lambda: lance_io.opened(self.uri).drop_columns([column, f"{column}_ok"])
            )

    def write_embeddings(self, column: str, files: list[str], embeddings: np.ndarray) -> None:
        """Write float32 [n, D] embeddings of ``files`` in one commit."""
        lance_io.write_vectors(
            self.uri, "file", column, files, embeddings.astype(np.float32, copy=False)
        )

    def embedded_count(self, column: str) -> int:
        """How many further pictures of works have an embedding in ``column``."""
        dataset = self._dataset()
        if dataset is None or f"{column}_ok" not in dataset.schema.names:
            return 0
        return int(dataset.count_rows(f"{FURTHER} AND {column}_ok"))

    def embedding(self, column: str) -> tuple[list[str], list[str], np.ndarray]:
        """Files, their works and float32 [F, D] embeddings of the further pictures."""
        dataset = self._dataset()
        if dataset is None or column not in dataset.schema.names:
            return [], [], np.empty((0, 0), np.float32)
        table = dataset.to_table(
            columns=["file", "work", column], filter=f"{FURTHER} AND {column}_ok"
        ).sort_by("file")
        dimension = dataset.schema.field(column).type.list_size
        values = table.column(column).combine_chunks().flatten().to_numpy()
        matrix = np.ascontiguousarray(values.reshape(-1, dimension), np.float32)
        return table.column("file").to_pylist(), table.column("work").to_pylist(), matrix


def among(column: str, values: Iterable[str]) -> str:
    """A filter for rows whose ``column`` is one of ``values``; "" where there are none."""
    listed = ", ".join(lance_io.quoted(v) for v in values)
    return f"{column} IN ({listed})" if listed else ""


def _pending(dataset: "lance.LanceDataset", column: str) -> str:
    lacking = f" AND {column}_ok IS NOT TRUE" if f"{column}_ok" in dataset.schema.names else ""
    return f"{FURTHER} AND image IS NOT NULL{lacking}"
