"""What an agent can do: each tool calls the library, as a route or a command does."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from artsim.core.lazy import lazy
from artsim.core.progress import NULL
from artsim.evaluation.config import EvaluateConfig
from artsim.library import Library
from artsim.search.dials import PRESETS, Dials
from artsim.search.filters import Filters
from artsim.search.query import Query
from artsim.search.query_item import Item

if TYPE_CHECKING:
    from artsim.evaluation import runs
else:
    runs = lazy("artsim.evaluation.runs")

MOST = 50  # works of an answer: an agent reads all of it
Name = Annotated[str, Field(description="Name of a collection", max_length=200)]
Id = Annotated[str, Field(description="Id of an artwork", max_length=200)]
Ids = Annotated[list[str], Field(description="Ids of artworks", max_length=MOST)]
TrayName = Annotated[str, Field(description="Name of a tray", max_length=200)]
Note = Annotated[str, Field(description="A note for people", max_length=1000)]
Backbone = Annotated[
    str, Field(description="Name of a backbone; empty: the collection's best", max_length=200)
]
Words = Annotated[str, Field(description="Words that the metadata has", max_length=1000)]
Where = Annotated[str, Field(description="SQL expression over metadata columns", max_length=2000)]
Preset = Annotated[
    str, Field(description=f"Alike in what: {', '.join(PRESETS)}; empty: anything", max_length=100)
]
Count = Annotated[int, Field(description="How many works", ge=1, le=MOST)]
Metric = Annotated[Literal["cosine", "euclidean"], Field(description="How works are compared")]


class Tools:
    """The tools: some only look, some store something; every method is called in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self.looking: tuple[Callable[..., Any], ...] = (
            *(self.collections, self.find, self.search, self.show, self.picture, self.why),
            *(self.trays, self.tray, self.evaluations, self.evaluation),
        )
        self.keeping: tuple[Callable[..., Any], ...] = (
            self.make_tray,
            self.add_to_tray,
            self.evaluate,
        )

    def collections(self) -> dict[str, Any]:
        """List the collections: their works, and the backbones that they are embedded with."""
        return {
            "collections": [
                {
                    "name": info.name,
                    "title": info.title,
                    "description": info.description,
                    "generated": info.generated,
                    "artworks": info.artworks,
                    "backbones": list(self._library.embedded_with(info)),
                }
                for info in self._library.collections()
            ]
        }

    def find(
        self, collection: Name, words: Words = "", where: Where = "", k: Count = 12
    ) -> dict[str, Any]:
        """Find works by words of their metadata, such as a title or an artist, and by columns."""
        page = self._library.browse(collection, Filters(text=words, where=where), limit=k)
        return {"total": page.total, "note": page.note, "artworks": page.rows}

    def search(
        self,
        collection: Name,
        like: Ids,
        unlike: Ids | None = None,
        backbone: Backbone = "",
        preset: Preset = "",
        words: Words = "",
        where: Where = "",
        metric: Metric = "cosine",
        k: Count = 12,
    ) -> dict[str, Any]:
        """Find the works that look most like some works, and unlike others, best first.

        ``words`` and ``where`` narrow what is searched.
        """
        query = Query(
            backbone=self._backbone(collection, backbone),
            like=tuple(Item(id=one) for one in like),
            unlike=tuple(Item(id=one) for one in unlike or ()),
            dials=Dials(preset),
            metric=metric,
            k=k,
            filters=Filters(text=words, where=where),
        )
        return self._library.search(collection, query).to_json()

    def show(self, collection: Name, artwork: Id) -> dict[str, Any]:
        """Show all that is known of a work, its pictures, and the works that show the same."""
        found = self._library.pictures(collection, artwork)
        row = self._library.artwork(collection, artwork)
        return row | {"pictures": found.pictures, "copies": found.copies}

    def picture(self, collection: Name, artwork: Id) -> Any:
        """Look at a work: a small picture of it."""
        return self._library.media(collection, artwork, "thumb").data

    def why(
        self, collection: Name, artwork: Id, other: Id, backbone: Backbone = ""
    ) -> dict[str, Any]:
        """Say why the pictures of two works are alike: parts of the score, colours, places."""
        named = self._backbone(collection, backbone)
        return self._library.why(collection, named, Item(id=artwork), Item(id=other)).to_json()

    def trays(self) -> dict[str, Any]:
        """List the trays: works that people put together."""
        found = self._library.trays.all()
        return {"trays": [{"name": t.name, "note": t.note, "works": len(t.items)} for t in found]}

    def tray(self, name: TrayName) -> dict[str, Any]:
        """Show the works of a tray, in their order, with the notes on them."""
        return self._library.trays.get(name).to_json()

    def evaluations(self) -> dict[str, Any]:
        """List the evaluations that are stored: how well backbones retrieve."""
        return {"evaluations": [asdict(kept) for kept in self._library.evaluations()]}

    def evaluation(self, id: str) -> dict[str, Any]:
        """Show a stored evaluation: every figure with its 95 % interval."""
        return self._library.evaluation(id).to_json()

    def make_tray(self, name: TrayName, note: Note = "") -> dict[str, Any]:
        """Make an empty tray."""
        return self._library.trays.create(name, note).to_json()

    def add_to_tray(
        self, name: TrayName, collection: Name, artworks: Ids, note: Note = ""
    ) -> dict[str, Any]:
        """Put works into a tray, at its end."""
        return {"added": self._library.add_to_tray(name, collection, artworks, note)}

    def evaluate(
        self,
        collection: Name,
        backbones: Annotated[list[str], Field(description="Names of backbones")],
        relevances: Annotated[list[str] | None, Field(description="What counts as a hit")] = None,
        metric: Metric = "cosine",
        k: Annotated[int, Field(description="Works that are retrieved a query")] = 10,
    ) -> dict[str, Any]:
        """Evaluate backbones, every work a query, and store the result; it may take minutes."""
        config = EvaluateConfig(
            collection=collection,
            backbones=tuple(backbones),
            relevances=tuple(relevances or ()),
            metric=metric,
            k=k,
        )
        return runs.evaluate_and_keep(self._library, config, NULL).to_json()

    def _backbone(self, collection: str, named: str) -> str:
        return named or self._library.best_backbone(collection)
