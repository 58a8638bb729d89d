"""Embedding while importing: what the cage prepares of a picture goes on to the network at once."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from artsim.backbones import embed, verified_with
from artsim.backbones.caged_prepare import Asked
from artsim.backbones.own import OwnBackbone
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.base import Embedder
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.writing import Writer
from artsim.core.cores import cores
from artsim.core.errors import ArtsimError
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim.backbones.spec import BackboneSpec
    from artsim.collection.store import Collection

_MOST_WAITING = 512 // embed.BATCH  # batches of prepared pictures in memory


@dataclass(frozen=True)
class _Batch:
    """Files whose pictures are being embedded."""

    files: list[str]
    embeddings: Future[np.ndarray]


def one_pass(workspace: Workspace, backbone: str) -> "OnePass | None":
    """What embeds with ``backbone`` during an import; None for a Python function, which cannot.

    Raises what resolving the backbone raises, before anything is imported.
    """
    spec = resolve(workspace, backbone)
    return None if isinstance(spec, OwnBackbone) else OnePass(workspace, spec)


class OnePass:
    """``Alongside`` that embeds: the network gets what ``embed_collection`` would give it.

    Embeddings are written by file, after the works. ``embed_collection`` must follow: it embeds the
    works that have none after a kill, and reports pictures that cannot be embedded.
    """

    caged = "artsim.backbones.caged_prepare:work"

    def __init__(self, workspace: Workspace, spec: "BackboneSpec") -> None:
        self._workspace, self._spec = workspace, spec
        side = spec.input_size
        self.prepare: Mapping[str, Any] = asdict(
            Asked(side, spec.resize, spec.crop_pct, spec.interpolation)
        )
        self._shape = (3, side, side)
        self._alone = threading.Lock()  # an accelerator embeds one batch at a time
        self._held: dict[str, bytes] = {}
        self._waiting: deque[_Batch] = deque()
        self._loading: Future[Embedder] | None = None

    @property
    def runtime(self) -> Embedder | None:
        """The backbone in memory, where something was embedded."""
        done = self._loading is not None and self._loading.exception() is None
        return self._loading.result() if done and self._loading else None

    @contextmanager
    def into(self, collection: "Collection", progress: Progress) -> Iterator[None]:
        """See ``Alongside``."""
        self._progress = progress
        self._collection = replace(collection, at=None)  # a pinned one would not see new works
        spec = self._spec
        self._column = collection.ensure_embedding_column(spec.name, spec.digest, spec.dimension)
        write = partial(self._collection.write_embeddings, self._column, key="file")
        self._writer = Writer(write)
        self._pool = ThreadPoolExecutor(cores(), thread_name_prefix="embed")
        try:
            yield
            self._submit(last=True)
            self._collect(waiting=0)
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._writer.commit()

    def stored(self, pictures: Mapping[str, bytes]) -> None:
        """See ``Alongside``."""
        self._held.update(pictures)
        self._submit(last=False)
        self._collect(_MOST_WAITING)
        self._writer.commit_when_due()

    def _submit(self, last: bool) -> None:
        """Start embedding what is held, as soon as it is known which engine is worth loading."""
        if not self._held:
            return
        if self._loading is None:
            pending = self._collection.pending_count(self._column)
            if pending < embed.WORTH_EXPORTING and not last:
                return
            self._loading = self._pool.submit(self._load, pending)
        held, self._held = list(self._held.items()), {}
        for start in range(0, len(held), embed.BATCH):
            some = held[start : start + embed.BATCH]
            embeddings = self._pool.submit(
                self._embeddings, self._loading, [seen for _, seen in some]
            )
            self._waiting.append(_Batch([file for file, _ in some], embeddings))

    def _load(self, pending: int) -> Embedder:
        cache = self._workspace.cache
        if pending < embed.WORTH_EXPORTING:
            return load_runtime(self._spec, cache=cache)
        pictures = partial(verified_with.pictures, self._spec, self._collection, self._column)
        works = verified_with.first_works(self._collection, pending)
        return load_runtime(self._spec, cache=cache, pictures=pictures, works=works)

    def _embeddings(self, loading: Future[Embedder], prepared: list[bytes]) -> np.ndarray:
        runtime = loading.result()
        images = [np.frombuffer(seen, np.uint8).reshape(self._shape) for seen in prepared]
        if runtime.one_core_each:
            return runtime.embed(images, one_core=True)
        with self._alone:
            return runtime.embed(images)

    def _collect(self, waiting: int) -> None:
        """Take what is embedded, and wait until at most so many batches are not."""
        while self._waiting and (
            len(self._waiting) > waiting or self._waiting[0].embeddings.done()
        ):
            batch = self._waiting.popleft()
            try:
                found = batch.embeddings.result()
            except ArtsimError:  # a backbone that cannot be loaded: the pass that follows says why
                continue
            for file, row in zip(batch.files, found, strict=True):
                self._writer.add(file, row)  # the pass that follows reports what fails here
            self._progress.advance(0)
