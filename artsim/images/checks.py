"""The limits on a picture, checked on what its header claims."""

from artsim.core.errors import TooLarge
from artsim.core.limits import Limits


def check_size(width: int, height: int, limits: Limits, pixel_bytes: float = 0) -> None:
    """Raise TooLarge where a picture has more pixels than its limit, or takes more memory.

    ``pixel_bytes`` is what its decoder holds of each pixel: channels x bytes a channel.
    """
    if width * height > limits.max_pixels or max(width, height) > limits.max_side:
        raise TooLarge(
            f"The image claims {width:,} x {height:,} pixels, over the limit of "
            f"{limits.max_pixels / 1e6:g} megapixels ({limits.max_side:,} a side): "
            "make it smaller, or raise the limit if it is genuine."
        )
    check_memory(width * height * pixel_bytes, limits)


def check_memory(size: float, limits: Limits) -> None:
    """Raise TooLarge where decoding takes ``size`` bytes and the limit is lower."""
    if size > limits.memory:
        raise TooLarge(
            f"The image takes {size / 1e6:,.0f} MB of memory once decoded, over the limit of "
            f"{limits.memory / 1e6:,.0f} MB: make it smaller and try again."
        )
