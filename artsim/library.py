"""The one holder of galleries, models, maps and runs in a process, which every door uses."""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.media import Picture, picture, stored
from artsim.collection.store import Collection, CollectionInfo, check_is_listed
from artsim.core.cache import LoadingCache
from artsim.core.errors import ArtsimError, InvalidInput, NotFound, Unreadable
from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace, checked_id
from artsim.desk import personal, trays
from artsim.desk.saved import SavedSearchService
from artsim.desk.saved_search import SavedSearch
from artsim.desk.tray import Tray
from artsim.images.query_pictures import QueryPicture, thumbnail
from artsim.people import access, policy
from artsim.people.roles import Action
from artsim.search.dials import EXTRAS
from artsim.search.query import Query
from artsim.search.query_item import Item
from artsim.search.view import View

if TYPE_CHECKING:
    from artsim.collection import deletion
    from artsim.collection.edits import desk, history, listing, renaming
    from artsim.collection.edits.desk import Desk
    from artsim.collection.edits.history import Step
    from artsim.collection.edits.listing import DeskFile
    from artsim.evaluation import best, health, runs, votes
    from artsim.evaluation.health import Health
    from artsim.evaluation.results import Evaluation
    from artsim.evaluation.runs import StoredRun
    from artsim.explain import drawing, identify
    from artsim.explain import why as explaining
    from artsim.explain.identify import Identification
    from artsim.explain.why import Why
    from artsim.maps import (
        alignment,
        colouring,
        composition,
        labels,
        mosaic_image,
        out_of_sample,
        preview,
        storage,
    )
    from artsim.maps.alignment import Aligned
    from artsim.maps.colouring import Colouring
    from artsim.maps.composition import Part
    from artsim.maps.model import Map, MapInfo
    from artsim.maps.out_of_sample import Placed
    from artsim.search import concept_store
    from artsim.search.neighbours import Floats, Rows
    from artsim.training import published, record
else:
    alignment = lazy("artsim.maps.alignment")
    colouring = lazy("artsim.maps.colouring")
    best = lazy("artsim.evaluation.best")
    composition = lazy("artsim.maps.composition")
    concept_store = lazy("artsim.search.concept_store")
    deletion = lazy("artsim.collection.deletion")
    desk = lazy("artsim.collection.edits.desk")
    drawing = lazy("artsim.explain.drawing")
    explaining = lazy("artsim.explain.why")
    health = lazy("artsim.evaluation.health")
    history = lazy("artsim.collection.edits.history")
    identify = lazy("artsim.explain.identify")
    labels = lazy("artsim.maps.labels")
    listing = lazy("artsim.collection.edits.listing")
    mosaic_image = lazy("artsim.maps.mosaic_image")
    out_of_sample = lazy("artsim.maps.out_of_sample")
    preview = lazy("artsim.maps.preview")
    published = lazy("artsim.training.published")
    record = lazy("artsim.training.record")
    renaming = lazy("artsim.collection.edits.renaming")
    runs = lazy("artsim.evaluation.runs")
    storage = lazy("artsim.maps.storage")
    votes = lazy("artsim.evaluation.votes")

V = TypeVar("V")
SEE = Action.SEE


class Library(SavedSearchService):
    """Collections, searches, pictures, maps and evaluations of a workspace. Thread-safe.

    Its caches are keyed by the version of a collection, so nothing outdated is shown.
    """

    def __init__(self, workspace: Workspace, gallery_bytes: int | None = None) -> None:
        super().__init__(workspace, gallery_bytes)
        self._pictures: LoadingCache[Hashable, Picture] = LoadingCache(
            4096, 128 << 20, lambda p: len(p.data)
        )
        self._thumbnails: LoadingCache[str, bytes] = LoadingCache(512)
        self._maps: LoadingCache[Hashable, Map] = LoadingCache(8)
        self._mosaics: LoadingCache[Hashable, bytes] = LoadingCache(6, 256 << 20, len)
        self._derived: LoadingCache[Hashable, Any] = LoadingCache(128)
        self._runs: LoadingCache[tuple[str, ...], tuple[list[StoredRun], dict[str, str]]]
        self._runs = LoadingCache(2)
        self._evaluations: LoadingCache[str, Evaluation] = LoadingCache(8)

    def delete_collection(self, name: str) -> None:
        """Remove a collection, its embeddings, uploads and votes; raises NotFound.

        Evaluations of it stay: they are a record of what was measured, and when.
        """
        policy.ask(Action.DELETE, name)
        check_is_listed(self.workspace, name)
        with suppress(Unreadable):  # the Compare page reports a damaged list of votes
            votes.forget(self.workspace, name)
        concept_store.forget_concepts(self.workspace, name)
        deletion.delete_collection(self.workspace, name)
        access.forget_collection(self.workspace, name)
        self.refresh(name)

    def show_first(self, name: str) -> None:
        """Make a collection the one that the app shows first."""
        policy.ask(Action.SETTINGS, name)
        self.workspace.show_first(name)

    def desk(self, name: str, who: str, progress: Progress = NULL) -> "Desk":
        """The corrections of ``who`` to a collection; ``refresh`` shows them to this process."""
        return desk.Desk(self.workspace, Collection.open(self.workspace, name), who, progress)

    def desk_files(self, name: str) -> "list[DeskFile]":
        """Every file of a collection with what became of it, as the cleaning desk shows it."""
        policy.ask(Action.REPORTS, name)
        collection, _ = self._current(name)
        return self._once(name, "desk", lambda: listing.listing(collection))

    def undo(self, name: str, number: int | None, who: str, progress: Progress = NULL) -> "Step":
        """Undo a step of a collection's history, the latest one by default; see ``Desk.undo``."""
        steps = history.History(Collection.open(self.workspace, name))
        held = [s.step for s in steps.live() if s.what != history.UNDO]
        last = held[-1] if held else 0
        step = steps.numbered(last if number is None else number)
        if step is not None and step.what == history.RENAME and not step.undone:
            was = step.before
            return self.rename(name, was["name"], who, progress, was.get("title", ""))
        made = self.desk(name, who, progress).undo(number)
        self.refresh(name)
        return made

    def rename(
        self, name: str, new: str, who: str, progress: Progress = NULL, title: str = ""
    ) -> "Step":
        """Rename a collection, in all records that name it too; ``title`` is what people read."""
        policy.ask(Action.CLEAN, name, f"rename to {new}")

        def follow(old: str, now: str) -> None:
            for records in (votes, runs, record, concept_store, access, trays, personal):
                records.rename_collection(self.workspace, old, now)

        step = renaming.rename(self.workspace, name, new, who, follow, progress, title)
        self._runs.forget(lambda _: True)
        self._evaluations.forget(lambda _: True)
        for known in (name, new):
            self.refresh(known)
        return step

    def rename_backbone(self, name: str, new: str) -> "published.Renamed":
        """Rename a published backbone with all that was made with it; see ``published``."""
        follow = partial(storage.rename_backbone, self, name, new)
        renamed = published.rename_backbone(self.workspace, name, new, follow)
        self._maps.forget(lambda _: True)
        self._runs.forget(lambda _: True)
        self._evaluations.forget(lambda _: True)
        return renamed

    def label_tray(self, tray: Tray, name: str, column: str, who: str) -> "Step | None":
        """Write a tray's name into ``column``, new or not, of its works from a collection.

        A training or an evaluation can use that column as a label. Raises ArtsimError.
        """
        ids = list(tray.ids(name))
        if not ids:
            raise InvalidInput(f"No work of {name!r} is in the tray {tray.name!r}: add some first.")
        step = self.desk(name, who).edit(ids, {column: tray.name}, True)
        self.refresh(name)
        return step

    def media(self, name: str, artwork_id: str, size: str, file: str = "") -> Picture:
        """An artwork's picture as WebP, ``size`` thumb or preview; raises NotFound.

        ``file`` is the key of one of its pictures, by default the one that it is shown by.
        """
        checked_id(artwork_id)
        collection, snapshot = self._current(name)
        return self._pictures.get(
            (*snapshot, artwork_id, size, file),
            lambda: picture(collection, artwork_id, size, file),
        )

    def stored(self, name: str, artwork_id: str, file: str = "") -> bytes:
        """The canonical JPEG of an artwork, or of the one of its pictures that ``file`` names.

        Raises NotFound where there is none.
        """
        collection, _ = self._current(name)
        return stored(collection, checked_id(artwork_id), "image", file)

    def query_thumbnail(self, picture: QueryPicture) -> bytes:
        """A small copy of a query picture, as WebP; made once."""
        return self._thumbnails.get(picture.digest, lambda: thumbnail(picture))

    def identify(
        self, name: str, photo: QueryPicture, backbone: str | None = None
    ) -> "Identification":
        """Which work of a collection a photograph shows, or none; worked out once."""
        key = ("identify", photo.digest, backbone)
        return self._once(name, key, lambda: identify.identify(self, name, photo, backbone))

    def maps(self, name: str) -> "list[MapInfo]":
        """The maps of a collection, newest first, each with whether it is up to date."""
        return storage.list_maps(self, name)

    def unreadable_maps(self, name: str) -> dict[str, str]:
        """The maps of a collection that cannot be read, by id, each with one sentence why."""
        return storage.unreadable_maps(self, name)

    def map(self, name: str, map_id: str) -> "Map":
        """One map, its arrays read-only; raises NotFound."""
        _, snapshot = self._current(name)
        return self._maps.get((*snapshot, map_id), lambda: storage.load_map(self, name, map_id))

    def map_places(self, name: str, map_id: str) -> "Rows":
        """Where each work of a map stands in the catalog, intp [N]; -1 for those that are gone."""
        found = self.map(name, map_id)
        return self._once(
            name, ("places", map_id), lambda: labels.positions_of(self.catalog(name), found)
        )

    def map_colouring(self, name: str, map_id: str, by: str) -> "Colouring":
        """What the works of a map are coloured by; raises InvalidInput for an unknown label."""
        found = self.map(name, map_id)
        return self._once(
            name, ("colouring", map_id, by), lambda: colouring.colour_by(self, found, by)
        )

    def map_choices(self, name: str, map_id: str) -> list[str]:
        """What the works of a map can be coloured by."""
        found = self.map(name, map_id)
        return self._once(name, ("choices", map_id), lambda: colouring.choices(self, found))

    def map_composition(self, name: str, map_id: str, rows: "Rows") -> "list[Part]":
        """What the works at ``rows``, intp [n], of a map are made of."""
        return composition.composition(self, self.map(name, map_id), rows)

    def aligned_maps(self, name: str, first: str, second: str) -> "Aligned":
        """Two maps of a collection, the second laid over the first."""
        maps = self.map(name, first), self.map(name, second)
        return self._once(name, ("aligned", first, second), lambda: alignment.aligned(*maps))

    def placed(self, name: str, map_id: str, query: Query) -> "Placed":
        """Where a work or a picture lies on a map; raises ArtsimError."""
        found = self.map(name, map_id)
        return self._once(
            name, ("placed", map_id, query), lambda: out_of_sample.place(self, found, query)
        )

    def map_preview(self, name: str, backbone: str, metric: str) -> "Floats":
        """A first rough map, float32 [N, 2]; raises ArtsimError where it cannot be made."""
        key = ("preview", backbone, metric)
        return self._once(name, key, lambda: preview.pca_points(self, name, backbone, metric)[1])

    def mosaic(self, name: str, map_id: str, side: int, ending: str) -> bytes:
        """The works of a map in a grid, as one picture with cells of ``side`` pixels."""
        found, (_, snapshot) = self.map(name, map_id), self._current(name)
        return self._mosaics.get(
            (*snapshot, map_id, side, ending),
            lambda: mosaic_image.picture(self, found, side, None, ending),
        )

    def embedded_with(self, info: CollectionInfo) -> dict[str, EmbeddingColumn]:
        """The embeddings of each backbone whose weights, as far as known, are those of today."""
        digests = {b.name: b.digest for b in self.backbones()}
        return {
            e.backbone: e
            for e in info.embeddings
            if e.count and digests.get(e.backbone) in (None, e.digest)
        }

    def best_backbone(self, name: str) -> str:
        """The backbone to begin with in a collection; see artsim.evaluation.best.

        Where it is embedded with none yet, the best that works offline; raises NotFound.
        """
        embedded = self.embedded_with(self.info(name))
        # Colours and composition alone are no way to begin: they are parts beside a backbone.
        columns = {b: column for b, column in embedded.items() if b not in EXTRAS} or embedded
        counts = {backbone: column.count for backbone, column in columns.items()}
        if not counts:
            return self.best_offline()
        digests = {backbone: column.digest for backbone, column in columns.items()}
        cards = {backbone: self._card(backbone) for backbone in counts}
        return best.best_backbone(counts, self._evaluations_of(name), digests, cards)

    def best_offline(self) -> str:
        """The best backbone that needs no network, for what is not embedded yet."""
        usable = [b for b in self.backbones() if b.offline and not b.note]
        counts = {b.name: 0 for b in usable if b.to_begin_with}
        return best.best_backbone(counts, [], {}, {b: self._card(b) for b in counts})

    def settled(self, view: View) -> View:
        """``view`` with the best backbone of its collection where it names none."""
        if view.backbone or not view.collection:
            return view
        return replace(view, backbone=self.best_backbone(view.collection))

    def save_search(self, name: str, view: View) -> SavedSearch:
        """As SavedSearchService does, with the best backbone where the view names none."""
        return super().save_search(name, self.settled(view) if view.is_asked else view)

    def evaluations(self) -> "list[StoredRun]":
        """The evaluations of this workspace, latest first."""
        policy.ask(Action.REPORTS)
        return [run for run in self._survey_of_runs()[0] if runs.may_see(run)]

    def unreadable_evaluations(self) -> dict[str, str]:
        """The evaluations that cannot be read, by id, each with one sentence why."""
        policy.ask(Action.REPORTS)
        return dict(self._survey_of_runs()[1])

    def evaluation(self, run_id: str) -> "Evaluation":
        """One evaluation, which never changes; raises NotFound."""
        policy.ask(Action.REPORTS)
        found = self._evaluation(run_id)
        if not runs.may_see(found):
            raise NotFound(f"There is no evaluation {run_id[:40]!r}.")
        return found

    def health(
        self, name: str, backbone: str, digest: str, metric: str, k: int, seed: int
    ) -> "Health":
        """The state of an embedding space; see artsim.evaluation.health."""
        gallery = self.gallery(name, backbone, digest)
        key = ("health", gallery.catalog.version, backbone, digest, metric, k, seed)
        return self._once(name, key, lambda: health.health(gallery, metric, k, seed))

    def why(self, name: str, backbone: str, a: Item, b: Item, metric: str = "cosine") -> "Why":
        """Why two works or pictures are alike; see artsim.explain.why."""
        return self._once(
            name,
            ("why", backbone, a, b, metric, self.column(name, backbone).digest),
            lambda: explaining.why(self, name, backbone, a, b, metric),
        )

    def why_picture(self, name: str, found: "Why", a: Item, b: Item) -> bytes:
        """Both pictures of ``why`` as PNG, with heat and lines."""
        return drawing.drawn(found, *(explaining.pixels_of(self, name, item) for item in (a, b)))

    def _evaluations_of(self, name: str) -> "Iterator[Evaluation]":
        """For the library itself: whoever may search need not be allowed to read evaluations."""
        for run in self._survey_of_runs()[0]:
            if run.collection == name and len(run.backbones) > 1:
                with suppress(ArtsimError):  # the Evaluate page reports those that cannot be read
                    yield self._evaluation(run.id)

    def _evaluation(self, run_id: str) -> "Evaluation":
        return self._evaluations.get(run_id, lambda: runs.load_run(self.workspace, run_id))

    def _card(self, backbone: str) -> dict[str, float]:
        """The figures that a backbone was published with."""
        try:
            return dict(getattr(self.resolve(backbone), "metrics", {}))
        except ArtsimError:
            return {}

    def _survey_of_runs(self) -> "tuple[list[StoredRun], dict[str, str]]":
        names = tuple(sorted(path.name for path in self.workspace.runs.glob("*")))
        return self._runs.get(names, lambda: runs.survey_runs(self.workspace))

    def _once(self, name: str, what: Hashable, make: Callable[[], V]) -> V:
        """Compute ``what`` once for the present version of a collection."""
        _, snapshot = self._current(name)
        # The catalog may be of an older version than the snapshot while a newer one loads.
        key = (snapshot.uri, snapshot.created, self.catalog(name).version, what)
        return cast(V, self._derived.get(key, make))


_libraries: dict[str, Library] = {}
_libraries_lock = threading.Lock()


def open_library(workspace: Workspace | None = None) -> Library:
    """The library of a workspace in this process, always the same one."""
    workspace = workspace or Workspace.open()
    root = str(workspace.root)
    with _libraries_lock:
        if root not in _libraries:
            _libraries[root] = Library(workspace)
        return _libraries[root]
