"""Kurose: colour woodblock prints, flat shapes inside a dark key line on soft paper."""

import numpy as np

from artsim.demo.blocks import (
    INK,
    bands,
    blossom,
    breaker,
    outlined,
    ridge,
    sea,
    signature,
    skiff,
    sun,
)
from artsim.demo.canvas import (
    Array,
    Rng,
    blank,
    box,
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
    ribbon,
    vary,
)
from artsim.demo.model import Artist, Motif, School
from artsim.demo.plants import branches


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """Paper, a graded sky, the motif, then seal, cartouche and the grain of the block."""
    paper, deep, mid, warm, accent = artist.colours()
    img = blank(h, w, paper)
    depth = rng.uniform(0.12, 0.3)
    y = np.linspace(0, 1, h, dtype=np.float32)[:, None]
    band = np.clip(1 - y / np.float32(depth), 0, 1) ** 1.3
    lay(
        img,
        np.broadcast_to(band, (h, w)),
        mix(deep, INK, 0.15) if rng.random() < 0.6 else accent,
        0.92,
    )
    lay(img, np.broadcast_to(np.clip((y - 0.2) * 1.4, 0, 1) * 0.55, (h, w)), warm, 0.6)
    DRAW[motif](img, (deep, mid, warm, accent, paper), artist, rng)
    grain = (fbm(rng, h, w, 3, 2, stretch=14) - 0.5) * 0.1 + fibres(rng, h, w) * 0.012
    img += grain[..., None] * (1.05 - img)
    if rng.random() < 0.8:
        signature(img, paper, rng)
    return finish(img, rng, "paper", 0.02, 0.06)


def mountain(img: Array, tones: tuple[Array, ...], artist: Artist, rng: Rng) -> None:
    deep, mid, warm, accent, paper = tones
    h, w = img.shape[:2]
    if rng.random() < 0.7:
        sun(img, accent, rng)
    peak, base = h * rng.uniform(0.14, 0.36), h * rng.uniform(0.68, 0.8)
    cx, half = w * rng.uniform(0.25, 0.75), w * rng.uniform(0.4, 0.75)
    t = np.linspace(-1, 1, 90)
    slope = peak + (base - peak) * np.abs(t) ** rng.uniform(0.6, 0.85)
    slope[43:47] = slope[42:47].max() - rng.uniform(0, 4, 4)
    edge = np.stack([cx + t * half, slope], axis=1)
    cone = np.concatenate([edge, [(cx + half, base), (cx - half, base)]])
    body = (
        accent
        if rng.random() < artist.habit.get("red", 0.2)
        else mix(mid, deep, rng.uniform(0.2, 0.8))
    )
    fade = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    outlined(
        img, cone, (body + (mix(body, warm, 0.7) - body) * fade * np.ones((1, w, 1), np.float32))
    )
    snow = (base - peak) * rng.uniform(0.2, 0.42)
    cap = edge[np.abs(edge[:, 1] - peak) < snow]
    teeth = np.linspace(cap[-1, 0], cap[0, 0], 17)[1:-1]
    depth = peak + snow * np.where(np.arange(15) % 2, 0.7, rng.uniform(1.05, 1.5, 15))
    fill(
        img,
        np.concatenate([cap, np.stack([teeth, depth], axis=1)]),
        mix(paper, np.ones(3, np.float32), 0.6),
    )
    lines(img, [edge], INK, 2, 0.9)
    bands(img, paper, rng, float(base / h) - 0.12, int(rng.integers(2, 6)))
    for i in range(3):
        y = base + (h - base) * (i / 3) - h * 0.02
        crest = y - profile(rng, w, w * 0.16, 4) * h * 0.09
        ridge(img, crest, mix(mid, deep, i / 2), rng, lobes=True)


def wave(img: Array, tones: tuple[Array, ...], artist: Artist, rng: Rng) -> None:
    deep, mid, warm, accent, paper = tones
    h, w = img.shape[:2]
    if rng.random() < 0.6:
        sun(img, accent, rng, 0.26)
    white = mix(paper, np.ones(3, np.float32), 0.7)
    rows = int(rng.integers(2, 5))
    for i in range(rows):
        level = h * (0.5 + 0.42 * i / rows)
        sea(img, level, mix(mid, deep, i / rows), white, rng)
    flip = rng.random() < 0.5
    lift = h * artist.habit.get("swell", 0.5) * rng.uniform(0.8, 1.15)
    breaker(img, w * rng.uniform(0.2, 0.42), h * 0.98, lift, deep, mid, white, rng, flip)
    sea(img, h * 0.9, deep, white, rng)
    if rng.random() < 0.6:
        skiff(img, w * rng.uniform(0.55, 0.85), h * rng.uniform(0.72, 0.86), w * 0.09, warm, paper)


def islands(img: Array, tones: tuple[Array, ...], _: Artist, rng: Rng) -> None:
    deep, mid, warm, accent, paper = tones
    h, w = img.shape[:2]
    sun(img, accent, rng, 0.28)
    level = h * rng.uniform(0.42, 0.55)
    for i in range(3):
        cx, half = w * rng.uniform(0, 1), w * rng.uniform(0.12, 0.34)
        span = np.linspace(-1, 1, 60)
        hump = level - (1 - span**2) * h * rng.uniform(0.06, 0.2) * (
            0.7 + 0.5 * profile(rng, 60, 14, 3)
        )
        shape = np.concatenate(
            [np.stack([cx + span * half, hump], axis=1), [(cx + half, level), (cx - half, level)]]
        )
        outlined(img, shape, mix(mix(mid, paper, 0.35), deep, i / 3))
    fade = np.linspace(1, 0, h - round(level), dtype=np.float32)[:, None, None]
    water = mid + (mix(paper, mid, 0.3) - mid) * (1 - fade)
    img[round(level) :] = np.broadcast_to(
        water + (deep - water) * fade**6, img[round(level) :].shape
    )
    lines(
        img,
        [
            np.array([(x, y), (x + w * rng.uniform(0.03, 0.12), y)])
            for x, y in zip(rng.uniform(0, w, 40), rng.uniform(level + 8, h, 40), strict=True)
        ],
        deep,
        1,
        0.6,
    )
    bands(img, paper, rng, float(level / h) - 0.06, int(rng.integers(1, 4)))
    for i in range(int(rng.integers(2, 6))):
        t = (i + rng.random()) / 5
        skiff(
            img,
            w * rng.uniform(0.1, 0.9),
            level + (h - level) * (0.12 + 0.7 * t),
            w * (0.03 + 0.07 * t),
            warm,
            paper,
        )


def branch(img: Array, tones: tuple[Array, ...], _: Artist, rng: Rng) -> None:
    deep, mid, warm, accent, paper = tones
    h, w = img.shape[:2]
    r = min(h, w) * rng.uniform(0.14, 0.3)
    disc = mix(paper, rgb("fff6d8"), 0.7) if rng.random() < 0.6 else accent
    if rng.random() < 0.6:
        img += (mix(mid, deep, rng.uniform(0, 0.8)) - img) * 0.85
    fill(img, oval(w * rng.uniform(0.3, 0.7), h * rng.uniform(0.22, 0.55), r, r), disc)
    side = rng.choice([-1, 1])
    x = -10 if side > 0 else w + 10
    twigs = branches(
        rng, x, h * rng.uniform(0.55, 0.9), min(h, w) * 1.35, side * rng.uniform(0.8, 1.15), 0.62
    )
    twigs = [s for s in twigs if s[4] > 2.6]
    for x0, y0, x1, y1, width in twigs:
        fill(
            img, ribbon(np.array([(x0, y0), (x1, y1)]), max(2.0, width * 0.6)), mix(INK, warm, 0.18)
        )
    petal = (
        accent
        if float(np.abs(disc - accent).sum()) > 0.1
        else mix(paper, np.ones(3, np.float32), 0.6)
    )
    ends = [s for s in twigs if s[4] < 9]
    for i in rng.integers(0, max(1, len(ends)), int(rng.integers(40, 90)) if ends else 0):
        at = np.array(ends[i][2:4]) + rng.normal(0, 7, 2)
        blossom(img, at, min(h, w) * rng.uniform(0.012, 0.026), vary(petal, rng, 0.03), rng)


def bridge(img: Array, tones: tuple[Array, ...], artist: Artist, rng: Rng) -> None:
    deep, mid, warm, accent, paper = tones
    h, w = img.shape[:2]
    if rng.random() < 0.4:
        sun(img, accent, rng, 0.2)
    far, rise = rng.uniform(0.3, 0.44), rng.uniform(0.06, 0.3)
    for i in range(3):
        ridge(
            img,
            h * (far + 0.07 * i) - profile(rng, w, w * 0.3, 4) * h * rise,
            mix(mix(paper, mid, 0.5), mix(mid, deep, 0.3), i / 2),
            rng,
            lobes=i > 0,
        )
    level = round(h * rng.uniform(0.5, 0.8))
    img[level:] = mix(mid, deep, 0.25)
    lines(
        img,
        [
            np.array([(x, y), (x + w * 0.08, y)])
            for x, y in zip(rng.uniform(-20, w, 50), rng.uniform(level + 6, h, 50), strict=True)
        ],
        paper,
        1,
        0.6,
    )
    t = np.linspace(0, 1, 50)
    arch, tilt = h * rng.uniform(0.03, 0.3), h * rng.uniform(-0.42, 0.42)
    deck = np.stack(
        [
            t * (w + 40) - 20,
            h * rng.uniform(0.58, 0.9) + tilt * (t - 0.5) - arch * np.sin(np.pi * t),
        ],
        axis=1,
    )
    for i in range(int(rng.integers(2, 8)), 50, int(rng.integers(4, 15))):
        fill(img, box(deck[i, 0] - 4, deck[i, 1], deck[i, 0] + 4, h * 0.95), mix(warm, INK, 0.5))
    outlined(img, ribbon(deck, h * rng.uniform(0.025, 0.06)), mix(warm, INK, 0.2))
    rail = deck - (0, h * 0.06)
    lines(img, [rail], INK, 3)
    lines(img, [np.array([rail[i], deck[i]]) for i in range(0, 50, 3)], INK, 2)
    for i in rng.integers(4, 46, int(rng.integers(2, 6))):
        x, y = deck[i]
        s = h * 0.055
        outlined(
            img,
            np.array(
                [(x - s * 0.4, y), (x - s * 0.3, y - s), (x + s * 0.3, y - s), (x + s * 0.4, y)]
            ),
            vary(accent, rng, 0.12),
            1,
        )
        outlined(
            img,
            np.array([(x - s * 0.75, y - s * 0.9), (x, y - s * 1.5), (x + s * 0.75, y - s * 0.9)]),
            vary(warm, rng, 0.1),
            1,
        )
    if rng.random() < artist.habit.get("rain", 0.5):
        slant = rng.normal(0.25, 0.12)
        drops = []
        for _ in range(260):
            x, y, n = rng.uniform(0, w * 1.2), rng.uniform(-40, h), rng.uniform(20, 80)
            drops.append(np.array([(x, y), (x - n * slant, y + n)]))
        lines(img, drops, INK, 1, 0.4)


DRAW = {"mountain": mountain, "wave": wave, "islands": islands, "branch": branch, "bridge": bridge}


SCHOOL = School(
    place="Kurose",
    style="Kurose Woodblock",
    media=("colour woodblock print on paper",),
    artists=(
        Artist(
            "Hoshino Seiran",
            (1818, 1847),
            ("efe3c8", "1f3d6b", "6d94b5", "d9b07c", "c4472f"),
            ("wave", "mountain", "wave", "islands"),
            {"swell": 0.62},
        ),
        Artist(
            "Utaba Kiyomi",
            (1825, 1860),
            ("f0e6d3", "2f5d50", "8db39b", "e2bd8f", "c9524a"),
            ("branch", "bridge", "branch", "mountain"),
            {"rain": 0.3},
        ),
        Artist(
            "Morinaga Teppo",
            (1830, 1868),
            ("e8dfd0", "2b2f52", "7f83ab", "cfa58a", "d8793f"),
            ("bridge", "islands", "bridge", "wave"),
            {"rain": 0.95, "swell": 0.4},
        ),
        Artist(
            "Asakaze Rin",
            (1840, 1876),
            ("f3e2cf", "7a2f36", "c98277", "ecc49c", "a52a2a"),
            ("mountain", "branch", "islands", "mountain"),
            {"red": 0.9, "swell": 0.5},
        ),
        Artist(
            "Kanzawa Doei",
            (1812, 1839),
            ("ece7cf", "17545f", "5fa3a3", "e3cf8e", "e0a12f"),
            ("islands", "wave", "mountain", "bridge"),
            {"swell": 0.5, "rain": 0.1},
        ),
    ),
    motifs={
        "mountain": Motif(
            "landscape",
            ("Mountain in Clear Weather", "Mount Shirane, {season}", "The Mountain at {hour}"),
            (1.45, 0.68, 1.0),
        ),
        "wave": Motif(
            "marine",
            ("The Great Wave off {place}", "Breaking Wave", "Wave at {hour}"),
            (1.45, 1.0, 0.7),
        ),
        "islands": Motif(
            "marine",
            ("Boats among the Islands", "Harbour at Dusk", "Returning Sails at {place}"),
            (1.45, 1.9, 0.7),
        ),
        "branch": Motif(
            "flowers",
            ("Plum Blossom and Moon", "Flowering Branch, {season}", "Cherry Blossom at {hour}"),
            (0.68, 1.0, 1.4),
        ),
        "bridge": Motif(
            "cityscape",
            (
                "Sudden Shower at the Bridge",
                "The Bridge at {hour}",
                "Travellers on the {place} Bridge",
            ),
            (1.45, 0.7, 1.2),
        ),
    },
    paint=paint,
)
