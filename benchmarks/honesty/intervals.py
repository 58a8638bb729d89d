"""Do 95 % intervals hold the truth 95 times in 100, and do tests of nothing find nothing?

Simulated queries of artists: average precisions in [0, 1], skewed, whose truth is known. Queries of
one artist correlate (intra-class correlation of their normal scores), artists have 8 works each,
about 8 (geometric), or very uneven numbers (Zipf). Methods that take queries as independent are
measured beside.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest, norm

from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.significance import paired_p

COLUMNS = (
    *("what", "made_by", "clusters", "sizes", "correlation", "share", "low", "high"),
    *("target_low", "target_high", "simulations"),
)
CLUSTERS = (10, 20, 40, 100)
CORRELATIONS = (0.0, 0.3, 0.6)
WORKS = 8
LARGEST = 60  # works of the first artist where sizes are Zipf's
POWER = 3.0  # u ** 3 of a uniform u has the mean 1 / 4, and most of it near 0, as AP has
TRUTH = 1 / (POWER + 1)
RESAMPLES = 1_000
FROM = 20  # clusters from which the targets hold
Sizes = npt.NDArray[np.int64]
Values = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]


def sizes_of(kind: str, clusters: int, rng: np.random.Generator) -> Sizes:
    """How many works each artist has."""
    if kind == "even":
        return np.full(clusters, WORKS)
    if kind == "geometric":
        return rng.geometric(1 / WORKS, clusters)
    return np.maximum(1, LARGEST // np.arange(1, clusters + 1))


def drawn(codes: Codes, correlation: float, rng: np.random.Generator) -> Values:
    """A figure for each query, of mean TRUTH, correlated within artists."""
    artists = rng.normal(size=codes.max() + 1)[codes]
    own = rng.normal(size=len(codes))
    scores = np.sqrt(correlation) * artists + np.sqrt(1 - correlation) * own
    return np.asarray(norm.cdf(scores) ** POWER)


def cell(
    kind: str, clusters: int, correlation: float, simulations: int, seed: int
) -> Iterator[dict[str, object]]:
    """Coverage of the interval and errors of the test, by clusters and by queries alone."""
    rng = np.random.default_rng([seed, clusters, int(10 * correlation), len(kind)])
    inside = {"clusters": 0, "queries": 0}
    rejected = {"clusters": 0, "queries": 0}
    for i in range(simulations):
        sizes = sizes_of(kind, clusters, rng)
        codes = np.repeat(np.arange(clusters, dtype=np.int32), sizes)
        one, other = drawn(codes, correlation, rng), drawn(codes, correlation, rng)
        for made_by, groups in (("clusters", codes), ("queries", None)):
            low, high = confidence(one[:, None], RESAMPLES, i, clusters=groups)[0]
            inside[made_by] += int(low <= TRUTH <= high)
            p = paired_p((one - other)[:, None], RESAMPLES - 1, i, groups)[0]
            rejected[made_by] += int(p <= 0.05)
    for what, counts, target in (
        ("coverage of the 95 % interval", inside, (0.92, 0.98)),
        ("type I error at 0.05", rejected, (0.0, 0.06)),
    ):
        for made_by, count in counts.items():
            bounds = binomtest(count, simulations).proportion_ci(method="wilson")
            held = made_by == "clusters" and clusters >= FROM
            yield {
                "what": what,
                "made_by": made_by,
                "clusters": clusters,
                "sizes": kind,
                "correlation": correlation,
                "share": round(count / simulations, 4),
                "low": round(bounds.low, 4),
                "high": round(bounds.high, 4),
                "target_low": target[0] if held else "",
                "target_high": target[1] if held else "",
                "simulations": simulations,
            }


def rows(simulations: int, seed: int) -> Iterator[dict[str, object]]:
    """Every cell: kinds of sizes, numbers of clusters, correlations."""
    for kind in ("even", "geometric", "zipf"):
        for clusters in CLUSTERS:
            for correlation in CORRELATIONS:
                yield from cell(kind, clusters, correlation, simulations, seed)
