"""The few Lance operations that the store is made of, with retries where writers meet."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import lance
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from lance.commit import CommitConflictError

from artsim.core.formats import newer
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import tenacity
else:
    tenacity = lazy("tenacity")  # few writers ever meet

FORMAT = 1  # of the tables, in their schema's metadata; a table without a number is of format 1
_FORMAT_KEY = b"artsim.format"
ROWS_PER_FILE = 8192
_WIDER = "__wider"  # ends no other column's name
_CACHED_BYTES = 256 << 20  # of manifests and page tables that an object store need not send again
_MEETING = re.compile("conflict|already exists in the dataset", re.IGNORECASE)
T = TypeVar("T")


def _was_slower(error: BaseException) -> bool:
    """Whether a commit failed because another writer was faster, also in adding a column."""
    kinds = (CommitConflictError, OSError)
    return isinstance(error, kinds) and _MEETING.search(str(error)) is not None


def retried(commit: Callable[[], T]) -> T:
    """Run ``commit``, which must read the latest version itself, again when writers collide."""
    try:
        return commit()
    except (CommitConflictError, OSError) as error:
        if not _was_slower(error):
            raise
    again = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_was_slower),
        wait=tenacity.wait_random_exponential(multiplier=0.02, min=0.01, max=1.28),
        stop=tenacity.stop_after_attempt(11),
        reraise=True,
    )
    return again(commit)


def opened(uri: str, version: int | None = None) -> lance.LanceDataset:
    """The table at ``uri``, as of ``version`` or the latest; raises ValueError where there is none.

    Tables of an object store share one connection and what was read of them before. Raises
    Unreadable where a newer artsim made the table.
    """
    dataset = lance.dataset(uri, version=version, session=_session() if "://" in uri else None)
    number = (dataset.schema.metadata or {}).get(_FORMAT_KEY, b"1")
    if number.isdigit() and int(number) > FORMAT:
        folder, name = uri.rstrip("/").split("/")[-2:]
        table = f"The table {name.removesuffix('.lance')!r} of {folder!r}"
        raise newer(table, int(number), FORMAT)
    return dataset


def opened_or_none(uri: str) -> lance.LanceDataset | None:
    """The latest of the table at ``uri``; None where there is none."""
    try:
        return opened(uri)
    except ValueError as error:
        if "was not found" not in str(error):
            raise
        return None


def create(uri: str, schema: pa.Schema, rows: pa.Table | None = None) -> bool:
    """Create a table in one commit; False where there is one already."""
    try:
        lance.write_dataset(_numbered(schema.empty_table() if rows is None else rows), uri)
    except OSError as error:
        if "already exists" not in str(error):
            raise
        return False
    return True


def replace(uri: str, table: pa.Table) -> None:
    """Put ``table`` in the place of what is at ``uri``, in one commit."""
    if not create(uri, table.schema, table):
        lance.write_dataset(_numbered(table), uri, mode="overwrite")


def _numbered(table: pa.Table) -> pa.Table:
    return table.replace_schema_metadata(
        {**(table.schema.metadata or {}), _FORMAT_KEY: str(FORMAT).encode()}
    )


def touch(uri: str) -> None:
    """Make a new version of a table that holds the same rows."""
    retried(lambda: opened(uri).update_config({"artsim.touched": str(opened(uri).version)}))


def update_where(uri: str, values: dict[str, str], where: str) -> int:
    """Set columns to SQL expressions where ``where`` is true when it is committed; rows changed."""
    found = opened(uri).update(values, where=where)
    return int(found["num_rows_updated"])


def append(uri: str, table: pa.Table) -> None:
    """Append rows in one commit; columns that the dataset lacks are added to it first."""

    def commit() -> None:
        add_columns(uri, table.schema)
        lance.write_dataset(
            aligned(table, opened(uri).schema),
            uri,
            mode="append",
            max_rows_per_file=ROWS_PER_FILE,
        )

    if table.num_rows:
        retried(commit)


def upsert(uri: str, table: pa.Table, key: str) -> None:
    """Insert rows, or replace whole rows with the same ``key``, in one commit."""

    def commit() -> None:
        add_columns(uri, table.schema)
        dataset = opened(uri)
        merge = dataset.merge_insert(key).when_matched_update_all().when_not_matched_insert_all()
        merge.execute(aligned(table, dataset.schema))

    if table.num_rows:
        retried(commit)


def add_columns(uri: str, schema: pa.Schema) -> None:
    """Add the fields of ``schema`` that the dataset lacks, as nulls (metadata only, no rewrite).

    A column of numbers that shall hold fractions or text becomes one of those. Fields of type null
    hold nothing and ask for nothing.
    """
    _finish_widening(uri)
    present = {field.name: field.type for field in opened(uri).schema}
    asked = [field for field in schema if not pa.types.is_null(field.type)]
    missing = [field.with_nullable(True) for field in asked if field.name not in present]
    if missing:
        opened(uri).add_columns(pa.schema(missing))
    for field in asked:
        if kind := _wider(present.get(field.name), field.type):
            opened(uri).add_columns({field.name + _WIDER: f"CAST({field.name} AS {kind})"})
            opened(uri).drop_columns([field.name])
            _finish_widening(uri)


def _wider(held: pa.DataType | None, asked: pa.DataType) -> str:
    """The SQL type that a column of whole numbers or numbers must get to hold ``asked``."""
    if held == pa.int64() and asked == pa.float64():
        return "double"
    return "string" if held in (pa.int64(), pa.float64()) and asked == pa.string() else ""


def _finish_widening(uri: str) -> None:
    """Do what a kill left undone: the wider column takes the name of the one it was made from."""
    names = opened(uri).schema.names
    for aside in (name for name in names if name.endswith(_WIDER)):
        name = aside.removesuffix(_WIDER)
        if name in names:
            opened(uri).drop_columns([aside])
        else:
            renaming: Any = {"path": aside, "name": name}
            opened(uri).alter_columns(renaming)


def update_columns(uri: str, table: pa.Table, key: str) -> None:
    """Set the columns of ``table`` on the rows with the same ``key``, in one commit.

    Only those columns of the fragments that hold the rows are written again.
    """
    keys = table.column(key)

    def commit() -> None:
        dataset = opened(uri)
        held = [field for field in dataset.schema if field.name in table.column_names]
        columns = aligned(table, pa.schema(held))
        updated = []
        fields: list[int] = []
        for fragment in dataset.get_fragments():
            held = fragment.to_table(columns=[key]).column(key)
            if pc.any(pc.is_in(keys, value_set=held.combine_chunks())).as_py():
                metadata, fields = fragment.update_columns(columns, key, key)
                updated.append(metadata)
        if updated:
            operation = lance.LanceOperation.Update(
                updated_fragments=updated, fields_modified=fields, update_mode="rewrite_columns"
            )
            lance.LanceDataset.commit(uri, operation, read_version=dataset.version)

    if table.num_rows:
        retried(commit)


def write_vectors(
    uri: str, key: str, column: str, names: Sequence[str], values: np.ndarray
) -> None:
    """Set ``column`` to ``values`` [n, D] on the rows whose ``key`` is in ``names``, in one commit.

    That they have a value says the column ``COLUMN_ok``.
    """
    flat = pa.array(np.ascontiguousarray(values).reshape(-1))
    vectors = pa.FixedSizeListArray.from_arrays(flat, values.shape[1])
    done = [True] * len(names)
    update_columns(uri, pa.table({key: list(names), column: vectors, f"{column}_ok": done}), key)


def delete_where_in(uri: str, key: str, values: list[str]) -> None:
    """Delete the rows whose ``key`` is one of ``values``, some hundreds a commit."""
    for start in range(0, len(values), 500):
        predicate = f"{key} IN ({', '.join(quoted(v) for v in values[start : start + 500])})"
        retried(lambda p=predicate: opened(uri).delete(p))  # type: ignore[misc]


def compact(uri: str) -> None:
    """Join small fragments of a table and drop versions older than an hour."""
    dataset = opened_or_none(uri)
    if dataset is None:
        return
    if len(dataset.get_fragments()) > 2 + dataset.count_rows() // (ROWS_PER_FILE // 4):
        retried(lambda: opened(uri).optimize.compact_files(target_rows_per_fragment=ROWS_PER_FILE))
    opened(uri).cleanup_old_versions(older_than=timedelta(hours=1))


def vacuum(uri: str) -> None:
    """Take the bytes of deleted rows and of all former versions off the disk, now and for good."""
    retried(
        lambda: opened(uri).optimize.compact_files(
            target_rows_per_fragment=ROWS_PER_FILE,
            materialize_deletions=True,
            materialize_deletions_threshold=0.0,
        )
    )
    opened(uri).cleanup_old_versions(older_than=timedelta(0))


def aligned(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """``table`` with exactly the columns of ``schema``, nulls where it has none."""
    columns = [
        table.column(f.name).cast(f.type)
        if f.name in table.schema.names
        else pa.nulls(table.num_rows, f.type)
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(list(schema)))


@lru_cache(maxsize=1)
def _session() -> Any:
    return lance.Session(  # type: ignore[attr-defined]
        index_cache_size_bytes=_CACHED_BYTES, metadata_cache_size_bytes=_CACHED_BYTES
    )


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
