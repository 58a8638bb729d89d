"""Embeddings and patches of a backbone that has another name now: no number is written again."""

from typing import Any

import pyarrow as pa

from artsim.collection import lance_io, patch_store
from artsim.collection.embedding_column import field_of, is_embedding
from artsim.collection.patch_column import is_patches, patch_name
from artsim.collection.store import Collection


def rename_embeddings(collection: Collection, old: str, new: str, digest: str) -> int:
    """Let what ``old`` made, of the weights ``digest``, be that of ``new``; how many columns.

    Where there is such a column of ``new`` already, that of the old name stays. Killed between
    two steps, the same call does the rest.
    """
    renamed = 0
    for uri in (collection.uri, collection.pictures.uri):
        dataset = lance_io.opened_or_none(uri)
        for field in dataset.schema if dataset is not None else ():
            if is_patches(field):
                patch_store.copy_basis(collection, old, new)
            renamed += _renamed(uri, field, (old, new, digest))
    return renamed


def _renamed(uri: str, field: pa.Field, names: tuple[str, str, str]) -> bool:
    old, new, digest = names
    told = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    if is_patches(field) and (told["patches_of"], told["patches_digest"]) == (old, digest):
        to, key = patch_name(new, digest), "patches_of"
    elif is_embedding(field) and (told.get("backbone"), told["digest"]) == (old, digest):
        to, key = field_of(new, digest, field.type.list_size, None).name, "backbone"
    else:
        return False
    if to != field.name:
        there = set(lance_io.opened(uri).schema.names)
        if to in there:
            return False
        pairs = [(field.name, to), (f"{field.name}_ok", f"{to}_ok")]
        steps: Any = [{"path": a, "name": b} for a, b in pairs if a in there]
        lance_io.retried(lambda: lance_io.opened(uri).alter_columns(*steps))
    lance_io.retried(lambda: lance_io.opened(uri).update_field_metadata({to: {key: new}}))
    return True
