"""Pieces of a night city: buildings, windows, reflections, people."""

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
    lines,
    mix,
    oval,
    rgb,
    vary,
)
from artsim.demo.model import Artist

WARM = rgb("ffd27a")


def windows(
    img: Array,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    size: float,
    tones: list[Array],
    lit: float,
    rng: Rng,
) -> None:
    """A regular grid of panes, some lit, in the manner of one building."""
    gap_x, gap_y = size * rng.uniform(1.5, 2.2), size * rng.uniform(1.8, 2.6)
    pane = (size * rng.uniform(0.7, 1.1), size * rng.uniform(0.9, 1.4))
    cols, rows = int((x1 - x0 - size) / gap_x), int((y1 - y0 - size) / gap_y)
    if cols < 1 or rows < 1:
        return
    left = x0 + (x1 - x0 - (cols - 1) * gap_x - pane[0]) / 2
    on = rng.random((rows, cols)) < lit * rng.uniform(0.6, 1.4)
    pick = rng.integers(0, len(tones), (rows, cols))
    value = rng.uniform(0.72, 1.05, (rows, cols))
    h, w = img.shape[:2]
    for r in range(rows):
        wy = y0 + size + r * gap_y
        for q in range(cols):
            wx = left + q * gap_x
            a, b, d, e = round(wx), round(wx + pane[0]), round(wy), round(wy + pane[1])
            if b <= 0 or e <= 0 or a >= w or d >= h:
                continue
            a, d = max(a, 0), max(d, 0)
            img[d:e, a:b] = (
                tones[pick[r, q]] * np.float32(value[r, q]) if on[r, q] else img[d:e, a:b] * 0.62
            )


def block(
    img: Array,
    x0: float,
    top: float,
    x1: float,
    foot: float,
    tone: Array,
    c: list[Array],
    lit: float,
    size: float,
    rng: Rng,
) -> None:
    """A building with a lighter edge, a crown of its own, windows."""
    wide = x1 - x0
    kind = int(rng.integers(5))
    if kind == 1:
        fill(img, box(x0 + wide * 0.2, top - wide * 0.3, x1 - wide * 0.2, top), tone)
        fill(img, box(x0 + wide * 0.36, top - wide * 0.5, x1 - wide * 0.36, top), tone)
    elif kind == 2:
        fill(
            img,
            [(x0 + wide * 0.1, top), ((x0 + x1) / 2, top - wide * 0.9), (x1 - wide * 0.1, top)],
            tone,
        )
        lines(
            img,
            [np.array([((x0 + x1) / 2, top - wide * 0.8), ((x0 + x1) / 2, top - wide * 1.3)])],
            tone,
        )
    elif kind == 3:
        fill(img, box(x0 + wide * 0.55, top - wide * 0.3, x0 + wide * 0.8, top), tone * 0.8)
        lines(
            img,
            [np.array([(x0 + wide * 0.25, top), (x0 + wide * 0.25, top - wide * 0.5)])],
            tone,
            2,
        )
    fill(img, box(x0, top, x1, foot), tone)
    fill(img, box(x1 - wide * 0.18, top, x1, foot), tone * 0.78)
    fill(img, box(x0, top, x1, top + 2), mix(tone, c[2], 0.5))
    tones = [mix(WARM, c[3], 0.25), c[3], mix(c[4], WARM, 0.4), c[4]]
    windows(
        img,
        x0 + 2,
        top + 2,
        x1 - wide * 0.18,
        foot,
        size,
        tones[: int(rng.integers(1, 5))],
        lit,
        rng,
    )


def skyline_rows(
    img: Array, level: float, c: list[Array], artist: Artist, rng: Rng, rows: int
) -> None:
    h, w = img.shape[:2]
    for row in range(rows):
        depth = (row + 1) / rows
        tone = mix(mix(c[1], c[2], 0.3), c[0] * 0.55, 0.2 + 0.8 * depth)
        x = -w * 0.03
        peak = rng.uniform(0.2, 0.8)
        while x < w:
            wide = w * rng.uniform(0.05, 0.13) * (0.7 + 0.5 * depth)
            centre = np.exp(-(((x / w) - peak) ** 2) * 6)
            tall = (
                h
                * (0.1 + artist.habit["tall"] * (0.25 + 0.75 * centre) * rng.uniform(0.4, 1.0))
                * (1.05 - 0.35 * depth)
            )
            block(
                img,
                x,
                level - tall,
                x + wide,
                level,
                vary(tone, rng, 0.012),
                c,
                artist.habit["lit"],
                3 + 4 * depth,
                rng,
            )
            x += wide * rng.uniform(0.85, 1.25)


def moon(img: Array, c: list[Array], rng: Rng) -> None:
    h, w = img.shape[:2]
    r = min(h, w) * rng.uniform(0.03, 0.075)
    x, y = w * rng.uniform(0.12, 0.88), h * rng.uniform(0.1, 0.26)
    glow(img, x, y, r * 4, mix(c[3], np.ones(3, np.float32), 0.4), 0.4)
    fill(img, oval(x, y, r, r), mix(c[3], np.ones(3, np.float32), 0.7), 0.95, 0.8)


def mirror(img: Array, level: int, tone: Array, rng: Rng) -> None:
    h, w = img.shape[:2]
    depth = h - level
    y = np.arange(depth, dtype=np.float32)[:, None]
    shake = fbm(rng, depth, w, 7, 2, stretch=10) - 0.5
    x = np.arange(w, dtype=np.float32)[None] + shake * (6 + 40 * y / h)
    up = np.clip(level - 1 - y * min(1.0, level / depth) * 0.9 + shake * 60, 0, level - 1)
    smear = cv2.blur(img, (1, 25))
    out = cv2.remap(
        smear, x, up.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    img[level:] = out + (tone * 0.6 - out) * (0.12 + 0.3 * (shake > 0.06))[..., None]


def ship(img: Array, x: float, y: float, size: float, c: list[Array], rng: Rng) -> None:
    dark = c[0] * 0.35
    fill(
        img,
        [
            (x - size, y - size * 0.22),
            (x + size, y - size * 0.26),
            (x + size * 0.85, y),
            (x - size * 0.85, y),
        ],
        dark,
    )
    fill(
        img,
        box(x - size * 0.5, y - size * 0.42, x + size * 0.4, y - size * 0.2),
        mix(dark, c[1], 0.35),
    )
    for k in range(int(rng.integers(1, 4))):
        fx = x - size * 0.3 + k * size * 0.3
        fill(img, box(fx, y - size * 0.72, fx + size * 0.12, y - size * 0.4), mix(dark, c[4], 0.45))
    for k in range(9):
        fill(
            img,
            oval(
                x - size * 0.72 + k * size * 0.18, y - size * 0.13, size * 0.022, size * 0.022, n=10
            ),
            WARM,
        )
        fill(
            img,
            box(
                x - size * 0.46 + k * size * 0.09,
                y - size * 0.36,
                x - size * 0.41 + k * size * 0.09,
                y - size * 0.29,
            ),
            WARM,
        )
    fill(img, oval(x, y + size * 0.06, size * 0.9, size * 0.07), dark, 0.7, 3)


def panes(img: Array, corners: Array, c: list[Array], lit: float, rng: Rng) -> None:
    """Windows on a receding wall, by interpolation between its corners."""
    a, b, d, e = corners
    cols, rows = max(2, int(4 * rng.uniform(0.6, 1.4))), int(rng.integers(5, 12))
    tones = [c[3], mix(WARM, c[3], 0.3), c[4]]
    for i in range(cols):
        for j in range(rows):
            if rng.random() > lit * 1.2:
                continue
            u0, u1, v0, v1 = (
                (i + 0.25) / cols,
                (i + 0.72) / cols,
                (j + 0.2) / rows,
                (j + 0.62) / rows,
            )
            quad = [
                (a + (b - a) * u) * (1 - v) + (e + (d - e) * u) * v
                for u, v in ((u0, v0), (u1, v0), (u1, v1), (u0, v1))
            ]
            fill(
                img,
                np.array(quad),
                tones[int(rng.integers(3))] * np.float32(rng.uniform(0.7, 1.05)),
            )


def wet(img: Array, vx: float, vy: float, c: list[Array], rng: Rng) -> None:
    """Lights pulled down the road as broken vertical smears."""
    h, w = img.shape[:2]
    for _ in range(60):
        t = rng.random() ** 0.8
        y, x = vy + (h - vy) * t, vx + rng.normal(0, w * 0.4 * t + 4)
        tone = (c[3], c[4], WARM)[int(rng.integers(3))]
        fill(
            img,
            oval(x, y, 2 + 7 * t, 3 + 16 * t * rng.random(), n=16),
            tone,
            rng.uniform(0.12, 0.5),
            1.5,
        )


def walker(img: Array, x: float, y: float, tall: float, c: list[Array], rng: Rng) -> None:
    dark = c[0] * 0.22
    fill(
        img,
        [
            (x - tall * 0.14, y - tall * 0.8),
            (x + tall * 0.14, y - tall * 0.8),
            (x + tall * 0.19, y - tall * 0.25),
            (x - tall * 0.19, y - tall * 0.25),
        ],
        dark,
    )
    for s in (-1, 1):
        fill(
            img,
            box(
                x + s * tall * 0.08 - tall * 0.04,
                y - tall * 0.3,
                x + s * tall * 0.08 + tall * 0.04,
                y,
            ),
            dark,
        )
    fill(img, oval(x, y - tall * 0.88, tall * 0.08, tall * 0.1), dark)
    if rng.random() < 0.6:
        dome = oval(x, y - tall * 0.98, tall * 0.42, tall * 0.26)
        fill(img, dome[dome[:, 1] <= y - tall * 0.97], mix(c[4], dark, rng.uniform(0, 0.7)))
    fill(img, oval(x, y + tall * 0.12, tall * 0.12, tall * 0.2), dark, 0.5, 2)


def room(
    img: Array, x: float, y: float, half: float, tall: float, c: list[Array], rng: Rng
) -> None:
    """Curtains, a lamp, a table or a person against the light."""
    dark = c[0] * 0.4
    for k in (-1, 1):
        if rng.random() < 0.6:
            fold = [
                (x + k * half, y),
                (x + k * half * 0.35, y),
                (x + k * half * rng.uniform(0.6, 0.85), y + tall),
                (x + k * half, y + tall),
            ]
            fill(img, fold, mix(c[4], dark, rng.uniform(0.2, 0.6)), 0.85)
    kind = int(rng.integers(4))
    px = x + half * rng.uniform(-0.4, 0.4)
    if kind < 2:
        s = min(half, tall) * rng.uniform(0.7, 1.0)
        foot, crown = y + tall, y + tall - s * rng.uniform(0.75, 1.0)
        fill(img, oval(px, crown + s * 0.12, s * 0.1, s * 0.13), dark)
        body = curve(
            [
                (px - s * 0.3, foot),
                (px - s * 0.27, crown + s * 0.4),
                (px - s * 0.06, crown + s * 0.26),
                (px + s * 0.06, crown + s * 0.26),
                (px + s * 0.27, crown + s * 0.4),
                (px + s * 0.3, foot),
            ],
            30,
        )
        fill(img, body, dark)
    elif kind == 2:
        lines(img, [np.array([(px, y), (px, y + tall * 0.2)])], dark, 2)
        fill(
            img,
            [
                (px - half * 0.1, y + tall * 0.2),
                (px + half * 0.1, y + tall * 0.2),
                (px + half * 0.3, y + tall * 0.34),
                (px - half * 0.3, y + tall * 0.34),
            ],
            dark,
        )
