"""A picture that somebody opened or drew with Pillow, in the form that artsim stores."""

from PIL import Image, ImageOps

from artsim.core.errors import TooLarge, UnsupportedImage
from artsim.core.limits import UPLOAD_LIMITS
from artsim.images.decode import CANONICAL_SIDE, DecodedImage, canonical_jpeg, fit
from artsim.images.pillow_decode import pillow_pixels


def jpeg_of(image: Image.Image) -> bytes:
    """Canonical JPEG of a Pillow image of any mode: upright, sRGB, on white; it is not changed.

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
        pixels, _ = pillow_pixels(upright, CANONICAL_SIDE)
        return canonical_jpeg(DecodedImage(fit(pixels, CANONICAL_SIDE), width, height, "", ()))
    except (OSError, SyntaxError, ValueError) as error:  # damaged, or a mode without colours
        raise UnsupportedImage(
            f"This {image.mode} image of {width:,} x {height:,} pixels cannot be used ({error}): "
            "give its file instead."
        ) from error
