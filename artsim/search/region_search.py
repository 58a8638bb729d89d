"""Works ranked by the regions of a query, alone or mixed with what else is marked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.search.further import PRIMARY, Matches
from artsim.search.gallery import Gallery
from artsim.search.neighbours import SMALLEST_NORM, Doubles, Rows
from artsim.search.patch_gallery import Box, Found, PatchGallery, RegionView
from artsim.search.query_item import Item

_UNLIKE = 0.5  # weight of a region that is not liked, the same as of other marks
_BLOCK = 4096


@dataclass(frozen=True)
class AskedRegions:
    """The patches of a collection; each region's sizes and what was found, by its item's key."""

    patches: PatchGallery
    views: dict[tuple[str, str], tuple[RegionView, ...]]
    found: dict[tuple[str, str], Found]


class RegionSearch:
    """Scores every picture of a gallery by regions and by the ``vector`` of the other marks.

    ``against`` is the vector of whole works that are not liked, where only regions are liked.
    Score by cosine: the mean, by weight, of the regions' mean best cosines and of the vector's
    cosine, less half the mean of what is not liked. By euclidean: the negative root of the same
    mean of squared distances, those of embeddings divided by their mean squared length. A work
    counts by its best picture; works without patches are not found.
    """

    def __init__(
        self,
        gallery: Gallery,
        asked: AskedRegions,
        liked: Sequence[Item],
        unliked: Sequence[Item],
        metric: str,
        vector: npt.ArrayLike | None,
        against: npt.ArrayLike | None,
        weights: Doubles | None,
    ) -> None:
        self._patches, self._metric = asked.patches, metric
        self._rows, self._pictures = _places(gallery, asked.patches)
        self._boxes: list[tuple[RegionView, ...]] = []
        self._views: list[Rows] = []
        liked_regions = [item for item in liked if item.box is not None]
        total = np.zeros(len(asked.patches))
        counted = 0.0
        for item in liked_regions:
            views = asked.views[item.key]
            found = asked.found[item.key]
            total += item.weight * self._term(found.scores)
            counted += item.weight
            self._boxes.append(views)
            self._views.append(found.views)
        whole = sum(item.weight for item in liked if item.box is None)
        if vector is not None and whole:
            total += whole * self._whole(gallery, np.asarray(vector, np.float64), weights)
            counted += whole
        total /= counted
        away = [
            (item.weight, self._term(asked.found[item.key].scores))
            for item in unliked
            if item.box is not None
        ]
        if against is not None:
            rest = sum(item.weight for item in unliked if item.box is None)
            away.append((rest, self._whole(gallery, np.asarray(against, np.float64), weights)))
        if away:
            total -= _UNLIKE * sum(w * term for w, term in away) / sum(w for w, _ in away)
        if metric != "cosine":
            total = -np.sqrt(np.maximum(-total, 0))
        self._totals = np.where(self._rows >= 0, total, -np.inf)
        self.covered = len(np.unique(self._rows[self._rows >= 0]))

    def search(self, k: int, rows: Rows | None, exclude: Rows) -> Matches:
        """The best ``k`` works among ``rows`` of the gallery (None for all) without ``exclude``."""
        allowed = np.isfinite(self._totals) & ~np.isin(self._rows, exclude)
        if rows is not None:
            allowed &= np.isin(self._rows, rows)
        places = np.flatnonzero(allowed)
        # Best first; of equal scores the lower work, of one work its primary picture.
        order = np.lexsort((self._pictures[places], self._rows[places], -self._totals[places]))
        places = places[order]
        first = np.sort(np.unique(self._rows[places], return_index=True)[1])[:k]
        places = places[first]
        scores = self._totals[places]
        distances = 1 - scores if self._metric == "cosine" else -scores
        return Matches(self._rows[places], scores, distances, self._pictures[places], "exact")

    def box(self, row: int, picture: int) -> Box | None:
        """Where a picture of a work holds the first region that is liked; None where none is."""
        if not self._boxes:
            return None
        place = int(np.flatnonzero((self._rows == row) & (self._pictures == picture))[0])
        return self._patches.box(place, self._boxes[0][int(self._views[0][place])])

    def _term(self, cosines: npt.NDArray[np.float32]) -> Doubles:
        """What is added up: a cosine, or a negative squared distance of directions."""
        wide = cosines.astype(np.float64)
        return wide if self._metric == "cosine" else 2 * wide - 2

    def _whole(self, gallery: Gallery, vector: Doubles, weights: Doubles | None) -> Doubles:
        """The same of whole pictures, in the order of the patches; -inf for what has no row."""
        roots = 1.0 if weights is None else np.sqrt(weights)
        values = _compared(gallery.matrix, vector, roots, self._metric)
        found = np.full(len(self._rows), -np.inf)
        own = (self._rows >= 0) & (self._pictures == PRIMARY)
        found[own] = values[self._rows[own]]
        if gallery.further is not None:
            more = _compared(gallery.further.index.matrix, vector, roots, self._metric)
            own = self._pictures >= 0
            found[own] = more[self._pictures[own]]
        return found


def _compared(
    matrix: npt.NDArray[np.float32], vector: Doubles, roots: Doubles | float, metric: str
) -> Doubles:
    query = vector * roots
    found = np.empty(len(matrix))
    squares = 0.0
    for start in range(0, len(matrix), _BLOCK):
        some = matrix[start : start + _BLOCK] * roots
        lengths = np.sqrt(np.vecdot(some, some)).astype(np.float64)
        squares += float(np.square(lengths).sum())
        if metric == "cosine":
            whole = lengths * np.sqrt(query @ query)
            found[start : start + len(some)] = np.divide(
                some @ query, whole, out=np.zeros(len(some)), where=whole > SMALLEST_NORM
            )
        else:
            away = some - query
            found[start : start + len(some)] = -np.vecdot(away, away)
    return found if metric == "cosine" else found / max(squares / len(matrix), SMALLEST_NORM)


def _places(gallery: Gallery, patches: PatchGallery) -> tuple[Rows, Rows]:
    """The row of each picture in the gallery, -1 for none, and its place among further ones."""
    known = pa.array(gallery.ids, pa.string())
    rows = [_index(patches.ids, known)]
    pictures = [np.full(len(patches.ids), PRIMARY, np.intp)]
    if patches.files:
        files = gallery.further.files if gallery.further is not None else []
        at = _index(patches.files, pa.array(files, pa.string()))
        rows.append(np.where(at >= 0, _index(patches.works, known), -1))
        pictures.append(np.where(at >= 0, at, PRIMARY))
    return np.concatenate(rows), np.concatenate(pictures)


def _index(names: list[str], known: pa.Array) -> Rows:
    found = pc.fill_null(pc.index_in(pa.array(names, pa.string()), value_set=known), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False)).astype(np.intp)
