"""Port Meridian: the modern city at night, lit windows, wet streets and black water."""

import cv2
import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
    box,
    fbm,
    fill,
    finish,
    glow,
    lay,
    lines,
    mix,
    oval,
    ribbon,
    sky,
    tint,
    vary,
)
from artsim.demo.cityscape import (
    WARM,
    mirror,
    moon,
    panes,
    room,
    ship,
    skyline_rows,
    walker,
    wet,
)
from artsim.demo.model import Artist, Motif, School


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """The night sky of the artist, the place, its lights, weather, grain."""
    c = [vary(x, rng, 0.015) for x in artist.colours()]
    img = sky(h, w, c[0], mix(c[0], c[1], 0.5), c[1], c[2])
    lay(
        img,
        np.clip((fbm(rng, h, w, min(h, w) * 0.4, 4, 2.5) - 0.5) * 3, 0, 1),
        mix(c[1], c[2], 0.6),
        0.5,
    )
    PLACES[motif](img, c, artist, rng)
    bright = cv2.GaussianBlur(np.clip(img - 0.62, 0, 1), (0, 0), min(h, w) * 0.022)
    img += bright * (1 - np.clip(img, 0, 1)) * 1.5
    weather(img, artist, rng)
    return finish(img * np.float32(1.1), rng, tooth=0.016, vignette=0.16)


def skyline(img: Array, c: list[Array], artist: Artist, rng: Rng) -> None:
    if rng.random() < 0.7:
        moon(img, c, rng)
    skyline_rows(img, img.shape[0] * 1.02, c, artist, rng, int(rng.integers(2, 5)))


def harbour(img: Array, c: list[Array], artist: Artist, rng: Rng) -> None:
    """The city across the water, long shaking reflections, a ship or a quay."""
    h, w = img.shape[:2]
    if rng.random() < 0.6:
        moon(img, c, rng)
    level = round(h * rng.uniform(0.48, 0.66))
    skyline_rows(img, level, c, artist, rng, int(rng.integers(1, 4)))
    mirror(img, level, c[0], rng)
    if rng.random() < 0.7:
        ship(
            img,
            w * rng.uniform(0.25, 0.75),
            level + (h - level) * rng.uniform(0.2, 0.6),
            w * rng.uniform(0.12, 0.26),
            c,
            rng,
        )
    if rng.random() < 0.4:
        fill(img, box(-5, h * 0.92, w + 5, h + 5), c[0] * 0.3)
        for x in np.arange(0.06, 1, rng.uniform(0.12, 0.22)) * w:
            fill(img, box(x - 3, h * 0.86, x + 3, h), c[0] * 0.25)


def street(img: Array, c: list[Array], artist: Artist, rng: Rng) -> None:
    """One-point perspective between two walls of windows, the road wet."""
    h, w = img.shape[:2]
    vx, vy = w * rng.uniform(0.32, 0.68), h * rng.uniform(0.52, 0.7)
    glow(img, vx, vy, min(h, w) * 0.25, mix(c[3], WARM, 0.5), 0.55)
    skyline_rows(img, vy + 4, c, artist, rng, 1)
    road = mix(c[0] * 0.5, c[1], 0.2)
    fill(img, [(vx, vy), (w * 1.3, h * 1.02), (-w * 0.3, h * 1.02)], road)
    for side in (-1, 1):
        t, edge = 0.06, w * 0.62
        while t < 1.6:
            t2 = t * rng.uniform(1.35, 1.9)
            xa, xb = vx + side * edge * t, vx + side * edge * t2
            tall = h * artist.habit["tall"] * rng.uniform(1.0, 2.0)
            tone = vary(mix(c[1] * 0.5, c[0] * 0.4, min(1.0, t)), rng, 0.02)
            corners = np.array(
                [
                    (xa, vy - tall * t),
                    (xb, vy - tall * t2),
                    (xb, vy + h * 0.5 * t2),
                    (xa, vy + h * 0.5 * t),
                ]
            )
            fill(img, corners, tone)
            panes(img, corners, c, artist.habit["lit"], rng)
            t = t2
    wet(img, vx, vy, c, rng)
    for k in range(5):
        t = 0.1 * 1.75**k
        for side in (-1, 1):
            x, y = vx + side * w * 0.44 * t, vy + h * 0.46 * t
            lines(
                img,
                [
                    np.array(
                        [(x, y), (x, y - h * 0.5 * t), (x - side * w * 0.06 * t, y - h * 0.52 * t)]
                    )
                ],
                c[0] * 0.25,
                max(1, round(5 * t)),
            )
            fill(
                img,
                oval(x - side * w * 0.06 * t, y - h * 0.51 * t, 7 * t + 1.5, 7 * t + 1.5, n=14),
                mix(WARM, np.ones(3, np.float32), 0.5),
            )
    for _ in range(int(rng.integers(1, 6))):
        t = rng.uniform(0.15, 0.7)
        walker(img, vx + rng.normal(0, w * 0.3 * t), vy + h * 0.46 * t, h * 0.24 * t, c, rng)


def facade(img: Array, c: list[Array], artist: Artist, rng: Rng) -> None:
    """A wall seen straight on, large windows, someone at home in a few of them."""
    h, w = img.shape[:2]
    u = min(h, w)
    roof = h * rng.uniform(0.06, 0.2)
    wall = mix(c[1], c[4] * 0.4, rng.uniform(0.1, 0.5)) * rng.uniform(0.5, 0.75)
    fill(img, box(-5, roof, w + 5, h + 5), wall)
    img[round(roof) :] *= (0.85 + 0.3 * fbm(rng, h - round(roof), w, 6, 2, 4))[..., None]
    fill(img, box(-5, roof - u * 0.015, w + 5, roof + u * 0.02), wall * 0.5)
    cols, rows = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    cw, ch = w / cols, (h - roof) / (rows + 0.4)
    half, tall = cw * rng.uniform(0.22, 0.34), ch * rng.uniform(0.5, 0.68)
    for j in range(rows):
        for i in range(cols):
            x, y = cw * (i + 0.5), roof + ch * (j + 0.3)
            on = rng.random() < artist.habit["lit"] + 0.15
            inside = (
                mix(c[3], WARM, rng.uniform(0, 0.7)) * rng.uniform(0.85, 1.05) if on else c[0] * 0.5
            )
            fill(img, box(x - half - 7, y - 7, x + half + 7, y + tall + 7), wall * 0.42)
            fill(img, box(x - half, y, x + half, y + tall), inside)
            if on:
                room(img, x, y, half, tall, c, rng)
            fill(img, box(x - 2, y, x + 2, y + tall), wall * 0.35)
            fill(img, box(x - half, y + tall * 0.44, x + half, y + tall * 0.44 + 4), wall * 0.35)
            fill(
                img,
                box(x - half - 12, y + tall + 6, x + half + 12, y + tall + 14),
                mix(wall, c[2], 0.35),
            )
    if rng.random() < 0.5:
        x = w * rng.uniform(0.1, 0.9)
        lines(img, [np.array([(x, roof), (x, h)])], c[0] * 0.25, 5)


def bridge(img: Array, c: list[Array], artist: Artist, rng: Rng) -> None:
    """A suspension bridge hung with lamps over the river."""
    h, w = img.shape[:2]
    if rng.random() < 0.6:
        moon(img, c, rng)
    level = round(h * rng.uniform(0.6, 0.72))
    skyline_rows(img, level, c, artist, rng, int(rng.integers(1, 3)))
    dark, deck = c[0] * 0.35, h * rng.uniform(0.5, 0.57)
    towers = sorted((w * rng.uniform(0.1, 0.3), w * rng.uniform(0.65, 0.95)))
    top = h * rng.uniform(0.14, 0.26)
    tilt = rng.normal(0, 0.04) * h
    x = np.linspace(-5, w + 5, 90)
    road = np.stack([x, deck + tilt * (x / w - 0.5)], 1)
    span = towers[1] - towers[0]
    sag = ((x - towers[0]) / span * 2 - 1) ** 2
    cable = np.where(
        (x > towers[0]) & (x < towers[1]),
        deck - 12 - (deck - 12 - top) * sag,
        top
        + np.minimum(np.abs(x - towers[0]), np.abs(x - towers[1])) * (deck - top) / (span * 0.5),
    )
    cable = np.minimum(cable, road[:, 1])
    lines(
        img,
        [
            np.array([(a, b), (a, d)])
            for a, b, d in zip(x[::2], cable[::2], road[::2, 1], strict=True)
        ],
        mix(dark, c[2], 0.4),
        1,
        0.9,
    )
    for tx in towers:
        fill(img, box(tx - w * 0.012, top - 8, tx + w * 0.012, level + h * 0.04), dark)
        for k in range(3):
            fill(
                img,
                box(
                    tx - w * 0.022,
                    top + (deck - top) * k * 0.3 - 4,
                    tx + w * 0.022,
                    top + (deck - top) * k * 0.3 + 4,
                ),
                dark,
            )
    lines(img, [np.stack([x, cable], 1)], mix(dark, c[2], 0.5), 3)
    fill(img, ribbon(road, h * 0.022), dark)
    for px, py in np.stack([x, cable], 1)[::3]:
        fill(
            img, oval(float(px), float(py), 2.6, 2.6, n=10), mix(WARM, np.ones(3, np.float32), 0.4)
        )
    mirror(img, level, c[0], rng)


def weather(img: Array, artist: Artist, rng: Rng) -> None:
    h, w = img.shape[:2]
    if rng.random() < artist.habit.get("rain", 0):
        drops = []
        slant = rng.normal(0.15, 0.08)
        for _ in range(220):
            x, y, n = rng.uniform(0, w * 1.1), rng.uniform(-20, h), rng.uniform(10, 40)
            drops.append(np.array([(x, y), (x - n * slant, y + n)]))
        lines(img, drops, tint(0.8, 0.85, 0.95), 1, 0.28)
    if rng.random() < artist.habit.get("snow", 0):
        for _ in range(420):
            r = rng.uniform(0.8, 3.2)
            fill(
                img,
                oval(w * rng.random(), h * rng.random(), r, r, n=8),
                tint(0.95, 0.96, 1.0),
                rng.uniform(0.5, 0.95),
            )


PLACES = {
    "skyline": skyline,
    "harbour": harbour,
    "street": street,
    "facade": facade,
    "bridge": bridge,
}


SCHOOL = School(
    place="Port Meridian",
    style="Meridian Nocturne",
    media=("oil on canvas", "acrylic on canvas"),
    artists=(
        Artist(
            "Dana Whitlock",
            (1934, 1958),
            ("0f2233", "1f4a5c", "4f8a8b", "ffb84d", "e8743b"),
            ("skyline", "harbour", "skyline", "bridge"),
            {"tall": 0.58, "lit": 0.42},
        ),
        Artist(
            "Ruben Castellar",
            (1941, 1969),
            ("22143a", "5a2a6b", "c0507f", "ff9ecb", "5fd0e8"),
            ("street", "skyline", "street", "harbour"),
            {"tall": 0.5, "lit": 0.5, "rain": 0.5},
        ),
        Artist(
            "Edwin Harl",
            (1929, 1955),
            ("1c2a26", "3f5a48", "8a8f5f", "f5dc8a", "b5543a"),
            ("facade", "street", "facade"),
            {"tall": 0.36, "lit": 0.34},
        ),
        Artist(
            "Noor Idriss",
            (1950, 1978),
            ("16263f", "3c5f8f", "a9bcd4", "ffe7b0", "c8d6e6"),
            ("bridge", "street", "skyline", "bridge", "facade"),
            {"tall": 0.42, "lit": 0.34, "snow": 0.9},
        ),
        Artist(
            "Viktor Palme",
            (1938, 1964),
            ("2a1410", "7a2f1c", "d9692c", "ffd05a", "3f8f8a"),
            ("harbour", "bridge", "harbour", "facade"),
            {"tall": 0.3, "lit": 0.45, "rain": 0.1},
        ),
    ),
    motifs={
        "skyline": Motif(
            "cityscape",
            ("Skyline at {hour}", "City Lights", "Port Meridian by Night", "Nocturne"),
            (1.4, 0.75, 1.9, 1.0),
        ),
        "harbour": Motif(
            "marine",
            ("Harbour at Dusk", "Harbour Lights", "The Ferry Quay by Night"),
            (1.3, 1.6, 1.0),
        ),
        "street": Motif(
            "cityscape",
            ("Street in the Rain", "Avenue by Night", "{season} Evening in Town"),
            (0.75, 0.9, 1.25),
        ),
        "facade": Motif(
            "genre scene",
            ("Night Windows", "The Neighbours", "Apartment House, {season}"),
            (1.0, 0.8, 1.3),
        ),
        "bridge": Motif(
            "cityscape",
            ("The Bridge at {hour}", "Bridge by Night", "The Great Bridge, {season}"),
            (1.4, 1.7, 1.0),
        ),
    },
    paint=paint,
    theme="night",
)
