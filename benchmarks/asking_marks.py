"""What marks are worth: a round of marks on the first results, and the precision of the others.

The first MARKS results of a work as the query are marked by whether they share its label, and the
remaining works are ranked again; a fifth of the marks may be wrong.
"""

import time
from collections.abc import Iterator

import numpy as np

from artsim.evaluation.bootstrap import confidence, interval, resampled_means
from artsim.search.marks import Marked, rocchio, unit
from artsim.search.query import Query, search
from artsim.search.query_item import Item
from artsim.search.variety import codes_of
from benchmarks.hidden_works import HiddenWorks
from benchmarks.pooled_works import cluster_codes

MARKS, K = 20, 20
WRONG = 0.2
LABELS = ("genre", "style", "artist")
# Target factor on the figures without marks: with right marks, and with a fifth wrong.
TARGETS = {"genre": (1.9, 1.6), "style": (3.0, 2.1), "artist": (2.6, 2.0)}
WAYS = ("no marks", "Rocchio", "artsim")
Row = dict[str, object]


def marks_table(hidden: HiddenWorks, queries: int, seed: int) -> Iterator[Row]:
    """AP@K of what is left after a round of marks, for each label, way and share of wrong marks."""
    for label in LABELS:
        for wrong, target in zip((0.0, WRONG), TARGETS[label], strict=True):
            yield from _label(hidden, label, wrong, target, queries, seed)


def _label(
    hidden: HiddenWorks, label: str, wrong: float, target: float, queries: int, seed: int
) -> Iterator[Row]:
    gallery = hidden.gallery
    codes = codes_of(gallery, label)
    artists = codes_of(gallery, "artist")[:, 0]
    rng = np.random.default_rng(seed)
    values, asking, seconds = [], [], []
    for row in rng.permutation(np.flatnonzero(codes[:, 0] >= 0)).tolist():
        if len(values) == queries:
            break
        relevant = (np.isin(codes, codes[row][codes[row] >= 0])).any(axis=1)
        found = _round(hidden, row, relevant, wrong, rng)
        if found is not None:
            values.append(found[0])
            seconds.append(found[1])
            asking.append(row)
    named, groups = np.array(values), cluster_codes(artists, np.array(asking))
    bounds = confidence(named, clusters=groups)
    means = resampled_means(named, clusters=groups)
    factors = interval(means / means[:, :1])
    for i, way in enumerate(WAYS):
        own = way == "artsim"
        yield {
            "label": label,
            "wrong": wrong,
            "way": way,
            "ap_at_20": round(float(named[:, i].mean()), 4),
            "low": round(float(bounds[i, 0]), 4),
            "high": round(float(bounds[i, 1]), 4),
            "factor": round(float(named[:, i].mean() / named[:, 0].mean()), 3),
            "factor_low": round(float(factors[i, 0]), 3),
            "factor_high": round(float(factors[i, 1]), 3),
            "target_factor": target if own else "",
            "ms": round(float(np.median(seconds)) * 1000, 1) if own else "",
            "marks": MARKS,
            "queries": len(values),
            "clusters": int(groups.max()) + 1,
            "gallery": len(gallery),
        }


def _round(
    hidden: HiddenWorks, row: int, relevant: np.ndarray, wrong: float, rng: np.random.Generator
) -> tuple[list[float], float] | None:
    """AP@K of each of WAYS, and the seconds of the last; None where nothing is left to find."""
    gallery = hidden.gallery
    backbone, own = gallery.column.backbone, gallery.ids[row]
    rank = {name: i for i, name in enumerate(gallery.ids)}
    query = Query(backbone, id=own, k=MARKS)  # one of works that look the same: a mark is of both
    first = [rank[hit.id] for hit in search(gallery, query, _none).hits]
    said = relevant[first] ^ (rng.permutation(len(first)) < round(wrong * len(first)))
    barred = np.concatenate([gallery.catalog.members(i) for i in (row, *first)])
    left = relevant.copy()
    left[barred] = False
    total = int(left.sum())
    if not total:
        return None
    marked = [gallery.ids[i] for i in first]
    base = Query(
        backbone, id=own, k=K, copies="all", exclude_ids=tuple(gallery.ids[i] for i in barred)
    )
    before = search(gallery, base, _none)
    every = [row, *first]
    vectors = unit(gallery.matrix[every].astype(np.float64))
    plain = rocchio(Marked(vectors, np.ones(len(every)), np.concatenate([[True], said])))
    by_mean = gallery.index.search(plain, K, exclude=barred)
    began = time.perf_counter()
    asked = Query(
        backbone,
        k=K,
        copies="all",
        like=(Item(own), *(Item(name) for name, good in zip(marked, said, strict=True) if good)),
        unlike=tuple(Item(name) for name, good in zip(marked, said, strict=True) if not good),
    )
    after = search(gallery, asked, _none)
    took = time.perf_counter() - began
    ranked = (
        [rank[hit.id] for hit in before.hits],
        by_mean.rows.tolist(),
        [rank[hit.id] for hit in after.hits],
    )
    return [_precision(left[rows], total) for rows in ranked], took


def _precision(hits: np.ndarray, total: int) -> float:
    """AP@K: the sum of the precision at each hit over the most hits that there could be."""
    places = np.flatnonzero(hits)
    return float((np.arange(1, len(places) + 1) / (places + 1)).sum() / min(K, total))


def _none(_: str) -> list[str]:
    return []
