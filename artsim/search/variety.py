"""Results that differ: nothing that shares a label with the query, one of each, surprise."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.collection import artists, labels
from artsim.collection.columns import CENTURY, century_of
from artsim.core.limits import MAX_K
from artsim.core.per_object import PerObject
from artsim.search.catalog import Catalog
from artsim.search.further import Matches
from artsim.search.gallery import Gallery
from artsim.search.neighbours import Doubles, Rows

Codes = npt.NDArray[np.integer]

_CODES: PerObject[Codes] = PerObject()  # beside the catalog that they are of
_AT_ONCE = 64  # rows looked through at least, before those of a kind that was found are barred
_POOL = 6  # times K: so many rows are chosen from where results are to surprise


def codes_of(gallery: Gallery, name: str) -> Codes:
    """The value of a label (one of SHARED) of each row as numbers, -1 for none.

    int32 [N, most values of a work]; two works share the label where they share a number.
    """
    catalog = gallery.catalog
    return _CODES.get(catalog, name, lambda: _codes(catalog, name))[gallery.positions]


def sharing(gallery: Gallery, names: Sequence[str], liked: Rows) -> Rows:
    """Rows that share one of the labels ``names`` with one of the rows ``liked``; ascending."""
    shares = np.zeros(len(gallery), bool)
    for name in names:
        codes = codes_of(gallery, name)
        wanted = codes[liked]
        shares |= np.isin(codes, wanted[wanted >= 0]).any(axis=1)
    return np.flatnonzero(shares)


def one_of_each(
    find: Callable[[int, Rows], Matches], k: int, codes: Sequence[Codes], exclude: Rows
) -> Matches:
    """The best ``k`` rows of which no two share a number in any of ``codes`` [N] or [N, C].

    ``find`` gives the best so many rows without those that are named. What shares a number with a
    row that was found is named in the next round, so that few rounds find all, however many works
    one artist has.
    """
    columns = [column if column.ndim == 2 else column[:, None] for column in codes]
    seen: list[set[int]] = [set() for _ in columns]
    rounds: list[Matches] = []
    count, ask = 0, min(MAX_K, max(4 * k, _AT_ONCE))
    while True:
        found = find(ask, exclude)
        places = []
        for place, row in enumerate(found.rows.tolist()):
            mine = [set(column[row][column[row] >= 0].tolist()) for column in columns]
            if any(values & before for values, before in zip(mine, seen, strict=True)):
                continue
            places.append(place)
            for values, before in zip(mine, seen, strict=True):
                before |= values
            if count + len(places) == k:
                break
        rounds.append(found.taken(np.array(places, np.intp)))
        count += len(places)
        if count == k or len(found.rows) < ask:
            return _joined(rounds)
        barred = np.zeros(len(columns[0]), bool)
        barred[found.rows] = True
        for column, values in zip(columns, seen, strict=True):
            barred |= np.isin(column, np.array(sorted(values), np.int64)).any(axis=1)
        exclude = np.union1d(exclude, np.flatnonzero(barred))


def pool_size(k: int) -> int:
    """How many rows are found to choose ``k`` surprising ones from."""
    return min(MAX_K, max(k, _POOL * k))


def surprising(found: Matches, vectors: Doubles, k: int, surprise: float, metric: str) -> Matches:
    """``k`` of the rows ``found``, best first, by maximal marginal relevance (Carbonell 1998).

    Each is the one with the largest (1 - surprise) * score - surprise * its likeness to the most
    alike of those before it. ``vectors`` float64 [n, D] are those of the rows, in the space that
    the scores are of.
    """
    if metric == "cosine":
        lengths = np.sqrt(np.vecdot(vectors, vectors))[:, None]
        vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    left = np.ones(len(found.rows), bool)
    gain = (1 - surprise) * found.scores
    nearest = np.full(len(found.rows), -np.inf)
    chosen: list[int] = []
    while len(chosen) < min(k, len(found.rows)):
        value = gain - surprise * nearest if chosen else found.scores
        best = int(np.argmax(np.where(left, value, -np.inf)))
        chosen.append(best)
        left[best] = False
        if metric == "cosine":
            likeness = vectors @ vectors[best]
        else:
            away = vectors - vectors[best]
            likeness = -np.sqrt(np.vecdot(away, away))
        nearest = np.maximum(nearest, likeness)
    return found.taken(np.array(chosen, np.intp))


def _joined(rounds: Sequence[Matches]) -> Matches:
    return Matches(
        np.concatenate([found.rows for found in rounds]),
        np.concatenate([found.scores for found in rounds]),
        np.concatenate([found.distances for found in rounds]),
        np.concatenate([found.pictures for found in rounds]),
        rounds[0].index,
    )


def _codes(catalog: Catalog, name: str) -> Codes:
    if name == CENTURY:
        years = catalog.table.column("year").to_pylist()
        # Shifted, for a century before Christ is a negative number.
        return np.array([[-1 if y is None else century_of(y) + 1000] for y in years], np.int32)
    column: pa.ChunkedArray = catalog.table.column(name)
    if name == "artist":
        return artists.artist_codes(column.to_pylist())
    return labels.label_codes(column.to_pylist())[:, None]
