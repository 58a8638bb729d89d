"""Some titles that differ and count as the same, so that a person can judge the threshold."""

from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz

from artsim.core.counts import count
from artsim.evaluation.config import TITLE, TitleSimilarity
from artsim.evaluation.judgement import Coded
from artsim.evaluation.relevance import judge
from artsim.evaluation.results import TitlePair
from artsim.evaluation.tfidf import similarities
from artsim.evaluation.titles import fold_title
from artsim.search.catalog import Catalog

_LOOKED_AT = 2_000  # of all pairs, spread evenly
_SHOWN = 5


def doubtful_pairs(found: Coded, similarity: TitleSimilarity) -> tuple[int, tuple[TitlePair, ...]]:
    """How many pairs of different titles are similar, and the least similar of those looked at.

    No title is shown twice. The same titles give the same pairs.
    """
    if found.similar is None or not len(found.similar.pairs):
        return 0, ()
    pairs = found.similar.pairs
    some = np.unique(np.linspace(0, len(pairs) - 1, min(len(pairs), _LOOKED_AT)).astype(np.int64))
    first, second = np.divmod(pairs[some].astype(np.int64), found.similar.count)
    keys = [fold_title(title) for title in found.values]
    scores = _scores(keys, first, second, similarity)
    shown: list[TitlePair] = []
    seen: set[int] = set()
    for place in np.argsort(scores, kind="stable"):
        both = {int(first[place]), int(second[place])}
        if not both & seen:
            seen |= both
            one, other = sorted(found.values[code] for code in both)
            shown.append(TitlePair(one, other, float(scores[place])))
            if len(shown) == _SHOWN:
                break
    return len(pairs), tuple(shown)


def pairs_of_collection(
    catalog: Catalog, threshold: float, similarity: TitleSimilarity
) -> tuple[int, tuple[TitlePair, ...]]:
    """``doubtful_pairs`` of all works of a collection; keeps nothing. Raises InvalidInput."""
    everyone = np.arange(len(catalog))
    of_all = catalog, everyone
    return doubtful_pairs(judge(TITLE, of_all, of_all, threshold, similarity), similarity)


def pairs_sentence(similar: int, shown: Sequence[TitlePair], threshold: float) -> str:
    """What counts as the same title, in plain words; "" where only equal ones do."""
    if not similar:
        return ""
    named = ", ".join(f"{p.one!r} / {p.other!r} ({p.similarity:.3f})" for p in shown)
    return (
        f"From a similarity of {threshold:g} on, {count(similar, 'pair')} of different titles pass "
        f"for the same title, the least alike being {named}: choose a higher threshold where these "
        "are not one title."
    )


def _scores(
    keys: Sequence[str], first: np.ndarray, second: np.ndarray, similarity: TitleSimilarity
) -> np.ndarray:
    if similarity == "tfidf":
        return similarities(keys, first, second)
    scorer = fuzz.ratio if similarity == "ratio" else fuzz.token_set_ratio
    pairs = zip(first.tolist(), second.tolist(), strict=True)
    return np.array([scorer(keys[i], keys[j]) / 100 for i, j in pairs])
