"""The samples of one TIFF page, or the sentence by which a page that has no true look is refused.

Scientific and conservation imaging store measurements in TIFF as well: bands of light, heights,
directions. Showing these as if they were colours would not be true.
"""

import math
from typing import Any

import numpy as np

from artsim.core.errors import UnsupportedImage
from artsim.images.depth import DEEP, said_of, used_bits
from artsim.images.samples import Samples, reduced, sixteen_bit

_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE = 0, 1, 2, 3
_CMYK, _YCBCR, _CIE_LAB, _ICC_LAB = 5, 6, 8, 9
_COLOURS = {_WHITE_IS_ZERO: 1, _BLACK_IS_ZERO: 1, _RGB: 3, _PALETTE: 1, _CMYK: 4, _YCBCR: 3}
_COLOURS |= {_CIE_LAB: 3, _ICC_LAB: 3}
_SPACES = {_RGB: "RGB", _YCBCR: "RGB", _CMYK: "CMYK"}
_HIGH_DYNAMIC_RANGE = (32844, 32845)
_PREMULTIPLIED, _ALPHA = 1, 2
_PROFILE, _INK_SET, _COLOUR_MAP = 34675, 332, 320
_MAX_SAMPLE, _SMALLEST, _LARGEST = 281, 340, 341
_PLAIN = 1  # compression
_UNSIGNED, _SIGNED, _FLOAT, _UNTOLD = 1, 2, 3, 4


def kind_of(page: Any) -> str:
    """What a page holds, in words, that has no true look; "" for a picture."""
    photometric, bands = int(page.photometric), int(page.samplesperpixel)
    if photometric in _HIGH_DYNAMIC_RANGE:
        return "TIFF of a high dynamic range (LogLuv)"
    if photometric not in _COLOURS:
        return (
            f"TIFF of a kind that is no colour picture (photometric interpretation {photometric})"
        )
    extra = bands - _COLOURS[photometric]
    if extra < 0:
        return f"TIFF with {bands} bands where its colours need {_COLOURS[photometric]}"
    if photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO) and (
        extra > 1 or len(page.extrasamples) < extra
    ):
        return f"multispectral TIFF of {bands} bands"
    if photometric == _CMYK and int(page.tags.valueof(_INK_SET, 1) or 1) != 1:
        return f"TIFF of {bands} separate inks that are not CMYK"
    if int(page.imagedepth) != 1:
        return f"TIFF of a volume ({page.imagedepth} slices)"
    if int(page.sampleformat) not in (_UNSIGNED, _FLOAT, _UNTOLD):
        named = "signed" if int(page.sampleformat) == _SIGNED else "complex"
        return f"TIFF of {named} numbers, as measurements are"
    return ""


def samples_of_page(page: Any, side: int) -> tuple[Samples, tuple[str, ...]]:
    """Decode a page, reduced as ``reduced`` says, and name what was converted.

    Raises UnsupportedImage for a page that has no true look, and what tifffile raises where the
    page is damaged.
    """
    what = kind_of(page)
    if what:
        raise no_true_look(what)
    photometric = int(page.photometric)
    depth = page.bitspersample
    if _in_words(page):
        page.bitspersample = DEEP  # so that they are not unpacked
    stored = np.asarray(page.asarray(squeeze=False, maxworkers=1))
    stored = np.moveaxis(stored[:, 0], 0, 2).reshape(*stored.shape[2:4], -1)
    count = _COLOURS[photometric]
    colours, extra = stored[:, :, :count], stored[:, :, count:]
    full, notes = _full_scale(page, colours, depth)
    kind = int(page.extrasamples[0]) if page.extrasamples else 0
    alpha = extra[:, :, 0] if kind in (_PREMULTIPLIED, _ALPHA) and extra.shape[2] else None
    if alpha is not None:
        alpha = _whole(alpha[:, :, None], _alpha_scale(page, alpha, full[1]))[:, :, 0]
        notes += ("transparency put on white",)
    profile = page.tags.valueof(_PROFILE)
    profile = profile if isinstance(profile, bytes) else None
    if photometric == _PALETTE:
        values = _coloured(page, colours[:, :, 0])
        values, alpha = reduced(values, alpha, side)
        return Samples(values, "RGB", alpha, profile), (*notes, "palette converted to RGB")
    if photometric in (_CIE_LAB, _ICC_LAB):
        values, alpha = reduced(_offset_lab(colours, photometric), alpha, side)
        return Samples(_lab(values, photometric), "LAB", alpha), (*notes, "LAB converted to RGB")
    values = _whole(colours, full)
    values, alpha = reduced(values, alpha, side, kind == _PREMULTIPLIED)
    if photometric == _WHITE_IS_ZERO:
        values = np.iinfo(values.dtype).max - values
    space = _SPACES.get(photometric, "GRAY")
    said = {"GRAY": "grey converted to RGB", "CMYK": "CMYK converted to RGB"}.get(space)
    if page.bitspersample == 1:
        said = "1-bit image converted to RGB"
    return Samples(values, space, alpha, profile), (*notes, *([said] if said else []))


def no_true_look(what: str) -> UnsupportedImage:
    """The refusal of a file that is sound and yet no picture that could be shown."""
    return UnsupportedImage(
        f"The file is a {what}, which has no one true look: export a colour picture of it as "
        "JPEG, PNG or 8- or 16-bit TIFF."
    )


def _in_words(page: Any) -> bool:
    """Whether samples of 9 to 15 bits stand in 16 each, as cameras write: there is room for it."""
    depth = page.bitspersample
    if not isinstance(depth, int) or not 8 < depth < DEEP or int(page.compression) != _PLAIN:
        return False
    if page.is_tiled:
        room, samples = page.databytecounts[0], page.tilewidth * page.tilelength * page.shaped[4]
    else:
        room, samples = sum(page.databytecounts), math.prod(page.shaped)
    return bool(room >= samples * 2)


def _full_scale(
    page: Any, values: np.ndarray, depth: Any
) -> tuple[tuple[float, float], tuple[str, ...]]:
    """The stored numbers of black and of white, and the note about them."""
    if values.dtype.kind == "f":
        return _float_scale(page, values), ("floating-point numbers reduced to 8 bits",)
    if values.dtype == np.bool_:
        return (0.0, 1.0), ()
    # Of channels of several depths tifffile scales each to the range of its type.
    bits = int(depth) if isinstance(depth, int) else values.dtype.itemsize * 8
    full = float(2**bits - 1)
    notes = (f"{bits} bits a channel reduced to 8",) if bits > 8 else ()
    if bits > 8 and int(page.photometric) != _PALETTE:
        told = _told(page, _MAX_SAMPLE)
        highest = float(values.max())
        if told and 255 <= told < full and highest <= told:
            return (0.0, told), (f"values up to {told:.0f} reduced to 8 bits",)
        # Of what has a profile the range is known, and a dark picture is dark.
        guessed = told is None and _PROFILE not in page.tags and highest <= 65535 and bits >= DEEP
        if guessed and (used := used_bits(values)) < DEEP:
            return (0.0, float(2**used - 1)), (said_of(used, values),)
        if bits > DEEP and highest <= 65535:
            return (0.0, 65535.0), notes
    return (0.0, full), notes


def _float_scale(page: Any, values: np.ndarray) -> tuple[float, float]:
    """Numbers from 0 to 1, 255 or 65535, or those that the file names; others are measurements."""
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    black, white = _told(page, _SMALLEST), _told(page, _LARGEST)
    # Writers of measurements fill these in as well: only what is a scale is taken.
    if black == 0 and white in (1, 255, 65535) and low >= 0:
        return 0.0, white
    if low >= -1e-3 and high <= 1.001:
        return 0.0, 1.0
    for white in (255.0, 65535.0):
        # Far below its white it is no scale of a picture, but something that was measured.
        if low >= 0 and white / 8 < high <= white:
            return 0.0, white
    raise no_true_look(
        f"floating-point TIFF of measured values ({low:.4g} to {high:.4g}), such as heights, "
        "directions of light (RTI) or a high dynamic range"
    )


def _told(page: Any, tag: int) -> float | None:
    value = page.tags.valueof(tag)
    value = max(value) if isinstance(value, tuple) and value else value
    return float(value) if isinstance(value, int | float) else None


def _alpha_scale(page: Any, alpha: np.ndarray, white: float) -> tuple[float, float]:
    """The scale of the opacity: that of the colours, whose highest is ``white``, where it fits."""
    if alpha.dtype.kind == "f":
        return (0.0, 1.0) if float(np.nanmax(alpha)) <= 1.001 else (0.0, 255.0)
    if 0 < float(alpha.max()) <= white:
        return 0.0, white
    bits = page.bitspersample if isinstance(page.bitspersample, int) else alpha.dtype.itemsize * 8
    return 0.0, float(2**bits - 1)


def _whole(values: np.ndarray, scale: tuple[float, float]) -> np.ndarray:
    """uint8 or uint16 over the full range."""
    low, high = scale
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint8 and (low, high) == (0, 255):
        return values
    if values.dtype == np.uint16 and (low, high) == (0, 65535):
        return values
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, nan=low, posinf=high, neginf=low)
    # By rows: a large scan in floats would take four times the memory of its file.
    out = np.empty(values.shape, np.uint16)
    step = max(1, (1 << 22) // max(1, values.shape[1] * values.shape[2]))
    for top in range(0, len(values), step):
        out[top : top + step] = sixteen_bit(values[top : top + step], low, high)
    return out


def _coloured(page: Any, numbers: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] of a palette's numbers; some writers scale its colours to 8 bits, not 16."""
    colours = np.asarray(page.colormap)
    if colours.max() > 255:
        colours = (colours.astype(np.uint32) + 128) // 257
    coloured: np.ndarray = np.ascontiguousarray(colours.T.astype(np.uint8))[numbers]
    return coloured


def _offset_lab(values: np.ndarray, photometric: int) -> np.ndarray:
    """a* and b* as unsigned numbers with an offset, so that neighbours can be averaged."""
    if photometric == _CIE_LAB:
        values = values.copy()
        values[:, :, 1:] ^= np.array(1 << (values.dtype.itemsize * 8 - 1), values.dtype)
    return values


def _lab(values: np.ndarray, photometric: int) -> np.ndarray:
    """float32 L*, a*, b* of 8 or 16 bits with the offset."""
    numbers = values.astype(np.float32)
    deep = values.dtype.itemsize == 2
    white = (65280.0 if photometric == _ICC_LAB else 65535.0) if deep else 255.0
    numbers[:, :, 0] *= 100 / white
    numbers[:, :, 1:] = numbers[:, :, 1:] / (256 if deep else 1) - 128
    return numbers
