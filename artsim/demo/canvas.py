"""Ground and paint shared by every generated school: colours, noise, masks, textures."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Rng = np.random.Generator


def tint(r: float, g: float, b: float) -> Array:
    """Float32 [3] of three values in [0, 1]."""
    return np.array([r, g, b], np.float32)


def rgb(code: str) -> Array:
    """Float32 [3] in [0, 1] of a colour such as ``e8c27a``."""
    return np.array([int(code[i : i + 2], 16) for i in (0, 2, 4)], np.float32) / 255


def mix(a: Array, b: Array, t: float) -> Array:
    """Colour ``t`` of the way from ``a`` to ``b``."""
    return a + (b - a) * np.float32(t)


def vary(colour: Array, rng: Rng, amount: float = 0.05) -> Array:
    """The colour with a chance shift of value, and a smaller one of hue."""
    shift = rng.normal(0, amount) + rng.normal(0, amount * 0.5, 3)
    shifted: Array = np.clip(colour + shift.astype(np.float32), 0, 1).astype(np.float32)
    return shifted


def ramp(t: Array, *colours: Array) -> Array:
    """Float32 [..., 3]: evenly spaced colours looked up at ``t`` in [0, 1]."""
    at = np.linspace(0, 1, len(colours))
    channels = [np.interp(t, at, [float(c[i]) for c in colours]) for i in range(3)]
    return np.stack(channels, axis=-1).astype(np.float32)


def blank(h: int, w: int, colour: Array) -> Array:
    """Float32 [h, w, 3] of one colour."""
    return np.broadcast_to(colour, (h, w, 3)).astype(np.float32)


def sky(h: int, w: int, *colours: Array) -> Array:
    """A vertical gradient, first colour on top."""
    return np.repeat(ramp(np.linspace(0, 1, h), *colours)[:, None], w, axis=1)


def fbm(rng: Rng, h: int, w: int, cell: float, octaves: int = 4, stretch: float = 1.0) -> Array:
    """Cloud noise, float32 [h, w], mean about 0.5; ``stretch`` > 1 lengthens it sideways."""
    out = np.zeros((h, w), np.float32)
    weight, total = 1.0, 0.0
    for _ in range(octaves):
        rows, cols = max(2, round(h / cell) + 1), max(2, round(w / cell / stretch) + 1)
        layer = rng.random((rows, cols), np.float32)
        out += cv2.resize(layer, (w, h), interpolation=cv2.INTER_CUBIC) * np.float32(weight)
        total += weight
        weight, cell = weight * 0.5, max(cell / 2, 2.0)
    return out / np.float32(total)


def profile(rng: Rng, n: int, cell: float, octaves: int = 5) -> Array:
    """One row of cloud noise, float32 [n], mean about 0.5."""
    out, weight = np.zeros(n, np.float32), 1.0
    for _ in range(octaves):
        knots = rng.random(max(3, round(n / cell) + 3), np.float32)[None]
        out += cv2.resize(knots, (n, 1), interpolation=cv2.INTER_CUBIC)[0] * np.float32(weight)
        weight, cell = weight * 0.5, max(cell / 2, 3.0)
    return out / np.float32(1.94)


def lay(img: Array, mask: Array, colour: Array, alpha: float = 1.0) -> None:
    """Paint ``colour`` ([3] or an image) over ``img`` where ``mask`` (uint8, or float 0 to 1)."""
    scale = alpha / 255 if mask.dtype == np.uint8 else alpha
    cover = (mask * np.float32(scale)).astype(np.float32)[..., None]
    img += (colour - img) * cover


def fill(img: Array, points: Any, colour: Array, alpha: float = 1.0, soft: float = 0.0) -> None:
    """Paint a polygon, antialiased; ``soft`` blurs its edge (sigma in pixels)."""
    at = np.asarray(points, np.float64)
    if not np.isfinite(at).all():
        return
    h, w = img.shape[:2]
    pad = int(3 * soft) + 2
    x0, y0 = (max(0, int(v) - pad) for v in at.min(axis=0))
    x1, y1 = min(w, int(at[:, 0].max()) + pad + 1), min(h, int(at[:, 1].max()) + pad + 1)
    if x1 <= x0 or y1 <= y0:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    polygon = np.round((at - (x0, y0)) * 16).astype(np.int32)
    cv2.fillPoly(mask, [polygon], 255, cv2.LINE_AA, 4)
    if soft:
        mask = cv2.GaussianBlur(mask, (0, 0), soft)
    if np.ndim(colour) == 3:
        colour = colour[y0:y1, x0:x1]
    lay(img[y0:y1, x0:x1], mask, colour, alpha)


def oval(cx: float, cy: float, rx: float, ry: float, turn: float = 0.0, n: int = 56) -> Array:
    """Points of an ellipse, ``turn`` in radians."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    x, y = rx * np.cos(t), ry * np.sin(t)
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([cx + x * c - y * s, cy + x * s + y * c], axis=1)


def box(x0: float, y0: float, x1: float, y1: float, turn: float = 0.0) -> Array:
    """Points of a rectangle, turned about its centre."""
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    d = np.array([[x0 - cx, y0 - cy], [x1 - cx, y0 - cy], [x1 - cx, y1 - cy], [x0 - cx, y1 - cy]])
    c, s = np.cos(turn), np.sin(turn)
    return np.stack([cx + d[:, 0] * c - d[:, 1] * s, cy + d[:, 0] * s + d[:, 1] * c], axis=1)


def curve(points: Sequence[tuple[float, float]], n: int = 40) -> Array:
    """A smooth line [n, 2] through the points (Catmull-Rom)."""
    p = np.asarray(points, np.float64)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    u = np.linspace(0, len(p) - 3 - 1e-9, n)
    i = u.astype(int)
    t = (u - i)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    smooth: Array = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    return smooth


def ribbon(line: Array, widths: Any) -> Array:
    """The outline of a line [n, 2] drawn with a brush of the given width(s)."""
    tangent = np.gradient(line, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-6)
    side = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1)
    half = side * (np.broadcast_to(widths, len(line))[:, None] / 2)
    return np.concatenate([line + half, (line - half)[::-1]])


def lines(
    img: Array, segments: Sequence[Array], colour: Array, width: int = 1, alpha: float = 1.0
) -> None:
    """Draw polylines of whole-pixel width, antialiased."""
    if not segments:
        return
    h, w = img.shape[:2]
    every = np.concatenate([np.asarray(s, np.float64) for s in segments])
    x0, y0 = (max(0, int(v) - width - 2) for v in every.min(axis=0))
    x1, y1 = min(w, int(every[:, 0].max()) + width + 3), min(h, int(every[:, 1].max()) + width + 3)
    if x1 <= x0 or y1 <= y0:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    shifted = [np.round((np.asarray(s) - (x0, y0)) * 16).astype(np.int32) for s in segments]
    cv2.polylines(mask, shifted, False, 255, width, cv2.LINE_AA, 4)
    lay(img[y0:y1, x0:x1], mask, colour, alpha)


def glow(img: Array, cx: float, cy: float, r: float, colour: Array, alpha: float) -> None:
    """Light that spreads from a point: added as a screen, so that it never burns out."""
    h, w = img.shape[:2]
    y, x = np.ogrid[:h, :w]
    d2 = ((x - cx) ** 2 + (y - cy) ** 2).astype(np.float32) / np.float32(r * r)
    light = (np.float32(alpha) / (1 + d2 * 2 + d2 * d2))[..., None] * colour
    img += light * (1 - img)


def weave(rng: Rng, h: int, w: int) -> Array:
    """Canvas threads, float32 [h, w], mean 0, deviation about 1."""
    noise = rng.standard_normal((h, w), np.float32)
    threads = cv2.blur(noise, (7, 1)) + cv2.blur(noise, (1, 7))
    return threads * np.float32(1.8)


def fibres(rng: Rng, h: int, w: int) -> Array:
    """Paper, float32 [h, w], mean 0, deviation about 1: fine tooth and soft clouds."""
    noise = rng.standard_normal((h, w), np.float32)
    return cv2.blur(noise, (3, 2)) * np.float32(1.4) + (fbm(rng, h, w, 90, 3) - 0.5) * 4


def finish(
    img: Array, rng: Rng, texture: str = "canvas", tooth: float = 0.02, vignette: float = 0.15
) -> Array:
    """The work as uint8 RGB [h, w, 3]: texture of the ground, darker corners, rounding."""
    h, w = img.shape[:2]
    grain = weave(rng, h, w) if texture == "canvas" else fibres(rng, h, w)
    y, x = np.linspace(-1, 1, h, dtype=np.float32), np.linspace(-1, 1, w, dtype=np.float32)
    fall = 1 - np.float32(vignette) * (y[:, None] ** 2 * 0.5 + x[None] ** 2 * 0.5) ** 1.5
    out = (
        img * (fall * (1 + grain * np.float32(tooth)))[..., None]
        + (grain * np.float32(tooth * 0.35))[..., None]
    )
    return np.clip(out * 255 + 0.5, 0, 255).astype(np.uint8)
