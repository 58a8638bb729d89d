"""Places of a picture that are found again in a photograph of it: SIFT keypoints.

D. G. Lowe, Distinctive image features from scale-invariant keypoints, IJCV 60 (2004); the square
root of each descriptor as in R. Arandjelovic, A. Zisserman, Three things everyone should know to
improve object retrieval, CVPR 2012.
"""

import threading
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


def keypoints(pixels: npt.NDArray[np.uint8], side: int, most: int) -> Keypoints:
    """At most ``most`` keypoints, the clearest, of uint8 RGB [H, W, 3] at ``side`` pixels at most.

    >>> len(keypoints(np.zeros((80, 60, 3), np.uint8), 400, 500))
    0
    """
    grey = np.asarray(cv2.cvtColor(fit(pixels, side), cv2.COLOR_RGB2GRAY), np.uint8)
    places, descriptors = _detector(most).detectAndCompute(grey, None)
    if descriptors is None:
        return Keypoints(np.empty((0, 2), np.float32), np.empty((0, 128), np.float32), grey)
    points = np.array([place.pt for place in places[:most]], np.float32)
    roots = np.sqrt(descriptors[:most])
    lengths = np.linalg.norm(roots, axis=1, keepdims=True)
    return Keypoints(points, roots / np.maximum(lengths, 1e-9), grey)


def _detector(most: int) -> "cv2.SIFT":
    """One for each thread and number: a detector may not be shared."""
    known: dict[int, cv2.SIFT] = _local.__dict__.setdefault("detectors", {})
    if most not in known:
        known[most] = cv2.SIFT.create(nfeatures=most, contrastThreshold=_LEAST_CONTRAST)
    return known[most]
