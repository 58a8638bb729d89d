"""A picture to search with that somebody opened or drew with Pillow."""

import hashlib

from PIL import Image, ImageOps

from artsim.core.errors import TooLarge, UnsupportedImage
from artsim.core.limits import CANONICAL_SIDE, UPLOAD_LIMITS
from artsim.images.canonical import canonical_jpeg
from artsim.images.colour import to_srgb
from artsim.images.decode import DecodedImage
from artsim.images.pillow_decode import samples_of
from artsim.images.query_pictures import QueryPicture
from artsim.images.scaling import fit


def picture_of(image: Image.Image) -> QueryPicture:
    """A Pillow image of any mode to search with: upright, sRGB, on white; it is not changed.

    Raises UnsupportedImage where its file is damaged, TooLarge where it has too many pixels.
    """
    width, height = image.size
    if width * height > UPLOAD_LIMITS.max_pixels:
        raise TooLarge(
            f"The image has {width:,} x {height:,} pixels, over the limit of "
            f"{UPLOAD_LIMITS.max_pixels / 1e6:g} megapixels: make it smaller."
        )
    try:
        upright = ImageOps.exif_transpose(image)  # a copy, whose pixels are loaded
        pixels, _ = to_srgb(samples_of(upright, CANONICAL_SIDE))
        jpeg = canonical_jpeg(DecodedImage(fit(pixels, CANONICAL_SIDE), width, height, "", ()))
        return QueryPicture(hashlib.sha256(jpeg).hexdigest(), jpeg)
    except (OSError, SyntaxError, ValueError) as error:  # damaged, or a mode without colours
        raise UnsupportedImage(
            f"This {image.mode} image of {width:,} x {height:,} pixels cannot be used ({error}): "
            "give its file instead."
        ) from error
