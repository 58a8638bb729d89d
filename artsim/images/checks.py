"""The limits on a picture, checked on what its header claims."""

from artsim.core.errors import TooLarge
from artsim.core.limits import Limits


def check_size(width: int, height: int, limits: Limits) -> None:
    """Raise TooLarge where a picture has more pixels than its limit."""
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise TooLarge(
            f"The image claims {width:,} x {height:,} pixels, over the limit of "
            f"{limits.max_pixels / 1e6:g} megapixels ({limits.max_side:,} a side): "
            "make it smaller, or raise the limit if it is genuine."
        )
