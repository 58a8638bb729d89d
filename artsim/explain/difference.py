"""Where two pictures of one work differ: the second laid over the first, and taken from it."""

import io
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from artsim.core.errors import Conflict, InvalidInput
from artsim.core.lazy import lazy
from artsim.explain.alignment import align
from artsim.explain.confidence import is_match
from artsim.explain.keypoints import keypoints
from artsim.explain.why import pixels_of
from artsim.images.scaling import fit
from artsim.search.query_item import Item
from artsim.search.service import SearchService

if TYPE_CHECKING:
    import cv2
    from PIL import Image
else:
    cv2 = lazy("cv2")
    Image = lazy("PIL.Image")

Pixels = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

APART = (
    "These two cannot be laid over one another, too little of them is the same: choose two "
    "pictures of one work, its states, or a copy of it."
)
_SIDE, _POINTS = 800, 1500  # of the longest side in pixels, and keypoints of each picture
_BLUR = 1.2  # pixels: finer than this the two are never in one place
_NEAR = 2  # pixels: edges of the two never lie in quite one place
_REST = 6.0  # of 255 levels of lightness: noise, and what two files of one picture differ by
_FULL = 64.0  # levels from which the colour is full
_OUTLIERS = 2.5  # deviations above which a place is not used to match the tone
_SAME = 205.0  # the grey of what is the same
_RELIEF = 0.14  # how much of the first picture is seen in it, to find one's way
# Told apart by people who see no red or no green, too.
_LIGHTER, _DARKER = np.array([217.0, 95.0, 2.0]), np.array([23.0, 92.0, 168.0])


def difference(service: SearchService, name: str, a: str, b: str, of: str = "") -> bytes:
    """A PNG of where the pictures of the works ``a`` of ``name`` and ``b`` differ.

    ``b`` is of the collection ``of``, of the same one where that is empty. It is laid over ``a``
    by the places that they share, its tone matched. Grey is the same, orange what is lighter in
    ``a``, blue what is darker; nothing is drawn where ``b`` has no picture. Raises NotFound,
    InvalidInput for one work alone or without a picture, and Conflict where they cannot be laid
    over one another.
    """
    works = (name, a), (of or name, b)
    if works[0] == works[1]:
        raise InvalidInput("A work does not differ from itself: name another one.")
    first, second = (fit(pixels_of(service, at, Item(id=one)), _SIDE) for at, one in works)
    seen, there = laid_over(first, second)
    drawn = _drawn(first, signed(first, seen, there), there)
    out = io.BytesIO()
    Image.fromarray(drawn, "RGBA").save(out, "PNG")
    return out.getvalue()


def laid_over(first: Pixels, second: Pixels) -> tuple[Pixels, Mask]:
    """``second``, uint8 RGB [h, w, 3], in the place that ``first`` [H, W, 3] shows it in.

    Returns uint8 [H, W, 3] and bool [H, W], where it is. Raises Conflict where there is no place.
    """
    one, other = (keypoints(pixels, _SIDE, _POINTS) for pixels in (first, second))
    found = align(one, other)
    if found is None or not is_match(found):
        raise Conflict(APART)
    height, width = first.shape[:2]
    down, across = second.shape[:2]
    corners = np.array([[0, 0], [across, 0], [across, down], [0, down]], np.float32)
    outline = (found.outline * (width, height)).astype(np.float32)
    homography = cv2.getPerspectiveTransform(corners, outline)
    size = (width, height)
    seen = cv2.warpPerspective(second, homography, size, flags=cv2.INTER_LINEAR)
    whole = np.full((down, across), 255, np.uint8)
    covered = cv2.warpPerspective(whole, homography, size)
    # At its edges what is beside the picture mixes in.
    return np.asarray(seen, np.uint8), cv2.erode(covered, np.ones((7, 7), np.uint8)) > 254


def signed(first: Pixels, second: Pixels, there: Mask) -> Doubles:
    """How much lighter ``first`` is than ``second``, float64 [H, W] from -255 to 255.

    Both are uint8 RGB [H, W, 3]. The tone of the second is matched on the places, where it is
    ``there``, that look alike: another exposure or an old print is no difference. Neither is an
    edge that lies a pixel or two beside its place.

    >>> grey = np.tile(np.arange(60, 120, dtype=np.uint8)[None, :, None], (60, 1, 3))
    >>> brighter = np.clip(grey * 1.5 + 10, 0, 255).astype(np.uint8)
    >>> float(np.abs(signed(grey, brighter, np.ones((60, 60), bool))).max().round()) < 3
    True
    """
    one, other = (_lightness(pixels) for pixels in (first, second))
    alike = there.copy()
    gain, offset = 1.0, 0.0
    for _ in range(4):
        x, y = other[alike], one[alike]
        spread = float(x.var())
        gain = float(((x - x.mean()) * (y - y.mean())).mean()) / spread if spread > 1 else 1.0
        offset = float(y.mean()) - gain * float(x.mean())
        left = np.abs(one - (gain * other + offset))
        alike = there & (left <= max(_REST, _OUTLIERS * 1.48 * float(np.median(left[there]))))
    matched = gain * other + offset
    near = np.ones((2 * _NEAR + 1, 2 * _NEAR + 1), np.uint8)
    differs = one - np.clip(one, cv2.erode(matched, near), cv2.dilate(matched, near))
    return np.asarray(np.where(there, differs, 0.0))


def _lightness(pixels: Pixels) -> Doubles:
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)[..., 0].astype(np.float64)
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), _BLUR))


def _drawn(first: Pixels, differs: Doubles, there: Mask) -> Pixels:
    """uint8 RGBA [H, W, 4]: grey with a faint relief of the first picture, coloured by sign."""
    light = _lightness(first)
    ground = np.repeat((_SAME + _RELIEF * (light - light.mean()))[..., None], 3, axis=2)
    strength = np.clip((np.abs(differs) - _REST) / (_FULL - _REST), 0, 1)[..., None]
    colour = np.where((differs > 0)[..., None], _LIGHTER, _DARKER)
    mixed = ground * (1 - strength) + colour * strength
    shown = np.dstack([np.clip(mixed, 0, 255), np.where(there, 255, 0)])
    return np.asarray(np.rint(shown), np.uint8)
