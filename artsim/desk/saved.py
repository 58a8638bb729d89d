"""Saved searches over the collections of a workspace: saved, answered, and what is new in them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from artsim.core.errors import Conflict, InvalidInput
from artsim.desk import personal
from artsim.desk.recent import RecentPlaces
from artsim.desk.saved_search import Answer, SavedSearch
from artsim.desk.searches import SavedSearches
from artsim.desk.service import TrayService
from artsim.images import query_pictures
from artsim.images.query_pictures import QueryPicture
from artsim.people import policy, present, quotas
from artsim.people.roles import Action
from artsim.search.asked import pictures_of, query_of
from artsim.search.service import MAX_PAGE
from artsim.search.view import MAX_K, View

Row = dict[str, Any]


class SavedSearchService(TrayService):
    """Searches of whoever asks, and the pictures that they ask with. Thread-safe."""

    @property
    def searches(self) -> SavedSearches:
        """The saved searches of whoever asks."""
        return SavedSearches(self.workspace, personal.owner())

    @property
    def recent(self) -> RecentPlaces:
        """Where whoever asks was last."""
        return RecentPlaces(self.workspace, personal.owner())

    def keep_picture(self, picture: QueryPicture) -> None:
        """Store a picture to search with, for whoever brought it, so that a view is a link."""
        policy.ask(Action.SEARCH)
        quotas.check_upload(0)
        query_pictures.keep(self.workspace, picture, self._owner())

    def kept_picture(self, digest: str) -> QueryPicture:
        """A picture that whoever asks has brought; raises NotFound."""
        policy.ask(Action.SEARCH)
        return query_pictures.read(self.workspace, digest, self._owner())

    def save_search(self, name: str, view: View) -> SavedSearch:
        """Save what ``view`` shows under a name.

        Raises Conflict for a name that is taken, NotFound if a work or picture that it searches
        with is gone, and InvalidInput if it searches for nothing.
        """
        if not view.is_asked and not view.is_filtered:
            raise InvalidInput("This shows the whole collection: search or filter first.")
        view = replace(view, page=1)
        self.info(view.collection)
        if view.is_asked:  # raises if the search could never be run
            query_of(view, self.kept_picture)
        if view.query:
            self.artwork(view.collection, view.query)
        pictures = {digest: self.kept_picture(digest).jpeg for digest in pictures_of(view)}
        return self.searches.save(name, view, *self._findable(view), pictures)

    def run_search(self, name: str, look: bool = False, owner: str | None = None) -> Answer:
        """What a saved search shows today, with what is new since it was last looked at.

        With ``look`` it counts as looked at now. ``owner`` is another person than whoever asks,
        for the operator of a server. Raises ArtsimError where it cannot be asked any more.
        """
        searches = self.searches if owner is None else SavedSearches(self.workspace, owner)
        search = searches.get(name)
        ids, stamp = self._findable(search.view)
        added = frozenset(ids) - searches.known(search)
        rows, total = self._answered(search.view, searches.pictures(search), added)
        if look:
            search = searches.looked(search.id, ids, stamp)
        shown = tuple({**row, "new": row["id"] in added} for row in rows)
        return Answer(search, shown, tuple(row["id"] for row in shown if row["new"]), total)

    def open_search(self, name: str) -> Answer:
        """Run a saved search for its page; it counts as looked at, its pictures are restored."""
        for digest, jpeg in self.searches.pictures(self.searches.get(name)).items():
            self.keep_picture(QueryPicture(digest, jpeg))
        return self.run_search(name, look=True)

    def new_in_search(self, search: SavedSearch) -> int:
        """How many works are new in a saved search; it is run only where there can be any."""
        if search.stamp and search.stamp == self.collection(search.collection).stamp:
            return 0
        return len(self.run_search(search.id).new)

    def found(self, view: View) -> list[str]:
        """Ids of the works that a view shows: its K best, or the first that pass its filters.

        Raises what a search raises.
        """
        listed = view if view.is_asked else replace(view, k=MAX_K)
        return [row["id"] for row in self._answered(listed, {}, frozenset())[0]]

    def _answered(
        self, view: View, pictures: dict[str, bytes], added: frozenset[str]
    ) -> tuple[list[Row], int]:
        """The best K works of a view, and how many were compared.

        Words and filters alone give no ranking: new works come first.
        """
        if view.is_asked:
            result = self.search(view.collection, query_of(view, self._brought(pictures)))
            rows = [
                {"id": h.id, "title": h.title, "artist": h.artist, "year": h.year, "score": h.score}
                for h in result.hits
            ]
            return rows, result.candidates
        catalog, places, _ = self.passing(view.collection, view.filters(), view.order)
        ids = catalog.table.column("id").take(places).to_pylist()
        new = [place for place, one in zip(places, ids, strict=True) if one in added]
        others = [place for place, one in zip(places, ids, strict=True) if one not in added]
        chosen = [*new[:MAX_PAGE], *others[: max(view.k - len(new), 0)]]
        columns = catalog.table.select(["id", "title", "artist", "year"])
        table = columns.take(np.array(chosen, np.intp))
        return [{**row, "score": None} for row in table.to_pylist()], len(ids)

    def _findable(self, view: View) -> tuple[list[str], str]:
        """Ids of the works that a view could find now, and the version that they are of.

        Works that are embedded later are new to a search by likeness then.
        """
        collection, catalog = self.collection(view.collection), self.catalog(view.collection)
        ids = catalog.table.column("id").to_pylist()
        if view.is_asked:
            try:
                gallery = self.gallery(view.collection, view.backbone)
            except Conflict:  # not embedded with it yet: all of them can be found once they are
                ids = []
            else:
                ids, catalog = list(gallery.ids), gallery.catalog
        # A catalog may be of an older version while a newer one loads.
        return ids, collection.stamp if catalog.version == collection.version else ""

    def _brought(self, pictures: dict[str, bytes]) -> Callable[[str], QueryPicture]:
        def brought(digest: str) -> QueryPicture:
            held = pictures.get(digest)
            return QueryPicture(digest, held) if held is not None else self.kept_picture(digest)

        return brought

    def _owner(self) -> str:
        return present.current().key if present.house() else ""
