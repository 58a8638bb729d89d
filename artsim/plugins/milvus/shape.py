"""How Milvus stores one published embedding column: name, fields, index and rows."""

import hashlib
import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.collection.columns import LABELS
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.core.lazy import lazy
from artsim.search.neighbours import LARGEST_NORM, SMALLEST_NORM, Metric

if TYPE_CHECKING:
    import pymilvus
else:
    pymilvus = lazy("pymilvus")

TEXTS = ("title", *LABELS, "duplicate_group")
YEARS = ("year", "year_end")
METADATA = (*TEXTS, *YEARS)
# Milvus 2.3 knows no null: what is unknown is "" or this year, and conditions leave both out.
NO_YEAR = -(2**31)
MAX_TEXT = 65_535  # bytes
RECORD = ":record"  # no artwork's id has a colon
METRIC_TYPES: dict[Metric, str] = {"cosine": "COSINE", "euclidean": "L2"}
HNSW_UP_TO = 5_000_000  # above, one byte a number (SQ8) keeps the memory down


def milvus_name(collection: Collection, column: EmbeddingColumn, metric: Metric) -> str:
    """Name of the Milvus collection; workspaces that share a server never share one by accident."""
    created = str(collection.about().get("created", ""))
    key = "\n".join((collection.name, created, column.column))
    safe = collection.name.replace("-", "_")
    unique = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"artsim_{safe}_{column.digest[:12]}_{unique}_{metric}"


def index_for(works: int) -> tuple[str, dict[str, int]]:
    """Kind and parameters of the index for so many works."""
    if works <= HNSW_UP_TO:
        return "HNSW", {"M": 16, "efConstruction": 200}
    return "IVF_SQ8", {"nlist": 1024}


def create(client: Any, name: str, dimension: int, metric: Metric, works: int) -> None:
    """Make the Milvus collection, indexed and loaded from the start."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", pymilvus.DataType.VARCHAR, is_primary=True, max_length=128)
    schema.add_field("embedding", pymilvus.DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("stamp", pymilvus.DataType.INT64)
    for field in TEXTS:
        schema.add_field(field, pymilvus.DataType.VARCHAR, max_length=MAX_TEXT)
    for field in YEARS:
        schema.add_field(field, pymilvus.DataType.INT32)
    kind, parameters = index_for(works)
    index = client.prepare_index_params()
    index.add_index(
        "embedding", index_type=kind, metric_type=METRIC_TYPES[metric], params=parameters
    )
    client.create_collection(name, schema=schema, index_params=index)


def rows_of(batch: pa.RecordBatch, column: str, metric: Metric) -> list[dict[str, Any]]:
    """Milvus rows of the works of ``batch`` whose embedding can be compared with anything.

    One embedding without a direction among them spoils a whole index for cosine.
    """
    dimension = batch.schema.field(column).type.list_size
    embeddings = batch.column(column).flatten().to_numpy().reshape(-1, dimension)
    works = batch.drop_columns([column]).to_pylist()
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(embeddings.astype(np.float64), axis=1)
    usable = norms <= LARGEST_NORM
    if metric == "cosine":
        usable &= norms > SMALLEST_NORM
    return [_row(work, embeddings[i]) for i, work in enumerate(works) if usable[i]]


def record_row(text: str, dimension: int) -> dict[str, Any]:
    """The row that says what is published here; it is found by its id only."""
    return _row({"id": RECORD, "title": text}, np.ones(dimension, np.float32))


def metadata_of(row: dict[str, Any]) -> dict[str, Any]:
    """A Milvus row as the metadata of an artwork: what is unknown is None again."""
    known = {name: row[name] or None for name in TEXTS if name in row}
    years = {name: row[name] for name in YEARS if name in row}
    return {"id": row["id"], **known, **{n: None if y == NO_YEAR else y for n, y in years.items()}}


def id_list(ids: Iterable[str]) -> str:
    """A condition on the id of a row."""
    return f"id in [{', '.join(literal(i) for i in ids)}]"


def literal(text: str) -> str:
    """``text`` as a string of Milvus's expressions, whatever it holds."""
    for character, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(character, escaped)
    return f'"{text}"'


def cut(text: str) -> str:
    """``text`` within what a field holds; filters are shorter, so they say of both the same."""
    data = text.encode("utf-8", "replace")
    return text if len(data) <= MAX_TEXT else data[:MAX_TEXT].decode("utf-8", "ignore")


def _row(work: dict[str, Any], embedding: npt.NDArray[np.float32]) -> dict[str, Any]:
    row: dict[str, Any] = {"id": work["id"]}
    row |= {name: cut(work.get(name) or "") for name in TEXTS}
    row |= {name: NO_YEAR if work.get(name) is None else work[name] for name in YEARS}
    digest = hashlib.blake2b(repr(row).encode("utf-8", "replace"), digest_size=8)
    digest.update(embedding.tobytes())
    row["stamp"] = struct.unpack("<q", digest.digest())[0]
    row["embedding"] = embedding
    return row
