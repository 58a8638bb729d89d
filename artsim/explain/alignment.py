"""Whether a photograph shows a picture, and where: a homography between keypoints of both."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy
from artsim.explain.keypoints import Keypoints

if TYPE_CHECKING:
    import cv2
else:
    cv2 = lazy("cv2")

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_RATIO = 0.85  # distance to the nearest over that to the second nearest, Lowe 2004
_LEAST = 6  # fewest matches to fit a homography to: any four fit one
_PIXELS = 4.0  # how far from its place a match may lie in the photograph
_ITERATIONS = 2000
_AREA = (0.01, 40.0)  # of the outline, in areas of the photograph
_SIDES = 4.0  # how much longer a side may be than the one facing it
_SPREAD = 0.01  # share of the picture and of the photograph that the inliers lie in
_SMALL = 48  # pixels of the longest side of pictures that are laid over one another
_FINE = 96  # the same where place by place is compared
_PLACES = 6  # along each side
_FLAT = 4.0  # standard deviation of lightness below which a place shows nothing
_FEWEST_PLACES = 4  # below which only the picture as a whole is compared


@dataclass(frozen=True)
class Alignment:
    """``outline`` float64 [4, 2]: the picture's corners in fractions of the photograph.

    ``inliers`` matches fit the homography; ``agreement`` is the correlation, -1 to 1, of the
    picture and the part of the photograph that lies below it, ``detail`` the median of that of
    its places, each on its own: works of one pattern, such as saints on gold grounds, agree as a
    whole, and all places of one picture do.
    """

    inliers: int
    agreement: float
    detail: float
    outline: Doubles


def align(photo: Keypoints, picture: Keypoints) -> Alignment | None:
    """Where ``photo`` shows ``picture``; None where no plausible view of it is found.

    Mirrored, folded, very flat and tiny views are rejected: chance matches produce them.
    """
    seen, drawn = _matches(photo, picture)
    if len(seen) < _LEAST:
        return None
    fitted, mask = cv2.findHomography(
        drawn, seen, cv2.USAC_MAGSAC, _PIXELS, None, _ITERATIONS, 0.999
    )
    if fitted is None or not np.isfinite(fitted).all():
        return None
    homography = np.asarray(fitted, np.float64)
    fits = mask.ravel().astype(bool)
    height, width = picture.grey.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    if not _keeps_its_side(homography, corners):
        return None
    outline = cv2.perspectiveTransform(corners[None], homography)[0]
    size = np.array(photo.grey.shape[::-1], np.float64)
    if not is_plausible(outline / size, float(size[0] / size[1])):
        return None
    if _spread(drawn[fits], width * height) < _SPREAD:
        return None
    if _spread(seen[fits], float(size.prod())) < _SPREAD * _AREA[0]:
        return None
    agreement = _agreement(*_laid_over(photo, picture, homography, _SMALL))
    detail = _detail(*_laid_over(photo, picture, homography, _FINE))
    return Alignment(int(fits.sum()), agreement, detail, outline / size)


def is_plausible(outline: Doubles, shape: float = 1.0) -> bool:
    """Whether four corners in fractions of a photograph can be a picture that hangs there.

    ``shape`` is the photograph's width over its height.

    >>> square = np.array([[0.2, 0.2], [0.8, 0.2], [0.8, 0.8], [0.2, 0.8]])
    >>> is_plausible(square), is_plausible(square[::-1]), is_plausible(square[[0, 2, 1, 3]])
    (True, False, False)
    """
    corners = outline * (shape, 1.0)
    edges = np.roll(corners, -1, axis=0) - corners
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    if not (turns > 0).all():  # folded over, or mirrored
        return False
    x, y = outline.T
    area = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
    if not _AREA[0] <= area <= _AREA[1]:
        return False
    lengths = np.linalg.norm(edges, axis=1)
    facing = lengths / np.roll(lengths, 2)
    return bool(facing.max() <= _SIDES)


def _matches(photo: Keypoints, picture: Keypoints) -> tuple[Doubles, Doubles]:
    """Matching points of both, [m, 2] each: only clear matches, each point of the photo once."""
    nobody = np.empty((0, 2))
    if len(photo) < 2 or not len(picture):
        return nobody, nobody
    cosines = picture.descriptors @ photo.descriptors.T
    rows = np.arange(len(picture))
    best = cosines.argmax(axis=1)
    first = cosines[rows, best]
    cosines[rows, best] = -1.0
    second = cosines.max(axis=1)
    # Of vectors of length 1, the squared distance is 2 - 2 cosine.
    clear = np.flatnonzero((1 - first) < _RATIO**2 * (1 - second))
    order = clear[np.argsort(-first[clear], kind="stable")]
    kept = order[np.unique(best[order], return_index=True)[1]]
    return photo.points[best[kept]].astype(np.float64), picture.points[kept].astype(np.float64)


def _keeps_its_side(homography: Doubles, corners: Doubles) -> bool:
    """Whether all corners lie before the camera."""
    depth = corners @ homography[2, :2] + homography[2, 2]
    return bool((depth > 0).all() or (depth < 0).all())


def _spread(points: Doubles, area: float) -> float:
    """Area of the hull of points [n, 2] as a share of ``area``."""
    if len(points) < 3:
        return 0.0
    return float(cv2.contourArea(cv2.convexHull(points.astype(np.float32))) / area)


def _laid_over(
    photo: Keypoints, picture: Keypoints, homography: Doubles, side: int
) -> tuple[Doubles, Doubles, Mask]:
    """Lightness of what the photograph has in the picture's place, of the picture, and where."""
    height, width = picture.grey.shape
    scale = side / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    shrink = np.diag([size[0] / width, size[1] / height, 1.0])
    back = shrink @ np.linalg.inv(homography)
    # Averaged before it is made small, at the size that the picture has in the photograph.
    factor = float(np.sqrt(abs(np.linalg.det(back[:2, :2]))))
    blurred = cv2.GaussianBlur(photo.grey, (0, 0), max(0.5, 0.5 / max(factor, 1e-3)))
    seen = cv2.warpPerspective(blurred, back, size, flags=cv2.INTER_LINEAR)
    there = cv2.warpPerspective(np.full_like(photo.grey, 255), back, size) > 127
    drawn = cv2.resize(picture.grey, size, interpolation=cv2.INTER_AREA)
    return seen.astype(np.float64), drawn.astype(np.float64), there


def _agreement(seen: Doubles, drawn: Doubles, there: Mask) -> float:
    """Correlation of lightness between the picture and what the photograph has in its place."""
    if there.sum() < 32:
        return 0.0
    return _correlation(_evened(seen, there), _evened(drawn, there))


def _detail(seen: Doubles, drawn: Doubles, there: Mask) -> float:
    """The median correlation of places that show something; 1 where there are too few."""
    found = []
    rows, columns = (np.linspace(0, side, _PLACES + 1).astype(int) for side in drawn.shape)
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            place = slice(top, bottom), slice(left, right)
            if there[place].all() and drawn[place].std() >= _FLAT:
                one, two = (part[place].ravel() for part in (seen, drawn))
                found.append(_correlation(one - one.mean(), two - two.mean()))
    return float(np.median(found)) if len(found) >= _FEWEST_PLACES else 1.0


def _correlation(one: Doubles, two: Doubles) -> float:
    """The correlation of two arrays whose means are 0."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(two))
    return float(one @ two / lengths) if lengths > 0 else 0.0


def _evened(grey: Doubles, there: Mask) -> Doubles:
    """Lightness without its slow changes, which glare and shadow make."""
    weights = there.astype(np.float64)
    sigma = _SMALL / 8
    near = np.maximum(cv2.GaussianBlur(weights, (0, 0), sigma), 1e-6)
    slow = cv2.GaussianBlur(grey * weights, (0, 0), sigma) / near
    left = (grey - slow)[there]
    return np.asarray(left - left.mean())
