"""One query put to several backbones or metrics: lists side by side, and how far they agree."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, zip_longest

from artsim.core.errors import ArtsimError, InvalidInput
from artsim.images.query_pictures import QueryPicture
from artsim.search.filters import Filters
from artsim.search.query import Query
from artsim.search.service import SearchService

MOST_LISTS = 4
PERSISTENCE = 0.9  # p of rank-biased overlap: the first ten ranks carry 86 % of the weight
_DEPTH = 500  # how far down a list the rank of a work is looked up


@dataclass(frozen=True, order=True)
class Contender:
    """A backbone and a metric: what makes one ranked list."""

    backbone: str
    metric: str


@dataclass(frozen=True)
class RankedList:
    """The answer of one contender: the ids of the top K, best first, and ranks beyond them."""

    contender: Contender
    digest: str
    ids: tuple[str, ...]
    ranks: dict[str, int] = field(repr=False)
    candidates: int


@dataclass(frozen=True)
class Agreement:
    """How alike lists number ``first`` and ``second`` are within the top K."""

    first: int
    second: int
    shared: int
    overlap: float
    rbo: float


@dataclass(frozen=True)
class Comparison:
    """The lists of one query side by side: ranks only, because scores of two lists differ in scale.

    ``left_out`` holds the contenders that could not answer, each with its error.
    """

    k: int
    lists: tuple[RankedList, ...]
    left_out: tuple[tuple[Contender, ArtsimError], ...] = ()

    def rows(self) -> list[tuple[str | None, ...]]:
        """The lists aligned: entry r holds the id at rank r + 1 of each, None where one ends."""
        return list(zip_longest(*(ranked.ids for ranked in self.lists)))

    @property
    def identical(self) -> bool:
        """Whether all lists hold the same works in the same order."""
        return len({ranked.ids for ranked in self.lists}) <= 1

    @cached_property
    def found_by(self) -> dict[str, tuple[int, ...]]:
        """For each work in any top K, by best rank: the numbers of the lists that show it."""
        shown: dict[str, list[int]] = {}
        for row in self.rows():
            for work in row:
                if work is not None:
                    shown.setdefault(work, [])
        for number, ranked in enumerate(self.lists):
            for work in ranked.ids:
                shown[work].append(number)
        return {work: tuple(numbers) for work, numbers in shown.items()}

    def ranks(self, work: str) -> tuple[int | None, ...]:
        """Rank of a work in each list, also beyond the top K; None where it ranks too low."""
        return tuple(ranked.ranks.get(work) for ranked in self.lists)

    def agreements(self) -> list[Agreement]:
        """One for each pair of lists."""
        return [
            Agreement(
                first,
                second,
                len(set(self.lists[first].ids) & set(self.lists[second].ids)),
                overlap_at_k(self.lists[first].ids, self.lists[second].ids, self.k),
                rank_biased_overlap(self.lists[first].ids, self.lists[second].ids),
            )
            for first, second in combinations(range(len(self.lists)), 2)
        ]


def overlap_at_k(first: Sequence[str], second: Sequence[str], k: int) -> float:
    """Share of the top ``k`` that two lists of distinct ids have in common, in [0, 1].

    ``|A and B| / max(|A|, |B|)`` with A and B the first ``k`` of each: the denominator is ``k``
    unless both lists are shorter. Order within the top ``k`` does not matter. Two empty lists
    agree: 1.
    """
    if k < 1:
        raise InvalidInput("K must be at least 1.")
    a, b = set(first[:k]), set(second[:k])
    longest = max(len(a), len(b))
    return len(a & b) / longest if longest else 1.0


def rank_biased_overlap(
    first: Sequence[str], second: Sequence[str], p: float = PERSISTENCE
) -> float:
    """Extrapolated rank-biased overlap of two lists of distinct ids, in [0, 1].

    RBO_EXT, equation 32 of Webber, Moffat and Zobel, "A similarity measure for indefinite
    rankings" (ACM TOIS 28(4), 2010). With s <= l the lengths and X_d the number of ids in both
    lists cut at depth d::

        (1-p)/p * (sum_{d=1..l} X_d/d p^d + sum_{d=s+1..l} X_s (d-s)/(s d) p^d)
        + ((X_l - X_s)/l + X_s/s) p^l

    The weight of a rank falls by ``p`` from one to the next; the agreement seen at the end is
    taken to go on. Two empty lists agree: 1; one empty list: 0. Raises InvalidInput unless
    0 < p < 1.
    """
    if not 0 < p < 1:
        raise InvalidInput("The persistence p of rank-biased overlap lies between 0 and 1.")
    short, long = sorted((first, second), key=len)
    s, length = len(short), len(long)
    if s == 0:
        return 1.0 if length == 0 else 0.0
    common = _overlaps(short, long)
    x_s, x_l = common[s - 1], common[length - 1]
    seen = sum(common[d - 1] / d * p**d for d in range(1, length + 1))
    assumed = sum(x_s * (d - s) / (s * d) * p**d for d in range(s + 1, length + 1))
    value = (1 - p) / p * (seen + assumed) + ((x_l - x_s) / length + x_s / s) * p**length
    return min(max(value, 0.0), 1.0)


def _overlaps(short: Sequence[str], long: Sequence[str]) -> list[int]:
    """Entry d - 1: how many ids both lists hold when each is cut at depth d."""
    seen_short: set[str] = set()
    seen_long: set[str] = set()
    counts, common = [], 0
    for depth, other in enumerate(long):
        if depth < len(short):
            one = short[depth]
            seen_short.add(one)
            common += one in seen_long
        seen_long.add(other)
        common += other in seen_short
        counts.append(common)
    return counts


def checked_contenders(contenders: Sequence[Contender]) -> tuple[Contender, ...]:
    """Two to four different contenders, as given; raises InvalidInput."""
    if not 2 <= len(contenders) <= MOST_LISTS:
        raise InvalidInput("Choose two to four columns to compare.")
    if len(set(contenders)) < len(contenders):
        raise InvalidInput("Two columns are the same: choose another backbone or metric for one.")
    return tuple(contenders)


def compare(
    service: SearchService,
    name: str,
    contenders: Sequence[Contender],
    k: int,
    *,
    id: str | None = None,
    picture: QueryPicture | None = None,
    filters: Filters | None = None,
) -> Comparison:
    """Put one query (an artwork's ``id`` or a ``picture``) to every contender.

    A contender that cannot answer is left out with its reason; raises its error where none can,
    and InvalidInput where the contenders or ``k`` cannot be used.
    """
    lists: list[RankedList] = []
    left_out: list[tuple[Contender, ArtsimError]] = []
    for contender in checked_contenders(contenders):
        query = Query(
            backbone=contender.backbone,
            id=id,
            picture=picture,
            metric=contender.metric,
            k=max(k, _DEPTH),
            filters=filters or Filters(),
        )
        try:
            found = service.search(name, query)
        except ArtsimError as error:
            left_out.append((contender, error))
            continue
        lists.append(
            RankedList(
                contender,
                found.digest,
                tuple(hit.id for hit in found.hits[:k]),
                {hit.id: hit.rank for hit in found.hits},
                found.candidates,
            )
        )
    if not lists:
        raise left_out[0][1]
    return Comparison(k, tuple(lists), tuple(left_out))
