"""The one thing in a process that holds galleries and models: pages, API and CLI all ask it."""

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np

from artsim.collection.media import Picture, picture
from artsim.collection.store import Collection, CollectionInfo, EmbeddingColumn, list_collections
from artsim.core.cache import LoadingCache
from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NotFound
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace, checked_id, checked_name
from artsim.search.calibration import Calibration
from artsim.search.calibration_store import calibrated
from artsim.search.catalog import Catalog
from artsim.search.choice import chosen
from artsim.search.exact import Rows
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.query import Query, SearchResult, search

MAX_PAGE = 500
_CHECK_SECONDS = 0.5  # how old the answer to "which version is the latest?" may be
_LIST_SECONDS = 3.0  # how old the list of backbones may be
_RELOAD_REST = 10  # a value that took t seconds to load is not loaded again for t times this
_log = logging.getLogger(__name__)
V = TypeVar("V")


class Snapshot(NamedTuple):
    """One version of one collection: what every cached value belongs to."""

    uri: str
    created: str
    version: int


@dataclass(frozen=True)
class Page:
    """Rows ``offset`` to ``offset + limit`` of ``total`` artworks that pass the filters."""

    rows: list[dict[str, Any]]
    total: int
    offset: int
    limit: int


@dataclass(frozen=True)
class Facets:
    """Values and counts over the whole collection, most frequent first; years first and last."""

    values: dict[str, tuple[tuple[str, int], ...]]
    years: tuple[int, int] | None


class Library:
    """Thread-safe. A new version of a collection is seen within about a second.

    Large galleries are not loaded again more often than every ten times their loading time, and
    the last one answers meanwhile: an embedding job may commit as often as it likes.
    """

    def __init__(self, workspace: Workspace, gallery_bytes: int | None = None) -> None:
        self.workspace = workspace
        limit = gallery_bytes or _half_of_memory()
        self._infos: LoadingCache[Hashable, CollectionInfo] = LoadingCache(64)
        self._catalogs: LoadingCache[Hashable, Catalog] = LoadingCache(
            16, limit // 4, lambda c: c.nbytes
        )
        self._galleries: LoadingCache[Hashable, Gallery] = LoadingCache(
            16, limit, lambda g: g.nbytes
        )
        self._calibrations: LoadingCache[Hashable, Calibration] = LoadingCache(64)
        self._runtimes: LoadingCache[str, Any] = LoadingCache(3)
        self._matches: LoadingCache[Hashable, list[str]] = LoadingCache(64)
        self._pictures: LoadingCache[Hashable, Picture] = LoadingCache(
            4096, 128 << 20, lambda p: len(p.data)
        )
        self._told: set[str] = set()
        self._lock = threading.Lock()
        self._checked: dict[str, tuple[float, Collection, Snapshot]] = {}
        self._listed: tuple[float, list[Any]] = (float("-inf"), [])
        self._latest: dict[Hashable, tuple[Hashable, float]] = {}

    def collection(self, name: str) -> Collection:
        """The collection ``name``, pinned to its latest version; raises NotFound."""
        return self._current(name)[0]

    def collections(self) -> list[CollectionInfo]:
        """Every collection that can be read, by name; ``broken`` tells of the others."""
        return [info for info, _ in self._survey().values() if info is not None]

    def broken(self) -> dict[str, str]:
        """Collections that cannot be read, each with one sentence why."""
        return {name: error for name, (_, error) in self._survey().items() if error}

    def info(self, name: str) -> CollectionInfo:
        """Counts and embeddings of a collection."""
        collection, snapshot = self._current(name)
        return self._infos.get(snapshot, collection.info)

    def backbones(self) -> list[Any]:
        """Every backbone there is, as ``artsim.backbones.registry`` lists them; no torch."""
        with self._lock:
            listed, found = self._listed
        if time.monotonic() - listed > _LIST_SECONDS:
            from artsim.backbones import registry

            found = list(registry.list_backbones(self.workspace))
            with self._lock:
                self._listed = (time.monotonic(), found)
        return list(found)

    def catalog(self, name: str) -> Catalog:
        """The metadata of a collection, in memory."""
        collection, snapshot = self._current(name)
        family, load = _catalog_of(collection, snapshot)
        return self._newest(self._catalogs, family, snapshot, load)

    def gallery(self, name: str, backbone: str, digest: str | None = None) -> Gallery:
        """What is searched for a backbone's neighbours; see ``column`` for what it raises."""
        column = self.column(name, backbone, digest)
        collection, snapshot = self._current(name)

        def load() -> Gallery:
            # Not an older catalog: the gallery would keep it.
            family, read = _catalog_of(collection, snapshot)
            timed = self._timed(self._catalogs, family, snapshot, read)
            return Gallery.load(collection, column, self._catalogs.get(snapshot, timed))

        family = (snapshot.uri, column.column)
        return self._newest(self._galleries, family, (*snapshot, column.column), load)

    def calibration(self, name: str, backbone: str) -> Calibration:
        """What scores mean in a collection; measured in under a second, then kept beside it."""
        gallery = self.gallery(name, backbone)
        collection, snapshot = self._current(name)
        family = (snapshot.uri, gallery.column.column, "calibration")
        return self._newest(
            self._calibrations,
            family,
            (*family, snapshot.created, gallery.catalog.version),
            lambda: calibrated(collection, gallery),
        )

    def column(self, name: str, backbone: str, digest: str | None = None) -> EmbeddingColumn:
        """The embeddings of a backbone in a collection.

        ``digest`` is that of the backbone as it is now, where known. Raises Conflict with the
        command to run where there are none, or only those of other weights.
        """
        remedy = f"run 'artsim embed {name} --backbone {backbone}'"
        columns = [c for c in self.info(name).embeddings if c.backbone == backbone and c.count]
        if not columns:
            self._resolve(backbone)
            raise Conflict(f"{name!r} is not embedded with {backbone!r} yet: {remedy}.")
        digest = digest or self._digest(backbone)
        if digest is None:
            return columns[-1]
        for column in columns:
            if column.digest == digest:
                return column
        raise Conflict(
            f"The embeddings of {name!r} are of other weights of {backbone!r} "
            f"({columns[-1].digest[:12]}, now {digest[:12]}): {remedy} again."
        )

    def search(self, name: str, query: Query, milvus: str | None = None) -> SearchResult:
        """Answer one query; raises ArtsimError with one sentence for a person.

        ``milvus`` is the address for index milvus, else ARTSIM_MILVUS_URI says it: a request never
        does.
        """
        began = time.perf_counter()
        digest, embedding = None, None
        if query.image is not None:
            digest = str(self._resolve(query.backbone).digest)
            self.column(name, query.backbone, digest)
            embedding = self._embed(query)
        if query.index == "milvus":
            column = self.column(name, query.backbone, digest)
            return self._ask_milvus(name, query, column, milvus, embedding, began)
        gallery = self.gallery(name, query.backbone, digest)
        index, note = chosen(self.collection(name), gallery, query)
        return search(gallery, query, self._matching(name), embedding, began, index, note)

    def browse(self, name: str, filters: Filters, offset: int = 0, limit: int = 48) -> Page:
        """One page of the artworks that pass ``filters``, in order of artwork id."""
        if offset < 0 or not 1 <= limit <= MAX_PAGE:
            raise InvalidInput(f"Use an offset of 0 or more and a limit of 1 to {MAX_PAGE}.")
        catalog = self.catalog(name)
        chosen = self._passing(name, catalog, filters)
        rows = catalog.rows(chosen[offset : offset + limit])
        return Page(rows, len(chosen), offset, limit)

    def random_artwork(self, name: str, filters: Filters) -> str | None:
        """Id of a work with an image that passes ``filters``, by chance; None where none does."""
        catalog = self.catalog(name)
        chosen = self._passing(name, catalog, replace(filters, has_image=True))
        if not len(chosen):
            return None
        return str(catalog.table.column("id")[int(np.random.default_rng().choice(chosen))].as_py())

    def facets(self, name: str) -> Facets:
        """What can be filtered by, over the whole collection whatever the other filters."""
        catalog = self.catalog(name)
        return Facets(catalog.facets, catalog.years)

    def artwork(self, name: str, artwork_id: str) -> dict[str, Any]:
        """All metadata of one artwork; raises NotFound."""
        return self.artworks(name, [artwork_id])[0]

    def artworks(self, name: str, ids: Iterable[str]) -> list[dict[str, Any]]:
        """All metadata of some artworks, in this order; raises NotFound where one is missing."""
        catalog = self.catalog(name)
        found = []
        for artwork_id in ids:
            position = catalog.positions.get(checked_id(artwork_id))
            if position is None:
                raise NotFound(f"There is no artwork {artwork_id!r} in {name!r}.")
            found.append(position)
        return catalog.rows(np.array(found, np.intp))

    def media(self, name: str, artwork_id: str, size: str) -> Picture:
        """An artwork's picture as WebP, ``size`` thumb or preview; raises NotFound."""
        checked_id(artwork_id)
        collection, snapshot = self._current(name)
        return self._pictures.get(
            (*snapshot, artwork_id, size), lambda: picture(collection, artwork_id, size)
        )

    def _current(self, name: str) -> tuple[Collection, Snapshot]:
        now = time.monotonic()
        with self._lock:
            known = self._checked.get(name)
        if known is None or now - known[0] > _CHECK_SECONDS:
            collection = Collection.open(self.workspace, checked_name(name)).pinned()
            created = str(collection.about().get("created", ""))
            known = (now, collection, Snapshot(collection.uri, created, collection.version))
            with self._lock:
                self._checked[name] = known
        return known[1], known[2]

    def _newest(
        self,
        cache: LoadingCache[Hashable, V],
        family: Hashable,
        key: Hashable,
        load: Callable[[], V],
    ) -> V:
        """The value of ``key``, or of the family's last key while this one loads or rests."""
        with self._lock:
            older, rest_until = self._latest.get(family, (None, 0.0))
        if older is not None and older != key and time.monotonic() < rest_until:
            value = cache.peek(older)
            if value is not None:
                return value
        timed = self._timed(cache, family, key, load)
        return cache.get(key, timed, older if older != key else None)

    def _timed(
        self,
        cache: LoadingCache[Hashable, V],
        family: Hashable,
        key: Hashable,
        load: Callable[[], V],
    ) -> Callable[[], V]:
        """``load``, which afterwards makes ``key`` the family's latest and drops the one before."""

        def timed() -> V:
            began = time.monotonic()
            value = load()
            ended = time.monotonic()
            with self._lock:
                replaced = self._latest.get(family, (None, 0.0))[0]
                self._latest[family] = (key, ended + _RELOAD_REST * (ended - began))
            cache.forget(lambda k: k == replaced and k != key)
            return value

        return timed

    def _ask_milvus(
        self,
        name: str,
        query: Query,
        column: EmbeddingColumn,
        uri: str | None,
        embedding: np.ndarray | None,
        began: float,
    ) -> SearchResult:
        """Answer from Milvus; neither the gallery nor, mostly, the catalog is read for it."""
        from artsim.plugins.milvus.ask import ask
        from artsim.plugins.milvus.server import checked_uri

        return ask(
            self.collection(name),
            column,
            query,
            checked_uri(uri),
            self._matching(name),
            lambda: self.catalog(name),
            embedding,
            began,
        )

    def _passing(self, name: str, catalog: Catalog, filters: Filters) -> Rows:
        mask = filters.mask(catalog, self._matching(name))
        return np.arange(len(catalog)) if mask is None else np.flatnonzero(mask)

    def _matching(self, name: str) -> Callable[[str], Iterable[str]]:
        collection, snapshot = self._current(name)
        return lambda where: self._matches.get(
            (*snapshot, where), lambda: collection.ids_matching(where)
        )

    def _resolve(self, backbone: str) -> Any:
        from artsim.backbones import registry

        return registry.resolve(self.workspace, backbone)

    def _digest(self, backbone: str) -> str | None:
        """Digest of a backbone's weights where it is known without fetching anything."""
        return next((b.digest for b in self.backbones() if b.name == backbone), None)

    def _embed(self, query: Query) -> np.ndarray:
        from artsim.backbones import embed
        from artsim.backbones.runtime import load as runtime
        from artsim.images.decode import canonical_upload

        canonical = canonical_upload(query.image or b"", query.image_name)
        spec = self._resolve(query.backbone)
        cache = self.workspace.cache
        model = self._runtimes.get(spec.digest, lambda: runtime.load_runtime(spec, cache=cache))
        return np.asarray(embed.embed_image(model, canonical))

    def _survey(self) -> dict[str, tuple[CollectionInfo | None, str]]:
        found: dict[str, tuple[CollectionInfo | None, str]] = {}
        for name in list_collections(self.workspace):
            try:
                found[name] = (self.info(name), "")
            except ArtsimError as error:
                found[name] = (None, str(error))
            except Exception as error:
                if name not in self._told:
                    _log.exception("collection %r cannot be read", name)
                self._told.add(name)
                unknown = f"The collection {name!r} is damaged: delete it and import it again."
                found[name] = (None, trouble(error) or unknown)
        return found


def _catalog_of(
    collection: Collection, snapshot: Snapshot
) -> tuple[Hashable, Callable[[], Catalog]]:
    return (snapshot.uri, "catalog"), lambda: Catalog.load(collection)


def _half_of_memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, ValueError, OSError):  # not every system tells
        return 4 << 30


_libraries: dict[str, Library] = {}
_libraries_lock = threading.Lock()


def open_library(workspace: Workspace | None = None) -> Library:
    """The engine of a workspace in this process, always the same one."""
    workspace = workspace or Workspace.open()
    root = str(workspace.root)
    with _libraries_lock:
        if root not in _libraries:
            _libraries[root] = Library(workspace)
        return _libraries[root]
