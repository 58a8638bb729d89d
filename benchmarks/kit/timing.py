"""Times and what is said of them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


def seconds_of(work: Callable[[], object]) -> float:
    """Seconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def percentiles(times: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    p50, p95 = np.percentile(times, [50, 95])
    return float(p50), float(p95)


@dataclass(frozen=True)
class Ratio:
    """How two ways that took turns compare: median of the ratios of pairs, and their quartiles."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


def ratio(ours: Sequence[float], others: Sequence[float]) -> Ratio:
    """Each figure over the one that was measured beside it; both of the same length.

    >>> str(ratio([1.0, 3.0, 4.0], [2.0, 2.0, 4.0]))
    '1.00 (0.75 to 1.25)'
    """
    shares = np.divide(ours, others)
    low, median, high = np.percentile(shares, [25, 50, 75])
    return Ratio(float(median), float(low), float(high))


def interleaved(
    answers: Sequence[Callable[[int], object]], count: int, warm: int = 3, rest: float = 0.05
) -> list[list[float]]:
    """Milliseconds of each of ``answers`` for each of ``count`` queries, asked in turn.

    Whoever answers starts after ``rest`` seconds, because the idle threads of OpenBLAS and OpenMP
    go on spinning for some 30 ms. The order is drawn anew for each query; the first ``warm`` are
    not counted.
    """
    times: list[list[float]] = [[] for _ in answers]
    for i in range(-warm, count):
        for n in np.random.default_rng(i + warm).permutation(len(answers)):
            time.sleep(rest)
            began = time.perf_counter()
            answers[n](i % count)
            if i >= 0:
                times[int(n)].append((time.perf_counter() - began) * 1000)
    return times


def in_a_row(answer: Callable[[int], object], count: int, warm: int = 5) -> list[float]:
    """Milliseconds of each of ``count`` queries, one after another without a rest."""
    times = []
    for i in range(-warm, count):
        began = time.perf_counter()
        answer(i % count)
        times.append((time.perf_counter() - began) * 1000)
    return times[warm:]
