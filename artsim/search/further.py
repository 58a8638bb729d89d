"""The further pictures of works (recto, verso, details) in a search: the best picture counts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.limits import MAX_K
from artsim.search.neighbours import Doubles, ExactIndex, Floats, Neighbours, Rows
from artsim.search.parts import PartsIndex

_MORE = 4  # times as many pictures are asked for where those found do not suffice
PRIMARY = -1


@dataclass(frozen=True)
class Matches:
    """Rows of a gallery best first, with score, distance and which picture matched; all [K].

    ``pictures`` has places in ``Further.files``, PRIMARY for the picture that a work is shown by.
    """

    rows: Rows
    scores: Doubles
    distances: Doubles
    pictures: Rows
    index: str

    @classmethod
    def of(cls, found: Neighbours) -> "Matches":
        """Works found by their primary pictures."""
        primary = np.full(len(found.rows), PRIMARY, np.intp)
        return cls(found.rows, found.scores, found.distances, primary, found.index)

    def taken(self, places: Rows) -> "Matches":
        """Those at ``places`` alone."""
        return Matches(
            self.rows[places],
            self.scores[places],
            self.distances[places],
            self.pictures[places],
            self.index,
        )


class Further:
    """The embedded pictures that are no primary ones: ``matrix`` float32 [F, D].

    ``rows`` [F] are the gallery's rows of their works, ``files`` [F] the keys of their files.
    """

    def __init__(self, matrix: Floats, rows: Rows, files: list[str]) -> None:
        self.index: ExactIndex | PartsIndex = ExactIndex(np.ascontiguousarray(matrix))
        self.rows, self.files = rows, files

    @property
    def nbytes(self) -> int:
        return self.index.nbytes

    def __len__(self) -> int:
        return len(self.files)

    def merged(
        self,
        found: Matches,
        query: npt.ArrayLike,
        k: int,
        metric: str,
        rows: Rows | None,
        exclude: Rows,
    ) -> Matches:
        """The best ``k`` works by their best picture; ``found`` are the best by the primary one.

        ``rows`` and ``exclude`` are as in ``ExactIndex.search`` over the gallery.
        """
        allowed = ~np.isin(self.rows, exclude)
        if rows is not None:
            allowed &= np.isin(self.rows, rows)
        places = np.flatnonzero(allowed)
        if not len(places):
            return found
        least = found.scores[k - 1] if len(found.rows) >= k else -np.inf
        ask = min(len(places), _MORE * k)
        near = self.index.search(query, ask, metric, places)
        while len(near.rows) == ask < min(len(places), MAX_K) and near.scores[-1] >= least:
            ask = min(len(places), MAX_K, _MORE * ask)
            near = self.index.search(query, ask, metric, places)
        every = Matches(
            np.concatenate([found.rows, self.rows[near.rows]]),
            np.concatenate([found.scores, near.scores]),
            np.concatenate([found.distances, near.distances]),
            np.concatenate([found.pictures, near.rows]),
            found.index,
        )
        # Best first; of equal scores the lower work, of one work its primary picture.
        order = np.lexsort((every.pictures, every.rows, -every.scores))
        every = every.taken(order)
        first = np.sort(np.unique(every.rows, return_index=True)[1])
        return every.taken(first[:k])
