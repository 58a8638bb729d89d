"""Figures for gold grounds: haloes, heads and robes."""

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
    vary,
)
from artsim.demo.model import Artist

HAIR = [rgb(c) for c in ("4a2c18", "6b4522", "2b1d16", "8d8578")]


DARK, PALE, RED = rgb("2a160c"), rgb("fff0b4"), rgb("8e2a1c")


def dots(img: Array, points: Array, r: float, tone: Array) -> None:
    """Punch marks: a dark dimple with a lit lower edge."""
    for x, y in points:
        fill(img, oval(x, y, r, r, n=10), tone)
        fill(img, oval(x + r * 0.3, y + r * 0.4, r * 0.45, r * 0.45, n=8), PALE)


def halo(img: Array, x: float, y: float, r: float, artist: Artist) -> None:
    """A tooled disc; the pattern is the artist's own."""
    gold = artist.colours()[0]
    fill(img, oval(x, y, r, r, n=90), mix(gold, PALE, 0.35))
    kind = int(artist.habit["halo"])
    t = np.linspace(0, 2 * np.pi, 37)[:-1]
    ring = np.stack([x + np.cos(t) * r * 0.86, y + np.sin(t) * r * 0.86], 1)
    if kind == 0:
        lines(img, [np.array([(x, y), p]) for p in ring[::1]], mix(gold, RED, 0.55), 1, 0.8)
    elif kind == 1:
        dots(img, ring, r * 0.045, mix(gold, DARK, 0.55))
        dots(img, (ring - (x, y)) * 0.84 + (x, y), r * 0.025, mix(gold, DARK, 0.5))
    elif kind == 2:
        for p in ring[::3]:
            fill(img, oval(p[0], p[1], r * 0.11, r * 0.11, n=20), mix(gold, RED, 0.6), 0.8)
            fill(img, oval(p[0], p[1], r * 0.06, r * 0.06, n=16), mix(gold, PALE, 0.5))
    else:
        for p, q in zip(ring[::2], ring[1::2], strict=True):
            fill(
                img, [p, q, (q - (x, y)) * 0.72 + (x, y)], rgb("27477a") if kind == 3 else RED, 0.8
            )
    for scale in (1.0, 0.95, 0.74):
        edge = oval(x, y, r * scale, r * scale, n=90)
        lines(
            img,
            [np.concatenate([edge, edge[:1]])],
            mix(gold, DARK, 0.7),
            2 if scale == 1.0 else 1,
            0.9,
        )


def head(
    img: Array,
    x: float,
    y: float,
    r: float,
    tilt: float,
    artist: Artist,
    rng: Rng,
    veil: Array | None,
    bearded: bool,
) -> None:
    """A long oval face in olive shadow and rose light, almond eyes, thin nose."""
    skin = mix(rgb("d9ab78"), rgb("c98f66"), rng.uniform(0, 1))
    olive, hair = (
        rgb("6d5a33"),
        HAIR[int(rng.integers(4 if bearded else 3))],
    )
    long = r * artist.habit["face"]
    c, s = np.cos(tilt), np.sin(tilt)

    def at(points: object) -> Array:
        p = np.asarray(points, np.float64) * (r, long)
        turned: Array = np.stack(
            [x + p[..., 0] * c - p[..., 1] * s, y + p[..., 0] * s + p[..., 1] * c], -1
        )
        return turned

    fill(img, at(box(-0.42, 0.5, 0.42, 1.5)), mix(skin, olive, 0.6))
    if veil is None:
        fill(img, at(oval(0, -0.12, 1.2, 1.12)), hair)
        fill(img, at(oval(0, 0.3, 1.16, 0.9)), hair, 0.8)
    else:
        fill(
            img,
            at(
                curve(
                    [
                        (-1.6, 1.7),
                        (-1.35, 0.2),
                        (-0.95, -0.95),
                        (0, -1.4),
                        (0.95, -0.95),
                        (1.35, 0.2),
                        (1.6, 1.7),
                    ],
                    50,
                )
            ),
            veil,
        )
        rim = at(
            curve(
                [
                    (-1.05, 1.5),
                    (-1.0, 0.2),
                    (-0.75, -0.8),
                    (0, -1.1),
                    (0.75, -0.8),
                    (1.0, 0.2),
                    (1.05, 1.5),
                ],
                50,
            )
        )
        fill(img, rim, mix(veil, DARK, 0.6))
        lines(img, [rim], rgb("e8c45a"), 2)
    fill(img, at(oval(0, 0, 0.84, 1.0)), mix(skin, olive, 0.55))
    fill(img, at(oval(-0.1, -0.02, 0.7, 0.9)), skin, 0.95, r * 0.07)
    if bearded:
        fill(
            img,
            at(
                curve(
                    [
                        (-0.8, 0.1),
                        (-0.72, 0.8),
                        (0, rng.uniform(1.25, 1.7)),
                        (0.72, 0.8),
                        (0.8, 0.1),
                        (0.3, 0.5),
                        (0, 0.4),
                        (-0.3, 0.5),
                        (-0.8, 0.1),
                    ],
                    50,
                )
            ),
            hair,
        )
    for k in (-1, 1):
        fill(img, at(oval(k * 0.34, -0.1, 0.22, 0.09)), mix(PALE, skin, 0.4))
        fill(img, at(oval(k * 0.34 - 0.04, -0.1, 0.09, 0.085)), DARK)
        lines(
            img,
            [at(curve([(k * 0.34 - 0.24, -0.1), (k * 0.34, -0.21), (k * 0.34 + 0.24, -0.08)], 10))],
            DARK,
            max(1, round(r * 0.045)),
        )
        lines(
            img,
            [at(curve([(k * 0.12, -0.28), (k * 0.36, -0.38), (k * 0.62, -0.24)], 10))],
            mix(olive, DARK, 0.6),
            max(1, round(r * 0.05)),
        )
        fill(img, at(oval(k * 0.42, 0.22, 0.18, 0.13)), rgb("c8604a"), 0.3, r * 0.08)
    lines(
        img,
        [at(curve([(0.1, -0.28), (0.05, 0.1), (0.14, 0.28), (-0.02, 0.33)], 14))],
        mix(olive, DARK, 0.55),
        max(1, round(r * 0.05)),
    )
    fill(img, at(oval(0, 0.53, 0.2, 0.055)), rgb("9c4034"))


def robe(img: Array, outline: Array, colour: Array, artist: Artist, rng: Rng) -> None:
    """Cloth as a flat field with long dark folds and gold or pale combing."""
    fill(img, outline, mix(colour, DARK, 0.25))
    x0, y0 = outline.min(axis=0)
    x1, y1 = outline.max(axis=0)
    top, foot = max(0, int(y0) - 3), min(img.shape[0], int(y1) + 4)
    left, right = max(0, int(x0) - 3), min(img.shape[1], int(x1) + 4)
    part = img[top:foot, left:right]
    mask = np.zeros(part.shape, np.float32)
    fill(mask, outline - (left, top), np.ones(3, np.float32))
    before = part.copy()
    mid = (x0 + x1) / 2
    for i in range(int(rng.integers(9, 16))):
        t = rng.uniform(0.02, 0.98)
        foot = x0 + (x1 - x0) * t
        start = mid + (foot - mid) * rng.uniform(0.15, 0.5)
        ys = y0 + (y1 - y0) * rng.uniform(0.02, 0.4)
        line = curve(
            [(start, ys), ((start + foot) / 2 + rng.normal(0, 9), (ys + y1) / 2), (foot, y1 + 6)],
            24,
        )
        wide = (x1 - x0) * rng.uniform(0.03, 0.075)
        tone = mix(colour, DARK, 0.6) if i % 2 else mix(colour, rgb("ffffff"), 0.28)
        fill(img, ribbon(line, np.linspace(1.5, wide, 24)), tone, 0.85, 0.8)
        if rng.random() < artist.habit["comb"]:
            lines(img, [line + np.array([k * 4, 0]) for k in range(3)], rgb("f0cf6a"), 1, 0.9)
    part[:] = before + (part - before) * mask
    lines(img, [np.concatenate([outline, outline[:1]])], rgb("e2b84c"), 2, 0.85)


def mantle(x: float, neck: float, foot: float, half: float, slim: float = 1.0) -> Array:
    """Outline of a robed body from neck to foot."""
    drop = foot - neck
    return curve(
        [
            (x - half * 0.28, neck),
            (x - half * 0.8, neck + drop * 0.13),
            (x - half, neck + drop * 0.42),
            (x - half * slim, foot),
            (x + half * slim, foot),
            (x + half, neck + drop * 0.42),
            (x + half * 0.8, neck + drop * 0.13),
            (x + half * 0.28, neck),
        ],
        80,
    )


def tunic(artist: Artist, rng: Rng) -> tuple[Array, Array]:
    c = artist.colours()
    i = int(rng.integers(1, 5))
    return vary(c[i], rng, 0.03), vary(c[1 + (i + int(rng.integers(0, 3))) % 4], rng, 0.03)
