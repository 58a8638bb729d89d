"""Teaching a concept: from examples to a direction, and how well it does on works kept aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow.compute as pc

from artsim.collection.columns import LABELS
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.version import code_version
from artsim.search import marks
from artsim.search.concept_store import MAX_EXAMPLES, Concept, Precision, checked_concept_name
from artsim.search.gallery import Gallery
from artsim.search.marks import BACKGROUND, Marked, Mask
from artsim.search.neighbours import Doubles, Rows
from artsim.search.query_item import Item, checked_marks
from artsim.search.question import row_of_work

LEAST = 3
LEAST_MEASURED = 6  # examples, below which a figure of precision says nothing
OTHERS = 500  # random works among which the examples kept aside are looked for
_DRAWN = 1000  # times that examples are drawn again for an interval
_SEED = 0


@dataclass(frozen=True)
class Examples:
    """Ids of works that show a concept and, if known, of such as do not.

    ``label`` is the column and the value that those that show it were taken from, if any.
    """

    like: tuple[str, ...]
    unlike: tuple[str, ...] = ()
    label: tuple[str, str] | None = None


def taught(gallery: Gallery, name: str, examples: Examples) -> Concept:
    """The concept that ``examples`` teach in ``gallery``; the same ones teach the same.

    The direction is that of marks (see ``artsim.search.marks``). Raises InvalidInput where there
    are fewer than LEAST examples or they contradict one another, NotFound and Conflict for works
    that are not there or not embedded.
    """
    name = checked_concept_name(name)
    liked, unliked = checked_marks(
        [Item(id=one) for one in examples.like], [Item(id=one) for one in examples.unlike]
    )
    like, unlike = (_rows(gallery, items) for items in (liked, unliked))
    if len(like) < LEAST:
        raise InvalidInput(
            f"A concept is learnt from at least {LEAST} works that show it, copies counted once, "
            f"and {count(len(like), 'is', 'are')} given: add others."
        )
    pictures = _first_of_picture(gallery)
    shared = unlike[np.isin(pictures[unlike], pictures[like])]
    if len(shared):
        raise InvalidInput(
            f"{gallery.ids[int(shared[0])][:80]!r} does not show the concept, and another example "
            "that shows the same picture does: take one away."
        )
    vectors = gallery.matrix[np.concatenate([like, unlike])].astype(np.float64)
    marked = Marked(vectors, np.ones(len(vectors)), np.arange(len(vectors)) < len(like))
    barred = np.isin(pictures, pictures[np.concatenate([like, unlike])])
    if examples.label is not None:
        barred[_rows_of_label(gallery, *examples.label)] = True
    learning, measuring = _others(gallery, barred)
    ap, chance = _precision(marked, learning, measuring)
    return Concept(
        name=name,
        collection=gallery.catalog.name,
        backbone=gallery.column.backbone,
        digest=gallery.column.digest,
        like=tuple(gallery.ids[row] for row in like.tolist()),
        unlike=tuple(gallery.ids[row] for row in unlike.tolist()),
        ap=ap,
        chance=chance,
        direction=tuple(marks.unit(marks.direction(marked, learning)).tolist()),
        point=tuple(marks.point(marked).tolist()),
        label="" if examples.label is None else " = ".join(examples.label),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        code_version=code_version(),
    )


def examples_of_label(gallery: Gallery, column: str, value: str) -> Examples:
    """Works that have ``value`` in a label column: all, or MAX_EXAMPLES // 2 drawn by chance.

    Raises InvalidInput where there is no such column or value.
    """
    rows = _rows_of_label(gallery, column, value)
    if not len(rows):
        raise InvalidInput(f"No embedded work has {value[:60]!r} as its {column}.")
    drawn = np.random.default_rng(_SEED).permutation(rows)[: MAX_EXAMPLES // 2]
    ids = tuple(gallery.ids[row] for row in np.sort(drawn).tolist())
    return Examples(ids, (), (column, value))


def expected_precision(relevant: int, works: int) -> float:
    """Expected average precision of a random order (Bestgen, 2015).

    >>> round(expected_precision(1, 4), 4), expected_precision(3, 3)
    (0.5208, 1.0)
    """
    harmonic = float(np.sum(1 / np.arange(1, works + 1)))
    if works < 2:
        return 1.0
    return ((relevant - 1) / (works - 1) * (works - harmonic) + harmonic) / works


def _precision(
    marked: Marked, learning: Doubles, others: Doubles
) -> tuple[Precision | None, float | None]:
    """Average precision of examples kept aside among ``others``, and that of a random order.

    In each of several folds what the rest teaches ranks the examples kept aside among the others;
    the interval is of examples drawn again.
    """
    count = int(marked.liked.sum())
    if count < LEAST_MEASURED or len(others) < LEAST_MEASURED:
        return None, None
    others = marks.unit(others)
    precisions: list[float] = []
    chances: list[float] = []
    for aside in marks.folds(marked.liked):
        direction = marks.direction(marked.taken(~aside), learning)
        kept = marked.taken(aside & marked.liked)
        wrong = np.concatenate([marks.unit(marked.vectors[aside & ~marked.liked]), others])
        scores = np.sort(np.vecdot(marks.unit(kept.vectors), direction))[::-1]
        before = np.sum(np.vecdot(wrong, direction)[None] >= scores[:, None], axis=1)
        place = np.arange(1, len(scores) + 1)
        precisions += (place / (place + before)).tolist()
        chances += [expected_precision(len(scores), len(scores) + len(wrong))] * len(scores)
    found = np.array(precisions)
    rng = np.random.default_rng(_SEED)
    again = found[rng.integers(0, count, (_DRAWN, count))].mean(axis=1)
    low, high = np.percentile(again, [2.5, 97.5]).tolist()
    rounded = Precision(round(float(found.mean()), 4), (round(low, 4), round(high, 4)))
    return rounded, round(float(np.mean(chances)), 4)


def _rows(gallery: Gallery, items: Sequence[Item]) -> Rows:
    """Rows of the examples, one for each picture that several works show."""
    rows = np.array([row_of_work(gallery, item.id or "") for item in items], np.intp)
    pictures = _first_of_picture(gallery)[rows]
    return rows[np.sort(np.unique(pictures, return_index=True)[1])]


def _first_of_picture(gallery: Gallery) -> Rows:
    """For each row the first of those that show the same picture, itself mostly; intp [N]."""
    rows, groups = np.arange(len(gallery)), gallery.groups
    if groups is None:
        return rows
    _, first, places = np.unique(groups, return_index=True, return_inverse=True)
    return np.where(groups < 0, rows, first[places])


def _others(gallery: Gallery, barred: Mask) -> tuple[Doubles, Doubles]:
    """Embeddings of random works: to tell the examples from, and to measure among."""
    rows = np.flatnonzero((gallery.index.norms > 0) & ~barred)
    drawn = np.random.default_rng(_SEED).permutation(rows)[: BACKGROUND + OTHERS]
    count = min(BACKGROUND, len(drawn) // 2)
    vectors = gallery.matrix[drawn].astype(np.float64)
    return vectors[:count], vectors[count:]


def _rows_of_label(gallery: Gallery, column: str, value: str) -> Rows:
    table = gallery.catalog.table
    if column not in LABELS:
        raise InvalidInput(
            f"{column[:40]!r} is no column that a concept is taught from: use {', '.join(LABELS)}."
        )
    same = pc.fill_null(pc.equal(table.column(column), value), False)
    return np.flatnonzero(same.to_numpy(zero_copy_only=False)[gallery.positions])
