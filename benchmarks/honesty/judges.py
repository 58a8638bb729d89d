"""What 200 marks are worth where a fifth is wrong: the parts weighed anew, on other artists' works.

Works that the parts were not fitted on are halved by artist. Simulated judges mark what the first
results of works of one half share with them; the backbone is retrained by these marks, and both
answer the works of the other half among themselves.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from artsim.core.errors import InvalidInput
from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.judgements import JudgedPair
from artsim.evaluation.significance import paired_p
from artsim.search.neighbours import ExactIndex
from artsim.training.judged import fit_shares, preferences
from artsim.training.retrieval import EvaluationSet
from artsim.training.weights import joined
from benchmarks.pooled_works import Floats, Parts, PooledWorks, cluster_codes

QUERIES, SHOWN, WRONG, FLIPS = 20, 10, 0.2, 1_999
LABELS = ("style", "genre", "artist")
COLUMNS = (
    *("backbone", "judged_by", "judge", "marks", "wrong", "before", "after", "difference", "low"),
    *("high", "p", "target_p", "queries", "clusters", "shares"),
)


def rows(works: PooledWorks, parts: Parts, judges: int, seed: int) -> Iterator[dict[str, object]]:
    """Figures before and after the marks of each of ``judges``, for each label."""
    before = {part.name: part.weight for part in works.spec.parts}
    for label in LABELS:
        for judge in range(judges):
            rng = np.random.default_rng([seed, judge, LABELS.index(label)])
            judged, aside = _halves(works, rng)
            marks = _marks(works, label, judged, joined(parts, before), rng)
            after = _retrained(works, marks, parts, before, judge)
            yield {
                "judged_by": label,
                "judge": judge,
                "marks": len(marks),
                **_compared(works, label, aside, parts, before, after),
            }


def _halves(works: PooledWorks, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Places in the evaluation's rows of works kept aside, of one half of the artists each."""
    evaluation = works.evaluation
    count = len(evaluation.queries) + len(evaluation.unseen)
    artists = works.data.artists[evaluation.rows[:count]]
    known = np.unique(artists[artists >= 0])
    one = rng.permutation(known)[: len(known) // 2]
    places = np.flatnonzero(artists >= 0)
    return places[np.isin(artists[places], one)], places[~np.isin(artists[places], one)]


def _marks(
    works: PooledWorks, label: str, judged: np.ndarray, embedding: Floats, rng: np.random.Generator
) -> list[JudgedPair]:
    """What a judge says of the first results of QUERIES works, WRONG of it at random."""
    codes = works.data.labels[label].same[works.evaluation.rows]
    groups = works.data.groups[works.evaluation.rows]
    index = ExactIndex(np.ascontiguousarray(embedding[judged]))
    found: list[JudgedPair] = []
    for place in rng.permutation(judged[codes[judged] >= 0])[:QUERIES].tolist():
        own = np.flatnonzero(groups[judged] == groups[place])
        shown = judged[index.search(embedding[place], SHOWN, exclude=own).rows]
        wrong = rng.random(len(shown)) < WRONG
        alike = (codes[shown] == codes[place]) ^ wrong
        found += [
            JudgedPair(str(place), str(work), bool(related), "marks")
            for work, related in zip(shown, alike, strict=True)
        ]
    return found


def _retrained(
    works: PooledWorks, marks: list[JudgedPair], parts: Parts, before: dict[str, float], seed: int
) -> dict[str, float]:
    """The weights as ``artsim retrain`` fits them; those before where it would refuse."""
    ids = [str(place) for place in range(len(works.evaluation.rows))]
    unit = [
        part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
        for part in (parts[name].astype(np.float64) for name in before)
    ]
    shares = np.array([weight**2 for weight in before.values()])
    try:
        preferred, queries = preferences(marks, ids, unit, seed)
        fitted, _ = fit_shares(preferred, queries, shares / shares.sum(), seed)
    except InvalidInput:  # as the command says where nothing agrees better with the marks
        return before
    return dict(zip(before, np.sqrt(fitted).tolist(), strict=True))


def _compared(
    works: PooledWorks,
    label: str,
    aside: np.ndarray,
    parts: Parts,
    before: dict[str, float],
    after: dict[str, float],
) -> dict[str, object]:
    rows = works.evaluation.rows[aside]
    asking: EvaluationSet = replace(works.evaluation, gallery=rows, queries=rows, unseen=rows[:0])
    twice = np.concatenate([aside, aside])
    one, other = (
        asking.asked(joined({n: parts[n][twice] for n in before}, weights))[label]
        for weights in (before, after)
    )
    change = (other.values - one.values)[:, None]
    groups = cluster_codes(works, one.queries)
    low, high = confidence(change, clusters=groups)[0]
    total = sum(weight**2 for weight in after.values())
    return {
        "backbone": works.spec.name,
        "wrong": WRONG,
        "before": round(float(one.values.mean()), 4),
        "after": round(float(other.values.mean()), 4),
        "difference": round(float(change.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "p": round(float(paired_p(change, FLIPS, 0, groups)[0]), 4),
        "target_p": 0.05,
        "queries": len(change),
        "clusters": int(groups.max()) + 1,
        "shares": " ".join(f"{name} {w**2 / total:.2f}" for name, w in after.items()),
    }
