"""Things that stand or lie on a table."""

import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
    box,
    curve,
    fbm,
    fill,
    mix,
    oval,
    rgb,
    ribbon,
    vary,
)
from artsim.demo.model import Artist
from artsim.demo.solids import ball, knots, shaded, turned

FRUIT = (
    ("b3382a", "d89a3c", 1.0),
    ("c77f2a", "d8a040", 1.0),
    ("d3b84a", "b8752d", 0.95),
    ("7d8f3c", "b5a03f", 1.0),
    ("5a2338", "8c3044", 0.98),
    ("e0a070", "b9503c", 0.97),
)


def tabletop(img: Array, edge: float, tone: Array, x: Array, rng: Rng) -> None:
    h, w = img.shape[:2]
    y0 = round(edge - h * 0.1)
    front = round(h * rng.uniform(0.86, 0.93))
    grain = fbm(rng, h, w, 8, 3, stretch=12)
    fade = np.clip(1.05 - x / w * 0.8, 0.2, 1) * (0.7 + 0.6 * grain)
    img[y0:front] = (tone * fade[..., None])[y0:front]
    img[front:] = (tone * 0.32 * fade[..., None])[front:]
    fill(img, box(-4, front - 2, w + 4, front + 1), mix(tone, np.ones(3, np.float32), 0.25), 0.5)


def drape(img: Array, edge: float, colour: Array, u: int, rng: Rng) -> None:
    """A cloth pushed back on the table that falls over its edge in folds."""
    h, w = img.shape[:2]
    x0, x1 = w * rng.uniform(0.02, 0.3), w * rng.uniform(0.55, 0.95)
    top = edge + h * rng.uniform(-0.04, 0.02)
    outline = curve(
        [
            (x0, top + 20),
            (x0 + u * 0.08, top),
            ((x0 + x1) / 2, top - u * 0.03),
            (x1 - u * 0.06, top + 6),
            (x1, top + u * 0.1),
            (x1 - u * 0.05, h * 0.97),
            ((x0 + x1) / 2, h * rng.uniform(0.94, 1.05)),
            (x0 + u * 0.05, h * 0.98),
            (x0, top + 20),
        ],
        70,
    )
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    bend = (fbm(rng, h, w, u * 0.35, 3) - 0.5) * 5 + (y - top) / h * rng.uniform(-2, 2)
    folds = np.sin(x / u * rng.uniform(14, 24) + bend * 2.6) * 0.5 + 0.5
    folds = folds**1.5 * 0.7 + fbm(rng, h, w, u * 0.12, 3) * 0.35
    level = np.clip(folds * np.clip(1.15 - x / w * 0.7, 0.25, 1), 0.03, 0.95)
    fill(img, outline + np.array([5, 8]), np.zeros(3, np.float32), 0.5, 6)
    fill(img, outline, shaded(colour, level), 1, 0.7)


def dim(x: float, w: int) -> float:
    """How much of the light from the left reaches ``x``."""
    return float(np.clip(1.12 - 0.55 * x / w, 0.4, 1.1))


def heap(img: Array, cx: float, base: float, r: float, n: int, artist: Artist, rng: Rng) -> None:
    """Fruit of few kinds, back row first."""
    w = img.shape[1]
    kinds = rng.choice(len(FRUIT), 2 + int(rng.random() < 0.5), replace=False)
    warm = artist.colours()[3]
    spots = sorted((float(rng.uniform(-1, 1)), int(i % 3)) for i in range(n))
    for row in (2, 1, 0):
        for dx, level in spots:
            if level != row:
                continue
            skin, blush, squash = FRUIT[int(kinds[int(rng.integers(len(kinds)))])]
            size = r * rng.uniform(0.8, 1.15)
            x = cx + dx * r * (3.1 - row * 0.7)
            y = base - size * 0.8 - row * r * 0.75
            ball(
                img,
                x,
                y,
                size,
                mix(vary(rgb(skin), rng, 0.03), warm, 0.18),
                dim(x, w),
                rng,
                0.55,
                squash,
                rgb(blush),
            )
            if rng.random() < 0.5:
                stalk = curve(
                    [
                        (x + 1, y - size * 0.8),
                        (x + size * 0.1, y - size),
                        (x + size * 0.25, y - size * 1.16),
                    ],
                    8,
                )
                fill(img, ribbon(stalk, max(2.0, size * 0.07)), rgb("2a1a10"))


def grapes(img: Array, cx: float, y: float, r: float, colour: Array, rng: Rng) -> None:
    w = img.shape[1]
    for i in range(int(rng.integers(18, 34))):
        t = i / 26
        x = cx + rng.normal(0, r * 2.2 * (1 - 0.6 * t))
        ball(
            img,
            x,
            y + t * r * 3.4 + rng.normal(0, r * 0.3),
            r * rng.uniform(0.85, 1.1),
            vary(colour, rng, 0.04),
            dim(x, w),
            rng,
            0.8,
        )


def plate(img: Array, cx: float, y: float, r: float, metal: Array) -> None:
    fill(img, oval(cx + 8, y + r * 0.1, r * 1.04, r * 0.27), np.zeros(3, np.float32), 0.6, 6)
    for scale, level in ((1.0, 0.8), (0.96, 0.45), (0.72, 0.7), (0.69, 0.3)):
        fill(img, oval(cx, y, r * scale, r * 0.24 * scale), shaded(metal, level))
    t = np.linspace(2.6, 4.6, 30)
    fill(
        img,
        ribbon(np.stack([cx + r * 0.98 * np.cos(t), y + r * 0.235 * np.sin(t)], 1), 3),
        np.ones(3, np.float32),
        0.7,
    )


def vessel(img: Array, x: float, base: float, tall: float, rng: Rng) -> None:
    """A jug, a pewter flagon, a roemer or a blue-and-white jar."""
    w = img.shape[1]
    kind, light = int(rng.integers(4)), dim(x, w)
    if kind == 3:
        shape = knots(0.2, 0.24, 0.25, 0.19, 0.05, 0.06, 0.12, 0.18)
        turned(
            img, x, base - tall, base, lambda t: shape(t) * tall, rgb("7c8a4a"), light, 1.0, 0.62
        )
        fill(img, oval(x, base - tall * 0.72, tall * 0.225, tall * 0.05), rgb("d9b45a"), 0.75)
        return
    body = (
        (0.12, 0.1, 0.12, 0.26, 0.33, 0.3, 0.2, 0.17),
        (0.13, 0.13, 0.1, 0.11, 0.2, 0.26, 0.24, 0.2),
        (0.11, 0.1, 0.25, 0.34, 0.35, 0.3, 0.22, 0.2),
    )[kind]
    tone = (
        vary(rgb("8a4a2a"), rng, 0.04),
        vary(rgb("8d8f8c"), rng, 0.03),
        vary(rgb("c9d0d4"), rng, 0.02),
    )[kind]
    shape = knots(*body)
    side = rng.choice([-1, 1])
    ear = curve(
        [
            (x + side * tall * 0.1, base - tall * 0.88),
            (x + side * tall * 0.33, base - tall * 0.85),
            (x + side * tall * 0.38, base - tall * 0.6),
            (x + side * tall * 0.26, base - tall * 0.42),
        ],
        24,
    )
    fill(img, ribbon(ear, tall * 0.045), tone * 0.55 * light)
    turned(img, x, base - tall, base, lambda t: shape(t) * tall, tone, light, 0.7)
    if kind == 2:
        for i in range(9):
            a = -0.9 + i * 0.22
            px, py = x + np.sin(a) * tall * 0.3, base - tall * (0.45 + 0.07 * np.cos(i * 2.1))
            fill(img, oval(px, py, tall * 0.035 * np.cos(a), tall * 0.05), rgb("24407c"), 0.8, 0.7)


def leaf(img: Array, x: float, y: float, size: float, turn: float, rng: Rng) -> None:
    t = np.linspace(0, 1, 14)
    spine = np.stack(
        [x + np.cos(turn) * size * (t - 0.5) * 2, y + np.sin(turn) * size * (t - 0.5) * 2], 1
    )
    tone = vary(rgb("3f4d24"), rng, 0.05) * dim(x, img.shape[1]) * rng.uniform(0.5, 1.1)
    fill(img, ribbon(spine, size * 0.7 * np.sin(np.pi * t**0.8) + 0.6), tone)
    fill(img, ribbon(spine, 1.3), mix(tone, np.ones(3, np.float32), 0.2), 0.7)


def rose(img: Array, x: float, y: float, r: float, colour: Array, rng: Rng) -> None:
    """Petals laid from the outside in, each with a dark root and a lit lip."""
    fill(img, oval(x + r * 0.2, y + r * 0.25, r * 1.1, r), np.zeros(3, np.float32), 0.4, r * 0.15)
    start = rng.uniform(0, 6)
    for ring in (1.0, 0.72, 0.46, 0.24):
        count = max(3, round(7 * ring))
        for k in range(count):
            a = start + ring * 2 + k * 2 * np.pi / count
            px, py = x + np.cos(a) * r * ring * 0.55, y + np.sin(a) * r * ring * 0.5
            lit = 0.62 + 0.3 * (-np.cos(a) * 0.6 - np.sin(a) * 0.6) * ring + rng.normal(0, 0.05)
            fill(img, oval(px, py, r * ring * 0.52, r * ring * 0.46, a, 18), colour * 0.42)
            fill(
                img,
                oval(
                    px + np.cos(a) * r * 0.04,
                    py + np.sin(a) * r * 0.04,
                    r * ring * 0.5,
                    r * ring * 0.42,
                    a,
                    18,
                ),
                shaded(colour, lit),
                0.95,
            )
    fill(img, oval(x, y, r * 0.12, r * 0.1, n=12), colour * 0.35)
