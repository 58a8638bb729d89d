"""What is remembered of a file: enough to decide again without reading it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

import pyarrow as pa


@dataclass(frozen=True)
class FileRecord:
    """Measured properties of one file; ``error`` is the sentence why it is unusable, or "".

    ``conflict`` says that a table gives the file an id which is another file's work: then the
    record has an id of its own, and a person decides.
    ``sequence`` is the order of arrival in the collection (lower came first). Signatures
    are 32 x 32 grey bytes of the whole picture and of the picture without its margins.
    """

    file: str
    artwork_id: str
    size: int = 0
    sha256: str = ""
    pixel_digest: str = ""
    format: str = ""
    conversions: tuple[str, ...] = ()
    error: str = ""
    width: int = 0
    height: int = 0
    sharpness: float = 0.0
    noise: float = 0.0
    blankness: float = 0.0
    colourfulness: float = 0.0
    detail: float = 0.0
    border: float = 0.0
    coarseness: float = 0.0
    signature: bytes = b""
    inner_signature: bytes = b""
    has_metadata: bool = False
    sequence: int = 0
    conflict: str = ""


RECORD_SCHEMA = pa.schema(
    [
        pa.field("file", pa.string()),
        pa.field("artwork_id", pa.string()),
        pa.field("size", pa.int64()),
        pa.field("sha256", pa.string()),
        pa.field("pixel_digest", pa.string()),
        pa.field("format", pa.string()),
        pa.field("conversions", pa.list_(pa.string())),
        pa.field("error", pa.string()),
        pa.field("width", pa.int32()),
        pa.field("height", pa.int32()),
        pa.field("sharpness", pa.float64()),
        pa.field("noise", pa.float64()),
        pa.field("blankness", pa.float64()),
        pa.field("colourfulness", pa.float64()),
        pa.field("detail", pa.float64()),
        pa.field("border", pa.float64()),
        pa.field("coarseness", pa.float64()),
        pa.field("signature", pa.binary()),
        pa.field("inner_signature", pa.binary()),
        pa.field("has_metadata", pa.bool_()),
        pa.field("sequence", pa.int64()),
        pa.field("conflict", pa.string()),
    ]
)
_NAMES = tuple(f.name for f in fields(FileRecord))


def to_table(records: Iterable[FileRecord]) -> pa.Table:
    """Records as an Arrow table of RECORD_SCHEMA, in their order."""
    return pa.Table.from_pylist([asdict(record) for record in records], schema=RECORD_SCHEMA)


def from_table(table: pa.Table) -> list[FileRecord]:
    """The records of a table that has at least the columns of RECORD_SCHEMA."""
    rows = table.select(list(_NAMES)).to_pylist()
    return [
        FileRecord(
            **row | {"conversions": tuple(row["conversions"]), "conflict": row["conflict"] or ""}
        )
        for row in rows
    ]
