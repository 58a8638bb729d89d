"""A photograph with the outline of the work that was recognised in it."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from artsim.core.lazy import lazy
from artsim.explain.identify import Outline
from artsim.images.canonical import decode_canonical
from artsim.images.query_pictures import QueryPicture
from artsim.images.scaling import fit
from artsim.images.thumbnail import thumbnail_webp

if TYPE_CHECKING:
    import cv2
else:
    cv2 = lazy("cv2")

SIDE = 800
_DARK, _BRIGHT = (20, 20, 20), (255, 214, 10)
_FAR = 100_000  # pixels: corners that are cut off may lie anywhere
_STEPS = 4  # binary digits of a pixel that a line is placed to


@lru_cache(maxsize=32)
def outlined(photo: QueryPicture, outline: Outline | None) -> bytes:
    """WebP of ``photo``, ``SIDE`` pixels at most, with the corners of ``outline`` joined.

    The outline is in fractions of the photograph; None gives the photograph alone.
    """
    pixels = fit(decode_canonical(photo.jpeg), SIDE).copy()
    if outline is not None:
        height, width = pixels.shape[:2]
        corners = np.clip(np.array(outline) * (width, height), -_FAR, _FAR)
        placed = [np.round(corners * 2**_STEPS).astype(np.int32)]
        for colour, thick in ((_DARK, 7), (_BRIGHT, 3)):
            cv2.polylines(pixels, placed, True, colour, thick, cv2.LINE_AA, _STEPS)
    return thumbnail_webp(pixels, SIDE)
