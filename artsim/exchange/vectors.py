"""Embeddings that another museum can check: vectors, and what made them, in a folder."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from artsim.backbones.made_elsewhere import add_embeddings
from artsim.collection.store import Collection
from artsim.core import atomic
from artsim.core.digests import file_sha256
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.formats import Format
from artsim.core.lazy import lazy
from artsim.library import Library

if TYPE_CHECKING:
    from pyarrow import parquet as pq
else:
    pq = lazy("pyarrow.parquet")

VECTORS, DESCRIPTION = "embeddings.parquet", "embeddings.json"
EXCHANGE = Format("folder of embeddings", "ask whoever made it to export it again")
_MOST_BYTES = 1 << 20  # bytes of the description


@dataclass(frozen=True)
class Exchanged:
    """What was written or read: ``left_out`` are works that the collection does not have."""

    backbone: str
    digest: str
    works: int
    left_out: int = 0


def export_embeddings(library: Library, name: str, backbone: str, out: Path) -> Exchanged:
    """Write the embeddings of a collection to the new folder ``out``.

    ``embeddings.parquet`` has a line a work: ``id`` and ``embedding``, float32 [D] as the model
    gave it. ``embeddings.json`` has the model's digest, its preprocessing where it is known here,
    and the SHA-256 of the table. Raises NotFound, Conflict where the collection is not embedded
    with the backbone, InvalidInput where the folder is there.
    """
    column = library.column(name, backbone)
    ids, matrix = library.collection(name).embedding(column.column)
    try:
        spec = library.resolve(backbone)
        made_by: dict[str, Any] | None = None
        if spec.digest == column.digest and hasattr(spec, "model_dump"):
            made_by = spec.model_dump(mode="json", exclude={"labels"})
    except ArtsimError:  # made elsewhere, or weights that are not here: the digest says which
        made_by = None
    flat = pa.array(np.ascontiguousarray(matrix).reshape(-1))
    vectors = pa.FixedSizeListArray.from_arrays(flat, column.dimension)
    try:
        with atomic.new_folder(out) as folder:
            table = pa.table({"id": pa.array(ids, pa.string()), "embedding": vectors})
            pq.write_table(table, folder / VECTORS, compression="zstd")
            described = {
                "backbone": backbone,
                "digest": column.digest,
                "dimension": column.dimension,
                "works": len(ids),
                "licence": column.licence or (made_by or {}).get("licence", ""),
                "origin": column.origin or (made_by or {}).get("origin", ""),
                "model": made_by,
                "sha256": file_sha256(folder / VECTORS),
            }
            text = json.dumps(EXCHANGE.stamped(described), indent=1, ensure_ascii=False)
            (folder / DESCRIPTION).write_text(text + "\n", encoding="utf-8")
    except FileExistsError as error:
        raise InvalidInput(
            f"{out} is there already: name a folder that is not there yet."
        ) from error
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror or error}.") from error
    return Exchanged(backbone, column.digest, len(ids))


def import_embeddings(
    library: Library, name: str, folder: Path, skip_unknown: bool = False
) -> Exchanged:
    """Add the embeddings of a folder that ``export_embeddings`` wrote to a collection.

    Raises InvalidInput for a folder that is damaged or differs from its description, Conflict where
    the backbone of that name has another digest here, NotFound for works that are not in the
    collection, unless ``skip_unknown`` leaves them out.
    """
    described = _described(folder)
    table = _checked_table(folder, described)
    ids, flat = table.column("id").to_pylist(), table.column("embedding").combine_chunks()
    matrix = flat.flatten().to_numpy().reshape(-1, described["dimension"])
    collection = Collection.open(library.workspace, name)
    left_out = 0
    if skip_unknown:
        there = set(collection.metadata(["id"]).column("id").to_pylist())
        kept = np.array([one in there for one in ids], bool)
        left_out = int((~kept).sum())
        ids = [one for one, keep in zip(ids, kept, strict=True) if keep]
        matrix = matrix[kept]
        if not ids:
            raise InvalidInput(f"None of these embeddings is of a work in {name!r}.")
    digest = add_embeddings(
        library.workspace,
        collection,
        described["backbone"],
        ids,
        matrix,
        described["digest"],
        described["licence"],
        described["origin"],
    )
    library.refresh(name)
    return Exchanged(described["backbone"], digest, len(ids), left_out)


def _described(folder: Path) -> dict[str, Any]:
    path = folder / DESCRIPTION
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InvalidInput(f"{path} is too large to be a description of embeddings.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{folder} holds no {DESCRIPTION} that can be read: name a folder that "
            "'artsim export embeddings' wrote."
        ) from error
    described = EXCHANGE.parsed(text, str(folder))
    kinds = {"backbone": str, "digest": str, "dimension": int, "works": int, "sha256": str}
    for field, kind in kinds.items():
        if type(described.get(field)) is not kind:
            raise InvalidInput(f"{path} has no {field!r}: have it exported again.")
    if not re.fullmatch("[0-9a-f]{64}", described["digest"]):
        raise InvalidInput(f"{path} names no SHA-256 as the digest: have it exported again.")
    for field in ("licence", "origin"):
        described[field] = str(described.get(field) or "")[:500]
    return described


def _checked_table(folder: Path, described: dict[str, Any]) -> pa.Table:
    path = folder / VECTORS
    try:
        if file_sha256(path) != described["sha256"]:
            raise InvalidInput(
                f"{path} is not the table that {DESCRIPTION} was written for (another SHA-256): "
                "copy the folder again."
            )
        table = pq.read_table(path, columns=["id", "embedding"])
    except (OSError, pa.ArrowException, KeyError) as error:
        raise InvalidInput(f"{path} cannot be read: copy the folder again.") from error
    type_ = table.schema.field("embedding").type
    fits = (
        pa.types.is_fixed_size_list(type_)
        and type_.list_size == described["dimension"]
        and pa.types.is_float32(type_.value_type)
        and pa.types.is_string(table.schema.field("id").type)
        and table.num_rows == described["works"]
        and not table.column("id").null_count
        and not table.column("embedding").null_count
    )
    if not fits:
        raise InvalidInput(
            f"{path} does not hold what {DESCRIPTION} says: have the embeddings exported again."
        )
    return table
