"""Raw properties of a picture; what is too much or too little is for the thresholds."""

import cv2
import numpy as np

from artsim.images.scaling import fit

SIDE = 224
_CROP = 512


def sharpness(grey: np.ndarray) -> float:
    """Fine over coarse contrast of float32 [H, W]; about 0.1 blurred, 0.3 soft, 0.9 crisp."""
    # A handscroll of 60:1 has no inner part at this size.
    inner = (slice(2, -2), slice(2, -2)) if min(grey.shape) > 4 else (slice(None), slice(None))
    soft, middle, wide, widest = (cv2.GaussianBlur(grey, (0, 0), s) for s in (1.0, 2.0, 5.0, 16.0))
    fine = float(np.std(grey[inner] - soft[inner]))
    # Heavy blur leaves no contrast at middle scales either: wider ones then take over.
    coarse = max(
        float(np.std(middle - wide)),
        0.4 * float(np.std(middle - widest)),
        0.12 * float(np.std(middle)),
        0.5,
    )
    return fine / coarse


def noise(grey: np.ndarray) -> float:
    """Grain (grey levels) in the calmest parts of a ``middle``."""
    if min(grey.shape) < 16 or np.count_nonzero(_histogram(grey)) <= 4:
        return 0.0  # two tones are a print or a dither, never grain
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6
    grain = np.abs(cv2.filter2D(grey.astype(np.float32), -1, kernel)) * 1.2533
    blocks = cv2.blur(grain, (16, 16))[8:-7:8, 8:-7:8]
    return float(np.percentile(blocks, 10))


def blankness(pixels: np.ndarray) -> float:
    """Share of uint8 [H, W, 3] within a few levels of its commonest colour."""
    calm = cv2.blur(pixels, (3, 3))
    grey = cv2.cvtColor(calm, cv2.COLOR_RGB2GRAY)
    counts = _histogram(grey).astype(np.float64)
    common = int(np.argmax(np.convolve(counts, np.ones(5), "same")))
    common_mask = cv2.inRange(grey, max(0, common - 2), min(255, common + 2))
    colour = np.rint(cv2.mean(calm, common_mask)[:3])
    near = cv2.inRange(calm, np.maximum(colour - 6, 0), np.minimum(colour + 6, 255))
    return float(np.count_nonzero(near) / near.size)


def colourfulness(pixels: np.ndarray) -> float:
    """Standard deviation of hue-bearing differences (levels); 0 for grey and sepia copies."""
    red, green, blue = (plane.astype(np.float32) for plane in cv2.split(pixels))
    grey = (red + green + blue) / 3
    grey -= grey.mean()
    spread = float((grey * grey).mean())
    warm = _without_trend(red - blue, grey, spread)
    # A tint that depends on lightness alone (sepia) is no colour.
    return float(np.hypot(warm, _without_trend(green - 0.5 * (red + blue), grey, spread)))


def middle(pixels: np.ndarray) -> np.ndarray:
    """Grey of the middle of uint8 [H, W, 3], at most _CROP pixels a side, at its own resolution."""
    height, width = pixels.shape[:2]
    top, left = max(0, (height - _CROP) // 2), max(0, (width - _CROP) // 2)
    crop = np.ascontiguousarray(pixels[top : top + _CROP, left : left + _CROP])
    return cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)


def _histogram(grey: np.ndarray) -> np.ndarray:
    return cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()


def _without_trend(values: np.ndarray, centred: np.ndarray, spread: float) -> float:
    slope = float((values * centred).mean()) / spread if spread > 1 else 0.0
    return float(np.std(values - slope * centred))


def detail(grey: np.ndarray) -> float:
    """Detail of a ``middle`` at the finest scale over the next; low in an enlarged picture."""
    grey = grey.astype(np.float32)
    if min(grey.shape) < 16:
        return 1.0
    soft = cv2.GaussianBlur(grey, (0, 0), 0.8)
    softer = cv2.GaussianBlur(grey, (0, 0), 1.6)
    return float(np.std(grey - soft) / max(float(np.std(soft - softer)), 0.25))


def small_view(pixels: np.ndarray) -> np.ndarray:
    """The picture at the size at which properties are measured (longest side <= SIDE)."""
    return fit(pixels, SIDE)
