"""Copies that nobody has marked: works so close to a query that they may show the same picture.

Unmarked copies raise every figure, so an evaluation counts and names them, and leaves them out on
request.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from artsim.core.counts import count
from artsim.core.progress import NULL, Progress
from artsim.evaluation.evaluation_set import EvaluationSet
from artsim.evaluation.metrics import Flags
from artsim.evaluation.ranking import Ranking, rank
from artsim.evaluation.results import Copies

_DEPTH = 20  # copies of one work that are looked for
_NAMED = 5


def without_suspects(
    material: EvaluationSet, cosine: float, progress: Progress = NULL
) -> EvaluationSet:
    """The set without suspected copies: no query finds a work of this ``cosine`` in any space."""
    exclude = list(material.exclude)
    depth = min(_DEPTH, len(material.works))
    for space in material.spaces:
        progress.start(len(exclude), f"Looking for copies with {space.backbone}", "queries")
        found = rank(space.index, space.queries, material.exclude, depth, progress=progress)
        progress.finish()
        for query, row in zip(*np.nonzero(near_hits(found, cosine)), strict=True):
            exclude[query] = np.union1d(exclude[query], found.rows[query, row : row + 1])
    return replace(material, exclude=exclude)


def near_hits(ranking: Ranking, cosine: float) -> Flags:
    """Which retrieved works have at least this ``cosine`` with their query; bool [Q, K]."""
    with np.errstate(invalid="ignore"):
        return np.asarray(ranking.cosines >= cosine)


def copies_of(material: EvaluationSet, near: Flags, asked: Sequence[int]) -> Copies:
    """How many copies the queries ``asked`` could not find, and how many found a suspected one.

    ``near`` is what ``near_hits`` gives.
    """
    own = set(material.work_ids)
    ids = [material.query_ids[query] for query in asked]
    left_out = sum(
        len(material.exclude[query]) - (name in own) for query, name in zip(asked, ids, strict=True)
    )
    suspected = near[np.asarray(asked, np.intp)].any(axis=1)
    return Copies(left_out, int(suspected.sum()))


def suspects_note(
    material: EvaluationSet, ranking: Ranking, near: Flags, cosine: float
) -> str | None:
    """One sentence that names the first suspected copies; None where there are none."""
    queries = np.flatnonzero(near.any(axis=1))
    if not len(queries):
        return None
    pairs: dict[frozenset[str], str] = {}
    for query in queries:
        one = material.query_ids[query]
        other = material.work_ids[ranking.rows[query, near[query].argmax()]]
        pairs.setdefault(frozenset((one, other)), f"{one} and {other}")
        if len(pairs) == _NAMED:
            break
    more = " ..." if len(pairs) == _NAMED else ""
    return (
        f"{count(len(queries), 'query finds', 'queries find')} a work whose cosine is {cosine:g} "
        "or more, which lifts every figure if it is an unmarked copy "
        f"({', '.join(pairs.values())}{more}): evaluate again with unmarked copies left out, or "
        "mark them as the same picture."
    )
