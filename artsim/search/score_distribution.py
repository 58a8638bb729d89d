"""Small tables that turn a score into a measured share: tails of samples, chance, odds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from sklearn import isotonic
else:
    isotonic = lazy("sklearn.isotonic")

_LONG = 600  # a sample up to this size is kept whole
_POINTS = 200  # of a longer one
_TOP = 16  # best scores of a query from which its tail goes on exponentially
_SIZES = tuple(4**power for power in range(14))
_BIN = 100  # results in the bin of the highest scores, before bins are joined
_GROWTH = 1.25  # of each bin below it: the highest scores are the rarest and matter most

Array = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Rate:
    """``count`` of ``of`` measured cases, which is the share ``share``."""

    share: float
    count: int
    of: int


@dataclass(frozen=True)
class Tail:
    """Share of ``size`` measured scores that lie at or above a score; linear between points.

    ``scores`` ascend, ``shares`` fall from 1.
    """

    scores: tuple[float, ...]
    shares: tuple[float, ...]
    size: int

    def share(self, score: float) -> float:
        """Share at or above ``score``: 1 below the lowest that was measured, 0 above the highest"""
        if score > self.scores[-1]:
            return 0.0
        return float(np.interp(score, self.scores, self.shares))

    def rate(self, score: float) -> Rate:
        """The same with counts."""
        share = self.share(score)
        return Rate(share, round(share * self.size), self.size)

    def reached_by(self, share: float) -> float:
        """The score that this share of the sample reaches or passes."""
        return float(np.interp(-share, [-value for value in self.shares], self.scores))


def tail(sample: Array) -> Tail | None:
    """The tail of a sample, thinned where it is long, finest at its upper end; None of nothing."""
    if not len(sample):
        return None
    ordered = np.sort(sample.astype(np.float64))
    size = len(ordered)
    from_top = np.arange(1, size + 1)
    if size > _LONG:
        from_top = np.unique(
            np.concatenate(
                [
                    np.geomspace(1, size, _POINTS // 2).round().astype(int),
                    np.linspace(1, size, _POINTS // 2).round().astype(int),
                ]
            )
        )
    scores = ordered[size - from_top][::-1]
    scores, last = np.unique(scores, return_index=True)
    return Tail(_floats(scores), _floats((from_top[::-1] / size)[last]), size)


@dataclass(frozen=True)
class Chance:
    """How likely the best of n works without any tie to the query reaches a score.

    ``shares[i][j]`` is for ``sizes[i]`` works and ``scores[j]``; linear between scores and in
    the logarithm of the size.
    """

    scores: tuple[float, ...]
    sizes: tuple[int, ...]
    shares: tuple[tuple[float, ...], ...]

    def share(self, score: float, works: int) -> float:
        """The chance for ``works`` works to bring up at least ``score``."""
        if score > self.scores[-1]:
            return 0.0
        return float(np.interp(score, self.scores, self._row(works)))

    def reached_by(self, share: float, works: int) -> float:
        """The lowest score for which the chance is at most ``share``."""
        row = self._row(works)
        return float(np.interp(-share, -row, self.scores))

    def _row(self, works: int) -> npt.NDArray[np.float64]:
        place = np.interp(np.log(max(1, works)), np.log(self.sizes), np.arange(len(self.sizes)))
        low = int(place)
        high = min(low + 1, len(self.sizes) - 1)
        table = np.array([self.shares[low], self.shares[high]])
        return np.asarray(table[0] + (place - low) * (table[1] - table[0]))


def chance(samples: Sequence[Array]) -> Chance:
    """From the scores of unrelated works, one array a query.

    The best of n works reaches s with probability 1 - (1 - p)^n, p the share of unrelated works at
    or above s. It is worked out query by query and averaged, since some queries lie nearer to
    everything than others. Beyond a query's best scores (16, fewer in small samples) p falls
    exponentially, at the mean rate of all queries (peaks over threshold), so that galleries larger
    than the sample are answered too: for scores with a normal tail this errs on the careful side:
    chance is overstated.
    """
    top = min(_TOP, max(3, int(np.median([len(sample) for sample in samples])) // 8))
    ordered = [np.sort(sample.astype(np.float64)) for sample in samples if len(sample) > top]
    anchors = np.array([sample[-top] for sample in ordered])
    scale = float(np.mean([sample[-top:].mean() - sample[-top] for sample in ordered]))
    scale = max(scale, 1e-9)
    lowest = min(sample[0] for sample in ordered)
    middle = float(np.median(anchors))
    highest = anchors.max() + scale * 12
    grid = np.unique(
        np.concatenate([np.linspace(lowest, middle, 30), np.linspace(middle, highest, 90)])
    )
    p = np.empty((len(ordered), len(grid)))
    for i, sample in enumerate(ordered):
        p[i] = 1 - np.searchsorted(sample, grid) / len(sample)
        beyond = grid > anchors[i]
        p[i, beyond] = top / len(sample) * np.exp(-(grid[beyond] - anchors[i]) / scale)
    with np.errstate(divide="ignore"):
        missing = np.log1p(-p)
    shares = [-np.expm1(size * missing).mean(axis=0) for size in _SIZES]
    return Chance(_floats(grid), _SIZES, tuple(_floats(np.abs(row)) for row in shares))


@dataclass(frozen=True)
class Odds:
    """Share of results with a score that are hits; rises with the score, linear between points.

    ``counts`` is how many results each point stands for.
    """

    scores: tuple[float, ...]
    shares: tuple[float, ...]
    counts: tuple[int, ...]

    def share(self, score: float) -> float:
        """The measured share of hits among results with this score."""
        return float(np.interp(score, self.scores, self.shares))

    def reached_by(self, share: float) -> float | None:
        """The lowest score from which at least ``share`` are hits; None where none does."""
        for i, value in enumerate(self.shares):
            if value >= share:
                if i == 0:
                    return self.scores[0]
                pair = slice(i - 1, i + 1)
                return float(np.interp(share, self.shares[pair], self.scores[pair]))
        return None


def odds(scores: Array, hits: npt.NDArray[np.bool_]) -> Odds | None:
    """Isotonic odds over bins, small at the top; None under two bins.

    Each pooled bin gets one result more at the overall share, so that no share is 0 or 1.
    """
    if len(scores) < 2 * _BIN:
        return None
    order = np.argsort(scores, kind="stable")
    parts = _binned(order)
    count = np.array([len(part) for part in parts])
    found = np.array([hits[part].sum() for part in parts])
    total = np.array([scores[part].sum(dtype=np.float64) for part in parts])
    level = isotonic.isotonic_regression(found / count, sample_weight=count)
    starts = np.flatnonzero(np.diff(level, prepend=-1.0) > 1e-12)  # of bins with one level
    count, found, total = (np.add.reduceat(values, starts) for values in (count, found, total))
    return Odds(
        tuple((total / count).round(6).tolist()),
        tuple(((found + hits.mean()) / (count + 1)).round(6).tolist()),
        tuple(count.tolist()),
    )


def _binned(order: npt.NDArray[np.intp]) -> list[npt.NDArray[np.intp]]:
    """Ascending order cut into bins that grow downwards; a small rest joins the lowest."""
    cuts, size, left = [], float(_BIN), len(order)
    while left - int(size) >= int(size):
        left -= int(size)
        cuts.append(left)
        size *= _GROWTH
    return np.split(order, cuts[::-1])


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(float(f"{value:.6g}") for value in values)
