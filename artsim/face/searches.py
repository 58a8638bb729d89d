"""Saved searches in Python: ``ws.searches``."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from artsim.desk.saved_search import Answer, view_of
from artsim.library import Library


class SavedSearches(Mapping[str, "SavedSearch"]):
    """The saved searches of a workspace by name: a mapping.

    >>> searches = artsim.open().searches
    >>> saved = searches.save("Like 3", "/search?collection=demo&query=w03&k=2")
    >>> saved.run().to_pandas()["new"].tolist()
    [False, False]
    >>> del searches["Like 3"]
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def __getitem__(self, name: str) -> "SavedSearch":
        """A saved search, by its name or id; raises ``artsim.NotFound``."""
        return SavedSearch(self._library, self._library.searches.get(name).id)

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        return iter([search.name for search in self._library.searches.all()])

    def __len__(self) -> int:
        return len(self._library.searches.all())

    def __delitem__(self, name: str) -> None:
        """Forget a saved search; no work is touched."""
        self._library.searches.delete(name)

    def save(self, name: str, address: str) -> "SavedSearch":
        """Save the search that an address of the Search page shows.

        Raises ``artsim.Conflict`` where there is one of that name.
        """
        return SavedSearch(self._library, self._library.save_search(name, view_of(address)).id)


class SavedSearch:
    """A search stored under a name; ``run`` searches again each time."""

    def __init__(self, library: Library, search_id: str) -> None:
        self._library, self._id = library, search_id

    @property
    def name(self) -> str:
        """Its name."""
        return self._library.searches.get(self._id).name

    def run(self, look: bool = True) -> "SavedResults":
        """Search now; with ``look=False`` new works stay new."""
        return SavedResults(self._library.run_search(self._id, look=look))

    def to_json(self) -> dict[str, Any]:
        """The document that commands and routes print."""
        return self._library.searches.get(self._id).to_json()


class SavedResults:
    """What a saved search found; ``new`` are the ids of works that were not there before."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.new = list(answer.new)

    def to_pandas(self) -> pd.DataFrame:
        """One line a work: rank, ``id``, ``title``, ``artist``, ``year``, ``score``, ``new``."""
        columns = ["rank", "id", "title", "artist", "year", "score", "new"]
        rows = self.to_json()["results"]
        return pd.DataFrame(rows, columns=columns).astype({"year": "Int64"})

    def to_json(self) -> dict[str, Any]:
        """The document that commands and routes print."""
        return self._answer.to_json()
