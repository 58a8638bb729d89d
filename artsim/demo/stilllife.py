"""Oudmeer: dark still lifes, things that come out of shadow on a table's edge."""

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
    glow,
    mix,
    oval,
    rgb,
    ribbon,
    vary,
)
from artsim.demo.model import Artist, Motif, School
from artsim.demo.solids import ball, knots, turned
from artsim.demo.tableware import (
    FRUIT,
    dim,
    drape,
    grapes,
    heap,
    leaf,
    plate,
    rose,
    tabletop,
    vessel,
)


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """A wall with a slant of light, the table and its cloth, then the things."""
    wall, cloth, table, _, _ = (vary(c, rng, 0.012) for c in artist.colours())
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    slant = np.clip(0.95 - (x / w * rng.uniform(0.5, 0.9) + y / h * rng.uniform(0.5, 0.9)), 0, 1)
    img = blank(h, w, wall) * (0.28 + 1.05 * slant * (0.8 + 0.4 * fbm(rng, h, w, 70, 4)))[..., None]
    edge = h * rng.uniform(0.64, 0.74)
    tabletop(img, edge, table, x, rng)
    u = min(h, w)
    if motif != "bouquet" and rng.random() < artist.habit["cloth"]:
        drape(img, edge, cloth, u, rng)
    ARRANGE[motif](img, edge, u, artist, rng)
    img *= (0.95 + 0.1 * fbm(rng, h, w, 5, 2))[..., None]
    return finish(img ** np.float32(0.82), rng, tooth=0.016, vignette=0.4)


def fruit(img: Array, edge: float, u: int, artist: Artist, rng: Rng) -> None:
    h, w = img.shape[:2]
    base = edge + h * 0.08
    cx = w * rng.uniform(0.36, 0.62)
    if rng.random() < 0.55:
        vessel(
            img,
            w * rng.choice([0.16, 0.82]) + rng.normal(0, 8),
            edge + h * 0.03,
            u * rng.uniform(0.42, 0.6),
            rng,
        )
    if rng.random() < 0.7:
        plate(img, cx, base, u * rng.uniform(0.3, 0.4), rgb("9a9a92"))
    heap(img, cx, base, u * rng.uniform(0.07, 0.1), int(rng.integers(5, 12)), artist, rng)
    if rng.random() < 0.6:
        grapes(
            img,
            cx + w * rng.choice([-0.24, 0.22]),
            base - u * 0.05,
            u * 0.028,
            rng.choice(np.array([rgb("4a2a55"), rgb("9aa14a"), rgb("28304f")])),
            rng,
        )
    for _ in range(int(rng.integers(0, 4))):
        x = w * rng.uniform(0.1, 0.9)
        ball(
            img,
            x,
            base + h * 0.03,
            u * rng.uniform(0.04, 0.07),
            rgb(FRUIT[int(rng.integers(6))][0]),
            dim(x, w),
            rng,
        )


def candle(img: Array, edge: float, u: int, _: Artist, rng: Rng) -> None:
    """Vanitas: a flame, books, a few things that pass."""
    h, w = img.shape[:2]
    base, x = edge + h * 0.06, w * rng.uniform(0.25, 0.75)
    tall = u * rng.uniform(0.24, 0.42)
    bx = w * rng.uniform(0.3, 0.7)
    for i in range(int(rng.integers(1, 5))):
        half, thick, y = (
            u * rng.uniform(0.15, 0.26),
            u * rng.uniform(0.04, 0.07),
            base + h * 0.03 - i * u * 0.052,
        )
        cover = vary(
            rng.choice(np.array([rgb("5b2a20"), rgb("3b3a2a"), rgb("6b4a26"), rgb("26323c")])),
            rng,
            0.03,
        )
        dx = bx + rng.normal(0, u * 0.03)
        fill(img, box(dx - half, y - thick, dx + half, y), cover * dim(dx, w))
        fill(
            img,
            box(dx - half * 0.96, y - thick * 0.8, dx + half * 1.0, y - thick * 0.2),
            rgb("cdb98c") * dim(dx, w) * 0.8,
        )
        fill(img, box(dx - half, y - thick, dx - half * 0.86, y), cover * dim(dx, w) * 1.3)
    foot = knots(0.1, 0.035, 0.05, 0.03, 0.035, 0.13, 0.16)
    stick_top = base - tall * 0.5
    turned(img, x, stick_top, base, lambda t: foot(t) * tall * 1.3, rgb("b08a3a"), 0.9, 0.9)
    wax = knots(0.055, 0.05, 0.052, 0.055)
    flame = stick_top - tall * rng.uniform(0.3, 1.0)
    turned(img, x, flame, stick_top, lambda t: wax(t) * tall, rgb("ecdcb4"), 1.0, 0.1)
    glow(img, x, flame - u * 0.04, u * rng.uniform(0.3, 0.5), rgb("ffb55a"), 0.62)
    tongue = curve(
        [
            (x - u * 0.012, flame - 4),
            (x - u * 0.016, flame - u * 0.03),
            (x, flame - u * 0.085),
            (x + u * 0.014, flame - u * 0.03),
            (x + u * 0.01, flame - 4),
        ],
        24,
    )
    fill(img, tongue, rgb("ffd98a"), 1, 1.5)
    fill(img, oval(x, flame - u * 0.026, u * 0.007, u * 0.02), np.ones(3, np.float32), 0.9, 1)
    if rng.random() < 0.6:
        vessel(img, w * rng.choice([0.14, 0.86]), base, u * rng.uniform(0.35, 0.5), rng)
    for _k in range(int(rng.integers(1, 4))):
        px = w * rng.uniform(0.12, 0.88)
        ball(
            img,
            px,
            base + h * 0.02,
            u * rng.uniform(0.04, 0.075),
            rgb(FRUIT[int(rng.integers(6))][0]),
            0.85,
            rng,
        )


def bouquet(img: Array, edge: float, u: int, artist: Artist, rng: Rng) -> None:
    """Flowers higher than wide, the big ones low and lit, tulips at the rim."""
    h, w = img.shape[:2]
    x, base = w * rng.uniform(0.46, 0.54), edge + h * 0.09
    tall = u * rng.uniform(0.28, 0.36)
    rim = base - tall
    reach = min(w * 0.36, rim * 0.42)
    cy = rim - reach * 0.95
    for _ in range(int(rng.integers(20, 36))):
        a, d = rng.uniform(-np.pi * 1.1, np.pi * 0.1), reach * rng.uniform(0.7, 1.25)
        leaf(
            img,
            x + np.cos(a) * d * 0.75,
            cy + np.sin(a) * d * 0.9,
            u * rng.uniform(0.05, 0.11),
            a,
            rng,
        )
    for _ in range(12):
        tip = (x + rng.normal(0, reach * 0.5), cy + rng.normal(0, reach * 0.4))
        fill(
            img,
            ribbon(curve([(x, rim + 8), ((x + tip[0]) / 2, rim - reach * 0.4), tip], 14), 3),
            rgb("3a4a22") * 0.7,
        )
    shape = knots(
        *(
            (0.2, 0.16, 0.3, 0.36, 0.3, 0.2),
            (0.26, 0.24, 0.2, 0.16, 0.2, 0.24),
            (0.16, 0.12, 0.2, 0.3, 0.34, 0.24),
        )[int(rng.integers(3))]
    )
    turned(
        img,
        x,
        rim,
        base,
        lambda t: shape(t) * tall,
        vary(rng.choice(np.array([rgb("6a7a74"), rgb("7a4428"), rgb("b9c2c8")])), rng, 0.03),
        0.95,
        0.9,
    )
    tints = [
        mix(rgb(c), artist.colours()[3], 0.12)
        for c in ("e9d9cf", "d8606a", "c23b2c", "e8b54a", "8d6aa8", "f0c4b0")
    ]
    some = rng.choice(6, 4, replace=False)
    spots = []
    for ring, count in ((1.0, 9), (0.6, 7), (0.25, 4)):
        for i in range(count):
            a = i / count * 2 * np.pi + rng.normal(0, 0.3)
            spots.append((x + np.cos(a) * reach * ring * 0.85, cy + np.sin(a) * reach * ring, ring))
    for px, py, ring in spots:
        size = u * (0.085 - 0.03 * ring) * rng.uniform(0.8, 1.25)
        rose(img, px, py, size, tints[int(some[int(rng.integers(4))])] * dim(px, w), rng)
    for _ in range(int(rng.integers(1, 5))):
        px = x + rng.normal(0, w * 0.2)
        rose(img, px, base + h * 0.03, u * 0.035, tints[int(some[0])] * dim(px, w), rng)


def breakfast(img: Array, edge: float, u: int, artist: Artist, rng: Rng) -> None:
    h, w = img.shape[:2]
    base = edge + h * 0.06
    order = rng.permutation([0.18, 0.4, 0.8])
    for x in order[: int(rng.integers(2, 4))]:
        vessel(
            img,
            w * x + rng.normal(0, w * 0.03),
            edge + h * rng.uniform(0.0, 0.06),
            u * rng.uniform(0.36, 0.66),
            rng,
        )
    cx = w * rng.uniform(0.4, 0.65)
    plate(img, cx, base + h * 0.03, u * 0.27, rgb("a3a39b"))
    loaf = vary(rgb("b57a3c"), rng, 0.03)
    if rng.random() < 0.6:
        ball(img, cx, base - u * 0.05, u * 0.15, loaf, dim(cx, w), rng, 0.12, 0.62, rgb("8a5226"))
        for k in range(-2, 3):
            cut = curve(
                [
                    (cx + k * u * 0.045 - 6, base - u * 0.12),
                    (cx + k * u * 0.045, base - u * 0.1),
                    (cx + k * u * 0.045 + 9, base - u * 0.06),
                ],
                8,
            )
            fill(img, ribbon(cut, 3), rgb("e0bd84"), 0.7)
    else:
        heap(img, cx, base + h * 0.02, u * 0.06, 4, artist, rng)
    if rng.random() < 0.7:
        a = rng.uniform(-0.5, 0.3)
        kx, ky = w * rng.uniform(0.3, 0.7), h * 0.86
        fill(img, box(kx - u * 0.17, ky - 3, kx, ky + 3, a), rgb("cfd2d2"))
        fill(img, box(kx - u * 0.17, ky - 3, kx, ky - 1, a), np.ones(3, np.float32), 0.8)


ARRANGE = {"fruit": fruit, "candle": candle, "bouquet": bouquet, "breakfast": breakfast}


SCHOOL = School(
    place="Oudmeer",
    style="Oudmeer Baroque",
    media=("oil on panel", "oil on canvas", "oil on copper"),
    artists=(
        Artist(
            "Pieter van Hoelen",
            (1621, 1648),
            ("3a2c20", "d9cfba", "6b4a2e", "c98a3a", "000000"),
            ("fruit", "breakfast", "fruit", "bouquet"),
            {"cloth": 0.9},
        ),
        Artist(
            "Judith Leemans",
            (1630, 1662),
            ("232a2c", "b9c0c2", "4d4438", "b5806a", "000000"),
            ("bouquet", "fruit", "bouquet"),
            {"cloth": 0.2},
        ),
        Artist(
            "Cornelis Duyvendak",
            (1638, 1671),
            ("4a4a36", "e2dccb", "7a6a4c", "a9a05a", "000000"),
            ("breakfast", "breakfast", "fruit"),
            {"cloth": 0.95},
        ),
        Artist(
            "Barent Swarte",
            (1615, 1644),
            ("2a1610", "7a2420", "3d2415", "d0712c", "000000"),
            ("candle", "fruit", "candle", "breakfast"),
            {"cloth": 0.55},
        ),
    ),
    motifs={
        "fruit": Motif(
            "still life",
            (
                "Still Life with Fruit",
                "Still Life with Grapes and Peaches",
                "Fruit on a Table",
                "Still Life with Fruit and Jug",
            ),
            (1.3, 1.15, 0.85),
        ),
        "candle": Motif(
            "still life",
            ("Vanitas", "Still Life with Candle", "Vanitas with Books", "Candlelight"),
            (0.82, 1.0, 1.2),
        ),
        "bouquet": Motif(
            "flowers",
            ("Bouquet of Flowers", "Flowers in a Vase", "Vase with {flower}"),
            (0.74, 0.8, 0.86),
        ),
        "breakfast": Motif(
            "still life",
            (
                "Breakfast Piece",
                "Still Life with Bread and Jug",
                "Laid Table",
                "Still Life with Pewter",
            ),
            (1.35, 1.15, 1.5),
        ),
    },
    paint=paint,
)
