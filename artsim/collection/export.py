"""A collection's metadata as a table for other programs.

A package registers a writer, a function of an Arrow table and a binary file, under the entry
points ``artsim.exports``: its name is the ending of the files that it writes.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa

from artsim.collection.natural import natural_order
from artsim.collection.store import Collection
from artsim.core import atomic
from artsim.core.csvfile import csv_bytes, frame_of
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.lazy import lazy
from artsim.core.plugins import Registry

if TYPE_CHECKING:
    from pyarrow import parquet as pq
else:
    pq = lazy("pyarrow.parquet")

Writer = Callable[[pa.Table, BinaryIO], None]


def export_metadata(collection: Collection, out: Path) -> int:
    """Write all metadata to ``out``; its ending, one of EXPORTS, says how. Number of works.

    The file is there whole or not at all. Raises InvalidInput where it cannot be written.
    """
    writer = writer_for(out)
    table = collection.metadata()
    table = table.take(pa.array(natural_order(table.column("id"))))
    try:
        with atomic.opened(out.absolute()) as file:
            write(out.suffix[1:].lower(), writer, table, file)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror or error}.") from error
    written: int = table.num_rows
    return written


def writer_for(out: Path) -> Writer:
    """What writes a file of that name; raises InvalidInput, or Unavailable where it cannot."""
    name = out.suffix[1:].lower()
    if name not in EXPORTS.names():
        endings = " or ".join(f".{known}" for known in EXPORTS.names())
        raise InvalidInput(f"The file must end with {endings}, not {out.name!r}.")
    return EXPORTS.get(name)


def export_bytes(table: pa.Table, name: str) -> bytes:
    """``table`` as a file of the export ``name``; raises what ``writer_for`` raises."""
    out = BytesIO()
    write(name, writer_for(Path(f"table.{name}")), table, out)
    return out.getvalue()


def write(name: str, writer: Writer, table: pa.Table, file: BinaryIO) -> None:
    """Let a writer write; raises InvalidInput where that of a package fails."""
    try:
        writer(table, file)
    except (ArtsimError, OSError):
        raise
    except Exception as error:
        raise InvalidInput(
            f"The export {name!r} fails ({type(error).__name__}: {error}): choose another one, "
            "or update the package that it is from."
        ) from error


def _csv(table: pa.Table, file: BinaryIO) -> None:
    file.write(csv_bytes(frame_of(table)))


def _parquet(table: pa.Table, file: BinaryIO) -> None:
    pq.write_table(table, file, compression="zstd")


def _accepted(name: str, thing: Any) -> Writer:
    if not callable(thing) or not name.isalnum() or name != name.lower():
        raise InvalidInput(
            "an export is a function of a table and a file, named by the ending of the files, "
            "in lower case"
        )
    writer: Writer = thing
    return writer


EXPORTS: Registry[Writer] = Registry(
    "artsim.exports", "export", {"csv": lambda: _csv, "parquet": lambda: _parquet}, _accepted
)
