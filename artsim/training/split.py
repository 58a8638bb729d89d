"""Which works are trained on, which choose the best epoch, and which artists are kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from artsim.collection.labels import label_key
from artsim.core.errors import InvalidInput
from artsim.training.config import TrainConfig
from artsim.training.examples import Examples

Rows = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int64]

_FEWEST, _MOST = 4, 0.01  # works of an artist kept aside: too few tell nothing, too many cost much
_SMALLEST_MOST = 40


@dataclass(frozen=True)
class Split:
    """Rows of the examples, ascending: trained on, validation, and unseen artists' works."""

    train: Rows
    validation: Rows
    unseen: Rows


@dataclass(frozen=True)
class Classes:
    """One label to learn: its names [C], and each work's class int64 [N], -1 for none.

    ``codes`` knows only classes to learn; ``same`` int64 [N] numbers all values, for retrieval.
    """

    names: tuple[str, ...]
    codes: Codes = field(repr=False)
    same: Codes = field(repr=False)


def split(
    examples: Examples, usable: npt.NDArray[np.bool_], config: TrainConfig, notes: list[str]
) -> Split:
    """Divide the works that are ``usable`` [N]; the same seed divides them alike.

    Groups stay together, and a source that was split already keeps its parts. Raises InvalidInput
    where nothing is left to train on or to choose by.
    """
    rng = np.random.default_rng(config.seed)
    preset = np.array(examples.preset)
    usable = usable & (preset != "test")
    artists = [label_key(text) for text in examples.labels["artist"]]
    unseen = usable & (preset == "unseen")
    if not unseen.any():
        unseen = _unseen(artists, usable, config.unseen_artists, rng)
    touched = np.isin(examples.groups, examples.groups[unseen])
    rest = usable & ~touched
    validation = rest & (preset == "validation")
    if not validation.any():
        groups = rng.permutation(np.unique(examples.groups[rest]))
        count = max(1, round(config.validation * len(groups)))
        validation = rest & np.isin(examples.groups, groups[:count])
    train = rest & ~np.isin(examples.groups, examples.groups[validation])
    found = Split(*(np.flatnonzero(part).astype(np.int64) for part in (train, validation, unseen)))
    if len(found.train) < 2:
        raise InvalidInput(
            f"{examples.source} leaves {len(found.train)} pictures to train on: bring more."
        )
    left = int((rest | unseen).sum()) - sum(
        len(p) for p in (found.train, found.validation, found.unseen)
    )
    if left > 0:
        notes.append(f"{left:,} works share a group with validation works and are left out.")
    return found


def classes(
    examples: Examples, found: Split, labels: tuple[str, ...], notes: list[str]
) -> dict[str, Classes]:
    """What each label has to be learnt; labels that nothing can be learnt of are left out.

    Classes with one training picture are left out with a note. Raises InvalidInput where no
    label has two classes.
    """
    learnt: dict[str, Classes] = {}
    reasons = []
    for label in labels:
        one, note = _classes(examples.labels[label], found.train, label)
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
    notes += [f"Left out a label: {reason}." for reason in reasons]
    return learnt


def same_codes(texts: tuple[str, ...]) -> Codes:
    """int64 [N] numbers of equal labels whatever their case, -1 for none."""
    keys = [label_key(text) for text in texts]
    numbers = {key: i for i, key in enumerate(sorted({k for k in keys if k}))}
    return np.array([numbers.get(key, -1) for key in keys], np.int64)


def labelled(learnt: Mapping[str, Classes], rows: Rows) -> Rows:
    """Those of ``rows`` that have any label to learn."""
    any_label = np.zeros(len(rows), bool)
    for one in learnt.values():
        any_label |= one.codes[rows] >= 0
    return rows[any_label]


def _classes(texts: tuple[str, ...], train: Rows, label: str) -> tuple[Classes, str]:
    same = same_codes(texts)
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
