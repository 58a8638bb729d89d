"""What counts as a hit: works that share a label, or whose titles are similar."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from artsim.collection.labels import label_key
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.evaluation.config import RELEVANCES, TitleSimilarity
from artsim.evaluation.results import TitleFacts
from artsim.evaluation.titles import (
    Codes,
    Flags,
    SimilarTitles,
    fold_title,
    says_nothing,
    similar_titles,
)
from artsim.search.catalog import Catalog

Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

_COMMONEST = 5


class Judgement(Protocol):
    """Which works of a gallery [G] are relevant to which queries [Q]; numbers are rows of these.

    The query itself and its copies are not left out here: ranking and counting do that.
    """

    @property
    def name(self) -> str:
        """What tables call this relevance."""

    def relevant(self, queries: npt.NDArray[Any], works: npt.NDArray[Any]) -> Flags:
        """Whether works[...] are relevant to queries[...]; they broadcast; False for work -1."""

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
    """Relevance by a list of works for each query: ``pairs`` holds query * works + work, sorted."""

    name: str
    queries: int
    works: int
    pairs: Counts = field(repr=False)

    @classmethod
    def of(
        cls,
        name: str,
        relevant: Mapping[str, Collection[str]],
        work_ids: Sequence[str],
        query_ids: Sequence[str],
    ) -> "Listed":
        """From the ids relevant to each query's id; ids that are not there are passed over."""
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


def judge(
    relevance: str,
    works: tuple[Catalog, Rows],
    queries: tuple[Catalog, Rows],
    threshold: float = 0.8,
    similarity: TitleSimilarity = "ratio",
    cache: Path | None = None,
    progress: Progress = NULL,
) -> Coded:
    """Judge by ``relevance``, one of RELEVANCES: gallery ``works`` and ``queries``.

    Both are a catalog and positions in it. Titles are relevant from ``threshold`` on (see
    similar_titles); works without a title are relevant to nothing. Labels are relevant where
    they are equal whatever their case. Raises InvalidInput for an unknown relevance and where no
    work of the gallery has such a label.
    """
    if relevance not in RELEVANCES:
        raise InvalidInput(f"{relevance[:40]!r} is no relevance: use {', '.join(RELEVANCES)}.")
    found = texts(*works, relevance)
    asked = texts(*queries, relevance)
    key = _title_key if relevance == "title" else label_key
    codes: dict[str, int] = {}
    words: dict[int, Counter[str]] = {}
    work_codes = _coded(found, key, codes, words)
    query_codes = _coded(asked, key, codes, words)
    if not (work_codes >= 0).any():
        raise InvalidInput(_no_labels(relevance, works[0]))
    # The commonest spelling stands for a code; on a draw the first in the alphabet.
    values = [min(words[i].items(), key=lambda w: (-w[1], w[0]))[0] for i in range(len(codes))]
    similar = None
    if relevance == "title":
        few: Codes | None = np.unique(query_codes[query_codes >= 0])
        if few is not None and len(few) > len(codes) // 2:
            few = None  # all pairs take no longer, and serve other evaluations too
        similar = similar_titles(list(codes), threshold, similarity, cache, progress, few)
    return Coded(relevance, query_codes, work_codes, values, similar)


def available(catalog: Catalog, positions: Rows) -> tuple[str, ...]:
    """The RELEVANCES for which any of the works at ``positions`` has a label or a title."""
    keys = {name: _title_key if name == "title" else label_key for name in RELEVANCES}
    return tuple(
        name
        for name, key in keys.items()
        if any(key(text) for text in set(texts(catalog, positions, name)))
    )


def title_facts(judgement: Coded, queries_left: int) -> TitleFacts:
    """What the titles of the gallery's works can tell."""
    codes = judgement.work_codes[judgement.work_codes >= 0]
    counts = np.bincount(codes, minlength=len(judgement.values))
    order = np.argsort(-counts, kind="stable")[:_COMMONEST]
    commonest = tuple((judgement.values[i], int(counts[i])) for i in order if counts[i])
    works = len(judgement.work_codes)
    return TitleFacts(
        works=works,
        untitled=works - len(codes),
        distinct=int((counts > 0).sum()),
        queries_left=queries_left,
        commonest=commonest,
        commonest_share=sum(n for _, n in commonest) / works if works else 0.0,
    )


def texts(catalog: Catalog, positions: Rows, column: str) -> list[str]:
    """The text of ``column`` at ``positions``, "" where there is none."""
    values = pc.fill_null(catalog.table.column(column), "")
    return [str(text) for text in values.take(positions).to_pylist()]


def _coded(
    found: list[str], key: Any, codes: dict[str, int], words: dict[int, Counter[str]]
) -> Codes:
    keys = {text: key(text) for text in set(found)}
    result = np.full(len(found), -1, np.int32)
    for i, text in enumerate(found):
        if keys[text]:
            code = codes.setdefault(keys[text], len(codes))
            words.setdefault(code, Counter())[" ".join(text.split())] += 1
            result[i] = code
    return result


def _title_key(text: str) -> str:
    folded = fold_title(text)
    return "" if says_nothing(folded) else folded


def _no_labels(relevance: str, catalog: Catalog) -> str:
    others = available(catalog, np.arange(len(catalog)))
    has = f"it has {', '.join(others)}" if others else "it has nothing else to judge by either"
    what = "a title that says anything" if relevance == "title" else f"a {relevance}"
    if relevance == "artist":
        what = "an artist who is known"
    return (
        f"No embedded work of {catalog.name!r} has {what}, so {relevance} cannot be the "
        f"relevance: {has}."
    )
