"""Which works are relevant to which queries: by a label that they share, or by a list."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from artsim.evaluation.titles import Codes, Flags, SimilarTitles

Counts = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


class Judgement(Protocol):
    """Which works of a gallery [G] are relevant to which queries [Q]; numbers are rows of these.

    The query itself and its copies are not left out here: ranking and counting do that.
    """

    @property
    def name(self) -> str:
        """What tables call this relevance."""

    def relevant(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> Flags:
        """Whether works[...] are relevant to queries[...]; they broadcast; False for work -1."""

    def grades(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> Doubles | None:
        """How relevant works[...] are to queries[...], 0 for not; None where all are alike."""

    def rows(self, query: int) -> Rows:
        """The works relevant to one query, in no order, each once."""

    def totals(self) -> Counts:
        """Works of the gallery relevant to each query; int64 [Q]."""

    def value(self, query: int) -> str:
        """What the query is judged by, such as its style; "" where it has nothing."""


@dataclass(frozen=True)
class Coded:
    """Relevance by a code of each query [Q] and each work [G], -1 for none.

    Equal codes are relevant, and codes that are ``similar`` where that is given. ``values`` are
    the words for the codes.
    """

    name: str
    query_codes: Codes
    work_codes: Codes
    values: Sequence[str]
    similar: SimilarTitles | None = field(default=None, repr=False)

    def relevant(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> Flags:
        """See Judgement."""
        asked = self.query_codes[queries]
        found = np.where(works >= 0, self.work_codes[works], -1)
        if self.similar is not None:
            return self.similar.similar(asked, found)
        same: Flags = (asked == found) & (asked >= 0)
        return same

    def grades(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> None:
        """Works with the same code are all alike."""

    def rows(self, query: int) -> Rows:
        """See Judgement."""
        code = int(self.query_codes[query])
        if code < 0:
            return np.empty(0, np.intp)
        rows, starts = self._by_code
        if self.similar is None:
            return rows[starts[code] : starts[code + 1]]
        codes = self.similar.neighbours(code)
        return np.concatenate([rows[starts[c] : starts[c + 1]] for c in codes])

    @cached_property
    def _by_code(self) -> tuple[Rows, Rows]:
        """Works in order of their code, and where each code begins."""
        order = np.argsort(self.work_codes, kind="stable")
        codes = np.arange(len(self.values) + 1)
        return order, np.searchsorted(self.work_codes[order], codes)

    def totals(self) -> Counts:
        """See Judgement."""
        count = len(self.values)
        weights = np.bincount(self.work_codes[self.work_codes >= 0], minlength=count)
        if self.similar is not None:
            weights = self.similar.totals(weights.astype(np.int64))
        padded = np.append(weights, 0)  # code -1 reads the last
        return padded[self.query_codes].astype(np.int64)

    def value(self, query: int) -> str:
        """See Judgement."""
        code = int(self.query_codes[query])
        return self.values[code] if code >= 0 else ""


@dataclass(frozen=True)
class Listed:
    """Relevance by a list of works for each query: ``pairs`` holds query * works + work, sorted.

    ``weights`` float64 grades the pairs, above 0, where some works are more relevant than others.
    """

    name: str
    queries: int
    works: int
    pairs: Counts = field(repr=False)
    weights: Doubles | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        name: str,
        relevant: Mapping[str, Collection[str]],
        work_ids: Sequence[str],
        query_ids: Sequence[str],
    ) -> "Listed":
        """From the relevant ids by query id; ids that are not in the evaluation are ignored."""
        rows = {work: row for row, work in enumerate(work_ids)}
        pairs = [
            query * len(work_ids) + rows[work]
            for query, query_id in enumerate(query_ids)
            for work in relevant.get(query_id, ())
            if work in rows
        ]
        return cls(name, len(query_ids), len(work_ids), np.array(sorted(set(pairs)), np.int64))

    def relevant(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> Flags:
        """See Judgement."""
        keys = np.asarray(queries, np.int64) * self.works + works
        return np.isin(keys, self.pairs) & (np.asarray(works) >= 0)

    def grades(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> Doubles | None:
        """See Judgement."""
        if self.weights is None:
            return None
        keys = np.asarray(queries, np.int64) * self.works + works
        if not len(self.pairs):
            return np.zeros(keys.shape)
        places = np.minimum(np.searchsorted(self.pairs, keys), len(self.pairs) - 1)
        there = (self.pairs[places] == keys) & (np.asarray(works) >= 0)
        return np.where(there, self.weights[places], 0.0)

    def rows(self, query: int) -> Rows:
        """See Judgement."""
        begin, end = np.searchsorted(self.pairs, [query * self.works, (query + 1) * self.works])
        return (self.pairs[begin:end] - query * self.works).astype(np.intp)

    def totals(self) -> Counts:
        """See Judgement."""
        return np.bincount(self.pairs // max(1, self.works), minlength=self.queries)

    def value(self, query: int) -> str:  # noqa: ARG002
        """Queries are judged each by its own list."""
        return ""
