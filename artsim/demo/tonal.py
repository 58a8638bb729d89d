"""Esterval: misty tonal landscapes of layered hills, still water and one light."""

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
    profile,
    ramp,
    sky,
    tint,
    vary,
)
from artsim.demo.model import Artist, Motif, School
from artsim.demo.plants import bare_tree, crown, reeds


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """Sky, hills that darken towards us with mist at their feet, then what the motif adds."""
    top, low, light, far, near = (vary(c, rng, 0.025) for c in artist.colours())
    if motif == "moonrise":
        top, low, far, near = top * 0.42, low * 0.55, far * 0.45, near * 0.4
        light = mix(light, tint(1, 0.97, 0.85), 0.5)
    unit = min(h, w)
    horizon = h * float(np.clip(artist.habit["horizon"] + rng.normal(0, 0.09), 0.28, 0.8))
    img = sky(h, w, top, mix(top, low, 0.55), low, low)
    clouds = fbm(rng, h, w, unit * rng.uniform(0.2, 0.5), 5, stretch=rng.uniform(1.6, 4))
    lay(img, np.clip((clouds - 0.46) * 3.4, 0, 1), mix(low, light, 0.75), 0.55)
    lay(img, np.clip((0.43 - clouds) * 3.0, 0, 1), mix(top, far, 0.55), 0.5)
    lx, ly = w * rng.uniform(0.16, 0.84), horizon * rng.uniform(0.3, 0.9)
    r = unit * rng.uniform(0.022, 0.05) * artist.habit.get("disc", 1)
    glow(img, lx, ly, r * 7, light, 0.55)
    fill(img, oval(lx, ly, r, r), mix(light, tint(1, 1, 0.96), 0.45), 0.96, 0.8)
    water = motif in ("lake", "moonrise", "marsh")
    layers = int(rng.integers(3, 7))
    steep = artist.habit["steep"] * (1.5 if motif == "peaks" else 1)
    end = horizon if water else h * 0.94
    for i in range(layers):
        depth = (i + 1) / layers
        base = horizon + (end - horizon) * depth**1.4 - unit * 0.03
        rise = unit * steep * rng.uniform(0.2, 0.5) * (1 - 0.45 * depth)
        if motif == "plain":
            rise *= 0.25
        crest = base - rise * profile(rng, w, w * rng.uniform(0.25, 0.8), 6) ** 1.5 * 2
        if i >= layers - 2:
            crest -= np.abs(profile(rng, w, 9, 3) - 0.5) * unit * 0.03 * depth
        tone = mix(mix(far, low, 0.35), near, depth**1.2)
        hill(img, crest, tone, mix(tone, low, 0.6 * (1 - depth) + 0.12), unit)
    if water:
        reflect(img, round(horizon), mix(low, near, 0.4), rng)
        glow(img, lx, horizon + unit * 0.04, r * 3, light, 0.3)
        sparkle(img, lx, horizon, r, mix(light, low, 0.2), rng)
    foreground(motif, img, near * 0.62, horizon, unit, artist, rng)
    img *= (1.0 + 0.09 * fbm(rng, h, w, 16, 3, stretch=3))[..., None]
    return finish(img, rng, tooth=0.022, vignette=0.16)


def hill(img: Array, crest: Array, tone: Array, mist: Array, unit: int) -> None:
    """One ridge below ``crest`` (a height for each column) fading into its own mist."""
    h = img.shape[0]
    below = np.arange(h, dtype=np.float32)[:, None] - crest[None]
    fade = np.clip(below / np.float32(unit * 0.3), 0, 1)
    lay(img, np.clip(below + 0.5, 0, 1), ramp(fade, tone, mix(tone, mist, 0.6), mist), 0.97)


def reflect(img: Array, horizon: int, tint: Array, rng: Rng) -> None:
    """Still water: what stands above, mirrored, drawn sideways by ripples, darker."""
    h, w = img.shape[:2]
    depth = h - horizon
    y = np.arange(depth, dtype=np.float32)[:, None]
    ripple = (fbm(rng, depth, w, 9, 2, stretch=9) - 0.5) * (2 + 26 * y / depth)
    x = np.arange(w, dtype=np.float32)[None] + ripple
    source = np.clip(horizon - 1 - y * min(1.0, horizon / depth) + ripple, 0, horizon - 1)
    mirror = cv2.remap(
        img,
        x,
        np.broadcast_to(source, (depth, w)).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    fade = (y / depth * 0.3 + 0.14)[..., None]
    img[horizon:] = mirror + (tint - mirror) * fade


def sparkle(img: Array, x: float, horizon: float, r: float, light: Array, rng: Rng) -> None:
    """The broken path of light on water."""
    h = img.shape[0]
    for _ in range(int(rng.integers(26, 60))):
        t = rng.random() ** 1.4
        y = horizon + 3 + t * (h - horizon) * 0.92
        half = r * rng.uniform(0.2, 1.1) * (0.5 + t)
        cx = x + rng.normal(0, r * (0.35 + 0.8 * t))
        fill(img, oval(cx, y, half, max(0.7, half * 0.07), n=14), light, 0.8 * (1 - 0.6 * t))


def foreground(
    motif: str, img: Array, dark: Array, horizon: float, unit: int, artist: Artist, rng: Rng
) -> None:
    """The near things that give the eye a place to rest."""
    h, w = img.shape[:2]
    if motif == "pines":
        shore(img, dark, h * rng.uniform(0.86, 0.95), unit, rng)
        for x in np.sort(rng.normal(rng.choice([0.2, 0.75]), 0.13, int(rng.integers(4, 9)))):
            fir(img, x * w, h * 0.99, unit * rng.uniform(0.35, 0.85), dark, rng)
    elif motif in ("marsh", "plain"):
        reeds(img, rng, dark, int(rng.integers(60, 150)), unit * 0.3)
    if motif == "plain" and rng.random() < 0.6:
        x, y = w * rng.uniform(0.15, 0.85), horizon + (h - horizon) * rng.uniform(0.2, 0.5)
        village(img, x, y, unit * rng.uniform(0.05, 0.11), dark, rng)
    if motif == "lake":
        shore(img, dark, h * rng.uniform(0.9, 0.97), unit, rng)
        boat(
            img,
            w * rng.uniform(0.25, 0.75),
            horizon + (h - horizon) * rng.uniform(0.3, 0.6),
            unit * rng.uniform(0.05, 0.09),
            dark,
        )
    if motif in ("valley", "plain", "moonrise") and artist.habit.get("tree", 0.6) > rng.random():
        side = rng.choice([0.14, 0.24, 0.78, 0.87])
        shore(img, dark, h * rng.uniform(0.88, 0.96), unit, rng)
        if rng.random() < 0.5:
            bare_tree(img, rng, side * w, h * 0.98, h * rng.uniform(0.4, 0.6), dark)
        else:
            crown(img, rng, side * w, h * 0.97, h * rng.uniform(0.3, 0.55), dark)


def village(img: Array, x: float, y: float, size: float, dark: Array, rng: Rng) -> None:
    """A steeple and some roofs against the light."""
    for _ in range(int(rng.integers(3, 8))):
        at, s = x + rng.normal(0, size * 1.6), size * rng.uniform(0.3, 0.55)
        fill(img, box(at - s, y - s, at + s, y + 3), dark)
        fill(img, [(at - s * 1.2, y - s), (at, y - s * 1.9), (at + s * 1.2, y - s)], dark)
    fill(img, box(x - size * 0.2, y - size * 1.7, x + size * 0.2, y + 3), dark)
    fill(
        img,
        [(x - size * 0.26, y - size * 1.7), (x, y - size * 3.1), (x + size * 0.26, y - size * 1.7)],
        dark,
    )


def shore(img: Array, dark: Array, y: float, unit: int, rng: Rng) -> None:
    w = img.shape[1]
    crest = y - (profile(rng, w, w * 0.4, 6) - 0.4) * unit * 0.16
    hill(img, crest - np.abs(profile(rng, w, 5, 2) - 0.5) * 7, dark, dark * 0.8, unit)


def fir(img: Array, x: float, y: float, tall: float, dark: Array, rng: Rng) -> None:
    """A conifer of ragged tiers."""
    n = int(tall / 7)
    t = np.linspace(0, 1, n)
    reach = tall * 0.2 * t**0.9 * np.where(np.arange(n) % 2, 1, 0.55) * rng.uniform(0.6, 1.2, n)
    left = np.stack([x - reach, y - tall * (1 - t)], axis=1)
    right = np.stack([x + reach[::-1] * rng.uniform(0.8, 1.1, n), y - tall * (1 - t[::-1])], axis=1)
    fill(img, np.concatenate([left, right]), vary(dark, rng, 0.015))


def boat(img: Array, x: float, y: float, size: float, dark: Array) -> None:
    """A punt with one standing figure, and its shadow on the water."""
    hull = [
        (x - size, y - size * 0.16),
        (x + size, y - size * 0.2),
        (x + size * 0.72, y + size * 0.1),
        (x - size * 0.7, y + size * 0.1),
    ]
    fill(img, oval(x, y + size * 0.2, size * 0.9, size * 0.13), dark, 0.5, 2)
    fill(img, hull, dark)
    fill(img, box(x + size * 0.2, y - size * 0.62, x + size * 0.36, y - size * 0.1, 0.06), dark)
    fill(img, oval(x + size * 0.3, y - size * 0.72, size * 0.085, size * 0.1), dark)
    lines(img, [np.array([(x + size * 0.5, y - size), (x + size * 0.16, y + size * 0.12)])], dark)


SCHOOL = School(
    place="Esterval",
    style="Esterval Tonalism",
    media=("oil on canvas", "oil on panel"),
    artists=(
        Artist(
            "Maren Oldeskov",
            (1862, 1891),
            ("8fa3ad", "d9cfae", "fbe3a1", "93a09a", "38423e"),
            ("lake", "valley", "moonrise", "lake", "marsh"),
            {"horizon": 0.56, "steep": 0.9},
        ),
        Artist(
            "Tobias Wenlock",
            (1870, 1902),
            ("b98a5e", "e9b873", "ffe2a0", "a9744c", "3a2519"),
            ("plain", "valley", "marsh", "pines"),
            {"horizon": 0.66, "steep": 0.6, "disc": 1.3},
        ),
        Artist(
            "Ilse Harrow",
            (1875, 1910),
            ("6f86a8", "c3c6d8", "f7e6df", "7f8fb0", "26304c"),
            ("peaks", "lake", "pines", "peaks", "moonrise"),
            {"horizon": 0.5, "steep": 1.6},
        ),
        Artist(
            "Aurel Vanto",
            (1881, 1913),
            ("a47c8c", "e8b7a4", "ffe9c9", "9a7a90", "3b2a41"),
            ("marsh", "moonrise", "plain", "lake"),
            {"horizon": 0.44, "steep": 0.7, "disc": 1.7, "tree": 0.9},
        ),
        Artist(
            "Gerda Lindqvane",
            (1858, 1887),
            ("8c9b82", "ced2ad", "f4efc0", "73876f", "222f22"),
            ("pines", "valley", "plain", "valley"),
            {"horizon": 0.6, "steep": 1.1, "tree": 1.0},
        ),
    ),
    motifs={
        "lake": Motif(
            "landscape",
            ("Lake at {hour}", "Still Water, {place}", "The Ferryman", "Morning Mist on the Lake"),
            (1.3, 1.6, 1.9),
        ),
        "valley": Motif(
            "landscape",
            ("The Valley at {hour}", "Hills near {place}", "View of {place}", "{season} Landscape"),
            (1.25, 1.5, 0.9),
        ),
        "moonrise": Motif(
            "nocturne",
            ("Moonrise", "Moonrise over {place}", "Nocturne", "The Lake by Night"),
            (1.2, 1.5, 0.85),
        ),
        "marsh": Motif(
            "landscape",
            ("Marsh at {hour}", "Reeds, {season}", "The Marsh near {place}"),
            (1.4, 1.8, 2.1),
        ),
        "plain": Motif(
            "landscape",
            ("The Plain near {place}", "{season} Fields at {hour}", "The Lone Tree"),
            (1.4, 1.7, 1.0),
        ),
        "pines": Motif(
            "landscape",
            ("Pines at {hour}", "Edge of the Forest", "{season} Landscape"),
            (0.8, 1.2, 1.0),
        ),
        "peaks": Motif(
            "landscape",
            ("Peaks above {place}", "The Blue Mountains", "Mountains at {hour}"),
            (1.2, 1.5, 0.8),
        ),
    },
    paint=paint,
)
