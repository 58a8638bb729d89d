"""A search that a person has saved under a name."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from artsim.desk.tray import iso
from artsim.search.view import View, from_params

MAX_SEARCHES = 200
MAX_ADDRESS = 60_000


@dataclass(frozen=True)
class SavedSearch:
    """``view`` is what it shows; ``created`` and ``looked`` are in seconds since 1970.

    ``looked`` is when its results were last looked at, in the version ``stamp`` of the collection.
    """

    id: str
    name: str
    view: View
    created: float
    looked: float
    stamp: str = ""

    @property
    def collection(self) -> str:
        """The collection that it searches."""
        return self.view.collection

    @property
    def address(self) -> str:
        """The address of the Search page that shows it, without the host.

        >>> SavedSearch("1f", "Snow", View("demo", text="snow"), 0, 0).address
        '/search?collection=demo&text=snow'
        """
        return f"/search?{query_string(self.view)}"

    def to_json(self) -> dict[str, Any]:
        """The document that commands and routes print; times are ISO 8601, UTC."""
        return {
            "id": self.id,
            "name": self.name,
            "collection": self.collection,
            "address": self.address,
            "created": iso(self.created),
            "looked": iso(self.looked),
        }


@dataclass(frozen=True)
class Answer:
    """What a saved search shows today.

    ``rows`` are its works as ``id``, ``title``, ``artist``, ``year``, ``score`` (None where words
    and filters alone found them) and ``new``; ``total`` works were compared, or match. ``new`` are
    the ids of works among them that were not there when it was last looked at.
    """

    search: SavedSearch
    rows: tuple[dict[str, Any], ...]
    new: tuple[str, ...]
    total: int

    def to_json(self) -> dict[str, Any]:
        """The document that commands and routes print."""
        rows = [{"rank": place, **row} for place, row in enumerate(self.rows, 1)]
        new = {"total": self.total, "new": list(self.new)}
        return {**self.search.to_json(), **new, "results": rows}


def query_string(view: View) -> str:
    """The parameters of a view as an address has them."""
    return urlencode(view.to_params(), doseq=True)


def view_of(address: str) -> View:
    """The view that an address, or its query string, shows.

    >>> view_of("http://here:8501/search?collection=demo&query=w1").query
    'w1'
    """
    given = address[:MAX_ADDRESS].partition("#")[0]
    before, mark, after = given.partition("?")
    return from_params(parse_qs(after if mark else before))
