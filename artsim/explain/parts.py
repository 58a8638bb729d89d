"""How much each part of an embedding gives to a score: exact arithmetic, no estimate."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.search.neighbours import SMALLEST_NORM, checked_metric

WHOLE = "whole"  # name of the only part of an embedding without parts


@dataclass(frozen=True)
class Share:
    """What one part of the embedding adds to the score."""

    name: str
    share: float


def score_of(a: npt.ArrayLike, b: npt.ArrayLike, metric: str = "cosine") -> float:
    """The cosine of two embeddings [D], or the negative distance, in float64."""
    return sum(one.share for one in shares(a, b, {}, metric))


def shares(
    a: npt.ArrayLike, b: npt.ArrayLike, layout: Mapping[str, int], metric: str = "cosine"
) -> tuple[Share, ...]:
    """What each part gives; the shares of two embeddings [D] add up to their score.

    ``layout`` has the dimensions of the parts in their order; without any there is one, "whole".
    Cosine: the product of the part's numbers over the lengths of the whole embeddings. Euclidean:
    its squared distance over the whole distance, negative.

    >>> [(s.name, round(s.share, 2)) for s in shares([3, 4], [3, 4], {"style": 1, "artist": 1})]
    [('style', 0.36), ('artist', 0.64)]
    """
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if checked_metric(metric) == "cosine":
        each = x * y
        whole = float(np.sqrt((x @ x) * (y @ y)))
    else:
        each = -np.square(x - y)
        whole = float(np.sqrt(-each.sum()))
    if sum(layout.values()) != len(x):
        layout = {WHOLE: len(x)}
    ends = np.cumsum(list(layout.values()))[:-1]
    sums = [float(part.sum()) for part in np.split(each, ends)]
    values = [0.0 if whole <= SMALLEST_NORM else one / whole for one in sums]
    return tuple(Share(name, value) for name, value in zip(layout, values, strict=True))
