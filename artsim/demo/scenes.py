"""Scenes to be painted in dabs: each gives colours and the direction of its forms."""

import cv2
import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
    box,
    curve,
    fbm,
    fill,
    glow,
    lay,
    mix,
    oval,
    profile,
    ramp,
    rgb,
    ribbon,
    sky,
    vary,
)


def heaven(h: int, w: int, c: list[Array], rng: Rng) -> tuple[Array, Array]:
    """A sky with clouds, and a field of directions that drifts."""
    img = sky(h, w, c[0], mix(c[0], c[1], 0.6), c[1], c[2])
    clouds = fbm(rng, h, w, min(h, w) * 0.3, 4, stretch=2)
    lay(img, np.clip((clouds - 0.5) * 4, 0, 1), mix(c[2], np.ones(3, np.float32), 0.5), 0.75)
    angle = (fbm(rng, h, w, min(h, w) * 0.5, 2, stretch=1.5) - 0.5) * 2.4
    return img, angle


def water(img: Array, angle: Array, level: int, c: list[Array], rng: Rng) -> None:
    """The mirror of what is above, wavering, in horizontal touches."""
    h, w = img.shape[:2]
    depth = h - level
    y = np.arange(depth, dtype=np.float32)[:, None]
    shift = (fbm(rng, depth, w, 12, 2, stretch=6) - 0.5) * (6 + 46 * y / h)
    x = np.arange(w, dtype=np.float32)[None] + shift
    up = np.broadcast_to(np.clip(level - 1 - y * min(1.0, level / depth), 0, None), (depth, w))
    mirror = cv2.remap(
        img, x, up.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    band = np.clip((fbm(rng, depth, w, 20, 3, stretch=7) - 0.45) * 4, 0, 0.6)
    img[level:] = mirror + (mix(c[0], c[3], 0.4) - mirror) * (0.12 + band * 0.6)[..., None]
    angle[level:] = rng.normal(0, 0.03)


def harbour(h: int, w: int, c: list[Array], rng: Rng) -> tuple[Array, Array]:
    img, angle = heaven(h, w, c, rng)
    level = round(h * rng.uniform(0.38, 0.58))
    sx, sy, r = (
        w * rng.uniform(0.2, 0.8),
        level * rng.uniform(0.3, 0.8),
        min(h, w) * rng.uniform(0.025, 0.045),
    )
    glow(img, sx, sy, r * 6, c[4], 0.7)
    fill(img, oval(sx, sy, r, r), c[4])
    far = level - profile(rng, w, w * 0.3, 4) * h * 0.12
    fill(
        img,
        np.concatenate([np.stack([np.arange(w), far], 1), [(w, level), (0, level)]]),
        mix(c[3], c[1], 0.45),
    )
    for _ in range(int(rng.integers(2, 7))):
        x, tall = w * rng.uniform(0.05, 0.95), h * rng.uniform(0.1, 0.3)
        fill(
            img,
            box(x, level - tall * 0.4, x + tall * rng.uniform(0.3, 0.9), level),
            mix(c[3], c[0], rng.uniform(0.1, 0.5)),
            0.85,
        )
    water(img, angle, level, c, rng)
    for _ in range(14):
        y = level + (h - level) * rng.random()
        fill(img, oval(sx + rng.normal(0, r), y, r * rng.uniform(0.5, 1.6), 3, n=12), c[4], 0.9)
    for _ in range(int(rng.integers(1, 5))):
        t = rng.random()
        sail(
            img,
            w * rng.uniform(0.1, 0.9),
            level + (h - level) * (0.06 + 0.55 * t),
            h * (0.1 + 0.22 * t),
            c,
            rng,
        )
    return img, angle


def sail(img: Array, x: float, y: float, tall: float, c: list[Array], rng: Rng) -> None:
    dark = mix(c[3], rgb("101820"), 0.5)
    tone = rng.choice(np.array([mix(c[4], c[2], 0.5), c[2], dark, c[4]]))
    side = rng.choice([-1, 1])
    fill(
        img, [(x, y - tall), (x, y - tall * 0.12), (x + side * tall * 0.42, y - tall * 0.14)], tone
    )
    fill(
        img,
        [
            (x - side * 4, y - tall * 0.85),
            (x - side * 4, y - tall * 0.14),
            (x - side * tall * 0.2, y - tall * 0.14),
        ],
        mix(tone, c[1], 0.4),
    )
    fill(
        img,
        [
            (x - tall * 0.3, y - tall * 0.1),
            (x + tall * 0.38, y - tall * 0.1),
            (x + tall * 0.28, y),
            (x - tall * 0.24, y),
        ],
        dark,
    )
    fill(
        img,
        [
            (x - tall * 0.15, y + 3),
            (x + tall * 0.25, y + 3),
            (x + side * tall * 0.1, y + tall * 0.55),
        ],
        mix(tone, dark, 0.5),
        0.5,
        3,
    )


def poplars(h: int, w: int, c: list[Array], rng: Rng) -> tuple[Array, Array]:
    img, angle = heaven(h, w, c, rng)
    level = round(h * rng.uniform(0.58, 0.76))
    meadow(img, angle, level, c, rng)
    lean, count = rng.choice([-1, 1]), int(rng.integers(4, 9))
    for i in range(count):
        t = i / count
        x = w * (0.5 + lean * (0.5 - 0.9 * t**0.75)) + rng.normal(0, 8)
        tall = h * (0.86 - 0.55 * t) * rng.uniform(0.9, 1.05)
        foot = level + (h - level) * 0.25 * (1 - t)
        half = tall * rng.uniform(0.07, 0.11)
        body = oval(x, foot - tall * 0.52, half, tall * 0.5)
        body[:, 0] += np.sin(body[:, 1] / 17) * half * 0.2
        fill(img, box(x - 3, foot - tall * 0.2, x + 3, foot), mix(c[3], rgb("3a2a20"), 0.6))
        fill(img, body, mix(c[3], c[1], 0.4 * t), 0.96, 1.5)
        fill(
            img,
            body * (0.45, 0.92) + (x * 0.55 - half * 0.35, (foot - tall * 0.52) * 0.08),
            mix(c[3], c[4], 0.5),
            0.75,
            3,
        )
        x0, x1 = max(0, round(x - half)), max(0, round(x + half))
        angle[max(0, round(foot - tall)) : round(foot), x0:x1] = -np.pi / 2
    if rng.random() < 0.6:
        bank = round(level + (h - level) * 0.35)
        water(img, angle, bank, c, rng)
    return img, angle


def meadow(img: Array, angle: Array, level: int, c: list[Array], rng: Rng) -> None:
    """Ground in bands of light, hedges far off, strokes along the rows."""
    h, w = img.shape[:2]
    t = np.linspace(0, 1, h - level)
    img[level:] = ramp(t, mix(c[3], c[2], 0.55), mix(c[3], c[4], 0.5), c[3])[:, None]
    patches = fbm(rng, h, w, min(h, w) * 0.2, 4, stretch=3)[level:]
    lay(img[level:], np.clip((patches - 0.48) * 4, 0, 1), mix(c[4], c[3], 0.3), 0.6)
    hedge = level - profile(rng, w, w * 0.12, 5) * h * 0.09
    line = np.stack([np.arange(w), hedge], 1)
    fill(
        img,
        np.concatenate([line, [(w, level + 3), (0, level + 3)]]),
        mix(mix(c[3], c[0], 0.45), rgb("20304a"), 0.2),
    )
    angle[level:] = rng.normal(0, 0.15) + np.linspace(-0.25, 0.25, w, dtype=np.float32)[None]


def field(h: int, w: int, c: list[Array], rng: Rng) -> tuple[Array, Array]:
    """A flowering field, a path and people with parasols."""
    img, angle = heaven(h, w, c, rng)
    level = round(h * rng.uniform(0.34, 0.55))
    meadow(img, angle, level, c, rng)
    flower = rng.choice(np.array([rgb("d8352a"), rgb("f3d34a"), rgb("b06fc4"), c[4]]))
    for _ in range(520):
        t = rng.random() ** 0.7
        y, x = level + (h - level) * t, w * rng.uniform(0, 1)
        if np.sin(x / w * 7 + t * 4) > -0.5:
            fill(img, oval(x, y, 1.5 + 6 * t, 1 + 4 * t, n=9), vary(flower, rng, 0.08))
    x = w * rng.uniform(0.3, 0.7)
    path = curve(
        [
            (x, level),
            (x + w * rng.normal(0, 0.08), level + h * 0.12),
            (x + w * rng.normal(0, 0.2), h * 1.05),
        ],
        30,
    )
    fill(img, ribbon(path, np.linspace(4, w * 0.2, 30)), mix(c[2], rgb("e8d2b0"), 0.5), 0.9, 2)
    for _ in range(int(rng.integers(1, 4))):
        t = rng.uniform(0.12, 0.6)
        person(
            img,
            float(np.interp(level + (h - level) * t, path[:, 1], path[:, 0])) + rng.normal(0, 30),
            level + (h - level) * t,
            h * (0.06 + 0.3 * t),
            c,
            rng,
        )
    return img, angle


def person(img: Array, x: float, y: float, tall: float, c: list[Array], rng: Rng) -> None:
    dress = rng.choice(
        np.array([rgb("f4efe6"), mix(c[0], rgb("22345f"), 0.6), mix(c[4], rgb("f4efe6"), 0.5)])
    )
    fill(
        img,
        [
            (x - tall * 0.09, y - tall * 0.72),
            (x + tall * 0.09, y - tall * 0.72),
            (x + tall * 0.2, y),
            (x - tall * 0.2, y),
        ],
        dress,
    )
    fill(
        img,
        [
            (x, y - tall * 0.7),
            (x + tall * 0.09, y - tall * 0.72),
            (x + tall * 0.2, y),
            (x + tall * 0.05, y),
        ],
        dress * 0.72,
    )
    fill(img, oval(x, y - tall * 0.8, tall * 0.055, tall * 0.07), rgb("d9a785"))
    fill(img, oval(x + 6, y + 2, tall * 0.3, tall * 0.04), c[3] * 0.5, 0.6, 2)
    top = oval(x + tall * 0.08, y - tall * 0.92, tall * 0.24, tall * 0.14)
    fill(
        img,
        top[top[:, 1] < y - tall * 0.88],
        rng.choice(np.array([rgb("f7e7c0"), rgb("c9503f"), rgb("7fa37a")])),
    )


def lilies(h: int, w: int, c: list[Array], rng: Rng) -> tuple[Array, Array]:
    """The pond seen from above: reflected sky, rafts of leaves, blossoms, maybe a bridge."""
    img, angle = heaven(h, w, c, rng)
    img = np.ascontiguousarray(img[::-1]) * np.float32(0.85)
    dark = mix(c[3], rgb("14303a"), 0.5)
    lay(img, np.clip((fbm(rng, h, w, min(h, w) * 0.35, 4, 0.5) - 0.45) * 4, 0, 1), dark, 0.85)
    angle = np.full((h, w), np.pi / 2, np.float32)
    for _ in range(int(rng.integers(5, 11))):
        gx, gy = w * rng.random(), h * rng.uniform(0.15, 1)
        for _ in range(int(rng.integers(7, 18))):
            s = (0.012 + 0.045 * gy / h) * w
            x, y = gx + rng.normal(0, s * 3), gy + rng.normal(0, s * 0.8)
            fill(
                img,
                oval(x, y, s, s * 0.38, n=20),
                vary(mix(c[3], c[4], rng.uniform(0, 0.4)), rng, 0.05),
            )
            angle[
                max(0, int(y - s * 0.4)) : int(y + s * 0.4), max(0, int(x - s)) : max(0, int(x + s))
            ] = 0
            if rng.random() < 0.3:
                bloom = rng.choice(np.array([rgb("fbeff0"), rgb("f0b7c6"), rgb("fff3c2")]))
                fill(img, oval(x, y - s * 0.22, s * 0.36, s * 0.26, n=14), bloom)
    if rng.random() < 0.45:
        t = np.linspace(0, 1, 40)
        y = h * rng.uniform(0.2, 0.34)
        deck = np.stack([t * w, y + h * 0.12 * (2 * t - 1) ** 2], 1)
        for lift in (0, h * 0.07):
            fill(img, ribbon(deck - (0, lift), h * 0.022), mix(c[0], rgb("3d6b5c"), 0.5))
        for i in range(1, 40, 3):
            fill(
                img,
                box(deck[i, 0] - 3, deck[i, 1] - h * 0.07, deck[i, 0] + 3, deck[i, 1]),
                mix(c[0], rgb("3d6b5c"), 0.5),
            )
    return img, angle


def stacks(h: int, w: int, c: list[Array], rng: Rng) -> tuple[Array, Array]:
    img, angle = heaven(h, w, c, rng)
    level = round(h * rng.uniform(0.4, 0.58))
    meadow(img, angle, level, c, rng)
    side = rng.choice([-1, 1])
    for i in range(int(rng.integers(1, 4))):
        t = 0.75 - 0.3 * i + rng.normal(0, 0.05)
        x, y, s = w * rng.uniform(0.15, 0.85), level + (h - level) * t, h * (0.12 + 0.2 * t)
        straw = vary(mix(c[4], rgb("b5803a"), 0.45), rng, 0.03)
        fill(
            img,
            [
                (x - s * 0.8, y),
                (x + s * 0.8, y),
                (x + side * s * 2.6, y + s * 0.34),
                (x + side * s * 1.2, y + s * 0.4),
            ],
            mix(c[0], rgb("2b3560"), 0.45),
            0.75,
            3,
        )
        body = curve(
            [
                (x - s * 0.78, y),
                (x - s * 0.82, y - s * 0.55),
                (x - s * 0.3, y - s * 1.05),
                (x, y - s * 1.3),
                (x + s * 0.3, y - s * 1.05),
                (x + s * 0.82, y - s * 0.55),
                (x + s * 0.78, y),
            ],
            40,
        )
        fill(img, body, straw)
        part = body[(body[:, 0] - x) * side > -s * 0.1]
        fill(img, np.concatenate([part, [(x, y)]]), mix(straw, rgb("4b3566"), 0.5), 0.85, 4)
    return img, angle
