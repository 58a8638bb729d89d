"""Solid things in one light: spheres, vessels turned on a wheel, cloth."""

from collections.abc import Callable

import numpy as np

from artsim.demo.canvas import Array, Rng, fbm, fill, mix, oval, ramp, tint

LIGHT = np.array([-0.62, -0.5, 0.6], np.float32)
WHITE = np.ones(3, np.float32)


def shaded(colour: Array, level: Array | float, shine: Array | None = None) -> Array:
    """Colour [..., 3] under light ``level`` in [0, 1]: warm shadow, full tone, pale light."""
    deep = colour * tint(0.16, 0.11, 0.1)
    out = ramp(
        np.clip(np.asarray(level), 0, 1), deep, colour * 0.62, colour, mix(colour, WHITE, 0.3)
    )
    return out if shine is None else out + shine[..., None] * (1 - out) * 0.85


def ball(
    img: Array,
    cx: float,
    cy: float,
    r: float,
    colour: Array,
    light: float,
    rng: Rng,
    gloss: float = 0.5,
    squash: float = 1.0,
    blush: Array | None = None,
) -> None:
    """A fruit: lit from the upper left, with reflected light and a shadow on the table."""
    h, w = img.shape[:2]
    fill(
        img,
        oval(cx + r * 0.45, cy + r * squash * 0.9, r * 1.15, r * 0.22),
        np.zeros(3, np.float32),
        0.6,
        r * 0.09,
    )
    x0, x1, y0, y1 = (
        max(0, int(cx - r - 2)),
        min(w, int(cx + r + 3)),
        max(0, int(cy - r - 2)),
        min(h, int(cy + r + 3)),
    )
    if x1 <= x0 or y1 <= y0:
        return
    y, x = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    nx, ny = (x - cx) / r, (y - cy) / (r * squash)
    d2 = nx * nx + ny * ny
    nz = np.sqrt(np.clip(1 - d2, 0, 1))
    level = np.clip(nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2], 0, 1) * light
    level = level + np.clip(nx * 0.6 + ny * 0.5, 0, 1) ** 3 * 0.16
    shine = np.exp(-((nx + 0.38) ** 2 + (ny + 0.36) ** 2) * 34) * gloss * light
    skin = np.broadcast_to(colour, (*level.shape, 3))
    if blush is not None:
        t = np.clip((fbm(rng, y1 - y0, x1 - x0, max(4.0, r * 0.7), 3) - 0.42) * 3.5, 0, 1)[
            ..., None
        ]
        skin = skin + (blush - skin) * t
    mottled = fbm(rng, y1 - y0, x1 - x0, max(3.0, r * 0.12), 2)[..., None] * 0.16 + 0.92
    tone = shaded(np.ones(3, np.float32), level) * skin * mottled + (shine * 0.85)[..., None]
    cover = np.clip((1 - np.sqrt(d2)) * r + 0.5, 0, 1)[..., None]
    part = img[y0:y1, x0:x1]
    part += (tone - part) * cover


def turned(
    img: Array,
    cx: float,
    top: float,
    foot: float,
    radius: Callable[[Array], Array],
    colour: Array,
    light: float,
    gloss: float = 0.6,
    alpha: float = 1.0,
) -> None:
    """A vessel whose radius (pixels) is a function of height t in [0, 1] from top to foot."""
    h, w = img.shape[:2]
    y0, y1 = max(0, int(top)), min(h, int(foot))
    if y1 - y0 < 3:
        return
    t = (np.arange(y0, y1, dtype=np.float32) - top) / np.float32(foot - top)
    r = np.maximum(radius(t).astype(np.float32), 0.5)
    x0, x1 = max(0, int(cx - r.max() - 2)), min(w, int(cx + r.max() + 3))
    if x1 <= x0:
        return
    nx = (np.arange(x0, x1, dtype=np.float32)[None] - cx) / r[:, None]
    slope = np.clip(np.gradient(r)[:, None], -1.2, 1.2)
    nz = np.sqrt(np.clip(1 - nx * nx, 0, 1))
    level = (
        np.clip(-0.66 * nx + nz * 0.5 + slope * 0.42, 0.02, 1) * light
        + np.clip(nx, 0, 1) ** 6 * 0.2
    )
    shine = (
        (np.exp(-((nx + 0.5) ** 2) * 120) + 0.35 * np.exp(-((nx - 0.72) ** 2) * 160))
        * gloss
        * light
    )
    fill(
        img,
        oval(cx + r[-1] * 0.7, foot, r.max() * 1.3, r.max() * 0.2),
        np.zeros(3, np.float32),
        0.6,
        5,
    )
    cover = np.clip((1 - np.abs(nx)) * r[:, None] + 0.5, 0, 1)[..., None] * np.float32(alpha)
    part = img[y0:y1, x0:x1]
    part += (shaded(colour, level, shine) - part) * cover
    base = oval(cx, foot, float(r[-1]), float(r[-1]) * 0.22)
    fill(img, base[base[:, 1] >= foot - 1], colour * 0.2, alpha)
    rim = float(r[0])
    fill(img, oval(cx, top, rim, rim * 0.22), shaded(colour, 0.9 * light), alpha)
    fill(img, oval(cx, top + 1, rim * 0.88, rim * 0.17), colour * 0.16, alpha)


def knots(*values: float) -> Callable[[Array], Array]:
    """A smooth radius through evenly spaced values."""
    at = np.linspace(0, 1, len(values))

    def radius(t: Array) -> Array:
        fine = np.linspace(0, 1, 65)
        smooth = np.interp(fine, at, values)
        smooth = np.convolve(np.pad(smooth, 4, "edge"), np.ones(9) / 9, "valid")
        return np.interp(t, fine, smooth)

    return radius
