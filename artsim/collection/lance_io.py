"""The few Lance operations that the store is made of, with retries where writers meet."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

import lance
import pyarrow as pa
import pyarrow.compute as pc
from lance.commit import CommitConflictError

ROWS_PER_FILE = 8192
_ATTEMPTS = 12
T = TypeVar("T")


def retried(commit: Callable[[], T]) -> T:
    """Run ``commit``, which must read the latest version itself, again when writers collide."""
    for attempt in range(_ATTEMPTS):
        try:
            return commit()
        except (CommitConflictError, OSError) as error:
            if attempt == _ATTEMPTS - 1 or "conflict" not in str(error).lower():
                raise
            time.sleep(random.uniform(0.5, 1.0) * 0.02 * 2 ** min(attempt, 6))  # noqa: S311
    raise AssertionError("unreachable")


def append(uri: str, table: pa.Table) -> None:
    """Append rows in one commit; columns that the dataset lacks are added to it first."""

    def commit() -> None:
        add_columns(uri, table.schema)
        lance.write_dataset(
            aligned(table, lance.dataset(uri).schema),
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
        dataset = lance.dataset(uri)
        merge = dataset.merge_insert(key).when_matched_update_all().when_not_matched_insert_all()
        merge.execute(aligned(table, dataset.schema))

    if table.num_rows:
        retried(commit)


def add_columns(uri: str, schema: pa.Schema) -> None:
    """Add the fields of ``schema`` that the dataset lacks, as nulls (metadata only, no rewrite)."""
    present = set(lance.dataset(uri).schema.names)
    missing = [field.with_nullable(True) for field in schema if field.name not in present]
    if missing:
        lance.dataset(uri).add_columns(pa.schema(missing))


def update_columns(uri: str, table: pa.Table, key: str) -> None:
    """Set the columns of ``table`` on the rows with the same ``key``, in one commit.

    Only those columns of the fragments that hold the rows are written again.
    """
    keys = table.column(key)

    def commit() -> None:
        dataset = lance.dataset(uri)
        updated = []
        fields: list[int] = []
        for fragment in dataset.get_fragments():
            held = fragment.to_table(columns=[key]).column(key)
            if pc.any(pc.is_in(keys, value_set=held.combine_chunks())).as_py():
                metadata, fields = fragment.update_columns(table, key, key)
                updated.append(metadata)
        if updated:
            operation = lance.LanceOperation.Update(
                updated_fragments=updated, fields_modified=fields, update_mode="rewrite_columns"
            )
            lance.LanceDataset.commit(uri, operation, read_version=dataset.version)

    if table.num_rows:
        retried(commit)


def delete_where_in(uri: str, key: str, values: list[str]) -> None:
    """Delete the rows whose ``key`` is one of ``values``, some hundreds a commit."""
    for start in range(0, len(values), 500):
        predicate = f"{key} IN ({', '.join(quoted(v) for v in values[start : start + 500])})"
        retried(lambda p=predicate: lance.dataset(uri).delete(p))  # type: ignore[misc]


def aligned(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """``table`` with exactly the columns of ``schema``, nulls where it has none."""
    columns = [
        table.column(f.name).cast(f.type)
        if f.name in table.schema.names
        else pa.nulls(table.num_rows, f.type)
        for f in schema
    ]
    return pa.Table.from_arrays(columns, schema=pa.schema(list(schema)))


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"
