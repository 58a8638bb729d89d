"""Which works are trained on, which choose the best epoch, and which artists are kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from artsim.collection.artists import artist_key, related_artists
from artsim.collection.labels import label_key
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.training.config import Division
from artsim.training.examples import Examples

Rows = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int64]

_FEWEST, _MOST = 4, 0.01  # works of an artist kept aside: too few tell nothing, too many cost much
_SMALLEST_MOST = 40


@dataclass(frozen=True)
class Split:
    """Rows of the examples, ascending: trained on, validation, and unseen artists' works.

    ``notes`` say in a sentence each which works are in none of them and why.
    """

    train: Rows
    validation: Rows
    unseen: Rows
    notes: tuple[str, ...] = ()

    def of_each(self, works: int) -> list[str]:
        """The split of each of ``works`` works: train, validation, unseen, or none."""
        found = np.full(works, "none", object)
        for name in ("train", "validation", "unseen"):
            found[getattr(self, name)] = name
        return list(found)


@dataclass(frozen=True)
class Classes:
    """One label to learn: its names [C], and each work's class int64 [N], -1 for none.

    ``codes`` knows only classes to learn; ``same`` int64 [N] numbers all values, for retrieval.
    """

    names: tuple[str, ...]
    codes: Codes = field(repr=False)
    same: Codes = field(repr=False)


def split(examples: Examples, usable: npt.NDArray[np.bool_], division: Division) -> Split:
    """Divide the works that are ``usable`` [N]; the same seed divides them alike.

    Groups stay together, and a source that was split already keeps its parts. Raises InvalidInput
    where nothing is left to train on or to choose by.
    """
    rng = np.random.default_rng(division.seed)
    preset = np.array(examples.preset)
    usable = usable & (preset != "test")
    artists = related_artists(examples.labels["artist"])
    unseen = usable & (preset == "unseen")
    if not unseen.any():
        unseen = _unseen(artists, usable, division.unseen_artists, rng)
    # A copy or another version of an unseen artist's work may stand under another name.
    rest = usable & ~np.isin(examples.groups, examples.groups[unseen])
    validation = rest & (preset == "validation")
    if not validation.any():
        groups = rng.permutation(np.unique(examples.groups[rest]))
        most = max(1, round(division.validation * len(groups)))
        validation = rest & np.isin(examples.groups, groups[:most])
    train = rest & ~np.isin(examples.groups, examples.groups[validation])
    if train.sum() < 2:
        raise InvalidInput(
            f"{examples.source} leaves {count(int(train.sum()), 'picture')} to train on: bring "
            "more."
        )
    left_out = {
        "works of artists never seen": int((usable & ~unseen & ~rest).sum()),
        "validation works": int((rest & ~validation & ~train).sum()),
    }
    notes = tuple(
        f"{count(number, 'work shares', 'works share')} a group with {others}: left out."
        for others, number in left_out.items()
        if number
    )
    return Split(_rows(train), _rows(validation), _rows(unseen), notes)


def classes(
    examples: Examples, train: Rows, labels: tuple[str, ...]
) -> tuple[dict[str, Classes], list[str]]:
    """The classes of each label among the works ``train``, and sentences on what is not learnt.

    Classes with one training picture and labels that nothing can be learnt of are left out.
    Raises InvalidInput where no label has two classes.
    """
    learnt: dict[str, Classes] = {}
    notes, reasons = [], []
    for label in labels:
        one, note = _classes(examples.labels[label], train, label)
        if note:
            notes.append(note)
        if len(one.names) >= 2:
            learnt[label] = one
        elif not one.names:
            reasons.append(f"no {label} is known of two works")
        else:
            reasons.append(f"the only {label} is {one.names[0]!r}")
    if not learnt:
        raise InvalidInput(
            f"There is nothing to tell apart in {examples.source} ({'; '.join(reasons)}): a label "
            "needs two classes of two pictures or more."
        )
    return learnt, [*notes, *(f"Left out a label: {reason}." for reason in reasons)]


def same_codes(texts: tuple[str, ...], label: str) -> Codes:
    """int64 [N] numbers of equal values of a label, whatever their spelling, -1 for none."""
    key = artist_key if label == "artist" else label_key
    keys = [key(text) for text in texts]
    numbers = {key: i for i, key in enumerate(sorted({k for k in keys if k}))}
    return np.array([numbers.get(key, -1) for key in keys], np.int64)


def labelled(learnt: Mapping[str, Classes], rows: Rows) -> Rows:
    """Those of ``rows`` that have any label to learn."""
    any_label = np.zeros(len(rows), bool)
    for one in learnt.values():
        any_label |= one.codes[rows] >= 0
    return rows[any_label]


def _rows(chosen: npt.NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(chosen).astype(np.int64)


def _classes(texts: tuple[str, ...], train: Rows, label: str) -> tuple[Classes, str]:
    same = same_codes(texts, label)
    there = same[train][same[train] >= 0]
    counts = np.bincount(there, minlength=int(same.max(initial=-1)) + 1)
    kept = np.flatnonzero(counts >= 2)
    single = int((counts == 1).sum())
    number = np.full(len(counts) + 1, -1, np.int64)  # the last is for code -1
    number[kept] = np.arange(len(kept))
    first = {int(code): text for code, text in zip(same[::-1], texts[::-1], strict=True)}
    note = ""
    if single:
        what = f"One class of {label} has" if single == 1 else f"{single:,} classes of {label} have"
        note = f"{what} a single picture to train on: not learnt."
    return Classes(tuple(first[int(code)] for code in kept), number[same], same), note


def _unseen(
    artists: list[str], usable: npt.NDArray[np.bool_], share: float, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    names, inverse = np.unique(np.array(artists), return_inverse=True)
    counts = np.bincount(inverse[usable], minlength=len(names))
    most = max(_SMALLEST_MOST, _MOST * int(usable.sum()))
    possible = np.flatnonzero((counts >= _FEWEST) & (counts <= most) & (names != ""))
    known = int(((counts > 0) & (names != "")).sum())
    chosen = rng.permutation(possible)[: round(share * known)]
    # Most of the works stay for training, whatever was asked for.
    while len(chosen) and counts[chosen].sum() > usable.sum() / 3:
        chosen = chosen[:-1]
    return usable & np.isin(inverse, chosen)
