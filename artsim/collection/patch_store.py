"""Patches in the tables of a collection: written and read.

Beside the tables lies the basis of a backbone's patches, the directions that they are along.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.patch_column import (
    PatchColumn,
    is_patches,
    patch_name,
    patches_of,
    safe_name,
)
from artsim.collection.pictures import FURTHER
from artsim.core.formats import Format

if TYPE_CHECKING:
    import lance

    from artsim.collection.store import Collection

Values = npt.NDArray[np.int8]
BASIS = Format("basis of patches", "build the patches anew")


@dataclass(frozen=True)
class StoredPatches:
    """Patches int8 [N, L] of the works ``ids`` [N], and of their further pictures.

    ``files`` [F] and ``works`` [F] name those pictures and what they are of; ``further`` [F, L].
    """

    ids: list[str]
    values: Values
    files: list[str]
    works: list[str]
    further: Values


def patch_columns(collection: "Collection") -> list[PatchColumn]:
    """The columns of patches of a collection, those of another format or other weights too."""
    dataset = collection.dataset()
    return [
        patches_of(field, dataset.count_rows(f"{field.name}_ok"))
        for field in dataset.schema
        if is_patches(field) and f"{field.name}_ok" in dataset.schema.names
    ]


def patch_column(collection: "Collection", backbone: str, digest: str) -> PatchColumn | None:
    """The column for a backbone in today's format; None where there is none."""
    name = patch_name(backbone, digest)
    found = (c for c in patch_columns(collection) if c.column == name and c.digest == digest)
    return next(found, None)


def ensure_column(collection: "Collection", field: pa.Field) -> None:
    """Make the column of ``field`` (see ``patch_field``) in both tables where it is new."""
    done = pa.field(f"{field.name}_ok", pa.bool_())
    lance_io.retried(lambda: lance_io.add_columns(collection.uri, pa.schema([field, done])))
    if lance_io.opened_or_none(collection.pictures.uri) is not None:
        collection.pictures.ensure_embedding_column(field)


def read_patches(collection: "Collection", column: str) -> StoredPatches:
    """All patches of one column of this version."""
    dataset = collection.dataset()
    ids, values = _read(dataset, column, ["id"], f"{column}_ok")
    pictures = lance_io.opened_or_none(collection.pictures.uri)
    if pictures is None or column not in pictures.schema.names:
        return StoredPatches(ids[0], values, [], [], values[:0])
    where = f"{FURTHER} AND {column}_ok"
    (files, works), further = _read(pictures, column, ["file", "work"], where)
    return StoredPatches(ids[0], values, files, works, further)


def write_basis(collection: "Collection", backbone: str, arrays: dict[str, np.ndarray]) -> str:
    """Keep float32 arrays by name as the basis of a backbone's patches, in one step; its key."""
    document = {
        name: {
            "shape": list(array.shape),
            "float32": base64.b64encode(np.ascontiguousarray(array, "<f4").tobytes()).decode(),
        }
        for name, array in arrays.items()
    }
    key = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:16]
    text = json.dumps(BASIS.stamped({"key": key, "arrays": document}))
    collection.folder.write(_basis_file(backbone), text)
    return key


def read_basis(collection: "Collection", column: PatchColumn) -> dict[str, np.ndarray]:
    """The arrays of ``write_basis``; raises Unreadable where they are gone, damaged or others."""
    text = collection.folder.read(_basis_file(column.backbone))
    document = BASIS.parsed(text, collection.name)
    try:
        if document["key"] != column.basis:
            raise ValueError("of other patches")
        return {
            name: np.frombuffer(base64.b64decode(a["float32"]), "<f4").reshape(a["shape"])
            for name, a in document["arrays"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BASIS.unreadable(collection.name, "its numbers are not those") from error


def copy_basis(collection: "Collection", old: str, new: str) -> None:
    """Let the patches of a backbone that is renamed keep what they are along, where it is there."""
    text = collection.folder.read(_basis_file(old))
    if text is not None:
        collection.folder.write(_basis_file(new), text)


def _basis_file(backbone: str) -> str:
    return f"patches_{safe_name(backbone)}.json"


def _read(
    dataset: "lance.LanceDataset", column: str, names: list[str], where: str
) -> tuple[list[list[str]], Values]:
    told = dataset.to_table(columns=names, filter=where, scan_in_order=True)
    length = dataset.schema.field(column).type.list_size
    values = np.empty((told.num_rows, length), np.int8)
    done = 0
    scanner = dataset.scanner(columns=[column], filter=where, scan_in_order=True)
    for batch in scanner.to_batches():
        some = batch.column(0).flatten().to_numpy().reshape(-1, length)
        values[done : done + len(some)] = some
        done += len(some)
    return [told.column(name).to_pylist() for name in names], values[:done]
