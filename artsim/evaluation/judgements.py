"""What people judged on a collection, as pairs of works: their votes, marks and groups.

A pair is for training or for relevance, never both for one figure: what a backbone was trained on
stands in its record, and an evaluation by the same judgements is refused.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import pandas as pd

from artsim.backbones.fitted import FittedOn
from artsim.collection.quality import choices
from artsim.collection.seen import check_is_seen
from artsim.collection.store import Collection
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.config import MARKS, VOTES
from artsim.evaluation.judgement import Judgement
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.catalog import Catalog
from artsim.search.concept_store import concepts_of

if TYPE_CHECKING:
    from artsim.evaluation.relevances import Setting

GROUPS = "groups"
KINDS = (VOTES, MARKS, GROUPS)
_Told = tuple[str, str, bool]  # query, work, related


@dataclass(frozen=True)
class JudgedPair:
    """A work that people found ``related`` to the work ``query``, or not; ``kind`` of KINDS."""

    query: str
    work: str
    related: bool
    kind: str


def judged_pairs(
    workspace: Workspace, collection: str, kinds: Sequence[str] = KINDS
) -> list[JudgedPair]:
    """Pairs of artwork ids that people judged, in order; where they disagree the majority counts.

    ``votes``: works of the lists that were preferred on the Compare page, against works that only
    the others showed. ``marks``: examples of one concept, liked against not liked (examples that a
    label gave are not judgements). ``groups``: files that a person merged or parted, where both are
    works. Ids may have left the collection. Raises InvalidInput for another kind.

    >>> judged_pairs(workspace, "mine", ["votes"])  # doctest: +SKIP
    [JudgedPair(query='w1', work='w2', related=True, kind='votes')]
    """
    policy.ask(Action.REPORTS)
    check_is_seen(workspace, collection)
    told = {VOTES: _votes, MARKS: _marks, GROUPS: _groups}
    if unknown := [kind for kind in kinds if kind not in told]:
        raise InvalidInput(f"{unknown[0][:40]!r} is no judgement: use {', '.join(KINDS)}.")
    found = []
    for kind in dict.fromkeys(kinds):
        balance: Counter[tuple[str, str]] = Counter()
        for query, work, related in told[kind](workspace, collection):
            balance[query, work] += 1 if related else -1
        found += [JudgedPair(q, w, n > 0, kind) for (q, w), n in sorted(balance.items()) if n]
    return found


def to_frame(pairs: Iterable[JudgedPair]) -> pd.DataFrame:
    """One line a pair: query, work, related, kind."""
    return pd.DataFrame(
        [(p.query, p.work, p.related, p.kind) for p in pairs],
        columns=["query", "work", "related", "kind"],
    )


def to_qrels(pairs: Iterable[JudgedPair]) -> str:
    """Pairs as TREC's judged pairs, 'QUERY 0 WORK GRADE' a line, for ``--qrels``."""
    return "".join(f"{p.query} 0 {p.work} {int(p.related)}\n" for p in pairs)


def check_not_trained_on(
    backbone: str, fitted: FittedOn, relevances: Iterable[str], collection: str
) -> None:
    """Raise InvalidInput where a backbone learnt from the judgements that are to judge it."""
    for relevance in relevances:
        if (collection, relevance) in fitted.judged:
            raise InvalidInput(
                f"{backbone!r} was trained on the {relevance} of {collection!r}, so they cannot "
                "judge it as well: choose another relevance, or leave this backbone out."
            )


@dataclass(frozen=True)
class Marked:
    """Works that were liked as examples of one concept are relevant to one another."""

    name: str = MARKS
    title: str = "Marks"

    def judge(self, setting: "Setting") -> Judgement:
        """See Relevance."""
        collection = setting.config.collection
        setting.check_own_queries(self.title)
        relevant = _related(setting.workspace, collection)
        nothing = f"No concept of {collection!r} has two liked works: teach one first"
        return setting.listed(MARKS, relevant, nothing)

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:
        """See Relevance."""
        try:
            return bool(_related(workspace, catalog.name))
        except ArtsimError:
            return False


MARKED = Marked()


def _related(workspace: Workspace, collection: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pair in judged_pairs(workspace, collection, [MARKS]):
        if pair.related:
            found.setdefault(pair.query, set()).add(pair.work)
    return found


def _votes(workspace: Workspace, collection: str) -> Iterator[_Told]:
    for query, tally in votes.balance(workspace, collection).items():
        yield from ((query, work, n > 0) for work, n in tally.items() if n and work != query)


def _marks(workspace: Workspace, collection: str) -> Iterator[_Told]:
    # A concept that was taught for several backbones has the same examples in each.
    taught = [one for one in concepts_of(workspace, collection) if not one.label]
    told = {(one.name, one.like, one.unlike) for one in taught}
    for _, like, unlike in sorted(told):
        for query in like:
            yield from ((query, work, True) for work in like if work != query)
            yield from ((query, work, False) for work in unlike)


def _groups(workspace: Workspace, collection: str) -> Iterator[_Told]:
    held = Collection.open(workspace, collection)
    table = held.metadata(["id", "file"]).to_pydict()
    work_of = dict(zip(table["file"], table["id"], strict=True))
    chosen = choices.load(held)
    for decided, related in ((chosen.together, True), (chosen.apart, False)):
        for one, other in decided:
            works = work_of.get(one), work_of.get(other)
            if None not in works and works[0] != works[1]:
                yield from ((str(a), str(b), related) for a, b in permutations(works))
