"""Trees, reeds and leaves drawn as silhouettes, for any school."""

import cv2
import numpy as np

from artsim.demo.canvas import Array, Rng, lay, lines, vary


def branches(
    rng: Rng, x: float, y: float, tall: float, lean: float = 0.0, spread: float = 0.5
) -> list[tuple[float, float, float, float, float]]:
    """Segments (x0, y0, x1, y1, width) of a tree without leaves."""
    out: list[tuple[float, float, float, float, float]] = []
    stack = [(x, y, -np.pi / 2 + lean, tall * 0.3, tall * 0.05, 0)]
    while stack:
        x0, y0, angle, length, width, level = stack.pop()
        for _ in range(3):
            x1, y1 = x0 + np.cos(angle) * length / 3, y0 + np.sin(angle) * length / 3
            out.append((x0, y0, x1, y1, width))
            x0, y0, angle, width = x1, y1, angle + rng.normal(0, 0.13), width * 0.9
        if level < 6 and length > 5:
            for side in (-1, 1):
                if level < 3 or rng.random() < 0.86:
                    turn = side * rng.uniform(0.4, 1.2) * spread
                    stack.append(
                        (
                            x0,
                            y0,
                            angle + turn,
                            length * rng.uniform(0.62, 0.86),
                            width * 0.66,
                            level + 1,
                        )
                    )
    return out


def bare_tree(
    img: Array, rng: Rng, x: float, y: float, tall: float, colour: Array, spread: float = 0.55
) -> None:
    """A winter tree."""
    mask = np.zeros(img.shape[:2], np.uint8)
    for x0, y0, x1, y1, width in branches(rng, x, y, tall, rng.normal(0, 0.1), spread):
        ends = [(round(a * 8), round(b * 8)) for a, b in ((x0, y0), (x1, y1))]
        cv2.line(mask, ends[0], ends[1], 255, max(1, round(width)), cv2.LINE_AA, 3)
    lay(img, mask, colour)


def crown(img: Array, rng: Rng, x: float, y: float, tall: float, colour: Array) -> None:
    """A tree in leaf: trunk, boughs and clouds of small dabs with gaps of sky."""
    mask = np.zeros(img.shape[:2], np.uint8)
    segments = branches(rng, x, y, tall * 0.9, rng.normal(0, 0.08), 0.6)
    for x0, y0, x1, y1, width in segments:
        cv2.line(
            mask,
            (round(x0), round(y0)),
            (round(x1), round(y1)),
            255,
            max(1, round(width)),
            cv2.LINE_AA,
        )
    tips = [s for s in segments if s[4] < tall * 0.012]
    for i in rng.integers(0, max(1, len(tips)), 900 if tips else 0):
        dx, dy = rng.normal(0, tall * 0.03, 2)
        at = (round(tips[i][2] + dx), round(tips[i][3] + dy))
        size = (int(rng.integers(2, 5)), int(rng.integers(1, 4)))
        cv2.ellipse(mask, at, size, float(rng.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
    lay(img, mask, vary(colour, rng, 0.015), 0.95)


def reeds(img: Array, rng: Rng, colour: Array, count: int, tall: float) -> None:
    """Grass and reeds along the lower edge, some with seed heads."""
    h, w = img.shape[:2]
    centre = rng.choice([0.15, 0.3, 0.7, 0.85])
    blades, heads = [], []
    for _ in range(count):
        x = w * (centre + rng.normal(0, 0.22))
        length = tall * rng.uniform(0.3, 1)
        bend = rng.normal(0.1, 0.22) * length
        t = np.linspace(0, 1, 9)
        blade = np.stack([x + bend * t**2, h + 4 - length * t * (1 - 0.12 * t)], axis=1)
        blades.append(blade)
        if rng.random() < 0.2:
            heads.append(blade[-3:])
    lines(img, blades, colour, 1, 0.95)
    lines(img, blades[::4], colour, 2, 0.95)
    if heads:
        lines(img, heads, colour, 4)
