"""A closer look at two pictures that seem alike: one photograph or print, or only one design?

Museums catalogue apart what hardly differs: impressions and states of a print, colour variants,
pendants, coins of one die. Small signatures cannot tell these from copies of a file; thumbnails
can, laid over each other and compared place by place.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

_SIDE = 256
_HELD = 64
_MOST_POINTS = 600
_LEAST_POINTS = 10
_RATIO = 0.8  # of the distances to the nearest and the second nearest point of the other picture
_REACH = 4.0  # pixels that a point may lie away from where the others say
_LEAST_OVERLAP = 0.5
_CELL = 16  # pixels
_PLAIN = 4.0  # levels of grey: below, a cell has nothing to compare
_AGREES = 0.5
_MOST_AMISS = 0.06
_GREY = 4.0  # levels of chroma: below, a picture has no colours
_ONE_TONE = 0.9  # of a picture's chroma that lies in one direction where it is toned
_SAME_COLOURS = 0.6


class ThumbnailCheck:
    """Whether two files show the same photograph or print.

    Pictures that are each other's mirror image are not the same: pendants face each other, and
    prints repeat paintings in reverse. ``thumbnail`` gives a file's picture, in any format that
    OpenCV reads; a file without one is taken for what it seems.
    """

    def __init__(self, thumbnail: Callable[[str], bytes | None]) -> None:
        self._thumbnail = thumbnail
        self._held: OrderedDict[str, np.ndarray | None] = OrderedDict()

    def __call__(self, one: str, other: str) -> bool:
        a, b = self._pixels(one), self._pixels(other)
        return a is None or b is None or compared(a, b).same

    def _pixels(self, file: str) -> np.ndarray | None:
        if file not in self._held:
            data = self._thumbnail(file)
            found = None
            if data:
                found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
            self._held[file] = found
            if len(self._held) > _HELD:
                self._held.popitem(last=False)
        return self._held[file]


@dataclass(frozen=True)
class Likeness:
    """How two pictures compare once laid over each other.

    ``overlap`` is the share of the smaller one that the other covers, ``amiss`` the share of its
    detail that the other lacks, ``colours`` the agreement of their colours in [-1, 1].
    """

    overlap: float = 0.0
    amiss: float = 1.0
    colours: float = 1.0

    @property
    def same(self) -> bool:
        """Whether they are copies of one picture, changed as a whole at most."""
        alike = self.overlap >= _LEAST_OVERLAP and self.amiss <= _MOST_AMISS
        return alike and self.colours >= _SAME_COLOURS


def compared(one: np.ndarray, other: np.ndarray) -> Likeness:
    """Compare two uint8 [H, W, 3] BGR pictures."""
    a, b = _sized(one), _sized(other)
    grey_a, grey_b = (cv2.cvtColor(p, cv2.COLOR_BGR2GRAY) for p in (a, b))
    warp = _alignment(grey_a, grey_b)
    if warp is None:
        return Likeness()
    size = (a.shape[1], a.shape[0])
    moved = cv2.warpAffine(b, warp, size, flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP)
    full = np.full(grey_b.shape, 255, np.uint8)
    inside = cv2.warpAffine(full, warp, size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP) > 0
    inside = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    scale = abs(float(np.linalg.det(warp[:, :2])))
    smaller = min(a.shape[0] * a.shape[1], b.shape[0] * b.shape[1] / max(scale, 1e-6))
    overlap = float(inside.sum()) / smaller
    amiss = _amiss(grey_a, cv2.cvtColor(moved, cv2.COLOR_BGR2GRAY), inside)
    return Likeness(overlap, amiss, _colours(a, moved, inside))


def _sized(picture: np.ndarray) -> np.ndarray:
    scale = _SIDE / max(picture.shape[:2])
    width, height = (max(16, round(n * scale)) for n in (picture.shape[1], picture.shape[0]))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    sized: np.ndarray = cv2.resize(picture, (width, height), interpolation=how)
    return sized


def _alignment(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """float32 [2, 3] from places of ``a`` to those of ``b``; None where they share too little."""
    library: Any = cv2  # its stubs lack SIFT, and say int where arrays are float
    finder = library.SIFT_create(_MOST_POINTS, contrastThreshold=0.02)
    points_a, marks_a = finder.detectAndCompute(a, None)
    points_b, marks_b = finder.detectAndCompute(b, None)
    if marks_a is None or marks_b is None or min(len(points_a), len(points_b)) < _LEAST_POINTS:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(marks_a, marks_b, k=2)
    good = [p[0] for p in pairs if len(p) == 2 and p[0].distance < _RATIO * p[1].distance]
    if len(good) < _LEAST_POINTS:
        return None
    first = np.array([points_a[m.queryIdx].pt for m in good], np.float32)
    second = np.array([points_b[m.trainIdx].pt for m in good], np.float32)
    cv2.setRNGSeed(0)
    warp, kept = library.estimateAffine2D(first, second, ransacReprojThreshold=_REACH)
    if warp is None or int(kept.sum()) < _LEAST_POINTS or np.linalg.det(warp[:, :2]) <= 0:
        return None
    warp = warp.astype(np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)
    with suppress(cv2.error):  # it did not come nearer: the points are good enough
        _, warp = library.findTransformECC(a, b, warp, cv2.MOTION_AFFINE, stop, None, 5)
    return np.asarray(warp, np.float32)


def _amiss(a: np.ndarray, b: np.ndarray, inside: np.ndarray) -> float:
    """Share of the cells with detail in either picture where the other shows something else."""
    a, b = (cv2.GaussianBlur(p.astype(np.float32), (0, 0), 1.0) for p in (a, b))
    weight = cv2.boxFilter(inside.astype(np.float32), -1, (_CELL, _CELL))
    means = [cv2.boxFilter(p, -1, (_CELL, _CELL)) for p in (a, b)]
    spread = [
        np.maximum(cv2.boxFilter(p * p, -1, (_CELL, _CELL)) - m * m, 0)
        for p, m in zip((a, b), means, strict=True)
    ]
    product = cv2.boxFilter(a * b, -1, (_CELL, _CELL)) - means[0] * means[1]
    detailed = (np.maximum(*spread) > _PLAIN**2) & (weight > 0.999)
    if not detailed.any():
        return 0.0
    likeness = product / np.sqrt((spread[0] + 1.0) * (spread[1] + 1.0))
    return float((likeness[detailed] < _AGREES).mean())


def _colours(a: np.ndarray, b: np.ndarray, inside: np.ndarray) -> float:
    """Agreement of the colours in [-1, 1]; 1 where one of the pictures has one tone at most."""
    chroma = []
    for picture in (a, b):
        soft = cv2.GaussianBlur(picture, (0, 0), 2.0)
        lab = cv2.cvtColor(soft.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)[inside][:, 1:]
        chroma.append(lab - lab.mean(axis=0))
    if any(_one_tone(values) for values in chroma):
        return 1.0
    first, second = chroma
    norm = np.linalg.norm(first) * np.linalg.norm(second)
    return float((first * second).sum() / max(norm, 1e-6))


def _one_tone(chroma: np.ndarray) -> bool:
    """Whether a picture is grey, or toned in one colour."""
    if not len(chroma) or np.sqrt((chroma**2).sum(axis=1).mean()) < _GREY:
        return True
    strengths = np.linalg.eigvalsh(chroma.T @ chroma)
    return bool(strengths[-1] / strengths.sum() > _ONE_TONE)
