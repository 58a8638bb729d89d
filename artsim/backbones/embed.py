"""Embedding images: decoding in threads while the model works, memory bounded."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from artsim.backbones import copies, verified_with
from artsim.backbones.own import OwnBackbone
from artsim.backbones.registry import Backbone, network_of, resolve
from artsim.backbones.runtime.base import Embedder
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.writing import Finished, Writer, usable
from artsim.core.cores import cores
from artsim.core.errors import ArtsimError, Conflict, UnsupportedImage
from artsim.core.progress import NULL, Progress
from artsim.images.canonical import canonical_jpeg
from artsim.images.decode import decode
from artsim.images.thumbnail import thumbnail_webp

if TYPE_CHECKING:
    from artsim.backbones.spec import BackboneSpec
    from artsim.collection.pictures import Pictures
    from artsim.collection.store import Collection
    from artsim.core.workspace import Workspace

BATCH = 32
_CHUNK = 4  # images that one core embeds at a time: what its cache holds
_AHEAD = 2  # batches that are decoded while one is embedded
WORTH_EXPORTING = 256  # images whose gain pays for the seconds that an export takes

T = TypeVar("T")
R = TypeVar("R")
Elsewhere = Callable[["BackboneSpec", "Collection", str, int], Finished]


@dataclass(frozen=True)
class EmbedReport:
    """What came of embedding a collection; ``failures`` names the works that failed and why.

    ``inference`` is what embedded, "" where nothing was embedded in this process.
    """

    collection: str
    backbone: str
    digest: str
    column: str
    embedded: int
    skipped: int
    failed: int
    failures: tuple[str, ...]
    seconds: float
    images_per_second: float
    inference: str = ""


@dataclass(frozen=True)
class EmbeddedFile:
    """All that one decode of a source file gives: stored image, thumbnail, float32 [D]."""

    name: str
    canonical: bytes
    thumbnail: bytes
    embedding: np.ndarray


def embed_collection(
    workspace: "Workspace",
    collection: "Collection",
    backbone: str,
    progress: Progress = NULL,
    batch_size: int | None = None,
    elsewhere: "Elsewhere | None" = None,
    inference: str | None = None,
    ready: Embedder | None = None,
) -> EmbedReport:
    """Embed every work that has an image and no embedding from ``backbone`` yet.

    The further pictures of works (recto, verso, details) are embedded too, on this machine.

    ``inference`` is the engine as ``load_runtime`` takes it; where many works are pending, the
    backbone is exported to OpenVINO first. ``elsewhere`` embeds what is pending in a column, in
    batches of some size, on other machines; this process writes all the same. ``ready`` is the
    backbone where it is in memory already.

    Finished batches are committed on the way and also when the work is cancelled. A work
    whose image does not decode, or whose embedding is not finite or zero, is reported, not
    written. Altered copies of some works are measured at the end. Raises what resolving and
    loading the backbone raise.
    """
    began = time.monotonic()
    spec = resolve(workspace, backbone)
    _check(spec, collection)
    collection = replace(collection, at=None)  # a pinned one would not see its own writes
    column = collection.ensure_embedding_column(spec.name, spec.digest, spec.dimension)
    with collection.lock(column, progress):
        pending = collection.pending_count(column)
        further = collection.pictures.pending_count(column)
        skipped = collection.info().with_image - pending
        writer = Writer(partial(collection.write_embeddings, column))
        measure = copies.wanted(collection, column, pending + skipped)
        runtime: Embedder | None = None

        def pictures() -> np.ndarray:
            return verified_with.pictures(network_of(spec), collection, column)

        def loaded() -> Embedder:
            if ready is not None:
                return ready
            if pending < WORTH_EXPORTING:
                return load_runtime(spec, "auto", inference, workspace.cache)
            works = verified_with.works(collection, pending, progress)
            return load_runtime(spec, "auto", inference, workspace.cache, pictures, works)

        if further:
            runtime = loaded()
            batch = batch_size or BATCH
            failures = _embed_further(runtime, collection, column, batch, further, progress)
            writer.failures += failures

        if pending:
            progress.start(pending, f"Embedding {collection.name!r} with {spec.name}")
            of = (collection, column, batch_size or BATCH)
            if elsewhere is None:
                runtime = runtime or loaded()
                if runtime.note:
                    progress.say(runtime.note)
                finished = _embed_here(runtime, *of)
            else:
                finished = elsewhere(network_of(spec), *of)
            writer.write(finished, progress)
            progress.finish()
        if measure:
            copies.measure_copies(collection, column, runtime or loaded())
    writer.tell_failures(progress)
    seconds = time.monotonic() - began
    return EmbedReport(
        collection=collection.name,
        backbone=spec.name,
        digest=spec.digest,
        column=column,
        embedded=writer.written,
        skipped=skipped,
        failed=len(writer.failures),
        failures=tuple(writer.failures),
        seconds=round(seconds, 3),
        images_per_second=round(writer.written / seconds, 2) if seconds else 0.0,
        inference=runtime.inference if runtime else "",
    )


def embed_image(runtime: Embedder, canonical: bytes) -> np.ndarray:
    """float32 [D] of one canonical JPEG; raises UnsupportedImage."""
    embedding: np.ndarray = embed_parts(runtime, [runtime.preprocess(canonical)])[0]
    return embedding


def embed_parts(runtime: Embedder, prepared: list[np.ndarray]) -> np.ndarray:
    """float32 [n, D] of those prepared parts of a picture in which the backbone finds something.

    Raises UnsupportedImage where it finds nothing in any.
    """
    found = [row for row in runtime.embed(prepared) if usable(row)]
    if not found:
        raise UnsupportedImage("The backbone finds nothing in this image: try another one.")
    return np.stack(found)


def embed_files(
    runtime: Embedder, files: Iterable[tuple[str, bytes]], batch_size: int = BATCH
) -> Iterator[EmbeddedFile | tuple[str, ArtsimError]]:
    """For each (name, bytes), in order: one decode gives stored image, thumbnail, embedding.

    A file that cannot be used comes back as (name, error).
    """

    def prepare(file: tuple[str, bytes]) -> tuple[np.ndarray, tuple[bytes, bytes]]:
        decoded = decode(file[1], name=file[0])
        stored = canonical_jpeg(decoded), thumbnail_webp(decoded.pixels)
        return runtime.prepare(decoded.pixels), stored

    for batch in embedded(runtime, _batches(files, batch_size), prepare):
        for file, made in batch:
            if isinstance(made, ArtsimError):
                yield file[0], made
            else:
                yield EmbeddedFile(file[0], *made[1], made[0])


def embedded(
    runtime: Embedder,
    batches: Iterable[list[T]],
    prepare: Callable[[T], tuple[np.ndarray, R]],
    threads: int | None = None,
) -> Iterator[list[tuple[T, tuple[np.ndarray, R] | ArtsimError]]]:
    """Each batch with the float32 [D] embedding of its items, in order.

    ``prepare`` maps an item to the backbone's input and to what is returned beside its embedding;
    an ArtsimError that it raises is returned in place of the embedding. On the CPU each core
    decodes and embeds some images by itself, so that no core waits for another. An accelerator, and
    a Python function, embeds while the cores decode. ``threads`` is the number of cores, all where
    None.
    """

    def attempt(item: T) -> tuple[np.ndarray, R] | ArtsimError:
        try:
            return prepare(item)
        except ArtsimError as error:
            return error

    def finished(
        some: list[tuple[np.ndarray, R] | ArtsimError], one_core: bool
    ) -> list[tuple[np.ndarray, R] | ArtsimError]:
        good = [made for made in some if not isinstance(made, ArtsimError)]
        if not good:
            return some
        found = iter(runtime.embed([made[0] for made in good], one_core))
        return [m if isinstance(m, ArtsimError) else (next(found), m[1]) for m in some]

    def by_one_core(chunk: list[T]) -> list[tuple[np.ndarray, R] | ArtsimError]:
        return finished([attempt(item) for item in chunk], one_core=True)

    if runtime.one_core_each:
        smaller = (list(_batches(b, _CHUNK)) for b in batches)
        for chunks in overlapped(smaller, by_one_core, threads):
            yield [pair for chunk, made in chunks for pair in zip(chunk, made, strict=True)]
    else:
        for batch in overlapped(batches, attempt, threads):
            items, made = [item for item, _ in batch], [m for _, m in batch]
            yield list(zip(items, finished(made, one_core=False), strict=True))


def overlapped(
    batches: Iterable[list[T]], work: Callable[[T], R], threads: int | None = None
) -> Iterator[list[tuple[T, R]]]:
    """Each batch with what ``work`` made of its items, in order, worked out in threads.

    The threads run ahead of the consumer by a bounded number of batches.
    """
    waiting: deque[tuple[list[T], list[Future[R]]]] = deque()

    def oldest() -> list[tuple[T, R]]:
        items, futures = waiting.popleft()
        return [(item, future.result()) for item, future in zip(items, futures, strict=True)]

    pool = ThreadPoolExecutor(threads or cores(), thread_name_prefix="embed")
    try:
        for batch in batches:
            waiting.append((batch, [pool.submit(work, item) for item in batch]))
            if len(waiting) > _AHEAD:
                yield oldest()
        while waiting:
            yield oldest()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _check(spec: Backbone, collection: "Collection") -> None:
    """Raise where a function cannot embed the collection, before anything is written."""
    if not isinstance(spec, OwnBackbone):
        return
    if spec.embed is None:
        spec.called([])
    for column in collection.info().embeddings:
        known = column.backbone == spec.name and column.digest == spec.digest
        if known and column.dimension != spec.dimension:
            raise Conflict(
                f"{collection.name!r} has vectors of {column.dimension} numbers from "
                f"{spec.name!r} of the same digest, which now gives {spec.dimension}: change its "
                "digest with its vectors."
            )


def _embed_further(
    runtime: "Embedder",
    collection: "Collection",
    column: str,
    batch_size: int,
    count: int,
    progress: Progress,
) -> list[str]:
    """Embed the pictures of works that are not their primary ones; what failed, and why."""
    collection.pictures.ensure_embedding_column(collection.embedding_field(column))
    writer = Writer(partial(collection.pictures.write_embeddings, column))
    progress.start(count, f"Embedding further pictures of works of {collection.name!r}")
    writer.write(_embed_here(runtime, collection.pictures, column, batch_size), progress)
    progress.finish()
    collection.touch()
    return writer.failures


def _embed_here(
    runtime: Embedder, table: "Collection | Pictures", column: str, batch_size: int
) -> Finished:
    pending = table.pending(column, batch_size)
    works = (list(zip(ids, images, strict=True)) for ids, images in pending)
    for batch in embedded(runtime, works, lambda work: (runtime.preprocess(work[1]), None)):
        yield [(i, m if isinstance(m, ArtsimError) else m[0]) for (i, _), m in batch]


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
