"""Serravalle: devotional panels, figures in coloured robes on tooled gold."""

import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
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
)
from artsim.demo.figures import (
    DARK,
    PALE,
    RED,
    dots,
    halo,
    head,
    mantle,
    robe,
    tunic,
)
from artsim.demo.model import Artist, Motif, School


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """Gold leaf, the arch and its frame, the figures, cracks and rubbed bole."""
    img = leafed(h, w, artist, rng)
    u = min(h, w)
    POSE[motif](img, u, artist, rng)
    frame(img, u, artist, rng)
    crack = np.abs(fbm(rng, h, w, 38, 4) - 0.5)
    lay(img, np.clip(1 - crack * 90, 0, 1) * (fbm(rng, h, w, 160, 2) > 0.5), DARK, 0.35)
    return finish(img, rng, "paper", 0.016, 0.16)


def leafed(h: int, w: int, artist: Artist, rng: Rng) -> Array:
    """Gold in overlapping square leaves that catch the light unevenly."""
    gold = artist.colours()[0]
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    cx, cy = w * rng.uniform(0.2, 0.8), h * rng.uniform(0.1, 0.5)
    sheen = 1.12 - 0.5 * np.hypot(x - cx, y - cy) / max(h, w)
    img = gold * (sheen * (0.86 + 0.28 * fbm(rng, h, w, 34, 5)))[..., None]
    step = int(min(h, w) * rng.uniform(0.14, 0.2))
    seams = [np.array([(0, k), (w, k + rng.normal(0, 2))]) for k in range(step, h, step)]
    seams += [np.array([(k, 0), (k + rng.normal(0, 2), h)]) for k in range(step, w, step)]
    lay(img, np.clip((fbm(rng, h, w, 26, 4) - 0.67) * 9, 0, 1), RED, 0.4)
    lines(img, seams, mix(gold, RED, 0.5), 1, 0.4)
    painted: Array = img.astype(np.float32)
    return painted


def saint(
    img: Array,
    u: int,
    artist: Artist,
    rng: Rng,
    x: float | None = None,
    scale: float = 1.0,
    full: bool = False,
    young: bool = False,
) -> None:
    """One saint, half length or full, with a book, a palm or a cross."""
    h, w = img.shape[:2]
    x = w * rng.uniform(0.44, 0.56) if x is None else x
    r = u * (0.062 if full else rng.uniform(0.095, 0.165)) * scale
    y = h * (0.24 if full else rng.uniform(0.33, 0.4)) + rng.normal(0, 4)
    outer, inner = tunic(artist, rng)
    long, bearded = r * artist.habit["face"], not young and rng.random() < 0.5
    veil = outer if not (bearded or young) and rng.random() < 0.5 else None
    halo(img, x, y - long * 0.1, r * 2.15, artist)
    half = r * (2.3 if full else 3.1)
    robe(img, mantle(x, y + long * 0.9, h * (0.9 if full else 1.02), half, 1.1), outer, artist, rng)
    front = curve(
        [
            (x - half * 0.25, y + long),
            (x - half * 0.5, y + long * 3),
            (x, h * (0.86 if full else 1.0)),
            (x + half * 0.32, y + long * 3),
            (x + half * 0.25, y + long),
        ],
        40,
    )
    robe(img, front, inner, artist, rng)
    head(img, x, y, r, rng.normal(0, 0.12), artist, rng, veil, bearded)
    hx, hy, side = x + half * 0.2, y + long * 2.7, rng.choice([-1, 1])
    thing = int(rng.integers(3))
    if thing == 0:
        b = box(hx - r * 0.8, hy - r * 1.1, hx + r * 0.5, hy + r * 0.5, rng.normal(0, 0.15))
        fill(img, b, rng.choice(np.array([RED, rgb("1f3b2c"), DARK])))
        lines(img, [np.concatenate([b, b[:1]])], rgb("f0cf6a"), 2)
    else:
        px = x + side * half * 0.62
        staff = curve(
            [(px, hy + r * 1.6), (px + side * 3, hy - r), (px + side * r * 0.5, hy - r * 3.1)], 24
        )
        fill(img, ribbon(staff, max(3.0, r * 0.1)), rgb("5b3a1c") if thing == 1 else rgb("3c5a2c"))
        if thing == 1:
            fill(img, box(px - r * 0.5, hy - r * 2.3, px + r * 0.8, hy - r * 2.15), rgb("5b3a1c"))
        else:
            for k in range(6, 22, 2):
                for s in (-1, 1):
                    fill(
                        img,
                        ribbon(np.array([staff[k], staff[k] + (s * r * 0.55, -r * 0.35)]), r * 0.1),
                        rgb("4c7038"),
                    )
        hx = px
    skin = rgb("cf9f70")
    fill(img, oval(hx, hy, r * 0.42, r * 0.3, 0.5), mix(skin, DARK, 0.3))
    for k in range(4):
        fill(img, oval(hx - r * 0.25 + k * r * 0.16, hy - r * 0.16, r * 0.09, r * 0.34, 0.25), skin)


def virgin(img: Array, u: int, artist: Artist, rng: Rng) -> None:
    """Mother and child, the mother's head inclined to the child's."""
    h, w = img.shape[:2]
    side = rng.choice([-1, 1])
    x, y, r = (
        w * 0.5 - side * u * rng.uniform(0.02, 0.07),
        h * rng.uniform(0.33, 0.39),
        u * rng.uniform(0.105, 0.13),
    )
    outer, inner = tunic(artist, rng)
    long = r * artist.habit["face"]
    halo(img, x, y - long * 0.1, r * 2.2, artist)
    robe(img, mantle(x, y + long * 0.7, h * 1.02, r * 3.2, 1.12), outer, artist, rng)
    head(img, x, y, r, side * rng.uniform(0.1, 0.3), artist, rng, outer, False)
    cx, cy, cr = x + side * r * rng.uniform(1.5, 1.9), y + long * rng.uniform(1.25, 1.7), r * 0.66
    halo(img, cx, cy, cr * 1.75, artist)
    robe(
        img,
        mantle(cx, cy + cr * 0.9, cy + cr * rng.uniform(4.2, 5.2), cr * 1.7, 0.8),
        inner,
        artist,
        rng,
    )
    head(img, cx, cy, cr, -side * rng.uniform(0.0, 0.25), artist, rng, None, False)
    hand = curve(
        [
            (x - side * r * 1.7, y + long * 4),
            (x, y + long * 3.9),
            (cx - side * cr * 0.5, cy + cr * 2.9),
        ],
        20,
    )
    fill(img, ribbon(hand, np.linspace(r * 1.2, r * 0.55, 20)), mix(outer, DARK, 0.1))
    fill(
        img,
        oval(cx - side * cr * 0.5, cy + cr * 2.9, r * 0.45, r * 0.26, side * 0.6),
        rgb("cf9f70"),
    )


def angel(img: Array, u: int, artist: Artist, rng: Rng) -> None:
    """A winged messenger in feathers of two colours, holding a lily."""
    h, w = img.shape[:2]
    c = artist.colours()
    x, y, spread = w * 0.5, h * 0.36, u * rng.uniform(0.3, 0.42)
    for s in (-1, 1):
        for k in range(16, -1, -1):
            t = k / 16
            a = -1.15 + t * 2.1
            tip = (
                x + s * (u * 0.1 + spread * np.cos(a * 0.7)),
                y + u * 0.12 + spread * 1.15 * np.sin(a),
            )
            plume = curve(
                [
                    (x + s * u * 0.06, y + u * 0.17),
                    ((x + tip[0]) / 2 + s * u * 0.05, (y + tip[1]) / 2 - u * 0.02),
                    tip,
                ],
                16,
            )
            tone = mix(c[1 + k % 4], PALE, 0.15)
            fill(img, ribbon(plume, np.linspace(5, u * 0.055, 16)), DARK)
            fill(img, ribbon(plume, np.linspace(3, u * 0.047, 16)), tone)
    saint(img, u, artist, rng, x, young=True)


def three(img: Array, u: int, artist: Artist, rng: Rng) -> None:
    """Standing saints side by side under one sky of gold, on a patterned floor."""
    h, w = img.shape[:2]
    n = int(rng.integers(3, 6))
    floor = h * 0.84
    step = w / 12
    tones = (artist.colours()[1] * 0.7, mix(PALE, artist.colours()[0], 0.5))
    for i in range(13):
        for j in range(4):
            fill(
                img,
                [
                    (i * step, floor + j * h * 0.045),
                    ((i + 1) * step, floor + j * h * 0.045),
                    ((i + 0.7) * step, floor + (j + 1) * h * 0.045),
                    ((i - 0.3) * step, floor + (j + 1) * h * 0.045),
                ],
                tones[(i + j) % 2],
            )
    for k in range(n):
        saint(
            img,
            u,
            artist,
            rng,
            w * (k + 0.5) / n,
            min(1.3, w / u / n * 3.0) * rng.uniform(0.92, 1.02),
            True,
        )


def frame(img: Array, u: int, artist: Artist, rng: Rng) -> None:
    """Spandrels round an arch of the artist's kind, and a punched border."""
    h, w = img.shape[:2]
    kind, gold = int(artist.habit["arch"]), artist.colours()[0]
    b = u * 0.045
    t = np.linspace(0, 1, 60)
    rise = min(h * 0.22, w * 0.3)
    if kind == 0:
        top = rise - np.sin(np.pi * t) * rise
    elif kind == 1:
        top = rise * 1.25 * np.abs(2 * t - 1) ** 1.5
    else:
        top = rise * 0.9 * (1 - np.abs(np.sin(3 * np.pi * t)) * 0.35 - np.sin(np.pi * t) * 0.65)
    if kind < 3:
        arch = np.stack([b + (w - 2 * b) * t, b + top], 1)
        ground = mix(artist.colours()[1 + int(rng.integers(4))], DARK, 0.35)
        fill(
            img, np.concatenate([arch, [(w, arch[-1, 1]), (w, 0), (0, 0), (0, arch[0, 1])]]), ground
        )
        fill(img, ribbon(arch, b * 0.5), mix(gold, PALE, 0.25))
        lines(img, [arch + np.array([0, b * 0.3]), arch - (0, b * 0.3)], DARK, 1, 0.8)
        dots(img, arch[1::3], b * 0.13, mix(gold, DARK, 0.6))
        for s in (0.11, 0.89):
            r = rise * 0.2
            fill(img, oval(w * s, b + rise * 0.26, r, r), mix(gold, PALE, 0.2))
            fill(img, oval(w * s, b + rise * 0.26, r * 0.66, r * 0.66), ground * 0.7)
    for x0, y0, x1, y1 in ((0, 0, w, b), (0, h - b, w, h), (0, 0, b, h), (w - b, 0, w, h)):
        fill(img, box(x0, y0, x1, y1), mix(gold, DARK, 0.25))
    lines(img, [np.array([(b, b), (w - b, b), (w - b, h - b), (b, h - b), (b, b)])], DARK, 2, 0.9)
    gap = b * 1.1
    side = [(x, y) for x in np.arange(gap, w, gap) for y in (b * 0.5, h - b * 0.5)]
    side += [(x, y) for y in np.arange(gap, h, gap) for x in (b * 0.5, w - b * 0.5)]
    dots(img, np.array(side), b * 0.2, mix(gold, DARK, 0.6))


POSE = {"saint": saint, "virgin": virgin, "angel": angel, "three": three}


SCHOOL = School(
    place="Serravalle",
    style="Serravalle Gold-Ground",
    media=("tempera and gold on panel",),
    artists=(
        Artist(
            "Maestro Baldo di Serra",
            (1290, 1330),
            ("d4a544", "22356b", "9c2b22", "3d5a3a", "5a2f4f"),
            ("virgin", "saint", "virgin"),
            {"halo": 1, "arch": 1, "face": 1.25, "comb": 0.7},
        ),
        Artist(
            "Lapo Ghirani",
            (1325, 1368),
            ("e0b85a", "c24a36", "e08a6a", "4a7a8c", "d8c79a"),
            ("saint", "three", "saint"),
            {"halo": 2, "arch": 0, "face": 1.15, "comb": 0.1},
        ),
        Artist(
            "Nuta da Monteluce",
            (1340, 1385),
            ("c99a3c", "2f5d4a", "6e8f5a", "a8562c", "2c3550"),
            ("angel", "virgin", "angel"),
            {"halo": 0, "arch": 2, "face": 1.35, "comb": 0.4},
        ),
        Artist(
            "Follower of the Blue Panel",
            (1360, 1410),
            ("d8b062", "1f4a9c", "3d7fc0", "c9cfd8", "7a2450"),
            ("three", "saint", "virgin", "angel"),
            {"halo": 3, "arch": 3, "face": 1.2, "comb": 0.25},
        ),
    ),
    motifs={
        "saint": Motif(
            "religious painting",
            ("{saint}", "{saint} with a Book", "A Saint", "{saint}, Martyr"),
            (0.7, 0.78, 0.84),
        ),
        "virgin": Motif(
            "religious painting",
            ("Madonna and Child", "Virgin and Child", "Madonna of {place}"),
            (0.7, 0.76, 0.84),
        ),
        "angel": Motif(
            "religious painting",
            ("The Archangel", "Angel of the Annunciation", "Angel with a Lily"),
            (0.76, 0.9, 0.84),
        ),
        "three": Motif(
            "religious painting",
            ("Saints in Conversation", "Predella with Saints", "{saint} and Other Saints"),
            (1.5, 1.25, 1.9),
        ),
    },
    paint=paint,
    theme="devotion",
)
