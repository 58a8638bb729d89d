"""What 200 marks are worth where a fifth is wrong: the parts weighed anew, on other artists' works.

Works that the parts were not fitted on are halved by artist. Simulated judges teach ten concepts,
values of a label, by marks on works of one half; the backbone is retrained by these marks, and both
answer the works of the other half among themselves.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from artsim.core.errors import InvalidInput
from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.judgements import JudgedPair
from artsim.evaluation.significance import paired_p
from artsim.training.judged import fit_shares, preferences
from artsim.training.retrieval import EvaluationSet
from artsim.training.weights import joined
from benchmarks.pooled_works import Parts, PooledWorks, cluster_codes

CONCEPTS, EACH, LEAST, WRONG, FLIPS = 10, 10, 6, 0.2, 1_999
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
            pairs, marks = _marks(works, label, judged, rng)
            after = _retrained(works, pairs, parts, before, judge)
            yield {
                "judged_by": label,
                "judge": judge,
                "marks": marks,
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
    works: PooledWorks, label: str, judged: np.ndarray, rng: np.random.Generator
) -> tuple[list[JudgedPair], int]:
    """Pairs of works as concepts give them, and how many marks they are of.

    A judge teaches CONCEPTS values of the label by EACH works that have it and as many others, and
    errs in WRONG of the marks.
    """
    codes = works.data.labels[label].same[works.evaluation.rows][judged]
    values, counts = np.unique(codes[codes >= 0], return_counts=True)
    found, marks = [], 0
    for value in rng.permutation(values[counts >= LEAST])[:CONCEPTS]:
        right = rng.permutation(judged[codes == value])[:EACH]
        others = rng.permutation(judged[(codes != value) & (codes >= 0)])[:EACH]
        wrong = rng.random(len(right)) < WRONG, rng.random(len(others)) < WRONG
        like = [*right[~wrong[0]].tolist(), *others[wrong[1]].tolist()]
        unlike = [*right[wrong[0]].tolist(), *others[~wrong[1]].tolist()]
        marks += len(like) + len(unlike)
        for query in map(str, like):
            found += [JudgedPair(query, str(w), True, "marks") for w in like if str(w) != query]
            found += [JudgedPair(query, str(w), False, "marks") for w in unlike]
    return found, marks


def _retrained(
    works: PooledWorks, pairs: list[JudgedPair], parts: Parts, before: dict[str, float], seed: int
) -> dict[str, float]:
    """The weights as ``artsim retrain`` fits them; those before where it would refuse."""
    ids = [str(place) for place in range(len(works.evaluation.rows))]
    unit = [
        part / np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
        for part in (parts[name].astype(np.float64) for name in before)
    ]
    shares = np.array([weight**2 for weight in before.values()])
    try:
        preferred, queries = preferences(pairs, ids, unit, seed)
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
    asking: EvaluationSet = replace(
        works.evaluation,
        gallery=rows,
        queries=rows,
        unseen=rows[:0],
        same={label: works.evaluation.same[label]},
    )
    twice = np.concatenate([aside, aside])
    one, other = (
        asking.asked(joined({n: parts[n][twice] for n in before}, weights))[label]
        for weights in (before, after)
    )
    change = (other.values - one.values)[:, None]
    groups = cluster_codes(works.data.artists, one.queries)
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
