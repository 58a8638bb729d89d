"""Works made within so many years of each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.evaluation.judgement import Counts, Rows
from artsim.evaluation.titles import Flags
from artsim.search.catalog import Catalog

Years = npt.NDArray[np.float64]


@dataclass(frozen=True)
class YearsApart:
    """Relevance by time: the years of two works, from first to last, lie at most ``years`` apart.

    ``queries`` [Q, 2] and ``works`` [G, 2] are first and last years, NaN where unknown: nothing is
    relevant to a work without a year.

    >>> near = YearsApart("within:5", 5, np.array([[1500.0, 1510]]), np.array([[1514.0, 1514]]))
    >>> near.totals().tolist(), near.relevant(np.array([0]), np.array([0])).tolist()
    ([1], [True])
    """

    name: str
    years: int
    queries: Years
    works: Years

    def relevant(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> Flags:
        """See Judgement."""
        asked, found = self.queries[queries], self.works[works]
        with np.errstate(invalid="ignore"):
            apart = np.maximum(asked[..., 0] - found[..., 1], found[..., 0] - asked[..., 1])
            near: Flags = (apart <= self.years) & (np.asarray(works) >= 0)
        return near

    def grades(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> None:
        """Works that are near enough are all alike."""

    def rows(self, query: int) -> Rows:
        """See Judgement."""
        return np.flatnonzero(self.relevant(np.array([query]), np.arange(len(self.works))))

    def totals(self) -> Counts:
        """See Judgement."""
        dated = self.works[~np.isnan(self.works[:, 0])]
        starts, ends = np.sort(dated[:, 0]), np.sort(dated[:, 1])
        asked = ~np.isnan(self.queries[:, 0])
        # Works that begin early enough, less those that end too early: all of these begin early
        # enough.
        begun = np.searchsorted(starts, self.queries[:, 1] + self.years, side="right")
        over = np.searchsorted(ends, self.queries[:, 0] - self.years, side="left")
        return np.where(asked, begun - over, 0).astype(np.int64)

    def value(self, query: int) -> str:
        """See Judgement."""
        first, last = self.queries[query]
        if np.isnan(first):
            return ""
        return f"{first:.0f}" if first == last else f"{first:.0f} to {last:.0f}"


def years_of(catalog: Catalog, positions: Sequence[int] | Rows) -> Years:
    """First and last year of works, float64 [N, 2], NaN where unknown."""
    columns = []
    for name in ("year", "year_end"):
        column = catalog.table.column(name).combine_chunks().cast("float64")
        columns.append(column.to_numpy(zero_copy_only=False)[positions])
    first, last = columns
    return np.column_stack([first, np.where(np.isnan(last), first, last)])
