"""Building the patches of a collection: for each picture what a backbone sees at its positions."""

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from artsim.backbones.embed import overlapped
from artsim.backbones.patches import DIMENSION, Basis, Values, quantised, resized, stacked_maps
from artsim.backbones.registry import network_of, resolve
from artsim.collection import patch_store
from artsim.collection.patch_column import (
    POSITIONS,
    PatchColumn,
    patch_field,
    patch_name,
)
from artsim.core.errors import Conflict, Unreadable, UnsupportedImage
from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.images.canonical import decode_canonical

if TYPE_CHECKING:
    from artsim.backbones import patch_network
    from artsim.collection.store import Collection
    from artsim.core.workspace import Workspace
else:
    patch_network = lazy("artsim.backbones.patch_network")

SEED = 0
FITTED_ON = 256  # works whose positions the basis is fitted on
_OF_EACH = 64  # positions
_BATCH = 32
_COMMIT_ROWS, _COMMIT_SECONDS = 512, 60.0
_WORTH_EXPORTING = 64  # pictures whose gain pays for the seconds that an export takes
_NAMED = 20
_MIN_SIDE = 448  # pixels that a JPEG is decoded to at least


@dataclass(frozen=True)
class PatchReport:
    """What came of building patches; ``failures`` names the pictures that failed and why.

    ``pictures`` were done now, further pictures of works among them; ``skipped`` works had theirs.
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
        maker = _Maker(network, basis, name, progress)
        progress.start(works + further, f"Patches of {collection.name!r} with {spec.name}")
        if works + further >= _WORTH_EXPORTING:
            maker.hasten(collection)
        maker.make(collection.pending(name, _BATCH), collection.uri, "id")
        if further:
            pending = collection.pictures.pending(name, _BATCH)
            maker.make(pending, collection.pictures.uri, "file")
            collection.touch()
        progress.finish()
    for failure in maker.failures[:_NAMED]:
        progress.say(failure)
    return PatchReport(
        collection=collection.name,
        backbone=spec.name,
        digest=spec.digest,
        column=name,
        pictures=maker.written,
        skipped=skipped,
        failed=len(maker.failures),
        failures=tuple(maker.failures),
        bytes_each=int(maker.bytes_each),
        seconds=round(time.monotonic() - began, 3),
    )


class _Maker:
    """Makes patches of pictures and commits them in large batches."""

    def __init__(
        self,
        network: "patch_network.PatchNetwork",
        basis: Basis,
        column: str,
        progress: Progress,
    ) -> None:
        self.failures: list[str] = []
        self.written = 0
        self.bytes_each = quantised(np.zeros((1, 1, DIMENSION), np.float32)).nbytes
        self._network, self._basis = network, basis
        self._column, self._progress = column, progress

    def hasten(self, collection: "Collection") -> None:
        for _, jpegs in collection.pending(self._column, 1):
            with suppress(UnsupportedImage):
                square = (self._network.side, self._network.side)
                self._network.hasten(resized(decode_canonical(jpegs[0], _MIN_SIDE), square))
            return

    def make(self, pending: Iterable[tuple[list[str], list[bytes]]], uri: str, key: str) -> None:
        names: list[str] = []
        values: list[Values] = []
        since = time.monotonic()

        def commit() -> None:
            if names:
                patch_store.write_patches(uri, key, self._column, names, np.stack(values))
                self.written += len(names)
                names.clear()
                values.clear()

        try:
            batches = (list(zip(*batch, strict=True)) for batch in pending)
            for batch in overlapped(batches, _decoded):
                for (name, _), pixels in batch:
                    if isinstance(pixels, str):
                        self.failures.append(f"{name}: {pixels}")
                    else:
                        names.append(name)
                        values.append(self._value(pixels))
                    self._progress.advance(1)
                if len(names) >= _COMMIT_ROWS or time.monotonic() - since > _COMMIT_SECONDS:
                    commit()
                    since = time.monotonic()
        finally:
            commit()

    def _value(self, pixels: np.ndarray) -> Values:
        return quantised(self._basis.reduced(stacked_maps(self._network, pixels, POSITIONS)))


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


def _decoded(work: tuple[str, bytes]) -> np.ndarray | str:
    """The pixels of a picture, or a sentence why there are none."""
    try:
        return decode_canonical(work[1], _MIN_SIDE)
    except UnsupportedImage as error:
        return str(error)
