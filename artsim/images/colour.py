"""From samples in a file's colours to 8-bit sRGB: by what a profile does, not by its name."""

import functools
from typing import Any

import imagecodecs
import numpy as np
from PIL import Image

from artsim.images.samples import Samples, eight_bit

# What lcms raises of a damaged profile, or of one that is for other samples.
BAD_PROFILE = (imagecodecs.CmsError, ValueError, TypeError, RuntimeError)
_MOST_PROFILE = 16 * 1024 * 1024
_SPACES = {b"GRAY": "gray", b"RGB ": "rgb", b"CMYK": "cmyk"}
_D65 = (0.3127, 0.3290)
_SRGB_PRIMARIES = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_PERCEPTUAL = 0
# Makers of profiles round the curve of sRGB in their own ways, by up to this many levels.
_SAME = 2
_VISIBLE = 4
# CIE XYZ (D50) to linear sRGB, adapted to D65 (Bradford).
_FROM_XYZ = np.array(
    [
        [3.1338561, -1.6168667, -0.4906146],
        [-0.9787684, 1.9161415, 0.0334540],
        [0.0719453, -0.2289914, 1.4052427],
    ],
    np.float32,
)
_D50 = np.array([0.96422, 1.0, 0.82521], np.float32)


def to_srgb(samples: Samples) -> tuple[np.ndarray, bool]:
    """uint8 [H, W, 3] in sRGB on white, and whether a colour profile changed the values.

    A profile that is damaged, or for samples of another kind, never costs the picture: colours
    are then taken as sRGB (CMYK: as inks that multiply).
    """
    changed = False
    if samples.space == "LAB":
        pixels = _from_lab(samples.values)
    else:
        converted = _by_profile(samples)
        changed = converted is not None
        pixels = _plain(samples) if converted is None else converted
    if samples.alpha is not None and samples.alpha.min() < np.iinfo(samples.alpha.dtype).max:
        white = Image.new("RGBA", pixels.shape[1::-1], (255, 255, 255, 255))
        seen = Image.fromarray(np.dstack([pixels, eight_bit(samples.alpha)]))
        pixels = np.asarray(Image.alpha_composite(white, seen).convert("RGB"))
    return pixels, changed


@functools.cache
def adobe_rgb() -> bytes:
    """An ICC profile of Adobe RGB (1998), for files that only name it."""
    return rgb_profile(2.19921875, (0.64, 0.33, 0.21, 0.71, 0.15, 0.06))


@functools.cache
def display_p3() -> bytes:
    """An ICC profile of Display P3, which phones name by a number."""
    return rgb_profile(None, (0.680, 0.320, 0.265, 0.690, 0.150, 0.060))


@functools.lru_cache(maxsize=64)
def rgb_profile(
    gamma: float | None,
    primaries: tuple[float, ...] = _SRGB_PRIMARIES,
    white: tuple[float, ...] = _D65,
) -> bytes:
    """An ICC profile: light is value ** ``gamma``, or by the curve of sRGB where that is None.

    ``primaries`` are x, y of red, green and blue, ``white`` those of white. Raises ValueError or
    CmsError where there is no such profile.
    """
    curve: dict[str, Any] = {"gamma": gamma}
    if gamma is None:
        x = np.linspace(0, 1, 1024)
        light = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
        curve = {"transferfunction": light.astype(np.float32)}
    made: bytes = imagecodecs.cms_profile(
        "rgb", whitepoint=list(white), primaries=list(primaries), **curve
    )
    return made


def _by_profile(samples: Samples) -> np.ndarray | None:
    """uint8 [H, W, 3] by the profile, None where it changes nothing or cannot be used."""
    profile = samples.profile
    if not profile or len(profile) > _MOST_PROFILE:
        return None
    space = _SPACES.get(bytes(profile[16:20]), "")
    values = samples.values
    if samples.space == "GRAY" and space == "rgb":
        values = np.repeat(values, 3, axis=2)
    elif samples.space.lower() != space:
        return None
    if space != "cmyk" and _is_srgb(bytes(profile), space):
        return None
    try:
        return _transformed(values, bytes(profile), space)
    except BAD_PROFILE:
        return None


def _transformed(values: np.ndarray, profile: bytes, space: str) -> np.ndarray:
    if space == "gray":
        values = values[:, :, 0]
    done: np.ndarray = imagecodecs.cms_transform(
        np.ascontiguousarray(values),
        profile,
        _srgb(),
        colorspace=space,
        outcolorspace="rgb",
        outdtype="uint8",
        intent=_PERCEPTUAL,
    )
    return done


@functools.lru_cache(maxsize=64)
def _is_srgb(profile: bytes, space: str) -> bool:
    """Whether a profile gives back what goes in, which its name may deny or claim."""
    steps = np.linspace(0, 255, 9).astype(np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(1, -1, 3)
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    colours = np.concatenate([cube, ramp], axis=1) if space == "rgb" else ramp
    try:
        got = _transformed(colours[:, :, : 3 if space == "rgb" else 1], profile, space)
    except BAD_PROFILE:  # not a profile at all, so there is nothing to convert by
        return True
    return bool(np.abs(got.astype(np.int16) - colours).max() <= _SAME)


@functools.lru_cache(maxsize=64)
def needs_depth(profile: bytes | None) -> bool:
    """Whether 256 levels of a profile are too few: neighbouring dark ones differ visibly (linear).

    False where there is no profile, or none that can be used.
    """
    space = _SPACES.get(bytes(profile[16:20]), "") if profile else ""
    if profile is None or space not in ("rgb", "gray"):
        return False
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    try:
        shown = _transformed(ramp[:, :, : 3 if space == "rgb" else 1], profile, space)
    except BAD_PROFILE:
        return False
    return bool(np.diff(shown[0, :, 1].astype(np.int16)).max() > _VISIBLE)


@functools.cache
def _srgb() -> bytes:
    made: bytes = imagecodecs.cms_profile("srgb")
    return made


def _plain(samples: Samples) -> np.ndarray:
    values = eight_bit(samples.values)
    if samples.space == "GRAY":
        return np.repeat(values, 3, axis=2)
    if samples.space == "CMYK":
        return np.asarray(Image.fromarray(np.ascontiguousarray(values), "CMYK").convert("RGB"))
    return values


def _from_lab(lab: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] of float32 L*, a*, b* (D50)."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _D50
    linear = np.clip(xyz @ _FROM_XYZ.T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    pixels: np.ndarray = np.rint(encoded * 255).astype(np.uint8)
    return pixels
