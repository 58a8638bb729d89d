"""The formats that Pillow decodes, without its global limits, as 8-bit sRGB arrays."""

import io
import struct
from typing import Any

import cv2
import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)

from artsim.core.errors import UnsupportedImage

# Photoshop's histories and scanners' profiles pass Pillow's 1 MB; MAX_TEXT_MEMORY bounds them all.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024 * 1024

_ORIENTATION = 0x0112
# What reading a damaged EXIF block raises; nothing here may stand for pixels that do not decode.
_BAD_EXIF = (OSError, SyntaxError, ValueError, TypeError, LookupError, OverflowError, struct.error)
_BAD_PROFILE = (ImageCms.PyCMSError, OSError, ValueError, TypeError)
# Plugins are named here so that no other one (EPS, PDF ...) can ever be reached.
_READERS: dict[str, type[ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "WEBP": WebPImagePlugin.WebPImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
}


def read_header(data: bytes, format: str) -> ImageFile.ImageFile:
    """Open without decoding; any exception means that the header is damaged."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # another library may have asked for leniency
    if format == "AVIF":
        if not features.check("avif"):
            raise UnsupportedImage("AVIF cannot be read here: save the image as JPEG or PNG.")
        return AvifImagePlugin.AvifImageFile(io.BytesIO(data))
    return _READERS[format](io.BytesIO(data))


def orientation_of(image: ImageFile.ImageFile) -> int:
    """EXIF orientation 1 to 8; 1 where there is none or it makes no sense.

    A PNG must be loaded: its EXIF block may follow the pixels. A TIFF must not be: Pillow turns
    it while loading, and forgets by how much.
    """
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except _BAD_EXIF:  # a damaged EXIF block does not make the picture unusable
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def pillow_pixels(image: Any, side: int) -> tuple[np.ndarray, bool]:
    """Decode to uint8 [H, W, 3], reduced while its longest side stays >= ``side``.

    The second value tells whether a colour profile was applied. Raises what Pillow raises.
    """
    if image.format == "JPEG":
        image.draft(None, (side, side))
    profile = image.info.get("icc_profile")
    transparent = "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa")
    image.load()
    factor = max(1, max(image.size) // side)
    if image.mode.startswith("I") or image.mode == "F":
        return np.repeat(_eight_bit(image, factor)[:, :, None], 3, axis=2), False
    if transparent:
        return _on_white(image, factor), False
    if image.mode == "P":
        image = image.convert("RGB")
    elif image.mode == "1":
        image = image.convert("L")
    if factor > 1:
        image = image.reduce(factor)
    if profile is not None and image.mode in ("CMYK", "LAB"):
        converted = _through_profile(image, profile)
        if converted is not None:
            return np.asarray(converted), True
    mode = image.mode
    if mode == "LAB":
        image = _through_profile(image, None) or image
    return srgb_pixels(np.asarray(image.convert("RGB")), profile, mode)


def srgb_pixels(pixels: np.ndarray, profile: bytes | None, mode: str) -> tuple[np.ndarray, bool]:
    """Pixels uint8 [H, W, 3] in sRGB, and whether ``profile`` changed them; never raises."""
    if not profile or mode != "RGB" or _is_srgb(profile):
        return pixels, False
    converted = _through_profile(Image.fromarray(pixels), profile)
    return (pixels, False) if converted is None else (np.asarray(converted), True)


def _eight_bit(image: Any, factor: int) -> np.ndarray:
    """Grey of 16 or 32 bits to uint8 [H, W] by its full range, without clipping."""
    grey = np.asarray(image)
    if factor > 1:
        height, width = grey.shape
        if image.mode in ("I", "F"):
            grey = grey.astype(np.float32, copy=False)
        grey = cv2.resize(
            grey, (max(1, width // factor), max(1, height // factor)), interpolation=cv2.INTER_AREA
        )
    values = np.nan_to_num(grey.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if image.mode.startswith("I;16") or (low >= 0 and 255 < high <= 65535):
        values = values / 257.0
    elif low >= 0 and high <= 1 and image.mode == "F":
        values = values * 255.0
    elif low < 0 or high > 255:
        values = (values - low) * (255.0 / max(high - low, 1e-6))
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)


def _on_white(image: Any, factor: int) -> np.ndarray:
    image = image.convert("RGBA")
    if factor > 1:
        image = image.reduce(factor)
    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return np.asarray(Image.alpha_composite(white, image).convert("RGB"))


def _through_profile(image: Any, profile: bytes | None) -> Any:
    """RGB image by the ICC profile (LAB where None), or None where it cannot be used."""
    try:
        source: Any = ImageCms.createProfile("LAB")
        if profile is not None:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except _BAD_PROFILE:  # a damaged profile never costs the image: it is taken as sRGB
        return None


def _is_srgb(profile: bytes) -> bool:
    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except _BAD_PROFILE:  # not a profile at all, so there is nothing to convert by
        return True
    return "srgb" in name.lower()
