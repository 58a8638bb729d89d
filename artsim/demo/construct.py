"""Halden: constructive abstraction, flat geometry weighed out on a pale or black ground."""

import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
    blank,
    box,
    fbm,
    fill,
    finish,
    lay,
    lines,
    mix,
    oval,
    ribbon,
    vary,
)
from artsim.demo.model import Artist, Motif, School


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """A ground with some tooth, the composition, and thin wear of the paint."""
    colours = [vary(c, rng, 0.012) for c in artist.colours()]
    if rng.random() < artist.habit.get("dark", 0.1):
        colours[0], colours[1] = colours[1], colours[0]
    img = blank(h, w, colours[0])
    img *= (0.97 + 0.06 * fbm(rng, h, w, 120, 3))[..., None]
    DRAW[motif](img, colours, rng)
    wear = fbm(rng, h, w, 14, 4, stretch=1.0 + rng.uniform(0, 5))
    img *= (0.93 + 0.14 * wear)[..., None]
    return finish(img, rng, "canvas", 0.026, 0.05)


def pick(colours: list[Array], rng: Rng) -> Array:
    """Any colour but the ground."""
    return colours[1 + int(rng.integers(len(colours) - 1))]


def wedge(img: Array, colours: list[Array], rng: Rng) -> None:
    """A disc struck by a wedge, beams that cross on one diagonal, small answers to both."""
    h, w = img.shape[:2]
    u = min(h, w)
    if rng.random() < 0.6:
        split = rng.uniform(0.25, 0.75)
        half = [(0, 0), (w * (split + 0.25), 0), (w * (split - 0.25), h), (0, h)]
        fill(img, half, mix(colours[0], colours[1], rng.choice([0.12, 0.85])))
    cx, cy, r = w * rng.uniform(0.3, 0.7), h * rng.uniform(0.3, 0.7), u * rng.uniform(0.18, 0.36)
    fill(img, oval(cx, cy, r, r, n=120), colours[int(rng.integers(1, 3))])
    if rng.random() < 0.5:
        fill(img, oval(cx, cy, r * 0.55, r * 0.55, n=100), colours[0])
    a = rng.uniform(0, 2 * np.pi)
    axis, side = np.array([np.cos(a), np.sin(a)]), np.array([-np.sin(a), np.cos(a)])
    tip = np.array([cx, cy]) + axis * r * rng.uniform(-0.2, 0.5)
    tail = tip - axis * u * rng.uniform(0.6, 1.1)
    fill(img, [tip, tail + side * u * 0.2, tail - side * u * rng.uniform(0.1, 0.25)], colours[2])
    for _ in range(int(rng.integers(3, 8))):
        mid = np.array([cx, cy]) + axis * u * rng.normal(0, 0.35) + side * u * rng.normal(0, 0.35)
        bar(
            img,
            mid,
            a + rng.choice([0, np.pi / 2]) + rng.normal(0, 0.05),
            u * rng.uniform(0.15, 0.7),
            u * rng.choice([0.008, 0.02, 0.05]),
            pick(colours, rng),
        )
    for _ in range(int(rng.integers(2, 6))):
        s = u * rng.uniform(0.015, 0.05)
        x, y = w * rng.uniform(0.08, 0.92), h * rng.uniform(0.08, 0.92)
        fill(img, oval(x, y, s, s), pick(colours, rng))


def bar(img: Array, mid: Array, turn: float, length: float, width: float, colour: Array) -> None:
    x, y = float(mid[0]), float(mid[1])
    fill(img, box(x - length / 2, y - width / 2, x + length / 2, y + width / 2, turn), colour)


def discs(img: Array, colours: list[Array], rng: Rng) -> None:
    """Rings cut into sectors that change colour where they cross."""
    h, w = img.shape[:2]
    u = min(h, w)
    for _ in range(int(rng.integers(1, 5))):
        cx, cy = w * rng.uniform(0.15, 0.85), h * rng.uniform(0.15, 0.85)
        radius, rings = u * rng.uniform(0.2, 0.5), int(rng.integers(3, 8))
        parts = int(rng.choice([2, 2, 4, 4, 6]))
        start = rng.uniform(0, np.pi)
        for i in range(rings):
            r = radius * (1 - i / rings)
            for k in range(parts):
                t = np.linspace(
                    start + k * 2 * np.pi / parts, start + (k + 1) * 2 * np.pi / parts, 40
                )
                arc = np.stack([cx + r * np.cos(t), cy + r * np.sin(t)], axis=1)
                fill(
                    img,
                    np.concatenate([arc, [(cx, cy)]]),
                    vary(pick(colours, rng), rng, 0.03),
                    0.94,
                )
    for _ in range(int(rng.integers(0, 3))):
        x = w * rng.uniform(0.1, 0.9)
        fill(img, box(x, -5, x + u * 0.015, h + 5), colours[1])


def grid(img: Array, colours: list[Array], rng: Rng) -> None:
    """Planes divided by black lines, few of them coloured, none in the middle."""
    h, w = img.shape[:2]
    cells = [(0.0, 0.0, float(w), float(h))]
    target = int(rng.integers(7, 16))
    while len(cells) < target:
        i = int(np.argmax([(c[2] - c[0]) * (c[3] - c[1]) * rng.uniform(0.4, 1) for c in cells]))
        x0, y0, x1, y1 = cells.pop(i)
        t = rng.choice([0.28, 0.36, 0.5, 0.62, 0.7])
        if (x1 - x0) * rng.uniform(0.7, 1.4) > y1 - y0:
            x = x0 + (x1 - x0) * t
            cells += [(x0, y0, x, y1), (x, y0, x1, y1)]
        else:
            y = y0 + (y1 - y0) * t
            cells += [(x0, y0, x1, y), (x0, y, x1, y1)]
    cells.sort(key=lambda c: (c[2] - c[0]) * (c[3] - c[1]))
    width = min(h, w) * rng.choice([0.012, 0.018, 0.028])
    for i, (x0, y0, x1, y1) in enumerate(cells):
        tone = (
            pick(colours, rng)
            if i < 3 or rng.random() < 0.18
            else mix(colours[0], colours[-1], rng.choice([0, 0.06, 0.14]))
        )
        fill(img, box(x0, y0, x1, y1), tone)
    for x0, y0, x1, y1 in cells:
        for a, b in (((x0, y0), (x1, y0)), ((x0, y0), (x0, y1))):
            fill(img, ribbon(np.array([a, b]), width), colours[1])


def float_planes(img: Array, colours: list[Array], rng: Rng) -> None:
    """Quadrilaterals adrift on one slant, from large and slow to small and quick."""
    h, w = img.shape[:2]
    u = min(h, w)
    slant, centre = (
        rng.uniform(-0.9, 0.9),
        np.array([w * rng.uniform(0.4, 0.6), h * rng.uniform(0.4, 0.6)]),
    )
    along = np.array([np.cos(slant), np.sin(slant)])
    count = int(rng.integers(7, 22))
    for i in range(count):
        t = i / count
        mid = (
            centre
            + along * u * rng.normal(0, 0.32)
            + along[::-1] * (-1, 1) * u * rng.normal(0, 0.2)
        )
        length = u * (0.5 * (1 - t) ** 1.5 + 0.05) * rng.uniform(0.7, 1.3)
        bar(
            img,
            mid,
            slant + rng.normal(0, 0.06) + (np.pi / 2 if rng.random() < 0.25 else 0),
            length,
            length * rng.choice([0.12, 0.3, 0.55, 0.9]),
            pick(colours, rng),
        )
    if rng.random() < 0.5:
        r = u * rng.uniform(0.05, 0.16)
        fill(
            img,
            oval(w * rng.uniform(0.15, 0.85), h * rng.uniform(0.12, 0.88), r, r, n=90),
            pick(colours, rng),
        )


def arcs(img: Array, colours: list[Array], rng: Rng) -> None:
    """Sheets of transparent colour bounded by great arcs, with taut lines between nodes."""
    h, w = img.shape[:2]
    u = min(h, w)
    pale = float(colours[0].mean()) > 0.5
    for _ in range(int(rng.integers(4, 9))):
        a = rng.uniform(0, 2 * np.pi)
        r = u * rng.uniform(0.3, 0.9)
        cx, cy = w * rng.uniform(0, 1), h * rng.uniform(0, 1)
        t = np.linspace(a, a + rng.uniform(2.0, 4.6), 70)
        sheet = np.stack([cx + r * np.cos(t), cy + r * np.sin(t)], axis=1)
        tone = pick(colours, rng)
        layer = np.zeros(img.shape[:2], np.float32)[..., None].repeat(3, axis=2)
        fill(layer, sheet, np.ones(3, np.float32))
        glazed = img * (0.3 + 0.7 * tone) if pale else 1 - (1 - img) * (1 - 0.75 * tone)
        lay(img, layer[..., 0], glazed if rng.random() < 0.6 else tone, 0.9)
        lines(img, [sheet], colours[1], 2, 0.9)
    nodes = [(w * rng.uniform(0.05, 0.95), h * rng.uniform(0.05, 0.95)) for _ in range(7)]
    lines(
        img,
        [np.array([nodes[i], nodes[j]]) for i in range(7) for j in range(i) if rng.random() < 0.4],
        colours[1],
        1,
        0.85,
    )
    for x, y in nodes:
        s = u * rng.uniform(0.008, 0.028)
        fill(img, oval(x, y, s, s, n=30), pick(colours, rng))
    a, r = rng.uniform(0, 6), u * rng.uniform(0.25, 0.45)
    t = np.linspace(a, a + rng.uniform(2, 5), 80)
    sweep = np.stack([nodes[0][0] + r * np.cos(t), nodes[0][1] + r * np.sin(t)], axis=1)
    fill(img, ribbon(sweep, np.linspace(u * 0.05, 2, 80)), pick(colours, rng))


DRAW = {"wedge": wedge, "discs": discs, "grid": grid, "planes": float_planes, "arcs": arcs}
SCHOOL = School(
    place="Halden",
    style="Halden Constructivism",
    media=("oil on canvas", "gouache on paper", "oil and casein on board"),
    artists=(
        Artist(
            "Lev Ostranin",
            (1917, 1931),
            ("ece3cf", "17161a", "c8281e", "8d8a83", "d9a33a"),
            ("wedge", "planes", "wedge", "arcs"),
            {"dark": 0.2},
        ),
        Artist(
            "Sofie Delmar",
            (1919, 1938),
            ("f1e7d2", "243a73", "d9642c", "e6b52f", "3f8f77", "b84a6b"),
            ("discs", "arcs", "discs", "planes"),
            {"dark": 0.1},
        ),
        Artist(
            "Willem Aardhuis",
            (1921, 1944),
            ("f2efe6", "111111", "c62121", "1d4a9e", "f0c52b"),
            ("grid", "grid", "planes"),
            {"dark": 0.0},
        ),
        Artist(
            "Katya Morozhko",
            (1915, 1929),
            ("efeae0", "1b1b1e", "b03a48", "2f6f8f", "e08e45", "6f9a58"),
            ("planes", "wedge", "planes", "grid"),
            {"dark": 0.35},
        ),
        Artist(
            "Anselm Rook",
            (1926, 1949),
            ("1a2430", "e9e2d0", "d98324", "4d8fac", "a63d40", "6b705c"),
            ("arcs", "discs", "arcs", "wedge"),
            {"dark": 0.25},
        ),
    ),
    motifs={
        "wedge": Motif(
            "abstract",
            ("The Wedge", "Construction No. {number}", "Agitation", "Untitled"),
            (0.75, 1.0, 1.3),
        ),
        "discs": Motif(
            "abstract",
            ("Simultaneous Discs", "Rhythm No. {number}", "Circular Forms, Sun", "Untitled"),
            (1.0, 1.3, 0.75),
        ),
        "grid": Motif(
            "abstract",
            (
                "Composition No. {number}",
                "Composition with Red and Blue",
                "Composition in Lines",
                "Untitled",
            ),
            (1.0, 0.8, 1.2),
        ),
        "planes": Motif(
            "abstract",
            ("Floating Planes", "Dynamic Composition", "Composition No. {number}", "Untitled"),
            (0.8, 1.0, 1.35),
        ),
        "arcs": Motif(
            "abstract",
            ("Arcs and Tensions", "Transparent Forms", "Orbit No. {number}", "Untitled"),
            (1.3, 1.0, 0.8),
        ),
    },
    paint=paint,
)
