"""What is seen without a network: colours that two pictures share, and how light is laid out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

Doubles = npt.NDArray[np.float64]

COLOURS = 6  # of a palette
ALIKE = 12.0  # CIE76 distance in Lab below which two colours count as the same
_SIDE = 64  # pixels a palette is made of
_LAYOUT = 8  # places along each side of a layout
_STEPS = 12
_SEED = 0
# Linear sRGB to CIE XYZ (D65), IEC 61966-2-1.
_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


@dataclass(frozen=True)
class Palette:
    """The main colours of a picture in CIE Lab [n, 3], and the share of each [n]."""

    lab: Doubles
    shares: Doubles


@dataclass(frozen=True)
class Appearance:
    """What two pictures have in common to the eye.

    ``colours``: share of their areas in colours that both have (0 to 1), ``shared`` these colours
    as "#rrggbb", most area first. ``composition``: the correlation of light and dark over a grid
    of 8 x 8 places (-1 to 1), None where one of the pictures is of one tone.
    """

    colours: float
    shared: tuple[str, ...]
    composition: float | None


def appearance(a: np.ndarray, b: np.ndarray) -> Appearance:
    """Compare two pictures uint8 [H, W, 3]."""
    first, second = palette(a), palette(b)
    apart = np.linalg.norm(first.lab[:, None] - second.lab[None], axis=2)
    left, right = first.shares.copy(), second.shares.copy()
    shared: dict[int, float] = {}
    for place in np.argsort(apart, axis=None):
        i, j = np.unravel_index(int(place), apart.shape)
        if apart[i, j] > ALIKE:
            break
        both = min(left[i], right[j])  # each area counts once
        if both > 0:
            left[i] -= both
            right[j] -= both
            shared[int(i)] = shared.get(int(i), 0.0) + float(both)
    order = sorted(shared, key=lambda i: -shared[i])
    x, y = layout(a), layout(b)
    flat = min(float(x.std()), float(y.std())) < 1
    composition = None if flat else float(np.corrcoef(x.ravel(), y.ravel())[0, 1])
    return Appearance(
        round(sum(shared.values()), 4),
        tuple(_hex(first.lab[i]) for i in order),
        None if composition is None else round(composition, 4),
    )


def palette(pixels: np.ndarray, count: int = COLOURS) -> Palette:
    """The main colours of a picture uint8 [H, W, 3] by k-means in Lab; the same every time."""
    small = np.asarray(Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BOX))
    lab = lab_of(small.reshape(-1, 3))
    rng = np.random.default_rng(_SEED)
    centres = lab[rng.integers(len(lab))][None]
    while len(centres) < count:  # the farthest pixel next: no colour of some area is missed
        away = np.linalg.norm(lab[:, None] - centres[None], axis=2).min(1)
        if away.max() < 1:
            break
        centres = np.vstack([centres, lab[int(away.argmax())]])
    for _ in range(_STEPS):
        nearest = np.linalg.norm(lab[:, None] - centres[None], axis=2).argmin(1)
        sizes = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, lab[:, c], len(centres)) for c in range(3)], 1)
        centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)
    used = sizes > 0
    return Palette(centres[used], sizes[used] / len(lab))


def layout(pixels: np.ndarray) -> Doubles:
    """Lightness L* over a coarse grid, float64 [8, 8]."""
    small = Image.fromarray(pixels).resize((_LAYOUT, _LAYOUT), Image.Resampling.BOX)
    return lab_of(np.asarray(small).reshape(-1, 3))[:, 0].reshape(_LAYOUT, _LAYOUT)


def lab_of(colours: np.ndarray) -> Doubles:
    """CIE Lab (D65) of sRGB colours uint8 [n, 3].

    >>> lab_of(np.array([[255, 255, 255], [0, 0, 0]], np.uint8)).round().tolist()
    [[100.0, -0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    value = colours / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.stack(
        [116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1
    )


def _hex(lab: Doubles) -> str:
    fy = (lab[0] + 16) / 116
    f = np.array([fy + lab[1] / 500, fy, fy - lab[2] / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * _WHITE
    linear = np.clip(np.linalg.solve(_TO_XYZ, xyz), 0, 1)
    value = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = np.rint(255 * value).astype(int).tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"
