"""Things drawn with brush and ink."""

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
    profile,
    rgb,
    ribbon,
)
from artsim.demo.model import Artist


def stroke(img: Array, line: Array, widths: Array, ink: Array, wet: float, rng: Rng) -> None:
    """One touch of the brush: soft where wet, split by streaks of paper where dry."""
    fill(img, ribbon(line, widths), ink, min(1.0, 0.35 + 0.65 * wet), 0.5)
    if wet < 0.75 and float(np.max(widths)) > 5:
        paper = img[:1, :1].mean(axis=(0, 1))
        side = np.gradient(line, axis=0)
        side = np.stack([-side[:, 1], side[:, 0]], 1) / np.maximum(
            np.linalg.norm(side, axis=1, keepdims=True), 1e-6
        )
        for _ in range(int((1 - wet) * 14)):
            offset = rng.uniform(-0.45, 0.45)
            a = int(rng.integers(0, max(1, len(line) - 4)))
            part = (line + side * (widths * offset)[:, None])[
                a : a + int(rng.integers(4, len(line)))
            ]
            if len(part) > 2:
                lines(img, [part], paper, 1, 0.55)


def blade(
    img: Array, x: float, y: float, length: float, turn: float, tone: Array, rng: Rng
) -> None:
    t = np.linspace(0, 1, 16)
    bend = rng.normal(0, 0.25)
    line = np.stack(
        [x + np.cos(turn + bend * t) * length * t, y + np.sin(turn + bend * t) * length * t], 1
    )
    fill(
        img,
        ribbon(line, length * 0.14 * np.sin(np.pi * t**0.7) + 0.8),
        mix(tone, img[0, 0], rng.uniform(0, 0.25)),
        0.94,
    )


def hut(img: Array, x: float, y: float, s: float, ink: Array, artist: Artist) -> None:
    fill(img, box(x - s * 0.7, y - s * 0.6, x + s * 0.7, y), img[0, 0].copy())
    lines(
        img,
        [np.array([(x + k * s, y - s * 0.6), (x + k * s, y)]) for k in (-0.7, -0.2, 0.3, 0.7)],
        ink,
        2,
    )
    fill(
        img,
        curve(
            [
                (x - s * 1.15, y - s * 0.5),
                (x - s * 0.4, y - s * 0.95),
                (x, y - s * 1.3),
                (x + s * 0.4, y - s * 0.95),
                (x + s * 1.15, y - s * 0.5),
            ],
            24,
        ),
        mix(ink, artist.colours()[3], 0.35),
    )


def pine(img: Array, x: float, y: float, tall: float, ink: Array, rng: Rng) -> None:
    trunk = curve(
        [
            (x, y),
            (x + rng.normal(0, tall * 0.1), y - tall * 0.5),
            (x + rng.normal(0, tall * 0.15), y - tall),
        ],
        20,
    )
    stroke(img, trunk, np.linspace(tall * 0.07, 2, 20), ink, 0.8, rng)
    needles = []
    for k in range(5, 20, 2):
        for _ in range(2):
            bx, by = trunk[k] + (rng.normal(0, tall * 0.16), rng.normal(0, 3))
            for a in np.linspace(np.pi * 1.05, np.pi * 1.95, 9):
                n = tall * 0.1
                needles.append(np.array([(bx, by), (bx + np.cos(a) * n, by + np.sin(a) * n * 0.7)]))
    lines(img, needles, ink, 1, 0.8)


def bird(img: Array, x: float, y: float, s: float, side: int, ink: Array, artist: Artist) -> None:
    breast = mix(artist.colours()[3], img[0, 0], 0.4)
    y -= s * 0.75
    for k in range(3):
        tail = curve(
            [
                (x - side * s * 0.6, y + s * 0.2),
                (x - side * s * 1.4, y + s * (0.55 + 0.14 * k)),
                (x - side * s * 2.1, y + s * (0.8 + 0.22 * k)),
            ],
            14,
        )
        fill(img, ribbon(tail, s * 0.16), ink, 0.9)
    fill(img, oval(x, y, s, s * 0.68, -side * 0.45), breast, 1, 1.5)
    fill(img, oval(x - side * s * 0.28, y - s * 0.02, s * 0.82, s * 0.42, side * 0.5), ink, 0.9, 1)
    fill(img, oval(x + side * s * 0.75, y - s * 0.55, s * 0.42, s * 0.38), ink, 0.95, 0.7)
    fill(img, oval(x + side * s * 0.85, y - s * 0.42, s * 0.2, s * 0.15), img[0, 0].copy(), 0.9)
    fill(img, oval(x + side * s * 0.86, y - s * 0.62, s * 0.07, s * 0.07, n=12), img[0, 0].copy())
    fill(
        img,
        [
            (x + side * s * 1.1, y - s * 0.66),
            (x + side * s * 1.55, y - s * 0.5),
            (x + side * s * 1.12, y - s * 0.46),
        ],
        ink,
    )
    lines(
        img,
        [
            np.array([(x + k * s * 0.2, y + s * 0.55), (x + k * s * 0.25, y + s * 0.85)])
            for k in (-1, 1)
        ],
        ink,
        2,
    )


def writing(img: Array, ink: Array, rng: Rng) -> None:
    """Columns of marks that only look like writing, and one or two red seals."""
    h, w = img.shape[:2]
    s = min(h, w) * rng.uniform(0.022, 0.032)
    left = rng.random() < 0.5
    x, y = (w * 0.05 if left else w * 0.93), h * rng.uniform(0.04, 0.14)
    marks = []
    rows = int(rng.integers(4, 11))
    for column in range(int(rng.integers(1, 4))):
        cx = x + (1 if left else -1) * column * s * 1.6
        for k in range(rows if column else rows + 1):
            for _ in range(4):
                p = rng.uniform(-0.5, 0.5, (3, 2)) * s
                marks.append(curve([(cx + a, y + k * s * 1.5 + b) for a, b in p], 6))
    lines(img, marks, ink, 1, 0.9)
    sy = y + (rows + 1) * s * 1.5
    for k in range(int(rng.integers(1, 3))):
        fill(
            img,
            box(x - s * 0.6, sy + k * s * 1.6, x + s * 0.6, sy + s * 1.2 + k * s * 1.6),
            rgb("b02a1e"),
            0.92,
        )
        lines(
            img,
            [
                np.array(
                    [
                        (x - s * 0.35, sy + k * s * 1.6 + s * d),
                        (x + s * 0.35, sy + k * s * 1.6 + s * d),
                    ]
                )
                for d in (0.35, 0.65, 0.9)
            ],
            img[0, 0].copy(),
            1,
            0.8,
        )


def bamboo(img: Array, ink: Array, artist: Artist, rng: Rng) -> None:
    """Stems in sections, pale behind and dark in front, leaves in falling groups."""
    h, w = img.shape[:2]
    u = min(h, w)
    count = int(rng.integers(2, 6))
    for i in range(count):
        tone = mix(img[0, 0], ink, 0.25 + 0.7 * (i + 1) / count)
        x = w * rng.uniform(0.12, 0.88)
        lean, thick = rng.normal(0, 0.16), u * rng.uniform(0.012, 0.04) * artist.habit["brush"]
        y, joint = h * 1.03, h * rng.uniform(0.1, 0.18)
        top = h * rng.uniform(-0.1, 0.3)
        while y > top:
            y2 = y - joint * rng.uniform(0.85, 1.15)
            x2 = x + (y - y2) * lean
            t = np.linspace(0, 1, 14)
            line = np.stack([x + (x2 - x) * t, y + (y2 - y) * t + 3], 1)
            stroke(
                img,
                line,
                thick * (1 + 0.25 * np.abs(2 * t - 1) ** 3),
                tone,
                rng.uniform(0.5, 1),
                rng,
            )
            lines(
                img,
                [np.array([(x2 - thick * 0.7, y2 - 1), (x2, y2 + 2), (x2 + thick * 0.7, y2 - 1)])],
                ink,
                2,
                0.8,
            )
            if rng.random() < 0.7 and y2 < h * 0.85:
                side = rng.choice([-1, 1])
                tip = (x2 + side * u * rng.uniform(0.1, 0.26), y2 - u * rng.uniform(0.0, 0.16))
                lines(
                    img,
                    [curve([(x2, y2), ((x2 + tip[0]) / 2, (y2 + tip[1]) / 2 - 6), tip], 14)],
                    tone,
                    2,
                    0.9,
                )
                for _ in range(int(rng.integers(3, 8))):
                    a = np.pi / 2 - side * rng.uniform(-0.1, 1.25)
                    blade(
                        img,
                        tip[0] + rng.normal(0, u * 0.03),
                        tip[1] + rng.normal(0, u * 0.02),
                        u * rng.uniform(0.1, 0.24),
                        a,
                        tone,
                        rng,
                    )
            x, y = x2, y2


def orchid(img: Array, ink: Array, artist: Artist, rng: Rng) -> None:
    """A rock, and long leaves thrown from one point; blossoms in pale ink or colour."""
    h, w = img.shape[:2]
    u = min(h, w)
    x, y = w * rng.uniform(0.25, 0.75), h * rng.uniform(0.72, 0.9)
    t = np.linspace(0, 2 * np.pi, 60)
    rock = np.stack(
        [
            x + np.cos(t) * u * rng.uniform(0.14, 0.3),
            y + u * 0.06 + np.sin(t) * u * rng.uniform(0.08, 0.18),
        ],
        1,
    )
    rock += (profile(rng, 60, 10, 3)[:, None] - 0.5) * u * 0.12
    fill(img, rock, mix(img[0, 0], ink, 0.4), 0.8, 3)
    lines(img, [rock[: int(rng.integers(30, 60))]], ink, 3, 0.8)
    for i in range(int(rng.integers(9, 22))):
        a, length = rng.normal(-np.pi / 2, 0.65), h * rng.uniform(0.25, 0.62)
        end = (x + np.cos(a) * length * 0.9, y + np.sin(a) * length * 0.75)
        mid = (x + np.cos(a) * length * 0.4 + rng.normal(0, 9), y + np.sin(a) * length * 0.7)
        line = curve([(x + rng.normal(0, u * 0.02), y), mid, end], 34)
        s = np.linspace(0, 1, 34)
        stroke(
            img,
            line,
            u
            * 0.016
            * artist.habit["brush"]
            * (np.sin(np.pi * s**0.6) * (1 + 0.5 * np.sin(s * 9 + i)) + 0.08),
            mix(img[0, 0], ink, rng.uniform(0.5, 1)),
            1.0,
            rng,
        )
    for _ in range(int(rng.integers(2, 6))):
        fx, fy = x + rng.normal(0, w * 0.16), y - h * rng.uniform(0.15, 0.5)
        lines(
            img,
            [curve([(x, y), ((x + fx) / 2 + 9, (y + fy) / 2), (fx, fy)], 16)],
            mix(img[0, 0], ink, 0.5),
            2,
        )
        for k in range(5):
            blade(
                img,
                fx,
                fy,
                u * rng.uniform(0.05, 0.08),
                k * 1.25 + rng.normal(0, 0.2),
                artist.colours()[3],
                rng,
            )
