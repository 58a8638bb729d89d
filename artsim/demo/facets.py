"""Montclar: analytic cubism, sitters and tables broken along lines into shaded facets."""

import cv2
import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
    blank,
    box,
    curve,
    fbm,
    fill,
    finish,
    lay,
    lines,
    mix,
    oval,
    rgb,
    ribbon,
    vary,
)
from artsim.demo.model import Artist, Motif, School


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """The subject in plain tones, then folded along lines: shifted, shaded, edged, hatched."""
    colours = [vary(c, rng, 0.02) for c in artist.colours()]
    img = blank(h, w, mix(colours[1], colours[2], 0.45))
    SUBJECTS[motif](img, colours, rng)
    img = fold(img, colours, artist, rng)
    accents(img, colours, motif, rng)
    hatch = fbm(rng, h, w, 4, 2, stretch=5)
    img *= (0.9 + 0.26 * hatch)[..., None]
    return finish(img, rng, tooth=0.02, vignette=0.22)


def fold(img: Array, c: list[Array], artist: Artist, rng: Rng) -> Array:
    """Each line shifts what lies beyond it and throws a shadow that fades with distance."""
    h, w = img.shape[:2]
    u = min(h, w)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    dx, dy = np.zeros((h, w), np.float32), np.zeros((h, w), np.float32)
    shade, edges = np.zeros((h, w), np.float32), np.zeros((h, w), np.float32)
    hue = np.zeros((h, w), np.float32)
    count = int(artist.habit["folds"] * rng.uniform(0.8, 1.2))
    angles = rng.choice(rng.uniform(0, np.pi, 4), count) + rng.normal(0, 0.14, count)
    for i in range(count):
        px, py = w * rng.uniform(0.05, 0.95), h * rng.uniform(0.05, 0.95)
        ca, sa = np.float32(np.cos(angles[i])), np.float32(np.sin(angles[i]))
        if rng.random() < artist.habit.get("arcs", 0.15):
            r = u * rng.uniform(0.2, 0.6)
            dist = np.sqrt((x - px) ** 2 + (y - py) ** 2) - np.float32(r)
        else:
            dist = (x - px) * ca + (y - py) * sa
        along = np.abs((y - py) * ca - (x - px) * sa) / np.float32(u * rng.uniform(0.2, 0.6))
        reach = np.clip(1.4 - along, 0, 1)
        side = (dist > 0) * reach
        fade = np.exp(-np.abs(dist) / np.float32(u * rng.uniform(0.07, 0.2)))
        shade += side * fade * np.float32(rng.choice([-1, 1]) * rng.uniform(0.3, 0.75))
        shift = (side > 0.02) * np.float32(u * artist.habit["shift"])
        dx += shift * np.float32(rng.normal())
        dy += shift * np.float32(rng.normal())
        hue += side * np.float32(rng.normal(0, 0.35))
        edges = np.maximum(
            edges, np.clip(1.6 - np.abs(dist), 0, 1) * np.clip(reach * 1.6 - 0.3, 0, 1)
        )
    out = cv2.remap(img, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    cool, warm = mix(c[3], c[1], 0.3), mix(c[4], c[1], 0.3)
    strength = artist.habit["hue"]
    lay(out, np.clip(hue, 0, 1) * np.float32(strength), warm, 0.7)
    lay(out, np.clip(-hue, 0, 1) * np.float32(strength), cool, 0.7)
    lay(out, np.clip(shade, 0, 0.8), mix(c[2], np.ones(3, np.float32), 0.45))
    lay(out, np.clip(-shade, 0, 0.88), c[0])
    lay(out, edges, c[0], 0.8)
    return out


def portrait(img: Array, c: list[Array], rng: Rng) -> None:
    """Head and shoulders: hair, half the face in shadow, long nose, eyes that do not agree."""
    h, w = img.shape[:2]
    u = min(h, w)
    cx, cy = w * rng.uniform(0.42, 0.58), h * rng.uniform(0.34, 0.42)
    ry, rx = u * rng.uniform(0.23, 0.29), u * rng.uniform(0.15, 0.2)
    turn, side = rng.normal(0, 0.16), rng.choice([-1, 1])
    dark, skin, pale = c[0], mix(c[2], c[4], 0.2), mix(c[2], np.ones(3, np.float32), 0.4)
    dress = mix(c[int(rng.choice([3, 4, 0]))], dark, rng.uniform(0.1, 0.5))
    y0 = cy + ry * 0.9
    slope = u * rng.uniform(0.36, 0.48)
    fill(
        img,
        curve(
            [
                (cx - slope, h * 1.05),
                (cx - slope * 0.9, y0 + u * 0.28),
                (cx - rx * 0.6, y0 + u * 0.1),
                (cx + rx * 0.6, y0 + u * 0.1),
                (cx + slope * 0.9, y0 + u * 0.26),
                (cx + slope, h * 1.05),
            ],
            50,
        ),
        dress,
    )
    fill(
        img,
        [
            (cx - rx * 0.7, y0 + u * 0.1),
            (cx + rx * 0.7, y0 + u * 0.1),
            (cx + rx * rng.uniform(-0.2, 0.2), y0 + u * rng.uniform(0.24, 0.4)),
        ],
        pale,
    )
    hair = oval(cx - side * rx * 0.1, cy - ry * 0.12, rx * 1.28, ry * rng.uniform(1.08, 1.3), turn)
    fill(img, hair, mix(dark, c[4], rng.uniform(0, 0.4)))
    if rng.random() < 0.45:
        fill(
            img,
            oval(cx + side * rx * 0.7, cy - ry * rng.uniform(0.4, 1.1), rx * 0.6, rx * 0.5),
            dark,
        )
    fill(img, box(cx - rx * 0.42, cy + ry * 0.5, cx + rx * 0.42, y0 + u * 0.13), skin * 0.7)
    face = oval(cx, cy, rx, ry, turn)
    fill(img, face, skin)
    half = face[(face[:, 0] - cx) * side > 0]
    fill(
        img,
        np.concatenate([half[np.argsort(half[:, 1])], [(cx, cy + ry * 0.7)]]),
        mix(skin, dark, 0.45),
    )
    brow = cy - ry * 0.22
    for s in (-1, 1):
        ex, ey = cx + s * rx * 0.44, cy - ry * 0.08 + rng.normal(0, ry * 0.06)
        fill(img, oval(ex, ey, rx * 0.25, ry * 0.075, turn), pale)
        fill(img, oval(ex + side * 2, ey, rx * 0.1, ry * 0.07), dark)
        arch = curve(
            [(ex - rx * 0.3, brow + 5), (ex, brow - ry * 0.05), (ex + rx * 0.3, brow + 4)], 12
        )
        fill(img, ribbon(arch, u * 0.011), dark)
    nose = curve(
        [
            (cx - side * rx * 0.05, brow),
            (cx - side * rx * 0.08, cy + ry * 0.1),
            (cx - side * rx * 0.3, cy + ry * 0.34),
            (cx + side * rx * 0.05, cy + ry * 0.38),
        ],
        24,
    )
    fill(img, ribbon(nose, u * 0.012), dark)
    fill(img, nose, pale, 0.6)
    fill(
        img,
        oval(cx - side * 2, cy + ry * 0.58, rx * 0.34, ry * 0.05),
        mix(c[4], rgb("8c2f2a"), 0.5),
    )
    if rng.random() < 0.3:
        fill(img, box(cx - rx * 1.8, cy - ry * 0.85, cx + rx * 1.8, cy - ry * 0.72, turn), dark)
        fill(img, box(cx - rx, cy - ry * 1.5, cx + rx, cy - ry * 0.75, turn), mix(dark, c[3], 0.3))


def guitar(
    img: Array, c: list[Array], rng: Rng, x: float | None = None, scale: float = 1.0
) -> None:
    """A guitar on end, its hole, neck and strings."""
    h, w = img.shape[:2]
    u = min(h, w) * scale
    cx, cy, turn = (
        (w * rng.uniform(0.4, 0.6) if x is None else x),
        h * rng.uniform(0.5, 0.64),
        rng.normal(0.2, 0.4),
    )
    shape = curve(
        [
            (0, 0.36),
            (0.25, 0.33),
            (0.28, 0.12),
            (0.15, -0.02),
            (0.2, -0.16),
            (0.1, -0.26),
            (0, -0.27),
            (-0.1, -0.26),
            (-0.2, -0.16),
            (-0.15, -0.02),
            (-0.28, 0.12),
            (-0.25, 0.33),
            (0, 0.36),
        ],
        80,
    )
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def place(points: object) -> Array:
        placed: Array = np.asarray(points, np.float64) @ spin * u + (cx, cy)
        return placed

    wood = mix(c[4], c[2], rng.uniform(0.2, 0.7))
    fill(img, place(shape) + np.array([u * 0.03, u * 0.03]), c[0], 0.8)
    fill(img, place(shape), wood)
    fill(img, place(shape[shape[:, 0] > -0.01]), mix(wood, c[0], 0.4))
    fill(img, place(box(-0.035, -0.72, 0.035, -0.1)), c[0])
    fill(img, place(oval(0, -0.02, 0.085, 0.085)), c[0])
    fill(img, place(box(-0.1, 0.2, 0.1, 0.225)), c[0])
    lines(
        img,
        [place([(d, -0.7), (d, 0.21)]) for d in (-0.024, -0.012, 0, 0.012, 0.024)],
        mix(c[2], np.ones(3, np.float32), 0.5),
        1,
    )


def table(img: Array, c: list[Array], rng: Rng) -> None:
    """A bottle, a glass, fruit, a newspaper and perhaps the guitar again."""
    h, w = img.shape[:2]
    u = min(h, w)
    fill(img, oval(w * 0.5, h * 0.74, w * 0.46, h * 0.24), mix(c[4], c[0], rng.uniform(0.2, 0.5)))
    a = rng.uniform(-0.5, 0.5)
    px, py = w * rng.uniform(0.25, 0.7), h * rng.uniform(0.62, 0.8)
    fill(
        img,
        box(px - u * 0.2, py - u * 0.13, px + u * 0.2, py + u * 0.13, a),
        mix(c[2], np.ones(3, np.float32), 0.6),
    )
    if rng.random() < 0.5:
        guitar(img, c, rng, w * rng.uniform(0.2, 0.8), 0.8)
    for _ in range(int(rng.integers(1, 4))):
        x, base, s = (
            w * rng.uniform(0.2, 0.8),
            h * rng.uniform(0.66, 0.82),
            u * rng.uniform(0.4, 0.6),
        )
        glass = mix(c[3], c[0], rng.uniform(0.1, 0.6))
        side = curve(
            [
                (x - s * 0.05, base - s),
                (x - s * 0.05, base - s * 0.7),
                (x - s * 0.15, base - s * 0.5),
                (x - s * 0.15, base),
            ],
            30,
        )
        body = np.concatenate([side, (2 * x, 0) + side[::-1] * (-1, 1)])
        fill(img, body, glass)
        fill(img, body[body[:, 0] > x - 1], mix(glass, c[0], 0.5))
        fill(img, box(x - s * 0.14, base - s * 0.32, x + s * 0.14, base - s * 0.12), c[2])
    for _ in range(int(rng.integers(2, 7))):
        x, y, r = (
            w * rng.uniform(0.2, 0.8),
            h * rng.uniform(0.64, 0.84),
            u * rng.uniform(0.04, 0.085),
        )
        tone = (
            mix(c[4], rgb("a8452c"), rng.uniform(0, 0.5))
            if rng.random() < 0.6
            else mix(c[3], c[2], 0.4)
        )
        fill(img, oval(x, y, r, r), tone)
        fill(img, oval(x + r * 0.3, y + r * 0.2, r * 0.65, r * 0.72), tone * 0.6)
        fill(
            img,
            oval(x - r * 0.3, y - r * 0.3, r * 0.3, r * 0.25),
            mix(tone, np.ones(3, np.float32), 0.5),
        )


def village(img: Array, c: list[Array], rng: Rng) -> None:
    """Houses climbing a hill as blocks with a lit and a dark side."""
    h, w = img.shape[:2]
    u = min(h, w)
    fill(img, box(0, 0, w, h * 0.34), mix(c[3], c[2], 0.45))
    rows = int(rng.integers(4, 7))
    for row in range(rows):
        y = h * (0.26 + 0.76 * (row + 0.6) / rows)
        for x in np.linspace(-0.02, 1.02, int(rng.integers(4, 7))) * w + rng.normal(0, u * 0.04):
            s = u * rng.uniform(0.11, 0.19)
            x, tall, lit = (
                float(x + rng.normal(0, u * 0.03)),
                s * rng.uniform(0.8, 1.6),
                vary(mix(c[2], c[4], rng.uniform(0, 0.5)), rng, 0.05),
            )
            if rng.random() < 0.22:
                fill(img, oval(x, y - s * 0.5, s * 0.7, s * 0.9), mix(c[3], c[0], 0.4))
                continue
            fill(img, box(x - s, y - tall, x, y + s), lit)
            fill(img, box(x, y - tall, x + s * 0.6, y + s), mix(lit, c[0], 0.55))
            fill(
                img,
                [
                    (x - s * 1.05, y - tall),
                    (x - s * 0.5, y - tall - s * 0.6),
                    (x + s * 0.2, y - tall - s * 0.6),
                    (x, y - tall),
                ],
                mix(c[4], c[0], 0.3),
            )
            fill(
                img,
                [(x, y - tall), (x + s * 0.2, y - tall - s * 0.6), (x + s * 0.65, y - tall)],
                mix(lit, c[0], 0.4),
            )
            for k in (-0.7, -0.35):
                fill(img, box(x + k * s, y - tall * 0.6, x + (k + 0.17) * s, y - tall * 0.3), c[0])


def accents(img: Array, c: list[Array], motif: str, rng: Rng) -> None:
    """Charcoal lines over the paint, and for tables some ruled paper."""
    h, w = img.shape[:2]
    strokes = []
    for _ in range(int(rng.integers(5, 12))):
        x, y, a = w * rng.uniform(0.1, 0.9), h * rng.uniform(0.1, 0.9), rng.uniform(0, np.pi)
        n = min(h, w) * rng.uniform(0.08, 0.3)
        strokes.append(
            np.array(
                [(x - np.cos(a) * n, y - np.sin(a) * n), (x + np.cos(a) * n, y + np.sin(a) * n)]
            )
        )
    lines(img, strokes, c[0], 2, 0.55)
    if motif in ("table", "guitar"):
        x, y, s = (
            w * rng.uniform(0.15, 0.7),
            h * rng.uniform(0.2, 0.8),
            min(h, w) * rng.uniform(0.1, 0.18),
        )
        lines(
            img,
            [
                np.array([(x, y + k * s * 0.16), (x + s * rng.uniform(1, 1.6), y + k * s * 0.16)])
                for k in range(6)
            ],
            c[0],
            1,
            0.7,
        )


SUBJECTS = {"portrait": portrait, "guitar": guitar, "table": table, "village": village}
SCHOOL = School(
    place="Montclar",
    style="Montclar Cubism",
    media=("oil on canvas", "oil and charcoal on canvas"),
    artists=(
        Artist(
            "Ramon Belloch",
            (1908, 1916),
            ("2a2119", "8a7252", "cdb68c", "6e6c5a", "9c6b3c"),
            ("portrait", "guitar", "portrait", "table"),
            {"folds": 22, "shift": 0.02, "hue": 0.3},
        ),
        Artist(
            "Yvette Cassou",
            (1910, 1922),
            ("1f2a33", "6f8289", "d3d4c6", "4f7186", "a88a6a"),
            ("table", "portrait", "guitar"),
            {"folds": 16, "shift": 0.03, "hue": 0.4, "arcs": 0.3},
        ),
        Artist(
            "Jules Tarride",
            (1909, 1925),
            ("2c2430", "9a6f5c", "e4c7a0", "6a7f5a", "c0583a"),
            ("village", "village", "table", "portrait"),
            {"folds": 15, "shift": 0.012, "hue": 0.5},
        ),
        Artist(
            "Nadine Orsel",
            (1912, 1928),
            ("1c2340", "b98aa0", "f0dcc4", "3d74a8", "e0803f"),
            ("portrait", "table", "portrait", "village"),
            {"folds": 15, "shift": 0.022, "hue": 0.95, "arcs": 0.6},
        ),
    ),
    motifs={
        "portrait": Motif(
            "portrait",
            (
                "Portrait of a Lady",
                "Portrait of a Lady",
                "Seated Woman",
                "Head of a Woman",
                "Portrait of a Man",
                "Portrait of Madame {number}",
            ),
            (0.74, 0.8, 0.88),
        ),
        "guitar": Motif(
            "still life",
            ("The Guitar", "Guitar and Score", "Still Life with Guitar"),
            (0.74, 0.85, 1.0),
        ),
        "table": Motif(
            "still life",
            ("Still Life with Bottle", "Still Life with Fruit", "Bottle, Glass and Newspaper"),
            (1.2, 1.0, 0.8),
        ),
        "village": Motif(
            "cityscape",
            ("Houses at {place}", "The Village", "Rooftops, {season}"),
            (0.82, 1.0, 1.25),
        ),
    },
    paint=paint,
)
