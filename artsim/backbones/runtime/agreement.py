"""What a reduced precision costs a search: how many of the nearest works stay, and mAP@10."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.backbones.preprocess import preprocess_jpeg
from artsim.backbones.runtime.base import Inference
from artsim.backbones.spec import BackboneSpec
from artsim.backbones.writing import usable
from artsim.core.average_precision import average_precision_at_k
from artsim.core.errors import UnsupportedImage
from artsim.core.progress import NULL, Progress

Codes = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
# Canonical JPEGs, and for each label a number a work, equal for equal values, -1 for none: [N].
Drawn = tuple[list[bytes], Mapping[str, Codes]]

K = 10
FEWEST = 30  # works, below which the nearest of a work say little
LEAST_STAY = 0.98
MOST_LOST = 0.002
_QUERIES = 100  # below which the mAP of a label moves by more than MOST_LOST by chance
_ROUNDING = 1e-6  # by which cosines of the same embeddings differ from engine to engine
_BATCH = 32
_SECONDS = 60.0  # for comparing: a slow network shows fewer works


@dataclass(frozen=True)
class Works:
    """Where works come from that two precisions are compared on.

    ``drawn`` gives some of a collection of ``total`` works by chance.
    """

    total: int
    drawn: Callable[[], Drawn]
    progress: Progress = NULL


@dataclass(frozen=True)
class Agreement:
    """How the ten nearest of works change with the precision, the work itself left out.

    ``stay`` is the share of them that stay, by so many ``works``. ``lost`` is what mAP@10 among
    these loses by the label that loses most, below zero where all gain; None where too few share a
    label.
    """

    works: int
    stay: float
    lost: float | None = None

    @property
    def suffices(self) -> bool:
        """Whether the reduced precision may be used."""
        return self.stay >= LEAST_STAY and (self.lost is None or self.lost <= MOST_LOST)

    def __str__(self) -> str:
        """As people read it.

        >>> print(Agreement(500, 0.991, 0.0004))
        99.1 % of the ten nearest stay and mAP@10 loses 0.04 points, measured on 500 works
        """
        told = f"{100 * self.stay:.4g} % of the ten nearest stay"
        if self.lost is not None:
            told += f" and mAP@10 loses {100 * max(0, self.lost):.2g} points"
        return f"{told}, measured on {self.works:,} works"


def nearest(embeddings: np.ndarray, k: int = K) -> Rows:
    """int64 [N, min(k, N - 1)]: the nearest rows by cosine of each row [N, D], itself left out."""
    return _nearest(_cosines(embeddings), k)


def agreement(
    expected: np.ndarray,
    found: np.ndarray,
    labels: Mapping[str, Codes] | None = None,
    total: int | None = None,
) -> Agreement:
    """Compare embeddings [N, D] of the same N works, ``found`` with those of float32.

    Where they were drawn from ``total`` works, as many of the nearest are compared as the ten
    nearest of all have in such a draw, one at least: works lie farther apart in it, and more of its
    ten nearest would stay. A neighbour that is as near as the last of them, up to rounding, is as
    good. Where one of ``found`` is no number, nothing stays.

    >>> corners = np.eye(4, 3) + 1
    >>> agreement(corners, corners, {"style": np.array([0, 0, 1, -1])})
    Agreement(works=4, stay=1.0, lost=None)
    """
    works = len(expected)
    if not np.isfinite(found).all():
        return Agreement(works, 0.0)
    cosines = _cosines(expected)
    before, after = _nearest(cosines, K), nearest(found)
    k = max(1, round(K * min(1, works / (total or works))))
    least = np.take_along_axis(cosines, before[:, :k], axis=1)[:, -1:] - _ROUNDING
    stay = float((np.take_along_axis(cosines, after[:, :k], axis=1) >= least).mean())
    lost = [
        mean_average_precision(before, codes) - mean_average_precision(after, codes)
        for codes in (labels or {}).values()
        if np.count_nonzero(_others(codes)) >= _QUERIES
    ]
    return Agreement(works, round(stay, 6), round(max(lost), 6) if lost else None)


def mean_average_precision(near: Rows, codes: Codes) -> float:
    """mAP@K of ``near`` [N, K] over the works that share their value with another; else NaN."""
    same = (codes[near] == codes[:, None]) & (codes[:, None] >= 0)
    values = average_precision_at_k(same, _others(codes))
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")


def measured(
    spec: BackboneSpec, exact: Inference, reduced: Inference, works: Works
) -> Agreement | None:
    """Embed works with both, for a minute at most; None where fewer than FEWEST are usable."""
    works.progress.say(
        f"Comparing {reduced.precision} with {exact.precision} on works of the collection."
    )
    expected, found, rows = list[np.ndarray](), list[np.ndarray](), list[int]()
    jpegs, labels = works.drawn()
    until = time.monotonic() + _SECONDS
    for batch, images in _batches(spec, jpegs):
        works.progress.advance(0)
        for row, one, other in zip(batch, exact.embed(images), reduced.embed(images), strict=True):
            if usable(one):
                expected.append(one)
                found.append(other)
                rows.append(row)
        if len(rows) >= FEWEST and time.monotonic() > until:
            break
    if len(rows) < FEWEST:
        return None
    labels = {name: codes[rows] for name, codes in labels.items()}
    return agreement(np.stack(expected), np.stack(found), labels, works.total)


def _batches(spec: BackboneSpec, jpegs: list[bytes]) -> Iterator[tuple[list[int], np.ndarray]]:
    """Rows and images, uint8 [n, 3, S, S], of the JPEGs that can be decoded."""
    for start in range(0, len(jpegs), _BATCH):
        rows, images = [], []
        for row, jpeg in enumerate(jpegs[start : start + _BATCH], start):
            try:
                images.append(preprocess_jpeg(spec, jpeg))
            except UnsupportedImage:
                continue
            rows.append(row)
        if rows:
            yield rows, np.stack(images)


def _cosines(embeddings: np.ndarray) -> np.ndarray:
    """float64 [N, N]; a row is the farthest of all from itself."""
    lengths = np.linalg.norm(embeddings.astype(np.float64), axis=1, keepdims=True)
    unit = embeddings / np.maximum(lengths, np.finfo(np.float64).tiny)
    cosines: np.ndarray = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return cosines


def _nearest(cosines: np.ndarray, k: int) -> Rows:
    order: Rows = np.argsort(-cosines, axis=1, kind="stable")[:, : min(k, len(cosines) - 1)]
    return order


def _others(codes: Codes) -> Rows:
    """How many other works share a work's value."""
    _, which, counts = np.unique(codes, return_inverse=True, return_counts=True)
    return np.where(codes >= 0, counts[which] - 1, 0)
