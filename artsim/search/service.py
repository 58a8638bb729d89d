"""Answering queries: the gallery, the index and the model that a query needs, and its result."""

import time
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.core.cache import LoadingCache
from artsim.core.errors import ArtsimError, InvalidInput, NotFound
from artsim.core.lazy import lazy
from artsim.core.plugins import plugin
from artsim.core.workspace import Workspace, checked_id
from artsim.images.query_pictures import QueryPicture
from artsim.people import policy, quotas
from artsim.people.roles import Action
from artsim.search.catalog import Catalog
from artsim.search.choice import chosen
from artsim.search.concept_service import ConceptService
from artsim.search.dials import EXTRAS
from artsim.search.filters import Filters
from artsim.search.fulltext import found_by_text
from artsim.search.index import Index
from artsim.search.joined import GENERAL, joined, joined_vector, lacking, layout_with
from artsim.search.neighbours import Floats, Rows
from artsim.search.order import LIKENESS, ORDERED_BY, checked_order, places_in_order
from artsim.search.query import Query, SearchResult, search
from artsim.search.query_item import Item
from artsim.search.regions import Patches
from artsim.search.word_towers import WordTowers

if TYPE_CHECKING:
    from artsim.backbones import embed as embedder
    from artsim.backbones.registry import Backbone
    from artsim.backbones.runtime import load
    from artsim.backbones.runtime.base import Embedder
else:
    embedder = lazy("artsim.backbones.embed")
    load = lazy("artsim.backbones.runtime.load")

MAX_PAGE = 500
_PICTURES = 1024  # query pictures whose embeddings are kept: a few MB


@dataclass(frozen=True)
class Page:
    """Rows ``offset`` to ``offset + limit`` of ``total`` artworks that pass the filters.

    ``note`` says in a sentence which words were looked for instead of those that no work has.
    """

    rows: list[dict[str, Any]]
    total: int
    offset: int
    limit: int
    note: str = ""


@dataclass(frozen=True)
class Pictured:
    """Further pictures of an artwork, a dict each, and the ids of artworks that look the same."""

    pictures: list[dict[str, Any]]
    copies: list[str]


@dataclass(frozen=True)
class Beside:
    """The ids before and after a work, None at an end, and its ``place`` of ``total``, from 1."""

    before: str | None
    after: str | None
    place: int
    total: int


@dataclass(frozen=True)
class Facets:
    """Values and counts over the whole collection, most frequent first; years first and last.

    ``undated`` works have no known year.
    """

    values: dict[str, tuple[tuple[str, int], ...]]
    years: tuple[int, int] | None
    undated: int = 0


class SearchService(ConceptService):
    """Searching and browsing the collections of a workspace. Thread-safe."""

    def __init__(self, workspace: Workspace, gallery_bytes: int | None = None) -> None:
        super().__init__(workspace, gallery_bytes)
        self._runtimes: LoadingCache[Hashable, Embedder] = LoadingCache(3)
        self._embeddings: LoadingCache[Hashable, Floats] = LoadingCache(_PICTURES)
        self.patches = Patches(self)
        self.words = WordTowers()

    def search(self, name: str, query: Query, milvus: str | None = None) -> SearchResult:
        """Answer one query; raises ArtsimError with one sentence for a person.

        ``milvus`` is the address for index milvus, else ARTSIM_MILVUS_URI says it: a request never
        does.
        """
        policy.ask(Action.SEARCH, name)
        quotas.search()
        began = time.perf_counter()
        digest: str | None = None
        embeddings: dict[str, Floats] = {}
        if query.pictures or query.words:
            spec = self.model(name, query.backbone)
            digest = spec.digest
            self.column(name, query.backbone, digest)
            embeddings = {p.digest: self._embedding(p, spec) for p in query.pictures}
            if query.words:
                embeddings |= self.words.vectors(query, spec)
        if query.index == "milvus":
            return self._ask_milvus(name, query, digest, milvus, embeddings, began)
        gallery = self.gallery(name, query.backbone, digest)
        regions = self.patches.asked(name, query) if query.regions else None
        for concept in query.concepts:
            known = self.concept(name, concept, query.backbone)
            embeddings[Item(concept=concept).name] = known.vector(query.metric).astype(np.float32)
        layout: Mapping[str, int] = self.parts(query.backbone) if query.dials.parts else {}
        index: Index = gallery.index
        note = ""
        if extras := query.dials.extras:
            if regions is not None:
                raise InvalidInput(
                    "A region is compared by what the backbone sees there: search for it without "
                    "colour and composition."
                )
            others = {extra: self.gallery(name, extra) for extra in extras}
            dimensions = {extra: other.column.dimension for extra, other in others.items()}
            layout = layout_with(query.dials.weights, layout, gallery.column.dimension, dimensions)
            embeddings = self._joined(query, embeddings, dimensions)
            gallery = joined(gallery, others)
            index, note = gallery.index, lacking(gallery, others)
        else:
            layout = layout_with(query.dials.weights, layout, gallery.column.dimension, {})
            if regions is None:
                index, note = chosen(self.collection(name), gallery, query)
        return search(
            gallery,
            query,
            self.matching(name),
            began=began,
            index=index,
            note=note,
            pictures=embeddings,
            layout=layout,
            regions=regions,
        )

    def embedding(self, name: str, backbone: str, picture: QueryPicture) -> Floats:
        """Float32 [D] of a picture as ``backbone`` embeds those of a collection; read-only."""
        return self._embedding(picture, self.model(name, backbone))

    def runtime(self, spec: "Backbone") -> "Embedder":
        """What embeds pictures with a backbone; loaded once."""
        cache = self.workspace.cache
        return self._runtimes.get(_model_key(spec), lambda: load.load_runtime(spec, cache=cache))

    def knows_words(self, name: str, backbone: str) -> bool:
        """Whether words search the pictures of ``name`` as ``backbone`` embedded them."""
        if not any(one.words for one in self.backbones() if one.name == backbone):
            return False
        try:
            return getattr(self.model(name, backbone), "towers", None) is not None
        except ArtsimError:
            return False

    def dials_of(self, name: str, backbone: str) -> dict[str, bool]:
        """The parts that a search with ``backbone`` may weigh, and whether each is ready.

        Colour and composition are ready once the collection is embedded with the backbones of
        these names.
        """
        own = dict.fromkeys(self.parts(backbone) or (GENERAL,), True)
        there = {c.backbone for c in self.info(name).embeddings if c.count}
        return own | {extra: extra in there for extra in EXTRAS}

    def _joined(
        self, query: Query, embeddings: dict[str, Floats], dimensions: dict[str, int]
    ) -> dict[str, Floats]:
        """The vectors of pictures and concepts with those of the descriptors behind them."""
        found = {
            key: joined_vector(vector, list(dimensions.values()))
            for key, vector in embeddings.items()
        }
        for picture in query.pictures:
            looks = [self._embedding(picture, self.resolve(extra)) for extra in dimensions]
            vector = embeddings[picture.digest]
            found[picture.digest] = joined_vector(vector, list(dimensions.values()), looks)
        return found

    def parts(self, backbone: str) -> dict[str, int]:
        """The parts of a backbone's embeddings and their dimensions, in order; empty for none."""
        try:
            spec = self.resolve(backbone)
        except ArtsimError:  # embeddings made elsewhere, of a model that is not here
            return {}
        return {part.name: part.dimension for part in getattr(spec, "parts", ())}

    def browse(
        self,
        name: str,
        filters: Filters,
        offset: int = 0,
        limit: int = 48,
        order: str = LIKENESS,
    ) -> Page:
        """One page of the artworks that pass ``filters``.

        By likeness they are in order of how well they fit the filters' text, without one in that
        of their ids as people count; ``order`` may also be date, artist or accession.
        """
        if offset < 0 or not 1 <= limit <= MAX_PAGE:
            raise InvalidInput(f"Use an offset of 0 or more and a limit of 1 to {MAX_PAGE}.")
        catalog, chosen, note = self.passing(name, filters, order)
        rows = catalog.rows(chosen[offset : offset + limit])
        return Page(rows, len(chosen), offset, limit, note)

    def passing(
        self, name: str, filters: Filters, order: str = LIKENESS
    ) -> tuple[Catalog, Rows, str]:
        """The places in a catalog, intp [n], of the artworks that pass, in an order; and a note.

        Order and note are as those of ``browse``.
        """
        catalog = self.catalog(name)
        chosen = self._passing(name, catalog, filters)
        note = ""
        if not filters.text.strip():
            chosen = catalog.in_order(chosen)
        else:
            found = found_by_text(catalog, filters.text)
            chosen, note = found.rows[np.isin(found.rows, chosen)], found.note
        if checked_order(order) != LIKENESS:
            columns = catalog.table.select(ORDERED_BY).take(pa.array(chosen)).to_pylist()
            chosen = chosen[places_in_order(columns, order)]
        return catalog, chosen, note

    def random_artwork(self, name: str, filters: Filters, other_than: str = "") -> str | None:
        """Id of a work with an image that passes ``filters``, by chance; None where none does.

        ``other_than`` is drawn only where no other work passes.
        """
        catalog = self.catalog(name)
        chosen = self._passing(name, catalog, replace(filters, has_image=True))
        if not len(chosen):
            return None
        if len(chosen) > 1 and other_than in catalog.positions:
            chosen = chosen[chosen != catalog.positions[other_than]]
        return str(catalog.table.column("id")[int(np.random.default_rng().choice(chosen))].as_py())

    def facets(self, name: str) -> Facets:
        """What can be filtered by, over the whole collection whatever the other filters."""
        catalog = self.catalog(name)
        return Facets(catalog.facets, catalog.years, catalog.undated)

    def other_facets(self, name: str) -> dict[str, tuple[tuple[str, int], ...]]:
        """Values and counts of all other columns of texts, such as the medium."""
        return self.catalog(name).other_facets

    def artwork(self, name: str, artwork_id: str) -> dict[str, Any]:
        """All metadata of one artwork; raises NotFound.

        The id of a file that is a picture of another work gives that work.
        """
        return self.artworks(name, [artwork_id])[0]

    def pictures(self, name: str, artwork_id: str) -> Pictured:
        """What there is of an artwork beside the picture that it is shown by; raises NotFound."""
        catalog = self.catalog(name)
        position = catalog.position(checked_id(artwork_id))
        if position is None:
            raise NotFound(f"There is no artwork {artwork_id!r} in {name!r}.")
        work = str(catalog.table.column("id")[position].as_py())
        return Pictured(catalog.pictures_of(work), catalog.copies_of(position))

    def beside(self, name: str, artwork_id: str) -> Beside:
        """The works before and after a work, in natural order of their ids; raises NotFound."""
        catalog = self.catalog(name)
        place = catalog.position(checked_id(artwork_id))
        if place is None:
            raise NotFound(f"There is no artwork {artwork_id!r} in {name!r}.")
        order, ids = catalog.natural, catalog.table.column("id")
        place = int(np.flatnonzero(order == place)[0])
        before, after = (
            str(ids[int(order[i])].as_py()) if 0 <= i < len(order) else None
            for i in (place - 1, place + 1)
        )
        return Beside(before, after, place + 1, len(order))

    def artworks(self, name: str, ids: Iterable[str]) -> list[dict[str, Any]]:
        """All metadata of some artworks, in this order; raises NotFound where one is missing."""
        catalog = self.catalog(name)
        found = []
        for artwork_id in ids:
            position = catalog.position(checked_id(artwork_id))
            if position is None:
                raise NotFound(f"There is no artwork {artwork_id!r} in {name!r}.")
            found.append(position)
        return catalog.rows(np.array(found, np.intp))

    def _ask_milvus(
        self,
        name: str,
        query: Query,
        digest: str | None,
        uri: str | None,
        embeddings: dict[str, Floats],
        began: float,
    ) -> SearchResult:
        """Answer from Milvus; neither the gallery nor, mostly, the catalog is read for it."""
        if not query.is_plain:
            raise InvalidInput(
                "Milvus answers a search with one work or picture: leave index at auto for "
                "several marks, regions, parts, apart, distinct and surprise."
            )
        (one,) = query.liked
        column = self.column(name, query.backbone, digest)
        query = replace(query, id=one.id, picture=one.picture, like=())
        result: SearchResult = plugin("artsim.indexes", "milvus")(
            self.collection(name),
            column,
            query,
            uri,
            self.matching(name),
            lambda: self.catalog(name),
            embeddings[one.picture.digest] if one.picture else None,
            began,
        )
        return result

    def _passing(self, name: str, catalog: Catalog, filters: Filters) -> Rows:
        mask = filters.mask(catalog, self.matching(name))
        return np.arange(len(catalog)) if mask is None else np.flatnonzero(mask)

    def model(self, name: str, backbone: str) -> "Backbone":
        """The backbone to embed a picture or words with, for a search in ``name``; fetches nothing.

        Raises what resolving it raises, and InvalidInput where it is no longer here.
        """
        if all(column.backbone != backbone for column in self.info(name).embeddings):
            self.column(name, backbone)  # raises, before any model is looked at
        try:
            return self.resolve(backbone)
        except ArtsimError as error:
            columns = [c for c in self.info(name).embeddings if c.backbone == backbone]
            if not columns:
                raise
            if isinstance(error, NotFound) and not any(c.elsewhere for c in columns):
                raise InvalidInput(
                    f"The backbone {backbone!r} is no longer here, so that no new picture can be "
                    f"embedded with it: search with a work of {name!r}, or with another backbone."
                ) from error
            if not any(c.elsewhere for c in columns):
                raise
            raise InvalidInput(
                f"Pictures cannot be embedded with {backbone!r} here, for the vectors of {name!r} "
                "were made elsewhere: search with one of its works."
            ) from error

    def embed_parts(
        self,
        name: str,
        backbone: str,
        parts: Sequence[npt.NDArray[np.uint8]],
    ) -> Floats:
        """Float32 [n, D] of parts of a picture, uint8 RGB [H, W, 3] each, in one batch.

        Those in which the backbone finds nothing are left out; raises UnsupportedImage where it
        finds nothing in any, and what searching with a picture raises.
        """
        runtime = self.runtime(self.model(name, backbone))
        return embedder.embed_parts(runtime, [runtime.prepare(pixels) for pixels in parts])

    def _embedding(self, picture: QueryPicture, spec: "Backbone") -> Floats:
        """Float32 [D] of a picture, read-only; made once for each picture and backbone."""
        model = _model_key(spec)

        def embed() -> Floats:
            found = np.asarray(embedder.embed_image(self.runtime(spec), picture.jpeg))
            found.flags.writeable = False  # every search with this picture shares it
            return found

        return self._embeddings.get((picture.digest, model), embed)


def _model_key(spec: "Backbone") -> Hashable:
    return spec.digest, getattr(spec, "embed", None)  # a function may be given anew
