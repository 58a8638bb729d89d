"""A collection's metadata as a table for other programs."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from artsim.collection.store import Collection
from artsim.core import atomic
from artsim.core.csvfile import csv_bytes, frame_of
from artsim.core.errors import InvalidInput


def export_metadata(collection: Collection, out: Path) -> int:
    """Write all metadata to ``out``, a .csv (safe in spreadsheets) or .parquet; number of works.

    The file is there whole or not at all. Raises InvalidInput where it cannot be written.
    """
    if out.suffix.lower() not in FORMATS:
        raise InvalidInput(f"{out.name!r} is no {' or '.join(FORMATS)} file.")
    table = collection.metadata()
    try:
        with atomic.opened(out.absolute()) as file:
            FORMATS[out.suffix.lower()](table, file)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror or error}.") from error
    written: int = table.num_rows
    return written


def _csv(table: pa.Table, file: BinaryIO) -> None:
    file.write(csv_bytes(frame_of(table)))


def _parquet(table: pa.Table, file: BinaryIO) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, file, compression="zstd")


FORMATS: dict[str, Callable[[pa.Table, BinaryIO], None]] = {".csv": _csv, ".parquet": _parquet}
