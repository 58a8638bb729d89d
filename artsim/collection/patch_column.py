"""The column that holds the patches of pictures from one backbone, and what its field says.

A value is int8 [LENGTH]: rows and columns of the picture's grid of positions, then ``dimension``
numbers a position, row after row, then zeros. The name begins as that of an embedding column does,
so that patches go where a picture goes and no filter sees them.
"""

from dataclasses import dataclass

import pyarrow as pa

FORMAT = 1  # of the values: raise it where the same picture and backbone would give others
POSITIONS = 196  # of a picture, at most
SHAPE = 2  # numbers before the positions
_PREFIX = "emb_patches_"


@dataclass(frozen=True)
class PatchColumn:
    """The patches from one backbone: ``count`` works have some, ``dimension`` numbers each.

    ``basis`` is the key of the directions that those numbers are along.
    """

    column: str
    backbone: str
    digest: str
    dimension: int
    basis: str
    count: int


def patch_name(backbone: str, digest: str) -> str:
    """The name of the column, which says the identity and the format.

    >>> patch_name("Lite-0", "d" * 64)
    'emb_patches_lite_0_dddddddddddd_1'
    """
    return f"{_PREFIX}{safe_name(backbone)}_{digest[:12]}_{FORMAT}"


def safe_name(backbone: str) -> str:
    """The name of a backbone as a part of a column's or a file's."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in backbone.lower())


def patch_field(backbone: str, digest: str, dimension: int, basis: str) -> pa.Field:
    """The field of a column for patches of ``dimension`` numbers along a ``basis`` (its key)."""
    return pa.field(
        patch_name(backbone, digest),
        pa.list_(pa.int8(), SHAPE + POSITIONS * dimension),
        # Not as an embedding's field says it, for this is none.
        metadata={"patches_of": backbone, "patches_digest": digest, "patches_basis": basis},
    )


def is_patches(field: pa.Field) -> bool:
    """Whether a field is that of a column of patches, of whatever format."""
    return field.name.startswith(_PREFIX) and b"patches_digest" in (field.metadata or {})


def patches_of(field: pa.Field, count: int) -> PatchColumn:
    """What a field says of its patches, of which ``count`` works have some."""
    told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    return PatchColumn(
        column=field.name,
        backbone=told["patches_of"],
        digest=told["patches_digest"],
        dimension=(field.type.list_size - SHAPE) // POSITIONS,
        basis=told.get("patches_basis", ""),
        count=count,
    )
