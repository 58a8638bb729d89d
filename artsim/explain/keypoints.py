"""Places of a picture that are found again in a photograph of it: SIFT keypoints.

D. G. Lowe, Distinctive image features from scale-invariant keypoints, IJCV 60 (2004); the square
root of each descriptor as in R. Arandjelovic, A. Zisserman, Three things everyone should know to
improve object retrieval, CVPR 2012.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy
from artsim.images.scaling import fit

if TYPE_CHECKING:
    import cv2
else:
    cv2 = lazy("cv2")

_LEAST_CONTRAST = 0.02  # half of Lowe's: photographs are dull and paintings are soft
_SPREAD_CONTRAST = 0.01  # where the clearest of each place are taken, and not of all
_LEAST_SIDE = 3  # pixels: OpenCV fails on less
_local = threading.local()


@dataclass(frozen=True)
class Keypoints:
    """``points`` float32 [n, 2] in pixels (x, y) of ``grey``, uint8 [H, W].

    ``descriptors`` float32 [n, 128] have length 1, so that their products are cosines.
    """

    points: npt.NDArray[np.float32]
    descriptors: npt.NDArray[np.float32]
    grey: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.points)


def keypoints(pixels: npt.NDArray[np.uint8], side: int, most: int, cells: int = 1) -> Keypoints:
    """At most ``most`` keypoints, the clearest, of uint8 RGB [H, W, 3] at ``side`` pixels at most.

    With ``cells`` above 1 no cell of a grid of so many a side has more than twice its share: print
    beside a picture is clearer than the picture, and would have them all.

    >>> len(keypoints(np.zeros((80, 60, 3), np.uint8), 400, 500))
    0
    """
    grey = np.asarray(cv2.cvtColor(fit(pixels, side), cv2.COLOR_RGB2GRAY), np.uint8)
    if min(grey.shape) < _LEAST_SIDE:
        descriptors = None
    elif cells == 1:
        places, descriptors = _detector(most, _LEAST_CONTRAST).detectAndCompute(grey, None)
    else:
        detector = _detector(0, _SPREAD_CONTRAST)
        places = _spread(detector.detect(grey, None), grey.shape, most, cells)
        places, descriptors = detector.compute(grey, places)
    if descriptors is None:
        return Keypoints(np.empty((0, 2), np.float32), np.empty((0, 128), np.float32), grey)
    points = np.array([place.pt for place in places[:most]], np.float32)
    roots = np.sqrt(descriptors[:most])
    lengths = np.linalg.norm(roots, axis=1, keepdims=True)
    return Keypoints(points, roots / np.maximum(lengths, 1e-9), grey)


def _spread(
    places: "Sequence[cv2.KeyPoint]", shape: tuple[int, ...], most: int, cells: int
) -> "list[cv2.KeyPoint]":
    """The clearest of each cell, and of these the clearest."""
    if not places:
        return []
    points = np.array([place.pt for place in places])
    clear = np.argsort([-place.response for place in places], kind="stable")
    across, down = (points / shape[1::-1] * cells).astype(np.intp).clip(0, cells - 1).T
    cell = (down * cells + across)[clear]
    # How many of the same cell are clearer: by cell, then by how clear.
    order = np.argsort(cell, kind="stable")
    starts = np.searchsorted(cell[order], cell[order])
    clearer = np.empty(len(cell), np.intp)
    clearer[order] = np.arange(len(cell)) - starts
    kept = clear[clearer < 2 * most // cells**2][:most]
    return [places[i] for i in kept.tolist()]


def _detector(most: int, contrast: float) -> "cv2.SIFT":
    """One for each thread, number and contrast: a detector may not be shared."""
    known: dict[tuple[int, float], cv2.SIFT] = _local.__dict__.setdefault("detectors", {})
    if (most, contrast) not in known:
        made = cv2.SIFT.create(nfeatures=most, contrastThreshold=contrast)
        known[most, contrast] = made
    return known[most, contrast]
