"""Shapes of the woodblock: key lines, waves, boats, blossom, the title slip."""

import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
    box,
    curve,
    fill,
    lines,
    mix,
    oval,
    rgb,
    ribbon,
)

INK = rgb("1d2433")


def outlined(img: Array, points: Array, colour: Array, width: int = 2) -> None:
    fill(img, points, colour)
    lines(img, [np.concatenate([points, points[:1]])], INK, width, 0.9)


def sun(img: Array, colour: Array, rng: Rng, high: float = 0.3) -> None:
    h, w = img.shape[:2]
    r = min(h, w) * rng.uniform(0.08, 0.17)
    fill(img, oval(w * rng.uniform(0.2, 0.8), h * high * rng.uniform(0.6, 1.3), r, r), colour)


def bands(img: Array, colour: Array, rng: Rng, y: float, count: int) -> None:
    """Long clouds with round ends, as if cut out of the paper."""
    h, w = img.shape[:2]
    for _ in range(count):
        cy, half = h * (y + rng.normal(0, 0.06)), h * rng.uniform(0.008, 0.02)
        x0 = w * rng.uniform(-0.2, 0.75)
        x1 = x0 + w * rng.uniform(0.2, 0.6)
        fill(img, ribbon(np.array([(x0, cy), ((x0 + x1) / 2, cy), (x1, cy)]), half * 2), colour)
        for x in (x0, x1):
            fill(img, oval(x, cy, half, half), colour)


def ridge(img: Array, crest: Array, tone: Array, rng: Rng, lobes: bool = False) -> None:
    """Everything under ``crest`` in one tone, with its key line; ``lobes`` makes it tree tops."""
    h, w = img.shape[:2]
    if lobes:
        period = rng.uniform(14, 30)
        crest = crest - np.abs(np.sin(np.arange(w) / period * np.pi)) * period * 0.4
    line = np.stack([np.arange(w, dtype=np.float64), crest], axis=1)
    fill(img, np.concatenate([line, [(w + 4, h + 4), (-4, h + 4)]]), tone)
    lines(img, [line], INK, 2, 0.85)


def sea(img: Array, level: float, tone: Array, white: Array, rng: Rng) -> None:
    h, w = img.shape[:2]
    x = np.arange(w, dtype=np.float64)
    length, phase = w * rng.uniform(0.2, 0.45), rng.uniform(0, 6)
    bump = np.abs(np.sin(x / length * np.pi + phase))
    crest = level - bump * h * 0.06
    ridge(img, crest, tone, rng)
    stripes = []
    for k in range(1, 5):
        line = crest + k * h * 0.022 + (bump - 0.5) * k * 4
        cut = int(rng.integers(0, w // 2))
        stripes.append(np.stack([x, line], axis=1)[cut : cut + int(w * rng.uniform(0.2, 0.5))])
    lines(img, [s for s in stripes if len(s) > 2], white, 2, 0.75)


def breaker(
    img: Array,
    x: float,
    y: float,
    lift: float,
    deep: Array,
    mid: Array,
    white: Array,
    rng: Rng,
    flip: bool,
) -> None:
    """One great curling wave with claws of foam."""
    w = img.shape[1]
    knots = [
        (-1.5, 0.0),
        (-1.1, -0.28),
        (-0.75, -0.62),
        (-0.3, -0.92),
        (0.15, -1.03),
        (0.5, -0.93),
        (0.66, -0.7),
    ]
    inner = [
        (0.5, -0.62),
        (0.28, -0.7),
        (0.02, -0.62),
        (-0.12, -0.4),
        (0.02, -0.18),
        (0.5, -0.02),
        (1.2, 0.06),
    ]
    jig = rng.normal(0, 0.03, (14, 2))
    sign = -1 if flip else 1
    x = w - x if flip else x
    place = [
        (x + sign * (a + j[0]) * lift, y + (b + j[1]) * lift)
        for (a, b), j in zip(knots + inner, jig, strict=True)
    ]
    back, front = curve(place[:7], 50), curve(place[6:], 50)
    outlined(
        img, np.concatenate([back, front, [(place[-1][0], y + 60), (place[0][0], y + 60)]]), mid
    )
    for k in range(1, 6):
        t = k / 6
        inside = front[8:] * (1 - t * 0.45) + back[::-1][: len(front) - 8] * t * 0.45
        fill(
            img, ribbon(inside, np.linspace(2, lift * 0.035, len(inside))), deep if k % 2 else white
        )
    foam = np.concatenate([back[14:], front[:14]])
    fill(img, ribbon(foam, lift * 0.085), white)
    for p in foam[::2]:
        r = lift * rng.uniform(0.02, 0.05)
        at = p + rng.normal(0, lift * 0.018, 2)
        outlined(img, oval(at[0], at[1], r, r, n=20), white, 1)
    for p in foam[len(foam) // 2 :]:
        for _ in range(3):
            at = p + np.array([sign * rng.exponential(lift * 0.09), rng.exponential(lift * 0.09)])
            fill(img, oval(at[0], at[1], 2.1, 2.1, n=10), white)


def skiff(img: Array, x: float, y: float, size: float, hull: Array, sail: Array) -> None:
    body = curve(
        [
            (x - size, y - size * 0.3),
            (x - size * 0.4, y),
            (x + size * 0.5, y),
            (x + size * 1.1, y - size * 0.42),
        ],
        20,
    )
    top = curve(
        [(x + size * 1.1, y - size * 0.42), (x, y - size * 0.16), (x - size, y - size * 0.3)], 12
    )
    sheet = np.concatenate(
        [
            curve(
                [
                    (x - size * 0.45, y - size * 1.5),
                    (x - size * 0.6, y - size * 0.9),
                    (x - size * 0.42, y - size * 0.25),
                ],
                12,
            ),
            [(x + size * 0.42, y - size * 0.25), (x + size * 0.4, y - size * 1.5)],
        ]
    )
    outlined(img, sheet, sail, 1)
    lines(
        img,
        [
            np.array([(x + size * d, y - size * 1.5), (x + size * d, y - size * 0.25)])
            for d in (-0.2, 0.1)
        ],
        INK,
        1,
        0.6,
    )
    outlined(img, np.concatenate([body, top]), hull, 1)


def blossom(img: Array, at: Array, size: float, colour: Array, rng: Rng) -> None:
    start = rng.uniform(0, 6)
    for k in range(5):
        a = start + k * 2 * np.pi / 5
        cx, cy = at[0] + np.cos(a) * size * 0.62, at[1] + np.sin(a) * size * 0.62
        outlined(img, oval(cx, cy, size * 0.55, size * 0.42, a, 16), colour, 1)
    fill(img, oval(at[0], at[1], size * 0.24, size * 0.24, n=12), rgb("e9bf4e"))


def signature(img: Array, paper: Array, rng: Rng) -> None:
    """A title slip with brush marks that spell nothing, and a red seal."""
    h, w = img.shape[:2]
    s = min(h, w) * 0.042
    x, y = (w * 0.93 - s if rng.random() < 0.6 else w * 0.05), h * rng.uniform(0.05, 0.12)
    outlined(img, box(x, y, x + s * 1.15, y + s * 4.4), mix(paper, rgb("f5e6c0"), 0.5), 1)
    marks = []
    for k in range(5):
        cy = y + s * (0.5 + 0.8 * k)
        for _ in range(3):
            a, b = rng.uniform(-0.32, 0.32, 2), rng.uniform(-0.32, 0.32, 2)
            marks.append(
                np.array(
                    [(x + s * (0.57 + a[0]), cy + s * a[1]), (x + s * (0.57 + b[0]), cy + s * b[1])]
                )
            )
    lines(img, marks, INK, 2)
    fill(img, box(x + s * 0.2, y + s * 4.7, x + s, y + s * 5.5), rgb("b3261e"))
