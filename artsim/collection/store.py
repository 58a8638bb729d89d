"""A collection: one Lance table of artworks, and the record of the files behind it."""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lance
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection import lance_io, manifest
from artsim.collection.artwork import ARTWORK_SCHEMA, IMAGE_FIELDS, id_key
from artsim.collection.embedding_column import (
    EmbeddingColumn,
    column_of,
    field_of,
    is_embedding,
)
from artsim.collection.folders import (
    ABOUT,
    ARTWORKS,
    Check,
    Folder,
    LocalFolder,
)
from artsim.collection.object_folders import ObjectFolder
from artsim.collection.pictures import Pictures, among
from artsim.collection.plain_pages import read_vectors
from artsim.collection.seen import check_is_listed as check_is_listed
from artsim.collection.seen import check_is_seen as check_is_seen
from artsim.collection.seen import list_collections as list_collections
from artsim.collection.seen import seen_collections as seen_collections
from artsim.collection.three_valued import definite
from artsim.collection.where import checked_where, reason_of
from artsim.core.errors import Conflict, InvalidInput, NotFound, Unreadable
from artsim.core.progress import NULL, Progress
from artsim.core.trouble import trouble, unknown
from artsim.core.workspace import Workspace, checked_name


@dataclass(frozen=True)
class CollectionInfo:
    """What a person wants to know of a collection before opening it."""

    name: str
    source: str
    description: str
    generated: bool
    artworks: int
    with_image: int
    created: str
    updated: str
    embeddings: tuple[EmbeddingColumn, ...]
    title: str = ""

    @property
    def heading(self) -> str:
        """What a person reads: the name as it was typed, else one made of ``name``."""
        known = {"demo": "Demo collection", "nga": "National Gallery of Art"}
        words = self.name.replace("-", " ").replace("_", " ")
        return self.title or known.get(self.name, words[:1].upper() + words[1:])


@dataclass(frozen=True)
class Collection:
    """A set of artworks. Reads see the latest version, or ``at`` where it is pinned.

    ``folder`` holds its tables; ``path`` is a folder of this machine, the same one or, for tables
    in an object store, one for what can be made again.
    """

    name: str
    folder: Folder
    path: Path
    at: int | None = None
    _about: str = field(default="{}", repr=False)
    _pinned: lance.LanceDataset | None = field(default=None, repr=False, compare=False)

    @classmethod
    def open(cls, workspace: Workspace, name: str) -> "Collection":
        """Open a collection, in today's format.

        Raises NotFound that names the ones there are, and Unreadable where it is damaged or a
        newer artsim made it.
        """
        folder = folder_of(workspace, name)
        check_is_seen(workspace, name)
        about = folder.read(ABOUT)
        if about is None:
            check_is_listed(workspace, name)
        about = manifest.current(folder, name, about)
        return cls(name, folder, _path(workspace, name, about), _about=about)

    @classmethod
    def create(
        cls,
        workspace: Workspace,
        name: str,
        source: str,
        description: str = "",
        generated: bool = False,
        title: str = "",
    ) -> "Collection":
        """Create an empty collection, called ``title``; raises Conflict where the name is taken."""
        folder = folder_of(workspace, name)
        values = {
            "name": name,
            "source": source,
            "description": description,
            "generated": generated,
            # What is worked out of a collection is known by this: two of one name must differ.
            "created": datetime.now(UTC).isoformat(timespec="microseconds"),
            **({manifest.TITLE: title} if title not in ("", name) else {}),
        }
        about = manifest.written(values)
        try:
            folder.make(ARTWORK_SCHEMA, about)
        except FileExistsError as error:
            raise Conflict(f"There is a collection {name!r} already.") from error
        return cls(name, folder, _path(workspace, name, about), _about=about)

    def delete(self) -> None:
        """Remove the collection and all its embeddings, at once and for good."""
        self.folder.remove()
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def uri(self) -> str:
        return self.folder.table(ARTWORKS)

    @property
    def version(self) -> int:
        """Version of the artworks table; every commit raises it."""
        return self.at or int(self.dataset().version)

    @property
    def stamp(self) -> str:
        """The version, and which collection of this name it is: for addresses kept for good."""
        made = hashlib.sha256(manifest.identity(self._about).encode()).hexdigest()
        return f"{self.version}-{made[:8]}"

    def pinned(self) -> "Collection":
        """The same collection, whose reads all see today's version."""
        dataset = self.dataset()
        # Opening costs an object store requests; a folder tells whether the table is still there.
        kept = None if isinstance(self.folder, LocalFolder) else dataset
        return replace(self, at=dataset.version, _pinned=kept)

    def dataset(self) -> lance.LanceDataset:
        """The table of artworks as of this version; raises NotFound, Conflict, Unreadable."""
        if self._pinned is not None and self._pinned.version == self.at:
            return self._pinned
        try:
            return lance_io.opened(self.uri, self.at)
        except (ValueError, OSError) as error:
            if self.folder.exists():
                if self.at is not None and lance_io.opened_or_none(self.uri) is not None:
                    raise Conflict(
                        f"The collection {self.name!r} was changed just now: try again."
                    ) from error
                if isinstance(error, ValueError) and isinstance(self.folder, LocalFolder):
                    said = trouble(error, self.name)
                    raise Unreadable(said or unknown(f"The collection {self.name!r}")) from error
                raise
            raise NotFound(f"The collection {self.name!r} is no longer there.") from error

    def about(self) -> dict[str, Any]:
        """Name, source, description, whether generated, and when created."""
        return manifest.MANIFEST.parsed(self._about, self.name)

    def info(self) -> CollectionInfo:
        """Counts and embeddings of this version; reads no image and no embedding.

        Raises what ``dataset`` raises: Unreadable also where files of the table are missing.
        """
        try:
            return self._info(self.about(), self.dataset())
        except (ValueError, OSError) as error:
            said = trouble(error, self.name) if isinstance(self.folder, LocalFolder) else None
            if said is None:
                raise
            raise Unreadable(said) from error

    def _info(self, about: dict[str, Any], dataset: lance.LanceDataset) -> CollectionInfo:
        updated: datetime = dataset.get_version()["timestamp"]  # type: ignore[assignment]
        return CollectionInfo(
            name=self.name,
            source=str(about.get("source", "")),
            description=str(about.get("description", "")),
            generated=bool(about.get("generated", False)),
            artworks=dataset.count_rows(),
            with_image=dataset.count_rows("has_image"),
            created=str(about.get("created", "")),
            updated=updated.astimezone(UTC).isoformat(timespec="seconds"),
            embeddings=tuple(
                column_of(f, count)
                for f in dataset.schema
                # A backbone that failed to load has left an empty column.
                if is_embedding(f) and (count := dataset.count_rows(f"{f.name}_ok"))
            ),
            title=str(about.get(manifest.TITLE, "")),
        )

    def columns(self) -> list[str]:
        """Names of the metadata columns: what filters and ``where`` may use."""
        hidden = set(IMAGE_FIELDS.names)
        names = [f.name for f in self.dataset().schema if not f.name.startswith("emb_")]
        return [n for n in names if n not in hidden]

    def metadata(self, columns: list[str] | None = None) -> pa.Table:
        """Metadata of every work, no images and no embeddings, in order of artwork id."""
        wanted = columns or self.columns()
        table = self.dataset().to_table(columns=list(dict.fromkeys(["id", *wanted])))
        return table.take(_id_order(table.column("id"))).select(wanted).combine_chunks()

    def ids_matching(self, where: str) -> list[str]:
        """Ids of the works for which the SQL expression ``where`` is true, in id order."""
        checked_where(where, self.columns())
        dataset = self.dataset()
        try:
            # What is wrong is said of the words that were written, not of those below.
            dataset.scanner(columns=["id"], filter=where).explain_plan()
            found = dataset.to_table(columns=["id"], filter=definite(where))
        except (ValueError, OSError, RuntimeError) as error:
            self.metadata()  # a table that cannot be read is not the filter's fault: raises that
            raise InvalidInput(
                f"The filter {where[:200]!r} cannot be used ({reason_of(error)}): the columns are "
                f"{', '.join(self.columns())}; text stands in single quotes."
            ) from error
        return sorted(found.column("id").to_pylist(), key=id_key)

    def artwork(self, artwork_id: str) -> dict[str, Any]:
        """All metadata of one work; raises NotFound."""
        return dict(self._row(artwork_id, self.columns()))

    def image(self, artwork_id: str) -> bytes | None:
        """The canonical JPEG of one work, None where it has no image; raises NotFound."""
        image: bytes | None = self._row(artwork_id, ["image"])["image"]
        return image

    def images(self, ids: list[str]) -> dict[str, bytes]:
        """The canonical JPEGs of those works that have one, by id, in one read."""
        if not ids:
            return {}
        where = f"({among('id', ids)}) AND has_image"
        found = self.dataset().to_table(columns=["id", "image"], filter=where)
        return dict(zip(*(found.column(n).to_pylist() for n in ("id", "image")), strict=True))

    def thumb(self, artwork_id: str) -> bytes | None:
        """The WebP thumbnail of one work, None where it has no image; raises NotFound."""
        thumb: bytes | None = self._row(artwork_id, ["thumb"])["thumb"]
        return thumb

    def artwork_file(self, artwork_id: str) -> str | None:
        """The file of the picture that a work is shown by; None where there is no such work."""
        try:
            return str(self._row(artwork_id, ["file"])["file"])
        except NotFound:
            return None

    @property
    def pictures(self) -> Pictures:
        """The pictures that are not the primary one of a work."""
        return Pictures(self.folder, self.name)

    def _row(self, artwork_id: str, columns: list[str]) -> dict[str, Any]:
        dataset = self.dataset()
        table = dataset.to_table(columns=columns, filter=f"id = {lance_io.quoted(artwork_id)}")
        if not table.num_rows and (owner := self.pictures.owner(artwork_id)):
            table = dataset.to_table(columns=columns, filter=f"id = {lance_io.quoted(owner)}")
        if not table.num_rows:
            raise NotFound(f"There is no artwork {artwork_id[:80]!r} in {self.name!r}.")
        return dict(table.slice(0, 1).to_pylist()[0])

    def embedding(self, column: str) -> tuple[list[str], np.ndarray]:
        """Ids and embeddings, float32 [N, D], C-contiguous, in id order, of works that have one."""
        dataset = self.dataset()
        table = dataset.to_table(columns=["id"], filter=f"{column}_ok", with_row_address=True)
        ids = table.column("id")
        order = _id_order(ids)
        rank = np.empty(len(ids), np.int64)
        rank[order.to_numpy()] = np.arange(len(ids))
        folder = Path(self.uri) if isinstance(self.folder, LocalFolder) else None
        places = table.column("_rowaddr").to_numpy()
        return ids.take(order).to_pylist(), read_vectors(dataset, column, places, rank, folder)

    def embedded(self, column: str, columns: list[str], batch: int) -> Iterator[pa.RecordBatch]:
        """Ids, metadata ``columns`` and embeddings of the works that have one, as they lie."""
        scanner = self.dataset().scanner(
            columns=["id", *columns, column], filter=f"{column}_ok", batch_size=batch
        )
        yield from scanner.to_batches()

    def ensure_embedding_column(
        self,
        backbone: str,
        digest: str,
        dimension: int,
        made_elsewhere: Mapping[str, str] | None = None,
    ) -> str:
        """The column for a backbone's embeddings; made, without any rewrite, where it is new.

        ``made_elsewhere`` has the licence and the origin of those that did not come from here.
        """
        field = field_of(backbone, digest, dimension, made_elsewhere)
        column: str = field.name
        done = pa.field(f"{column}_ok", pa.bool_())
        lance_io.retried(lambda: lance_io.add_columns(self.uri, pa.schema([field, done])))
        return column

    def embedding_field(self, column: str) -> pa.Field:
        """The field of an embedding column, which says what made it."""
        return self.dataset().schema.field(column)

    def touch(self) -> None:
        """Make a new version with the same works, for those who read by version."""
        lance_io.touch(self.uri)

    def pending_count(self, column: str) -> int:
        """How many works have an image and no embedding in ``column`` yet."""
        return int(self.dataset().count_rows(pending_filter(column)))

    def pending(self, column: str, batch: int) -> Iterator[tuple[list[str], list[bytes]]]:
        """Ids and canonical JPEGs of the works still to embed, one fragment after the other."""
        for fragment in self.dataset().get_fragments():
            scanner = fragment.scanner(
                columns=["id", "image"],
                filter=pending_filter(column),
                batch_size=batch,
                batch_readahead=1,
            )
            for rows in scanner.to_batches():
                if rows.num_rows:
                    yield rows.column("id").to_pylist(), rows.column("image").to_pylist()

    def write_embeddings(
        self, column: str, ids: list[str], embeddings: np.ndarray, key: str = "id"
    ) -> None:
        """Write float32 [n, D] embeddings of ``ids`` in one commit; rewrites no other column.

        With the ``key`` "file", ``ids`` are files: of what is there under none nothing is written.
        """
        lance_io.write_vectors(
            self.uri, key, column, ids, embeddings.astype(np.float32, copy=False)
        )

    def drop_embedding(self, column: str) -> None:
        """Forget the embeddings of one column."""
        lance_io.retried(lambda: lance_io.opened(self.uri).drop_columns([column, f"{column}_ok"]))
        self.pictures.drop_embedding(column)

    def lock(self, work: str, progress: Progress = NULL) -> AbstractContextManager[Check]:
        """Hold the collection for ``work`` (one process at a time); waits, and says so.

        The function that it yields raises Conflict where another process holds the collection by
        now.
        """
        waiting = f"Waiting: another process is busy with {work} on {self.name!r}."
        return self.folder.lock(work, waiting, progress)

    def compact(self) -> None:
        """Join small fragments and drop versions older than an hour."""
        for uri in (self.uri, self.pictures.uri):
            lance_io.compact(uri)


def folder_of(workspace: Workspace, name: str) -> Folder:
    """Where a collection of that name is, or would be."""
    if not workspace.tables:
        return LocalFolder(workspace.collections / checked_name(name))
    return ObjectFolder(f"{workspace.tables}/{checked_name(name)}")


def _path(workspace: Workspace, name: str, about: str) -> Path:
    """The folder of this machine: another one for a collection that was made anew elsewhere."""
    if not workspace.tables:
        return workspace.collections / name
    made = hashlib.sha256(f"{workspace.tables}\n{manifest.identity(about)}".encode()).hexdigest()
    path = workspace.cache / "tables" / f"{name}-{made[:16]}"
    path.mkdir(parents=True, exist_ok=True)
    return path


def pending_filter(column: str) -> str:
    return f"has_image AND {column}_ok IS NOT TRUE"


def _id_order(ids: pa.ChunkedArray) -> pa.Array:
    """Positions that put ``ids`` into the order of ``id_key``."""
    if pc.any(pc.ascii_is_decimal(ids)).as_py():
        names = ids.to_pylist()
        return pa.array(sorted(range(len(names)), key=lambda i: id_key(names[i])), pa.int64())
    return pc.array_sort_indices(ids.combine_chunks()).cast(pa.int64())
