"""What counts as a hit: works that share a label, or whose titles are similar."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.artists import artist_key, split_key
from artsim.collection.columns import CENTURY, century_name, century_of
from artsim.collection.labels import label_key
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.evaluation.config import DEFAULT_RELEVANCES, TitleSimilarity
from artsim.evaluation.judgement import Coded, Rows
from artsim.evaluation.results import TitleFacts
from artsim.evaluation.titles import Codes, SimilarTitles, fold_title, says_nothing, similar_titles
from artsim.search.catalog import Catalog

_COMMONEST = 5


def judge(
    relevance: str,
    works: tuple[Catalog, Rows],
    queries: tuple[Catalog, Rows],
    threshold: float = 0.8,
    similarity: TitleSimilarity = "ratio",
    cache: Path | None = None,
    progress: Progress = NULL,
    column: str | None = None,
) -> Coded:
    """Judge gallery ``works`` and ``queries`` by title, or by a ``column`` whose values are equal.

    Both are a catalog and positions in it. Titles are relevant from ``threshold`` on (see
    similar_titles); works without a title are relevant to nothing. Labels are relevant where
    they are equal whatever their case, artists where two works share a named one (see
    collection.artists); the column is ``relevance`` where none is named. Raises
    InvalidInput for a column that is not there and where no work of the gallery has such a label.
    """
    column = column or relevance
    known = {*works[0].table.column_names, CENTURY} - {"id"}
    if column not in known or column not in {*queries[0].table.column_names, CENTURY}:
        names = ", ".join(DEFAULT_RELEVANCES)
        raise InvalidInput(f"{relevance[:40]!r} is no relevance: use {names}.")
    key = _title_key if relevance == "title" else _key_of(column)
    found, codes = coded(relevance, texts(*works, column), texts(*queries, column), key)
    if not (found.work_codes >= 0).any():
        raise InvalidInput(_no_labels(relevance, column, works[0]))
    if relevance != "title":
        return replace(found, similar=_sharing(codes)) if column == "artist" else found
    few: Codes | None = np.unique(found.query_codes[found.query_codes >= 0])
    if few is not None and len(few) > len(codes) // 2:
        few = None  # all pairs take no longer, and serve other evaluations too
    similar = similar_titles(codes, threshold, similarity, cache, progress, few)
    return replace(found, similar=similar)


def coded(
    name: str, works: list[str], queries: list[str], key: Callable[[str], str] = label_key
) -> tuple[Coded, list[str]]:
    """Relevance by equal texts, one for each work and query; "" equals nothing.

    ``key`` maps equal texts to one key, "" for none. Returns the judgement and the key of each
    code.
    """
    codes: dict[str, int] = {}
    words: dict[int, Counter[str]] = {}
    work_codes = _coded(works, key, codes, words)
    query_codes = _coded(queries, key, codes, words)
    # The commonest spelling stands for a code; on a draw the first in the alphabet.
    values = [min(words[i].items(), key=lambda w: (-w[1], w[0]))[0] for i in range(len(codes))]
    return Coded(name, query_codes, work_codes, values), list(codes)


def available(catalog: Catalog, positions: Rows) -> tuple[str, ...]:
    """The DEFAULT_RELEVANCES for which any of the works at ``positions`` has a label or title."""
    return tuple(name for name in DEFAULT_RELEVANCES if has_label(catalog, positions, name))


def has_label(catalog: Catalog, positions: Rows, column: str) -> bool:
    """Whether any of the works at ``positions`` has a label, or a title, in ``column``."""
    key = _title_key if column == "title" else _key_of(column)
    return any(key(text) for text in set(texts(catalog, positions, column)))


def title_facts(judgement: Coded, queries_left: int) -> TitleFacts:
    """Counts of the titles of the gallery's works."""
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
    """The text of ``column`` at ``positions``, "" where there is none or no such column."""
    if column == CENTURY:
        years = catalog.table.column("year").take(positions).to_pylist()
        return ["" if year is None else century_name(century_of(year)) for year in years]
    if column not in catalog.table.column_names:
        return [""] * len(positions)
    values = pc.fill_null(catalog.table.column(column).cast(pa.string()), "")
    return [str(text) for text in values.take(positions).to_pylist()]


def _coded(
    found: list[str], key: Any, codes: dict[str, int], words: dict[int, Counter[str]]
) -> Codes:
    of_text = {}
    for text, times in Counter(found).items():  # in the order in which they come first
        name = key(text)
        code = codes.setdefault(name, len(codes)) if name else -1
        if name:
            words.setdefault(code, Counter())[" ".join(text.split())] += times
        of_text[text] = code
    return np.fromiter((of_text[text] for text in found), np.int32, len(found))


def _key_of(column: str) -> Callable[[str], str]:
    return artist_key if column == "artist" else label_key


def _sharing(lists: list[str]) -> SimilarTitles | None:
    """Which lists of artists share an artist; None where no two do."""
    holders: dict[str, list[int]] = {}
    for place, keys in enumerate(lists):
        for key in split_key(keys):
            holders.setdefault(key, []).append(place)
    count = len(lists)
    pairs = {i * count + j for places in holders.values() for i in places for j in places if i < j}
    return SimilarTitles(count, np.array(sorted(pairs), np.uint64)) if pairs else None


def _title_key(text: str) -> str:
    folded = fold_title(text)
    return "" if says_nothing(folded) else folded


def _no_labels(relevance: str, column: str, catalog: Catalog) -> str:
    others = available(catalog, np.arange(len(catalog)))
    has = f"it has {', '.join(others)}" if others else "it has nothing else to judge by either"
    what = {"title": "a title that says anything", "artist": "an artist who is known"}.get(
        column, f"a {column}"
    )
    return (
        f"No embedded work of {catalog.name!r} has {what}, so {relevance} cannot be the "
        f"relevance: {has}."
    )
