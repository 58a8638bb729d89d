"""The formats that Pillow decodes, without its global limits, as samples on their way to sRGB."""

import io
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)

from artsim.core.errors import UnsupportedImage
from artsim.core.lazy import lazy
from artsim.images.samples import Samples, sixteen_bit

if TYPE_CHECKING:
    import pillow_heif
else:
    pillow_heif = lazy("pillow_heif")

_BAD_PROFILE = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
# Plugins are named here so that no other one (EPS, PDF ...) can ever be reached.
_READERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "JPEG 2000": Jpeg2KImagePlugin.Jpeg2KImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
}
_WITH_ALPHA = ("RGBA", "LA", "PA", "La", "RGBa")


def read_header(data: bytes, format: str) -> ImageFile.ImageFile:
    """Open without decoding; any exception means that the header is damaged."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # another library may have asked for leniency
    if format == "AVIF" and not features.check("avif"):
        raise UnsupportedImage("AVIF cannot be read here: save the image as JPEG or PNG.")
    if format == "HEIF":
        heif: Any = pillow_heif.HeifImageFile
        opened: ImageFile.ImageFile = heif(io.BytesIO(data))
        return opened
    try:
        return _READERS[format](io.BytesIO(data))
    except Exception:
        if format != "AVIF" or b"Exif" not in data:
            raise
        # Pillow reads the EXIF block at once, and one that is damaged would cost the picture.
        return _READERS[format](io.BytesIO(data.replace(b"Exif", b"free")))


def bytes_a_pixel(image: Any) -> int:
    """What Pillow holds of each pixel of an opened image."""
    return 1 if image.mode in ("1", "L", "P") else 4


def is_transparent(image: Any) -> bool:
    """Whether an opened image has an alpha channel, a palette with alpha or a colour that is."""
    return "transparency" in image.info or image.mode in _WITH_ALPHA


def samples_of(image: Any, side: int) -> Samples:
    """Decode, reduced by a whole number while the longest side stays >= ``side``.

    Raises what Pillow raises.
    """
    if image.format == "JPEG":
        image.draft(None, (side, side))
    transparent = is_transparent(image)
    image.load()
    # Plugins may write this anew while loading.
    profile = image.info.get("icc_profile")
    factor = max(1, max(image.size) // side)
    if image.mode.startswith("I") or image.mode == "F":
        return Samples(_deep_grey(image, factor), "GRAY", profile=profile)
    image = _in_a_plain_mode(image, transparent)
    if image.mode in ("LA", "RGBA") and image.getextrema()[-1] == (255, 255):
        image = image.convert(image.mode[:-1])
    if factor > 1:
        image = Image.Image.reduce(image, factor)
    values = np.asarray(image)
    if values.ndim == 2:
        values = values[:, :, None]
    if image.mode in ("LA", "RGBA"):
        colours = np.ascontiguousarray(values[:, :, :-1])
        return Samples(colours, "GRAY" if image.mode == "LA" else "RGB", values[:, :, -1], profile)
    return Samples(values, {"L": "GRAY"}.get(image.mode, image.mode), profile=profile)


def _in_a_plain_mode(image: Any, transparent: bool) -> Any:
    """The image in L, LA, RGB, RGBA or CMYK."""
    if transparent:
        if image.mode == "La":
            return image.convert("LA")
        return image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "LAB":
        return _from_lab(image)
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _from_lab(image: Any) -> Any:
    try:
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    except _BAD_PROFILE:  # lcms was built without it
        return image.convert("RGB")


def _deep_grey(image: Any, factor: int) -> np.ndarray:
    """Grey of 16 or 32 bits as uint16 [H, W, 1] by its full range, without clipping."""
    grey = np.asarray(image)
    if factor > 1:
        height, width = grey.shape
        if image.mode in ("I", "F"):
            grey = grey.astype(np.float32, copy=False)
        grey = cv2.resize(
            grey, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA
        )
    if grey.dtype.kind == "u":
        return grey.astype(np.uint16)[:, :, None]
    values = np.nan_to_num(grey.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and 255 < high <= 65535:
        low, high = 0.0, 65535.0
    elif low >= 0 and high <= 1 and image.mode == "F":
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    return sixteen_bit(values, low, max(high, low + 1e-6))[:, :, None]
