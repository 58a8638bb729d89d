"""How many matches are proof, and how often such answers were right where that was measured."""

from artsim.explain.alignment import Alignment

# Chance gave 6 matches at most in 1,400 pairs of a photograph and another work.
LEAST_INLIERS = 12
LEAST_AGREEMENT = 0.2
# Matches, and the lower end of the 95 % interval of the share of right answers among those with as
# many at least, in benchmarks/results/asking_identify.csv; empty where no run has measured it.
MEASURED: tuple[tuple[int, float], ...] = ((12, 0.9711), (20, 0.9709), (40, 0.97), (80, 0.9674))


def is_match(alignment: Alignment) -> bool:
    """Whether a photograph shows the picture."""
    return alignment.inliers >= LEAST_INLIERS and alignment.agreement >= LEAST_AGREEMENT


def confidence(inliers: int, measured: tuple[tuple[int, float], ...] = MEASURED) -> float | None:
    """How often answers with so many matches were right at least; None where not measured.

    >>> confidence(40, ((12, 0.95), (30, 0.98))), confidence(20, ())
    (0.98, None)
    """
    known = [share for least, share in measured if inliers >= least]
    return known[-1] if known else None
