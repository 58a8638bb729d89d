"""A query put to one gallery: the vector to search by, the index that can, and what to exclude."""

import time
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np
import numpy.typing as npt

from artsim.core.counts import count
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.search import marks, rerank
from artsim.search.distinct import distinct
from artsim.search.further import Further, Matches
from artsim.search.gallery import Gallery
from artsim.search.index import Index
from artsim.search.marks import BACKGROUND, Marked, Mask
from artsim.search.neighbours import Doubles, ExactIndex, Floats, Rows
from artsim.search.parts import Layout, PartsIndex, part_weights
from artsim.search.query_item import Item
from artsim.search.region_search import AskedRegions, RegionSearch
from artsim.search.variety import Codes, codes_of, one_of_each, pool_size, sharing, surprising

if TYPE_CHECKING:
    from artsim.search.query import Query

_SEED = 0


@dataclass(frozen=True)
class Question:
    """``vector`` [D] in the gallery's own numbers; ``marked`` are the rows of all marked works.

    ``weights`` [D] are those of the embedding's parts, None where all count as they are. With
    ``regions`` these rank the works, the vector among them.
    """

    gallery: Gallery
    query: "Query"
    vector: npt.ArrayLike
    index: Index
    further: Further | None
    exclude: Rows
    weights: Doubles | None
    note: str
    regions: RegionSearch | None = None

    @classmethod
    def of(
        cls,
        gallery: Gallery,
        query: "Query",
        index: Index,
        pictures: Mapping[str, npt.ArrayLike],
        layout: Layout,
        exclude: Rows,
        asked: AskedRegions | None = None,
    ) -> "Question":
        """What ``query`` asks; ``pictures`` are the embeddings [D] of its pictures, by digest.

        The vectors of its concepts and words are there too, by the names of their marks. ``layout``
        tells the parts of the backbone's embeddings; rows to ``exclude`` are added to those that
        the marks exclude. ``asked`` are the regions of the query, where it has any. Raises
        NotFound, Conflict and InvalidInput.
        """
        liked, liked_rows = _vectors(gallery, _whole(query.liked), pictures)
        unliked, unliked_rows = _vectors(gallery, _whole(query.unlike), pictures)
        _check_copies(gallery, liked_rows, unliked_rows)
        liked_rows = np.union1d(liked_rows, _region_rows(gallery, query.liked))
        own = np.union1d(liked_rows, unliked_rows)
        own = np.union1d(own, _region_rows(gallery, query.unlike))
        for row in own.tolist():
            members = gallery.catalog.members(int(gallery.positions[row]))
            exclude = np.union1d(exclude, gallery.rows_at(members))
        barred = exclude
        if query.dials.apart:
            exclude = np.union1d(exclude, sharing(gallery, query.dials.apart, liked_rows))
        further, note, weights = gallery.further, "", None
        wanted = query.dials.weights
        if wanted:
            weights = part_weights(wanted, layout, query.backbone)
        if weights is not None and (weights != 1).any():
            if index.kind != "exact":
                note = "This search was exact: the approximate index knows no weights of parts."
            index = PartsIndex(gallery.index, layout, weights)
            further = copy(further)
            if further is not None:
                further.index = PartsIndex(cast(ExactIndex, further.index), layout, weights)
        else:
            weights = None
        # Where nothing whole is liked, the regions are, and the mean of the others counts against.
        every = Marked(
            np.array([*liked, *unliked], np.float64),
            np.array([item.weight for item in (*_whole(query.liked), *_whole(query.unlike))]),
            np.arange(len(liked) + len(unliked)) < len(liked)
            if liked
            else np.ones(len(unliked), bool),
        )
        taught = np.array(
            [
                item.concept is not None or item.words is not None
                for item in (*_whole(query.liked), *_whole(query.unlike))
            ]
        )
        vector: npt.ArrayLike = ()
        if len(every):
            vector = _combined(gallery, every, taught, query.metric, weights, barred, index)
        if asked is None:
            return cls(gallery, query, vector, index, further, exclude, weights, note)
        regions = RegionSearch(
            gallery,
            asked,
            query.liked,
            query.unlike,
            query.metric,
            vector if liked else None,
            vector if unliked and not liked else None,
            weights,
        )
        if query.index == "approximate":
            note = "This search was exact: the approximate index knows no regions."
        missing = len(gallery) - regions.covered
        if missing:
            without = count(missing, "work has", "works have")
            note = f"{note} {without} no patches yet: not compared.".strip()
        return cls(gallery, query, vector, index, further, exclude, weights, note, regions)

    def find(self, rows: Rows | None) -> tuple[Matches, str]:
        """The nearest works by their best picture, as varied as the query says.

        With them a sentence on what a dial costs, "" for none.
        """
        query, groups, dials = self.query, self.gallery.groups, self.query.dials
        codes: list[Codes] = [] if groups is None or query.copies == "all" else [groups]
        k = surprised = pool_size(query.k) if dials.surprise else query.k
        again = dials.rerank and self.regions is None  # places have no neighbours to ask
        if again:
            k = rerank.pool_size(k)
        if dials.distinct is not None:
            codes.append(codes_of(self.gallery, dials.distinct))
            found = one_of_each(partial(self._nearest, rows), k, codes, self.exclude)
        elif codes:
            found = distinct(lambda count: self._nearest(rows, count, self.exclude), k, codes[0])
        else:
            found = self._nearest(rows, k, self.exclude)
        cost = ""
        if again:
            found, cost = self._reranked(found, surprised)
        if dials.surprise:
            vectors, surprise = self._found_vectors(found), float(dials.surprise)
            found = surprising(found, vectors, query.k, surprise, query.metric)
        return found, cost

    def _reranked(self, found: Matches, k: int) -> tuple[Matches, str]:
        began = time.perf_counter()
        roots = 1.0 if self.weights is None else np.sqrt(self.weights)

        def nearest(vector: Doubles, count: int) -> Rows:
            # The index counts each number by its weight, and so by the root of it on this side.
            plain = np.divide(vector, roots, out=np.zeros_like(vector), where=np.asarray(roots) > 0)
            return self.index.search(plain, count, self.query.metric).rows

        found = rerank.reranked(
            found,
            np.asarray(self.vector, np.float64) * roots,
            self._found_vectors(found),
            lambda rows: self.gallery.matrix[rows].astype(np.float64) * roots,
            nearest,
            k,
        )
        return found, rerank.COST.format(ms=(time.perf_counter() - began) * 1000)

    def _nearest(self, rows: Rows | None, k: int, exclude: Rows) -> Matches:
        if self.regions is not None:
            return self.regions.search(k, rows, exclude)
        metric = self.query.metric
        found = Matches.of(self.index.search(self.vector, k, metric, rows, exclude))
        if self.further is None:
            return found
        return self.further.merged(found, self.vector, k, metric, rows, exclude)

    def _found_vectors(self, found: Matches) -> Doubles:
        """Vectors of the pictures that matched, float64 [n, D], times the root of the weights."""
        vectors = self.gallery.matrix[found.rows].astype(np.float64)
        if self.further is not None:
            of_further = found.pictures >= 0
            vectors[of_further] = self.further.index.matrix[found.pictures[of_further]]
        return vectors if self.weights is None else vectors * np.sqrt(self.weights)


def row_of_work(gallery: Gallery, artwork_id: str) -> int:
    """Where a work stands in ``gallery``.

    Raises NotFound for no work of the collection, InvalidInput or Conflict where it has no
    embedding, with what to do.
    """
    name, backbone = gallery.catalog.name, gallery.column.backbone
    position = gallery.catalog.position(artwork_id)
    if position is None:
        raise NotFound(f"There is no artwork {artwork_id[:80]!r} in {name!r}.")
    row = gallery.row_of(position)
    if row is not None:
        return row
    if not gallery.catalog.table.column("has_image")[position].as_py():
        raise InvalidInput(
            f"Artwork {artwork_id!r} has no image to search with: upload one, or choose another."
        )
    if gallery.column.elsewhere:
        raise Conflict(
            f"Artwork {artwork_id!r} has no embedding of {backbone!r}, which were made elsewhere: "
            "add its embedding too, or ask with another work."
        )
    raise Conflict(
        f"Artwork {artwork_id!r} is not embedded with {backbone!r} yet: "
        f"run 'artsim embed {name} --backbone {backbone}'."
    )


def _whole(items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(item for item in items if item.box is None)


def _region_rows(gallery: Gallery, items: tuple[Item, ...]) -> Rows:
    """The rows of the works that regions are of."""
    ids = [item.id for item in items if item.box is not None and item.id is not None]
    return np.array([row_of_work(gallery, one) for one in ids], np.intp)


def _vectors(
    gallery: Gallery,
    items: tuple[Item, ...],
    pictures: Mapping[str, npt.ArrayLike],
) -> tuple[list[Floats | Doubles], Rows]:
    """The embedding of each item, and the rows of those that are works."""
    vectors: list[Floats | Doubles] = []
    rows = []
    for item in items:
        if item.picture is not None:
            vectors.append(gallery.index.checked(pictures[item.picture.digest]))
            continue
        if item.concept is not None or item.words is not None:
            vectors.append(gallery.index.checked(pictures[item.name]))
            continue
        row = row_of_work(gallery, item.id or "")
        rows.append(row)
        vectors.append(gallery.matrix[row])
    return vectors, np.array(rows, np.intp)


def _check_copies(gallery: Gallery, liked: Rows, unliked: Rows) -> None:
    """Raise InvalidInput where one picture is marked both ways, under two ids."""
    if not len(unliked) or gallery.groups is None:
        groups = np.full(0, -1)
        shared = np.intersect1d(liked, unliked)
    else:
        groups = gallery.groups
        both = np.intersect1d(groups[liked], groups[unliked])
        same = np.isin(groups[unliked], both[both >= 0]) | np.isin(unliked, liked)
        shared = unliked[same]
    if len(shared):
        one = int(shared[0])
        raise InvalidInput(
            f"{gallery.ids[one][:80]!r} is marked as unlike, and what shows the same picture as "
            "like: take one mark away."
        )


def _combined(
    gallery: Gallery,
    marked: Marked,
    taught: Mask,
    metric: str,
    weights: Doubles | None,
    barred: Rows,
    index: Index,
) -> npt.ArrayLike:
    """One vector for all marks, in the gallery's own numbers; ``taught`` are those of concepts."""
    if len(marked) == 1:
        return cast(Doubles, marked.vectors[0])
    roots = 1.0 if weights is None else np.sqrt(weights)
    scaled = Marked(marked.vectors * roots, marked.weights, marked.liked)
    if metric == "cosine":
        rows = _background(gallery, barred)
        background = gallery.matrix[rows].astype(np.float64) * roots

        def nearest(vector: Doubles, count: int) -> Doubles:
            places = index.search(_of_index(vector, weights), count, metric, exclude=barred).rows
            return gallery.matrix[places].astype(np.float64) * roots

        found = marks.with_concepts(scaled, taught, background, nearest)
    else:
        found = marks.point(scaled)
    return _of_index(found, weights)


def _of_index(vector: Doubles, weights: Doubles | None) -> Doubles:
    """A vector as an index takes it, which counts each number by its weight.

    Ours count each by the root of its weight, on both sides.
    """
    if weights is None:
        return vector
    return np.divide(vector, np.sqrt(weights), out=np.zeros_like(vector), where=weights > 0)


def _background(gallery: Gallery, barred: Rows) -> Rows:
    """Random rows that nobody marked, the same for the same collection and marks."""
    usable = gallery.index.norms > 0
    usable[barred] = False
    rows = np.flatnonzero(usable)
    return np.random.default_rng(_SEED).permutation(rows)[:BACKGROUND]
