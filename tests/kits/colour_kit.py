"""Pictures whose right colours are known, and files that say in their own way what these are."""

import io

import cv2
import imagecodecs
import numpy as np
from PIL import Image, ImageCms

PROPHOTO = imagecodecs.cms_profile(
    "rgb",
    whitepoint=[0.3457, 0.3585],
    primaries=[0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001],
    gamma=1.8,
)
ADOBE = imagecodecs.cms_profile(
    "rgb",
    whitepoint=[0.3127, 0.3290],
    primaries=[0.64, 0.33, 0.21, 0.71, 0.15, 0.06],
    gamma=2.19921875,
)
LINEAR = imagecodecs.cms_profile(
    "rgb",
    whitepoint=[0.3127, 0.3290],
    primaries=[0.64, 0.33, 0.30, 0.60, 0.15, 0.06],
    gamma=1.0,
)
GREY_LINEAR = imagecodecs.cms_profile("gray", gamma=1.0)
GREY_18 = imagecodecs.cms_profile("gray", gamma=1.8)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def scene(width: int = 90, height: int = 60) -> np.ndarray:
    """Colours that every wide gamut holds, uint8 [height, width, 3]: dark to light, no symmetry."""
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width])[:, None, None]
    planes = [200 - 150 * x, 40 + 150 * y, 60 + 120 * x * y]
    return np.stack(planes, axis=2).astype(np.uint8)


def grey_scene(width: int = 90, height: int = 60) -> np.ndarray:
    """uint8 [height, width], darkest 8 and lightest 247."""
    return np.linspace(8, 247, width * height).reshape(height, width).astype(np.uint8)


def stored_in(profile: bytes, depth: int = 8) -> np.ndarray:
    """``scene`` as a file with this profile holds it: uint8 or uint16 [60, 90, 3]."""
    deep: np.ndarray = imagecodecs.cms_transform(
        scene().astype(np.uint16) * 257,
        SRGB,
        profile,
        colorspace="rgb",
        outcolorspace="rgb",
        outdtype="uint16",
    )
    return deep if depth == 16 else np.rint(deep / 257).astype(np.uint8)


def linear(grey: np.ndarray, gamma: float) -> np.ndarray:
    """uint16 of sRGB grey as a profile of this gamma holds it."""
    value = grey / 255
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return np.rint(light ** (1 / gamma) * 65535).astype(np.uint16)


def saved(image: np.ndarray | Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture = Image.fromarray(image) if isinstance(image, np.ndarray) else image
    picture.save(out, format, **options)
    return out.getvalue()


def png16(values: np.ndarray) -> bytes:
    """A 16-bit PNG of uint16 [H, W] or [H, W, 3 or 4] in RGB."""
    order = cv2.COLOR_RGB2BGR if values.shape[-1] == 3 else cv2.COLOR_RGBA2BGRA
    bgr = values if values.ndim == 2 else cv2.cvtColor(values, order)
    return bytes(cv2.imencode(".png", bgr)[1].tobytes())


def off(pixels: np.ndarray, right: np.ndarray) -> float:
    """Mean distance in levels of uint8 [H, W, 3] from what is right, [H, W] or [H, W, 3]."""
    wanted = right if right.ndim == 3 else np.repeat(right[:, :, None], 3, axis=2)
    assert pixels.shape == wanted.shape
    return float(np.abs(pixels.astype(float) - wanted).mean())
