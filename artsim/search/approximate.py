"""Approximate search: an exact search of those works only that lie in the cells near the query."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from artsim.search.cells import CellNumbers, Cells
from artsim.search.exact import ExactIndex, Neighbours, Rows

LARGEST_K = 100  # up to which recall was measured; more works are found exactly
_FEW = 4  # times as many rows as a search looks at: no more than these are searched exactly


class ApproximateIndex:
    """Cells over the rows of ``exact``: ``cell_of`` int32 [N]. Thread-safe.

    A search looks at ``probes`` cells, and at more of them where a filter leaves few works in
    those. It holds no copy of the embeddings. Few works, another metric and a K that recall was
    not measured for are left to ``exact``.
    """

    kind = "approximate"

    def __init__(self, exact: ExactIndex, cells: Cells, cell_of: CellNumbers, probes: int) -> None:
        self.exact, self.cells, self.probes = exact, cells, probes
        self.cell_of = cell_of
        self._members: Rows = np.argsort(cell_of, kind="stable")
        self._sizes = np.bincount(cell_of, minlength=len(cells))
        self._ends = np.cumsum(self._sizes)

    @property
    def nbytes(self) -> int:
        return self.cells.centres.nbytes + self.cell_of.nbytes + self._members.nbytes

    @property
    def looked_at(self) -> int:
        """How many rows a search without a filter looks at, on average."""
        return -(-len(self.exact) * self.probes // max(1, len(self.cells)))

    def search(
        self,
        query: npt.ArrayLike,
        k: int,
        metric: str = "cosine",
        rows: Rows | None = None,
        exclude: Sequence[int] | Rows = (),
    ) -> Neighbours:
        """As ``ExactIndex.search``, but a few of the nearest rows may be missed."""
        allowed = len(self.exact) if rows is None else len(rows)
        few = allowed <= _FEW * self.looked_at
        if few or metric != self.cells.metric or not 0 < k <= LARGEST_K:
            return self.exact.search(query, k, metric, rows, exclude)
        near = self._near(query, k + len(exclude), rows)
        found = self.exact.search(query, k, metric, near, exclude)
        return replace(found, index=self.kind)

    def _near(self, query: npt.ArrayLike, fewest: int, rows: Rows | None) -> Rows:
        """Those of ``rows`` that lie in the cells to be looked at, ascending."""
        order = self.cells.nearest_first(self.exact.checked(query))
        if rows is None:
            sizes = self._sizes
        else:
            sizes = np.bincount(self.cell_of[rows], minlength=len(self.cells))
        enough = max(self.looked_at, fewest)
        count = max(self.probes, int(np.searchsorted(np.cumsum(sizes[order]), enough)) + 1)
        chosen = order[:count]
        parts = [self._members[self._ends[c] - self._sizes[c] : self._ends[c]] for c in chosen]
        near = np.sort(np.concatenate(parts))
        if rows is None:
            return near
        places = np.minimum(np.searchsorted(rows, near), len(rows) - 1)
        return near[rows[places] == near]
