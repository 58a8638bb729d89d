"""Approximate search: an exact search among only those works that a graph proposes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from artsim.search.graph import Graph
from artsim.search.neighbours import ExactIndex, Neighbours, Rows

SMALL_K = 12  # largest K for which fewer nodes in view suffice
LARGEST_K = 100  # largest K with measured recall; larger ones are searched exactly
_SCORED = 8  # times K: so many of the nodes in view are compared exactly
_FEW = 0.1  # of the works: where a filter leaves no more than these, they are searched exactly


class ApproximateIndex:
    """A graph over the rows of ``exact``; its node i is row ``row_of[i]``, -1 where that is gone.

    Rows that no node stands for are compared in every search. ``efforts`` is how many nodes a
    search keeps in view, for K up to SMALL_K and for larger ones. Few works, another metric and a K
    that recall was not measured for are left to ``exact``. Thread-safe.
    """

    kind = "approximate"

    def __init__(
        self, exact: ExactIndex, graph: Graph, row_of: Rows, efforts: tuple[int, int]
    ) -> None:
        self.exact, self.graph, self.row_of, self.efforts = exact, graph, row_of, efforts
        alive = row_of >= 0
        self._alive = None if alive.all() else alive
        without = np.ones(len(exact), bool)
        without[row_of[alive]] = False
        self._new: Rows = np.flatnonzero(without)

    def search(
        self,
        query: npt.ArrayLike,
        k: int,
        metric: str = "cosine",
        rows: Rows | None = None,
        exclude: Sequence[int] | Rows = (),
    ) -> Neighbours:
        """As ``ExactIndex.search``, but a few of the nearest rows may be missed."""
        few = rows is not None and len(rows) <= _FEW * len(self.exact)
        if few or metric != self.graph.metric or not 0 < k <= LARGEST_K:
            return self.exact.search(query, k, metric, rows, exclude)
        effort = max(self.efforts[k > SMALL_K], 2 * (k + len(exclude)))
        count = min(effort, _SCORED * (k + len(exclude)))
        near = self._near(query, count, effort, rows)
        return replace(self.exact.search(query, k, metric, near, exclude), index=self.kind)

    def _near(self, query: npt.ArrayLike, count: int, effort: int, rows: Rows | None) -> Rows:
        """Those of ``rows`` to be compared, ascending; ``count`` of them and what is new."""
        alive, new = self._alive, self._new
        if rows is not None:
            passes = np.zeros(len(self.exact), bool)
            passes[rows] = True
            passing = passes[self.row_of]
            alive = passing if alive is None else passing & alive
            new = new[passes[new]]
        found = self.row_of[self.graph.near(self.exact.checked(query), count, effort, alive)]
        return np.sort(np.concatenate([found, new]))
