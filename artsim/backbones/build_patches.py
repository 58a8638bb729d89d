"""Building the patches of a collection: for each picture what a backbone sees at its positions."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from artsim.backbones.embed import overlapped
from artsim.backbones.patches import DIMENSION, Basis, Values, quantised, resized, stacked_maps
from artsim.backbones.registry import network_of, resolve
from artsim.backbones.writing import Finished, Writer
from artsim.collection import lance_io, patch_store
from artsim.collection.patch_column import (
    POSITIONS,
    PatchColumn,
    patch_field,
    patch_name,
)
from artsim.core.errors import ArtsimError, Conflict, Unreadable, UnsupportedImage
from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.images.canonical import decode_canonical

if TYPE_CHECKING:
    from artsim.backbones import patch_network
    from artsim.collection.pictures import Pictures
    from artsim.collection.store import Collection
    from artsim.core.workspace import Workspace
else:
    patch_network = lazy("artsim.backbones.patch_network")

SEED = 0
FITTED_ON = 256  # works whose positions the basis is fitted on
_OF_EACH = 64  # positions
_BATCH = 32
_WORTH_EXPORTING = 64  # pictures whose gain pays for the seconds that an export takes
_MIN_SIDE = 448  # pixels that a JPEG is decoded to at least


@dataclass(frozen=True)
class PatchReport:
    """What came of building patches; ``failures`` names the pictures that failed and why.

    ``pictures`` were processed now, further pictures of works included; ``skipped`` works had
    patches.
    """

    collection: str
    backbone: str
    digest: str
    column: str
    pictures: int
    skipped: int
    failed: int
    failures: tuple[str, ...]
    bytes_each: int
    seconds: float


def build_patches(
    workspace: "Workspace",
    collection: "Collection",
    backbone: str,
    progress: Progress = NULL,
    anew: bool = False,
) -> PatchReport:
    """Make the patches of every picture that has none from ``backbone`` yet.

    The basis is fitted on FITTED_ON works the first time and stays, so that later works are
    comparable; ``anew`` fits and makes all of it again. Patches of other weights of this backbone
    go. Finished batches are committed on the way, also when the work is cancelled. Raises what
    resolving the backbone raises, InvalidInput where it gives no positions, and Conflict where
    the collection has no picture.
    """
    began = time.monotonic()
    spec = network_of(resolve(workspace, backbone))
    collection = replace(collection, at=None)  # a pinned one would not see its own writes
    network = patch_network.PatchNetwork(spec)
    name = patch_name(spec.name, spec.digest)
    with collection.lock("patches", progress):
        basis = None
        for old in patch_store.patch_columns(collection):
            if old.backbone != spec.name:
                continue
            if old.column == name and not anew:
                basis = _basis(collection, old)
            if basis is None or old.column != name:
                collection.drop_embedding(old.column)
        if basis is None:
            basis = _fitted(network, collection, progress)
            key = patch_store.write_basis(collection, spec.name, basis.arrays())
        else:
            key = ""  # the column is there, and keeps its own
        patch_store.ensure_column(collection, patch_field(spec.name, spec.digest, DIMENSION, key))
        works = collection.pending_count(name)
        further = collection.pictures.pending_count(name)
        skipped = collection.info().with_image - works
        progress.start(works + further, f"Patches of {collection.name!r} with {spec.name}")
        if works + further >= _WORTH_EXPORTING:
            _hasten(network, collection, name)
        first = Writer(partial(lance_io.write_vectors, collection.uri, "id", name))
        first.write(_made(network, basis, collection, name), progress)
        others = Writer(partial(lance_io.write_vectors, collection.pictures.uri, "file", name))
        if further:
            others.write(_made(network, basis, collection.pictures, name), progress)
            collection.touch()
        progress.finish()
    others.failures = first.failures + others.failures
    others.tell_failures(progress)
    return PatchReport(
        collection=collection.name,
        backbone=spec.name,
        digest=spec.digest,
        column=name,
        pictures=first.written + others.written,
        skipped=skipped,
        failed=len(others.failures),
        failures=tuple(others.failures),
        bytes_each=quantised(np.zeros((1, 1, DIMENSION), np.float32)).nbytes,
        seconds=round(time.monotonic() - began, 3),
    )


def _hasten(network: "patch_network.PatchNetwork", collection: "Collection", column: str) -> None:
    for _, jpegs in collection.pending(column, 1):
        with suppress(UnsupportedImage):
            square = (network.side, network.side)
            network.hasten(resized(decode_canonical(jpegs[0], _MIN_SIDE), square))
        return


def _made(
    network: "patch_network.PatchNetwork",
    basis: Basis,
    table: "Collection | Pictures",
    column: str,
) -> Finished:
    batches = (list(zip(*batch, strict=True)) for batch in table.pending(column, _BATCH))
    for batch in overlapped(batches, _decoded):
        yield [
            (name, pixels if isinstance(pixels, ArtsimError) else _value(network, basis, pixels))
            for (name, _), pixels in batch
        ]


def _value(network: "patch_network.PatchNetwork", basis: Basis, pixels: np.ndarray) -> Values:
    return quantised(basis.reduced(stacked_maps(network, pixels, POSITIONS)))


def _basis(collection: "Collection", column: PatchColumn) -> Basis | None:
    """The basis of a column; None where it can be used no longer."""
    try:
        return Basis(**patch_store.read_basis(collection, column))
    except (Unreadable, TypeError):
        return None


def _fitted(
    network: "patch_network.PatchNetwork", collection: "Collection", progress: Progress
) -> Basis:
    """The basis of some positions of some works of the collection, always the same ones."""
    table = collection.metadata(["id", "has_image"])
    ids = [i for i, has in zip(*(c.to_pylist() for c in table.columns), strict=True) if has]
    if not ids:
        raise Conflict(f"{collection.name!r} has no pictures: import some first.")
    rng = np.random.default_rng(SEED)
    chosen = [ids[i] for i in rng.permutation(len(ids))[:FITTED_ON].tolist()]
    progress.start(len(chosen), f"Fitting the patches of {collection.name!r}")
    samples = []
    for pixels in _pictures(collection, chosen):
        stacked = stacked_maps(network, pixels, POSITIONS)
        flat = stacked.reshape(-1, stacked.shape[-1])
        samples.append(flat[rng.permutation(len(flat))[:_OF_EACH]])
        progress.advance(1)
    progress.finish()
    if not samples:
        raise Conflict(
            f"No picture of {collection.name!r} can be decoded: import its pictures again."
        )
    return Basis.fitted(np.concatenate(samples), network.widths)


def _pictures(collection: "Collection", ids: list[str]) -> Iterator[np.ndarray]:
    for one in ids:
        jpeg = collection.image(one)
        if jpeg is not None:
            with suppress(UnsupportedImage):
                yield decode_canonical(jpeg, _MIN_SIDE)


def _decoded(work: tuple[str, bytes]) -> np.ndarray | UnsupportedImage:
    """The pixels of a picture, or why there are none."""
    try:
        return decode_canonical(work[1], _MIN_SIDE)
    except UnsupportedImage as error:
        return error
