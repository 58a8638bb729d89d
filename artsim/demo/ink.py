"""Lianhe: brush and ink on paper, much of it left empty."""

import numpy as np

from artsim.demo.brush import (
    bamboo,
    bird,
    blade,
    hut,
    orchid,
    pine,
    stroke,
    writing,
)
from artsim.demo.canvas import (
    Array,
    Rng,
    blank,
    curve,
    fbm,
    fibres,
    fill,
    finish,
    lay,
    lines,
    mix,
    oval,
    profile,
    rgb,
    vary,
)
from artsim.demo.model import Artist, Motif, School


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """Paper with age, the subject in wet and dry ink, a column of writing and seals."""
    paper, ink, _, _ = (vary(c, rng, 0.012) for c in artist.colours())
    img = blank(h, w, paper)
    img *= (0.95 + 0.1 * fbm(rng, h, w, 150, 4))[..., None]
    lay(img, np.clip((fbm(rng, h, w, 60, 4) - 0.6) * 3, 0, 1), rgb("8a6a3c"), 0.16)
    img += (fibres(rng, h, w) * 0.012)[..., None]
    SUBJECTS[motif](img, ink, artist, rng)
    writing(img, ink, rng)
    return finish(img, rng, "paper", 0.018, 0.08)


def peaks(img: Array, ink: Array, artist: Artist, rng: Rng) -> None:
    """Steep mountains with texture strokes, cut by mist; a hut, pines, a fall of water."""
    h, w = img.shape[:2]
    u = min(h, w)
    layers = int(rng.integers(3, 6))
    tint = artist.colours()[2]
    for i in range(layers):
        depth = (i + 1) / layers
        base = h * (0.34 + 0.62 * depth)
        cx, half = w * rng.uniform(0.1, 0.9), w * rng.uniform(0.25, 0.5)
        t = np.linspace(-1, 1, 220)
        bell = np.exp(-((t * rng.uniform(1.2, 2.2)) ** 2) * 1.6)
        crest = (
            base
            - bell * h * artist.habit["peak"] * rng.uniform(0.5, 1.0) * (1.2 - 0.5 * depth)
            - (profile(rng, 220, 40, 6) - 0.4) * u * 0.13 * bell**0.4
        )
        tone = mix(img[0, 0], mix(ink, tint, 0.45), 0.2 + 0.55 * depth)
        xs = cx + t * half * 1.5
        columns = np.interp(np.arange(w), xs, crest, left=h * 2, right=h * 2)
        below = np.arange(h, dtype=np.float32)[:, None] - columns[None].astype(np.float32)
        fade = np.clip(1 - below / (u * rng.uniform(0.3, 0.55)), 0, 1) * np.clip(below + 0.5, 0, 1)
        fade *= np.interp(np.arange(w), xs, 1 - np.abs(t) ** 5, left=0, right=0).astype(np.float32)
        fade *= 0.45 + 0.8 * fbm(rng, h, w, 22, 4, 0.6)
        lay(img, np.clip(fade, 0, 1), tone, 0.9)
        lines(
            img, [np.stack([xs, crest], 1)[30:190]], ink, 2 if depth > 0.6 else 1, 0.3 + 0.5 * depth
        )
        marks = []
        for _ in range(int(60 * depth)):
            k = int(rng.integers(20, 200))
            n = u * rng.uniform(0.03, 0.12)
            x, y = xs[k], crest[k] + rng.exponential(u * 0.06)
            slope = (crest[min(219, k + 3)] - crest[k - 3]) / 60
            marks.append(
                curve(
                    [
                        (x, y),
                        (x + n * 0.25 * np.sign(t[k]), y + n * 0.5),
                        (x + n * (0.3 + slope) * np.sign(t[k]), y + n),
                    ],
                    6,
                )
            )
        lines(img, marks, ink, 1, 0.3 + 0.35 * depth)
    if rng.random() < 0.7:
        hut(
            img,
            w * rng.uniform(0.15, 0.85),
            h * rng.uniform(0.82, 0.92),
            u * rng.uniform(0.06, 0.1),
            ink,
            artist,
        )
    for _ in range(int(rng.integers(2, 9))):
        pine(
            img,
            w * rng.uniform(0.05, 0.95),
            h * rng.uniform(0.72, 1.0),
            u * rng.uniform(0.08, 0.2),
            ink,
            rng,
        )


def birds(img: Array, ink: Array, artist: Artist, rng: Rng) -> None:
    """A bough with one to three birds and some leaves or berries."""
    h, w = img.shape[:2]
    u = min(h, w)
    side = rng.choice([-1, 1])
    x0 = -10.0 if side > 0 else w + 10.0
    ys = rng.uniform(0.35, 0.8)
    knots = [
        (x0 + side * w * k * 0.28, h * (ys - 0.07 * k) + rng.normal(0, u * 0.045)) for k in range(4)
    ]
    bough = curve(knots, 60)
    stroke(
        img,
        bough,
        np.linspace(u * 0.05, u * 0.008, 60)
        * artist.habit["brush"]
        * (0.8 + 0.4 * profile(rng, 60, 8, 3)),
        ink,
        0.5,
        rng,
    )
    for k in rng.integers(12, 58, int(rng.integers(5, 11))):
        a = rng.choice([-1, 1]) * rng.uniform(0.5, 1.3)
        tip = bough[k] + u * rng.uniform(0.08, 0.24) * np.array([side * np.cos(a), np.sin(a)])
        lines(
            img,
            [
                curve(
                    [
                        tuple(bough[k]),
                        tuple((bough[k] + tip) / 2 + rng.normal(0, 5, 2)),
                        tuple(tip),
                    ],
                    12,
                )
            ],
            ink,
            2,
            0.85,
        )
        for _ in range(int(rng.integers(2, 7))):
            at = tip + rng.normal(0, u * 0.02, 2)
            if artist.habit.get("berries", 0.4) > rng.random():
                fill(img, oval(at[0], at[1], u * 0.013, u * 0.013, n=14), artist.colours()[3], 0.92)
            else:
                blade(
                    img,
                    at[0],
                    at[1],
                    u * rng.uniform(0.05, 0.11),
                    rng.uniform(0, 6.3),
                    mix(img[0, 0], ink, rng.uniform(0.4, 1)),
                    rng,
                )
    for k in rng.choice(np.arange(16, 54, 9), int(rng.integers(1, 4)), replace=False):
        bird(
            img,
            bough[k, 0],
            bough[k, 1],
            u * rng.uniform(0.07, 0.12),
            rng.choice([-1, 1]),
            ink,
            artist,
        )


def river(img: Array, ink: Array, artist: Artist, rng: Rng) -> None:
    """Empty water, a boat with a fisher, far hills, reeds close by."""
    h, w = img.shape[:2]
    u = min(h, w)
    for i in range(int(rng.integers(1, 4))):
        level = h * (rng.uniform(0.18, 0.4) + 0.06 * i)
        crest = level - profile(rng, w, w * rng.uniform(0.15, 0.5), 5) ** 2 * h * 0.34
        below = np.arange(h, dtype=np.float32)[:, None] - crest[None]
        fade = (
            np.clip(1 - below / (u * 0.22), 0, 1)
            * np.clip(below + 0.5, 0, 1)
            * (0.5 + fbm(rng, h, w, 30, 3, 2))
        )
        lay(img, np.clip(fade, 0, 1), mix(artist.colours()[2], ink, 0.3), 0.35 + 0.15 * i)
    if rng.random() < 0.5:
        r = u * rng.uniform(0.05, 0.09)
        fill(
            img,
            oval(w * rng.uniform(0.15, 0.85), h * rng.uniform(0.08, 0.2), r, r),
            artist.colours()[3],
            0.85,
            1,
        )
    for _ in range(int(rng.integers(1, 4))):
        x, y, s = (
            w * rng.uniform(0.15, 0.85),
            h * rng.uniform(0.5, 0.8),
            u * rng.uniform(0.08, 0.16),
        )
        side = rng.choice([-1, 1])
        hull = curve(
            [
                (x - s * 1.2, y - s * 0.28),
                (x - s * 0.5, y),
                (x + s * 0.5, y),
                (x + s * 1.2, y - s * 0.28),
            ],
            24,
        )
        fill(img, np.concatenate([hull, [(x, y - s * 0.12)]]), ink, 0.92)
        fill(
            img, oval(x + side * s * 0.3, y - s * 0.42, s * 0.17, s * 0.3), mix(img[0, 0], ink, 0.7)
        )
        fill(
            img,
            [
                (x + side * s * 0.3 - s * 0.32, y - s * 0.66),
                (x + side * s * 0.3, y - s * 0.95),
                (x + side * s * 0.3 + s * 0.32, y - s * 0.66),
            ],
            mix(ink, artist.colours()[3], 0.4),
        )
        lines(
            img,
            [
                curve(
                    [
                        (x + side * s * 0.4, y - s * 0.45),
                        (x + side * s * 1.3, y - s * 1.0),
                        (x + side * s * 2.0, y - s * 0.9),
                    ],
                    14,
                )
            ],
            ink,
            1,
        )
        lines(
            img,
            [
                np.array([(x + rng.normal(0, s), y + k), (x + rng.normal(0, s) + s * 1.2, y + k)])
                for k in (6, 11, 17)
            ],
            ink,
            1,
            0.35,
        )
    for _ in range(int(rng.integers(14, 40))):
        gx = w * rng.choice([0.08, 0.9]) + rng.normal(0, w * 0.1)
        blade(
            img,
            gx,
            h * 1.02,
            h * rng.uniform(0.1, 0.34),
            -np.pi / 2 + rng.normal(0, 0.25),
            mix(img[0, 0], ink, rng.uniform(0.4, 1)),
            rng,
        )


SUBJECTS = {"bamboo": bamboo, "peaks": peaks, "orchid": orchid, "birds": birds, "river": river}


SCHOOL = School(
    place="Lianhe",
    style="Lianhe Ink",
    media=("ink on paper", "ink and light colour on paper", "ink on silk"),
    artists=(
        Artist(
            "Shen Moxi",
            (1640, 1690),
            ("ece4d2", "16181a", "5a5f60", "7a2a22"),
            ("bamboo", "orchid", "bamboo", "peaks"),
            {"brush": 1.15, "peak": 0.5},
        ),
        Artist(
            "Lu Qingyan",
            (1665, 1712),
            ("d9c69c", "241c14", "5f7f6a", "8a4a22"),
            ("peaks", "river", "peaks", "birds"),
            {"brush": 0.9, "peak": 0.6},
        ),
        Artist(
            "Old Man of the Reed Hut",
            (1620, 1668),
            ("e6e2d6", "20262e", "8296a8", "b08a3c"),
            ("river", "river", "bamboo", "orchid"),
            {"brush": 0.75, "peak": 0.4, "berries": 0.1},
        ),
        Artist(
            "Wen Baiyu",
            (1690, 1744),
            ("efe6cc", "1c1a18", "7d8a5f", "c03a2c"),
            ("birds", "orchid", "birds", "river"),
            {"brush": 1.0, "peak": 0.45, "berries": 0.8},
        ),
    ),
    motifs={
        "bamboo": Motif(
            "plants", ("Bamboo", "Bamboo in Wind", "Bamboo after Rain"), (0.48, 0.6, 1.2)
        ),
        "peaks": Motif(
            "landscape",
            ("Mountains in Mist", "Hut below the Peaks", "{season} Landscape"),
            (0.5, 0.65, 1.0),
        ),
        "orchid": Motif(
            "plants", ("Orchid and Rock", "Orchids", "Wild Orchid, {season}"), (0.7, 1.0, 1.3)
        ),
        "birds": Motif(
            "animals",
            ("Birds on a Branch", "Two Birds", "Birds and Berries, {season}"),
            (0.8, 1.0, 1.35),
        ),
        "river": Motif(
            "landscape", ("Fisher on the River", "Lone Boat", "River at {hour}"), (2.1, 0.6, 1.4)
        ),
    },
    paint=paint,
)
