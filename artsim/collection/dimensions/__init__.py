"""How large a work is, out of what museums write: ``81 x 65 cm``, ``H. 81 cm; W. 65 cm``.

Rules, so that nobody has to guess: the height comes first unless letters or words say otherwise,
and a third number is the depth; a number without a unit takes the next one's; of a frame, a mount
or a pedestal nothing is taken; what is said of the whole, the support or without its frame comes
before what is said of parts; the same size in two units is one. Sizes that contradict each other,
numbers without any unit and ``1,250`` (a thousand or a fraction?) are no size.
"""

from collections.abc import Mapping
from typing import Any

from artsim.collection.dimensions.columns import of_columns
from artsim.collection.dimensions.read import Size, parse_size

__all__ = ["Size", "parse_size", "shown_size", "size_of"]

# How far the shape of a picture may be from that of the work: edges are cut, frames shown.
_SHAPE = 0.2


def size_of(row: Mapping[str, Any]) -> Size | None:
    """The size that a row of metadata tells: its dimensions, else columns such as ``height_cm``.

    >>> size_of({"dimensions": "81 × 65,5 cm"})
    Size(height=81.0, width=65.5)
    >>> size_of({"dimensions": None, "hohe_cm": 81, "breite_cm": "65,5"})
    Size(height=81.0, width=65.5)
    """
    return parse_size(str(row.get("dimensions") or "")) or of_columns(row)


def shown_size(row: Mapping[str, Any]) -> Size | None:
    """The size of a work whose picture shows the whole of it; None where that is not known.

    ``width`` and ``height`` of the row are the picture's, in pixels: one of another shape shows a
    detail or a frame, or is of something else than the dimensions.

    >>> shown_size({"dimensions": "81 x 65 cm", "width": 650, "height": 820})
    Size(height=81.0, width=65.0)
    >>> shown_size({"dimensions": "81 x 65 cm", "width": 820, "height": 650}) is None
    True
    """
    size, width, height = size_of(row), row.get("width"), row.get("height")
    if not (size and width and height):
        return None
    shape = (width / height) / (size.width / size.height)
    return size if 1 - _SHAPE <= shape <= 1 / (1 - _SHAPE) else None
