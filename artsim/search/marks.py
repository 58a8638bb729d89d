"""One vector to search by, out of what was marked as liked and as not liked.

Few marks: Rocchio, the mean of the liked minus half the mean of the others. From FROM_MARKS on
also a logistic classifier against random works of the collection; how much each counts is what
cross-validation over the marks says. Both score works by a product with one vector, and so does
their sum: every index can answer it. The nearest works of that vector then count a little as liked
themselves (pseudo-relevance feedback: Manning, Raghavan, Schuetze, Introduction to
Information Retrieval, 2008, 9.1.6).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from artsim.core.average_precision import average_precision
from artsim.search.neighbours import SMALLEST_NORM, Doubles, Rows

FROM_MARKS = 5
BACKGROUND = 128  # random works that a classifier tells the liked ones from
_UNLIKE = 0.5  # weight of the mean of what is not liked (Rocchio)
_SHARES = (0.0, 0.5, 1.0)  # of the classifier, that cross-validation chooses from
_GAIN = 0.05  # in average precision that the classifier must bring: marks are few
_FOLDS = 4
_LEAST_SPREAD = 1e-3  # of cosines: what sorts works no better than this is not made louder
_STEPS = 150  # of the descent
_C = 10.0  # inverse strength of the classifier's penalty, for vectors of length 1
_SEED = 0

FEEDBACK = 10  # nearest works that count as liked themselves
_FEEDBACK_WEIGHT = 0.5  # of a mark's, for what fits as well as those; benchmarks asking
_DOUBT = 4  # power by which less weight is given to what fits less well

Mask = npt.NDArray[np.bool_]
Nearest = Callable[[Doubles, int], Doubles]


@dataclass(frozen=True)
class Marked:
    """Vectors float64 [M, D] of what was marked, their weights [M], and which are ``liked`` [M]."""

    vectors: Doubles
    weights: Doubles
    liked: Mask

    def __len__(self) -> int:
        return len(self.vectors)

    def taken(self, places: Rows | Mask) -> "Marked":
        """Those marks alone."""
        return Marked(self.vectors[places], self.weights[places], self.liked[places])


def direction(marked: Marked, background: Doubles, nearest: Nearest | None = None) -> Doubles:
    """The vector [D] whose cosine with a work says how well it fits the marks.

    ``nearest`` gives the vectors float64 [n, D] of the n works nearest to one, which nobody marked.

    ``background`` float64 [B, D] are works of the collection that nobody marked; fewer than two
    leave the classifier out. The same marks give the same vector. One liked work alone is its own.
    """
    if len(marked) == 1:
        return cast(Doubles, marked.vectors[0])
    marked = Marked(unit(marked.vectors), marked.weights, marked.liked)
    plain = unit(rocchio(marked))
    liked = int(marked.liked.sum())
    if len(marked) < FROM_MARKS or liked < 3 or len(background) < 2:
        return plain
    background = unit(background)
    share = _best_share(marked, background)
    learnt = unit(_classifier(marked, background)) if share else np.zeros_like(plain)
    found = (1 - share) * plain + share * learnt
    if nearest is None:
        return found
    more = _fed_back(marked, unit(nearest(found, FEEDBACK)))
    return (1 - share) * unit(rocchio(more)) + share * learnt


def _fed_back(marked: Marked, near: Doubles) -> Marked:
    """The marks and ``near`` [n, D], liked as much as they fit the marks.

    One that fits no better than a mark that is not liked fits the others has no weight, one that
    fits like a liked one the others has the most.
    """
    fits = np.array(
        [
            _fit(marked.taken(np.arange(len(marked)) != i), marked.vectors[i])
            for i in range(len(marked))
        ]
    )
    high = fits[marked.liked].mean()
    low = fits[~marked.liked].mean() if not marked.liked.all() else -1.0
    place = np.clip((_fit(marked, near) - low) / max(high - low, _LEAST_SPREAD), 0, 1)
    weight = _FEEDBACK_WEIGHT * marked.weights[marked.liked].mean()
    weights = weight * place**_DOUBT
    kept = weights > 0
    return Marked(
        np.concatenate([marked.vectors, near[kept]]),
        np.concatenate([marked.weights, weights[kept]]),
        np.concatenate([marked.liked, np.ones(int(kept.sum()), bool)]),
    )


def _fit(marked: Marked, vectors: Doubles) -> Doubles:
    """How well vectors [..., D] fit marks by Rocchio, float64 [...]."""
    return cast(Doubles, np.vecdot(vectors, rocchio(marked)))


def with_concepts(
    marked: Marked, taught: Mask, background: Doubles, nearest: Nearest | None = None
) -> Doubles:
    """The vector [D] for marks of which those that are ``taught`` [M] are directions of concepts.

    Works and pictures give one direction, and each concept its own. They are added so that each
    sorts random works as strongly as the others do; what is not liked counts half, the other way.
    """
    if not taught.any():
        return direction(marked, background, nearest)
    seen = marked.taken(~taught)
    terms = [(v, w if liked else -_UNLIKE * w) for v, w, liked in _each(marked.taken(taught))]
    if seen.liked.any():
        terms.append((direction(seen, background), float(seen.weights.mean())))
    elif len(seen):
        terms.append((_mean(seen), -_UNLIKE * float(seen.weights.mean())))
    found = np.zeros(marked.vectors.shape[1])
    others = unit(background)
    for vector, weight in terms:
        spread = float(np.std(np.vecdot(others, unit(vector)))) if len(others) > 1 else 1.0
        found += weight * unit(vector) / max(spread, _LEAST_SPREAD)
    return unit(found)


def _each(marked: Marked) -> Iterator[tuple[Doubles, float, bool]]:
    for vector, weight, liked in zip(marked.vectors, marked.weights, marked.liked, strict=True):
        yield vector, float(weight), bool(liked)


def point(marked: Marked) -> Doubles:
    """The vector [D] that works must be near by Euclidean distance.

    The mean of the liked, moved away from the mean of the others by the way between them: Rocchio
    for distances, where only sums with weights that add up to 1 stay among the works.
    """
    liked = _mean(marked.taken(marked.liked))
    if marked.liked.all():
        return liked
    step = _UNLIKE / (1 - _UNLIKE)
    return liked + step * (liked - _mean(marked.taken(~marked.liked)))


def rocchio(marked: Marked) -> Doubles:
    """The mean of the liked minus half the mean of the others, float64 [D]."""
    found = _mean(marked.taken(marked.liked))
    if marked.liked.all():
        return found
    return found - _UNLIKE * _mean(marked.taken(~marked.liked))


def unit(vectors: Doubles) -> Doubles:
    """Vectors [..., D] at length 1, zero where they have none."""
    lengths = np.sqrt(np.vecdot(vectors, vectors))[..., None]
    out = np.zeros_like(vectors)
    return cast(Doubles, np.divide(vectors, lengths, out=out, where=lengths > SMALLEST_NORM))


def _classifier(marked: Marked, background: Doubles) -> Doubles:
    """Coefficients [D] of a logistic regression: the liked against the others and random works.

    Both sides count alike, and of the second side what was marked as much as what was not.
    """
    vectors = np.concatenate([marked.vectors, background])
    liked = np.concatenate([marked.liked, np.zeros(len(background), bool)])
    weights = np.concatenate([marked.weights, np.ones(len(background))])
    unlike = np.flatnonzero(~marked.liked)
    random = np.arange(len(marked), len(vectors))
    sides = [np.flatnonzero(marked.liked), unlike, random]
    total = len(vectors)
    for side, part in zip(sides, (0.5, 0.25, 0.25) if len(unlike) else (0.5, 0, 0.5), strict=True):
        weights[side] *= part * total / max(weights[side].sum(), SMALLEST_NORM)
    return logistic(vectors, liked, weights, _C)


def logistic(vectors: Doubles, positive: Mask, weights: Doubles, c: float) -> Doubles:
    """Coefficients [D] of a logistic regression with an intercept; ``c`` as in scikit-learn.

    ``vectors`` are of length 1 at most. By accelerated gradient descent (Nesterov), in products
    so small that no library wakes its threads for them: on a busy machine that costs seconds.
    """
    sides = np.where(positive, 1.0, -1.0)
    pulls = sides * weights / weights.sum()
    penalty = 1 / (c * weights.sum())
    # The loss bends by no more than a quarter of the squared length of a vector and a 1.
    steepest = 0.5 + penalty
    momentum = (1 - np.sqrt(penalty / steepest)) / (1 + np.sqrt(penalty / steepest))
    across = np.ascontiguousarray(vectors.T)
    found = ahead = np.zeros(vectors.shape[1] + 1)
    for _ in range(_STEPS):
        margins = sides * (np.vecdot(vectors, ahead[:-1]) + ahead[-1])
        missed = pulls * np.exp(-np.logaddexp(0, margins))
        slope = penalty * ahead
        slope[:-1] -= np.vecdot(across, missed)
        slope[-1] = -missed.sum()
        before, found = found, ahead - slope / steepest
        ahead = found + momentum * (found - before)
    return cast(Doubles, found[:-1])


def _best_share(marked: Marked, background: Doubles) -> float:
    """How much the classifier counts, by average precision over marks kept aside in turn."""
    half = len(background) // 2
    learning, others = background[:half], background[half:]
    precisions: list[list[float]] = [[] for _ in _SHARES]
    for aside in folds(marked.liked):
        rest, kept = marked.taken(~aside), marked.taken(aside)
        plain = unit(rocchio(rest))
        learnt = unit(_classifier(rest, learning))
        candidates = np.concatenate([kept.vectors, others])
        relevant = np.concatenate([kept.liked, np.zeros(len(others), bool)])
        for share, found in zip(_SHARES, precisions, strict=True):
            scores = np.vecdot(candidates, (1 - share) * plain + share * learnt)
            found.append(average_precision(scores, relevant))
    means = [float(np.mean(found)) for found in precisions]
    best = int(np.argmax(means))
    return _SHARES[best] if means[best] > means[0] + _GAIN else _SHARES[0]


def folds(liked: Mask) -> Iterator[Mask]:
    """Which marks are kept aside, bool [M], in turn; some that are liked each time."""
    count = min(_FOLDS, int(liked.sum()))
    generator = np.random.default_rng(_SEED)
    number = np.empty(len(liked), np.intp)
    for side in (liked, ~liked):
        number[side] = generator.permutation(np.arange(int(side.sum())) % count)
    for fold in range(count):
        yield number == fold


def _mean(marked: Marked) -> Doubles:
    return cast(Doubles, np.average(marked.vectors, axis=0, weights=marked.weights))
