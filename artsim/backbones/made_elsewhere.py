"""Embeddings that were made elsewhere: checked, then stored beside those of our own backbones."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace as changed

import numpy as np
import numpy.typing as npt

from artsim.backbones.own import as_digest
from artsim.backbones.registry import list_backbones
from artsim.collection.artwork import id_key
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace, checked_name

MAX_DIMENSION = 65_536
_NAMED = 3


def add_embeddings(
    workspace: Workspace,
    collection: Collection,
    name: str,
    ids: Sequence[str],
    matrix: npt.ArrayLike,
    digest: str | None = None,
    licence: str = "",
    origin: str = "",
    replace: bool = False,
) -> str:
    """Store row i of ``matrix``, numbers [N, D], as the embedding of the work ``ids[i]``.

    They are searched, evaluated and mapped as those of any backbone, under ``name``. ``digest``
    is the model's: the SHA-256 of its weights, or any text that changes whenever it does, which
    is hashed. Without one that of the embeddings takes its place. Embeddings of the same name and
    digest are added to those that are there; ``replace`` puts these in the place of others.
    Returns the digest.

    Raises InvalidInput for numbers, names and digests that cannot be used, NotFound for works
    that are not in the collection, Conflict where the name belongs to other weights.
    """
    checked_name(name, "backbone")
    names, rows = _checked(list(ids), matrix)
    if digest is not None and (not isinstance(digest, str) or not digest):
        raise InvalidInput(
            "The digest must be a text that changes whenever the model does, such as the SHA-256 "
            "of its weights; leave it out where there is none."
        )
    digest = _digest_of(names, rows) if digest is None else as_digest(digest)
    _check_is_free(workspace, name, digest)
    collection = changed(collection, at=None)  # a pinned one would not see its own writes
    _check_are_there(collection, names)
    others = _others(collection, name, digest, rows.shape[1])
    if others and not replace:
        raise Conflict(
            f"{collection.name!r} has embeddings of other weights called {name!r} "
            f"({others[0].digest[:12]}): choose another name, or replace them."
        )
    told = {"licence": licence, "origin": origin}
    column = collection.ensure_embedding_column(name, digest, rows.shape[1], told)
    with collection.lock(column):
        collection.write_embeddings(column, names, rows)
        for other in others:
            collection.drop_embedding(other.column)
    return digest


def _checked(ids: list[str], matrix: npt.ArrayLike) -> tuple[list[str], npt.NDArray[np.float32]]:
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold is told as infinite below
            rows = np.ascontiguousarray(matrix, np.float32)
    except (TypeError, ValueError) as error:
        raise InvalidInput("The embeddings must be an array of numbers, [N, D].") from error
    if rows.ndim != 2 or not rows.size:
        raise InvalidInput(
            f"The embeddings have the shape {list(rows.shape)}: give one row a work, [N, D]."
        )
    if rows.shape[1] > MAX_DIMENSION:
        raise InvalidInput(
            f"An embedding has {rows.shape[1]:,} numbers, and {MAX_DIMENSION:,} is the limit."
        )
    if len(ids) != len(rows):
        raise InvalidInput(
            f"There are {len(ids):,} ids and {len(rows):,} embeddings: give one id for each row."
        )
    for name in ids:
        if not isinstance(name, str):
            raise InvalidInput(f"Ids are text: write {str(name)!r} instead of {name!r}.")
    commonest, times = Counter(ids).most_common(1)[0]
    if times > 1:
        raise InvalidInput(f"The id {commonest!r} is given twice: give one embedding a work.")
    bad = np.flatnonzero(~(np.isfinite(rows).all(axis=1) & rows.any(axis=1)))
    if len(bad):
        raise InvalidInput(
            f"The embedding of {ids[int(bad[0])]!r} is zero or not finite"
            + (f", and {len(bad) - 1:,} more are" if len(bad) > 1 else "")
            + ": leave such works out."
        )
    return [str(name) for name in ids], rows


def _digest_of(ids: list[str], rows: npt.NDArray[np.float32]) -> str:
    """SHA-256 of the embeddings in order of their ids, whatever order they come in."""
    order = sorted(range(len(ids)), key=lambda i: id_key(ids[i]))
    digest = hashlib.sha256("\n".join(ids[i] for i in order).encode())
    digest.update(rows[order].tobytes())
    return digest.hexdigest()


def _check_is_free(workspace: Workspace, name: str, digest: str) -> None:
    for backbone in list_backbones(workspace):
        if backbone.name == name and backbone.digest != digest:
            raise Conflict(
                f"{name!r} is a backbone of this workspace, and these embeddings are not by it "
                "(another digest): choose another name."
            )


def _others(
    collection: Collection, name: str, digest: str, dimension: int
) -> list[EmbeddingColumn]:
    """The embeddings of that name from other weights."""
    columns = [c for c in collection.info().embeddings if c.backbone == name]
    for column in columns:
        if column.digest == digest and column.dimension != dimension:
            raise Conflict(
                f"{collection.name!r} has embeddings of {column.dimension:,} numbers from {name!r} "
                f"of the same digest, and these have {dimension:,}: give them another digest."
            )
    return [column for column in columns if column.digest != digest]


def _check_are_there(collection: Collection, ids: list[str]) -> None:
    there = set(collection.metadata(["id"]).column("id").to_pylist())
    unknown = [name for name in ids if name not in there]
    if unknown:
        shown = ", ".join(repr(name[:80]) for name in unknown[:_NAMED])
        more = ", ..." if len(unknown) > _NAMED else ""
        raise NotFound(
            f"{len(unknown):,} of the {len(ids):,} ids are not in {collection.name!r} "
            f"({shown}{more}): leave them out, or import these works first."
        )
