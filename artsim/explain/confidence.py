"""How many matches are proof, and how often such answers were right where that was measured."""

from artsim.explain.alignment import Alignment

# Chance gave 6 matches at most in 1,400 pairs of a photograph and another work.
LEAST_INLIERS = 12
LEAST_AGREEMENT = 0.2
# Of photographs of generated saints that are in no collection, the nearest saint had 0.13 to 0.49.
LEAST_DETAIL = 0.55
# Matches, and the lower end of the 95 % interval of the share of right answers among those with as
# many at least, in benchmarks/results/asking_identify.csv; empty where no run has measured it.
MEASURED: tuple[tuple[int, float], ...] = ((12, 0.9786), (20, 0.9785), (40, 0.9782), (80, 0.9761))


def is_match(alignment: Alignment) -> bool:
    """Whether a photograph shows the picture."""
    return (
        alignment.inliers >= LEAST_INLIERS
        and alignment.agreement >= LEAST_AGREEMENT
        and alignment.detail >= LEAST_DETAIL
    )


# The backbone of that measurement, and its number of works: among fewer works wrong claims are
# rarer, among more nobody has measured how often they happen.
MEASURED_WITH, MEASURED_AMONG = "artsim-lite0", 10_000


def confidence(
    inliers: int,
    backbone: str = MEASURED_WITH,
    works: int = 0,
    measured: tuple[tuple[int, float], ...] = MEASURED,
) -> float | None:
    """How often answers with so many matches were right at least; None where not measured.

    That holds for one backbone and for collections of at most so many works.

    >>> confidence(40, measured=((12, 0.95), (30, 0.98))), confidence(20, measured=())
    (0.98, None)
    >>> confidence(40, "resnet50"), confidence(40, works=2_000_000)
    (None, None)
    """
    if backbone != MEASURED_WITH or works > MEASURED_AMONG:
        return None
    known = [share for least, share in measured if inliers >= least]
    return known[-1] if known else None
