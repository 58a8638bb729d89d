"""What a process has loaded of its collections, each thing once: metadata, galleries, scores."""

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from artsim.backbones import own
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.manifest import TITLE
from artsim.collection.store import (
    Collection,
    CollectionInfo,
    check_is_seen,
    seen_collections,
)
from artsim.core.cache import LoadingCache
from artsim.core.errors import ArtsimError, Conflict
from artsim.core.lazy import lazy
from artsim.core.newest_cache import NewestCache
from artsim.core.trouble import trouble, unknown
from artsim.core.workspace import Workspace, checked_name
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.calibration import Calibration
from artsim.search.calibration_store import calibrated
from artsim.search.catalog import Catalog
from artsim.search.gallery import Gallery

if TYPE_CHECKING:
    from artsim.backbones import registry
    from artsim.backbones.registry import Backbone
    from artsim.backbones.spec import BackboneInfo
else:
    registry = lazy("artsim.backbones.registry")

_CHECK_SECONDS = 0.5  # how old the answer to "which version is the latest?" may be
_LIST_SECONDS = 3.0  # how old the list of backbones may be
_log = logging.getLogger(__name__)


class Snapshot(NamedTuple):
    """One version of one collection: what every cached value belongs to."""

    uri: str
    created: str
    version: int


class _Checked(NamedTuple):
    """When a collection was last looked at, and what its folder was like before it was opened."""

    at: float
    state: Hashable | None
    collection: Collection
    snapshot: Snapshot


class Galleries:
    """Thread-safe. A new version of a collection is seen within about a second.

    Large galleries are not loaded again more often than every ten times their loading time, and
    the last one answers meanwhile: an embedding job may commit as often as it likes.
    """

    def __init__(self, workspace: Workspace, gallery_bytes: int | None = None) -> None:
        self.workspace = workspace
        limit = self.gallery_bytes = gallery_bytes or _half_of_memory()
        self._infos: LoadingCache[Hashable, CollectionInfo] = LoadingCache(64)
        self._catalogs: NewestCache[Catalog] = NewestCache(16, limit // 4, lambda c: c.nbytes)
        self._galleries: NewestCache[Gallery] = NewestCache(16, limit, lambda g: g.nbytes)
        self._calibrations: NewestCache[Calibration] = NewestCache(64)
        self._matches: LoadingCache[Hashable, list[str]] = LoadingCache(64)
        self._logged: set[str] = set()
        self._lock = threading.Lock()
        self._checked: dict[str, _Checked] = {}
        self._listed: tuple[float, int, list[BackboneInfo]] = (float("-inf"), 0, [])

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
        return self._infos.get((snapshot, collection.about().get(TITLE)), collection.info)

    def called(self, name: str) -> str:
        """What people call a collection; its name where it is gone or cannot be read."""
        try:
            return self.info(name).heading
        except ArtsimError:
            return name

    def backbones(self) -> "list[BackboneInfo]":
        """Every backbone there is, as ``artsim.backbones.registry`` lists them; no torch."""
        policy.ask(Action.SEE)
        with self._lock:
            listed, added, found = self._listed
        now = own.OWN.added
        if time.monotonic() - listed > _LIST_SECONDS or now != added:
            found = list(registry.list_backbones(self.workspace))
            with self._lock:
                self._listed = (time.monotonic(), now, found)
        return list(found)

    def catalog(self, name: str) -> Catalog:
        """The metadata of a collection, in memory."""
        collection, snapshot = self._current(name)
        family, load = _catalog_of(collection, snapshot)
        return self._catalogs.newest(family, snapshot, load)

    def gallery(self, name: str, backbone: str, digest: str | None = None) -> Gallery:
        """What is searched for a backbone's neighbours; see ``column`` for what it raises."""
        column = self.column(name, backbone, digest)
        collection, snapshot = self._current(name)

        def load() -> Gallery:
            # Not an older catalog: the gallery would keep it.
            family, read = _catalog_of(collection, snapshot)
            catalog = self._catalogs.exactly(family, snapshot, read)
            return Gallery.load(collection, column, catalog)

        family = (snapshot.uri, column.column)
        return self._galleries.newest(family, (*snapshot, column.column), load)

    def calibration(self, name: str, backbone: str) -> Calibration:
        """What scores mean in a collection; measured in under a second, then kept beside it."""
        gallery = self.gallery(name, backbone)
        collection, snapshot = self._current(name)
        family = (snapshot.uri, gallery.column.column, "calibration")
        return self._calibrations.newest(
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
            with suppress(Conflict):  # it is known, and its weights are not here
                self.resolve(backbone)
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

    def refresh(self, name: str) -> None:
        """See the collection as it is now at the next question: this process has written to it."""
        with self._lock:
            known = self._checked.pop(name, None)
        if known is not None:
            uri = known.snapshot.uri
            for cache in (self._catalogs, self._galleries, self._calibrations):
                cache.wake(lambda family: isinstance(family, tuple) and family[0] == uri)

    def matching(self, name: str) -> Callable[[str], Iterable[str]]:
        """A function that gives the ids for which a SQL expression holds, in today's version."""
        collection, snapshot = self._current(name)
        return lambda where: self._matches.get(
            (*snapshot, where), lambda: collection.ids_matching(where)
        )

    def _current(self, name: str) -> tuple[Collection, Snapshot]:
        check_is_seen(self.workspace, name)
        now = time.monotonic()
        with self._lock:
            known = self._checked.get(name)
        if known is None or now - known.at > _CHECK_SECONDS:
            known = self._looked_at(name, known, now)
            with self._lock:
                self._checked[name] = known
        return known.collection, known.snapshot

    def _looked_at(self, name: str, known: _Checked | None, now: float) -> _Checked:
        """The collection as it is now, opened unless its folder tells that nothing has changed."""
        state = known.state if known else None
        if known is not None and state is not None and known.collection.folder.state() == state:
            return known._replace(at=now)
        collection = Collection.open(self.workspace, checked_name(name))
        state = collection.folder.state()  # first: what is committed meanwhile is seen next time
        collection = collection.pinned()
        created = str(collection.about().get("created", ""))
        return _Checked(
            now, state, collection, Snapshot(collection.uri, created, collection.version)
        )

    def resolve(self, backbone: str) -> "Backbone":
        """The backbone of that name where its weights are here; fetches nothing.

        See ``artsim.backbones.registry.resolve``; raises Conflict where they are not.
        """
        return registry.resolve(self.workspace, backbone, fetch=False)

    def _digest(self, backbone: str) -> str | None:
        """Digest of a backbone's weights where it is known without fetching anything."""
        return next((b.digest for b in self.backbones() if b.name == backbone), None)

    def _survey(self) -> dict[str, tuple[CollectionInfo | None, str]]:
        found: dict[str, tuple[CollectionInfo | None, str]] = {}
        policy.ask(Action.SEE)
        for name in seen_collections(self.workspace):
            try:
                found[name] = (self.info(name), "")
            except ArtsimError as error:
                found[name] = (None, str(error))
            except Exception as error:
                if name not in self._logged:
                    _log.exception("collection %r cannot be read", name)
                self._logged.add(name)
                found[name] = (None, trouble(error, name) or unknown(f"The collection {name!r}"))
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
