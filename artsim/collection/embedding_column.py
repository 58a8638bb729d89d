"""The column that holds the embeddings from one backbone, and what its field says of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

_ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class EmbeddingColumn:
    """The embeddings from one backbone: ``count`` works have one of ``dimension`` floats.

    ``elsewhere`` says that they came ready made, from a model that may not be here; ``licence``
    and ``origin`` are what was said of them then.
    """

    column: str
    backbone: str
    digest: str
    dimension: int
    count: int
    elsewhere: bool = False
    licence: str = ""
    origin: str = ""


def field_of(
    backbone: str, digest: str, dimension: int, made_elsewhere: Mapping[str, str] | None
) -> pa.Field:
    """The field of a column; ``made_elsewhere`` as ``Collection.ensure_embedding_column`` has it.

    Name and weights digest make the identity, and so the name of the column.

    >>> field_of("Lite-0", "d" * 64, 2, None).name
    'emb_lite_0_dddddddddddd'
    """
    safe = "".join(c if c.isascii() and c.isalnum() else "_" for c in backbone.lower())
    told = {} if made_elsewhere is None else {"made": _ELSEWHERE, **made_elsewhere}
    return pa.field(
        f"emb_{safe}_{digest[:12]}",
        pa.list_(pa.float32(), dimension),
        metadata={"backbone": backbone, "digest": digest, **told},
    )


def column_of(field: pa.Field, count: int) -> EmbeddingColumn:
    """What a field says of its embeddings, of which there are ``count``."""
    told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    return EmbeddingColumn(
        column=field.name,
        backbone=told["backbone"],
        digest=told["digest"],
        dimension=field.type.list_size,
        count=count,
        elsewhere=told.get("made") == _ELSEWHERE,
        licence=told.get("licence", ""),
        origin=told.get("origin", ""),
    )


def is_embedding(field: pa.Field) -> bool:
    """Whether a field is that of an embedding column."""
    return pa.types.is_fixed_size_list(field.type) and b"digest" in (field.metadata or {})
