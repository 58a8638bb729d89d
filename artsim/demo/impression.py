"""Belcour: broken colour, a lit scene built from thousands of dabs that follow its forms."""

import cv2
import numpy as np

from artsim.demo.canvas import (
    Array,
    Rng,
    finish,
    vary,
)
from artsim.demo.model import Artist, Motif, School
from artsim.demo.scenes import (
    field,
    harbour,
    lilies,
    poplars,
    stacks,
)


def paint(motif: str, artist: Artist, h: int, w: int, rng: Rng) -> Array:
    """An underpainting with the direction of its forms, then dabs from broad to fine."""
    colours = [vary(c, rng, 0.02) for c in artist.colours()]
    under, angle = SCENES[motif](h, w, colours, rng)
    img = dab(under, angle, artist, rng)
    light = cv2.cvtColor(img, cv2.COLOR_RGB2GRAY)
    relief = cv2.Sobel(light, cv2.CV_32F, 1, 1, ksize=3)
    img += np.clip(relief, -0.5, 0.5)[..., None] * np.float32(0.16)
    return finish(img, rng, tooth=0.02, vignette=0.06)


def dab(under: Array, angle: Array, artist: Artist, rng: Rng) -> Array:
    """Strokes in three sizes; each takes the colour under it and strays a little from it."""
    h, w = under.shape[:2]
    size = min(h, w) * artist.habit["brush"]
    out = np.clip(under * 255, 0, 255).astype(np.uint8)
    edges = cv2.blur(np.abs(cv2.Laplacian(under.mean(axis=2), cv2.CV_32F)), (9, 9))
    for scale, share, stray in ((1.9, 1.1, 0.05), (1.0, 1.6, 0.07), (0.55, 1.0, 0.09)):
        length, width = size * scale, max(1, round(size * scale * artist.habit["fat"]))
        count = int(min(5200, share * h * w / (length * width)))
        x, y = rng.integers(0, w, count), rng.integers(0, h, count)
        if scale < 0.6:
            keep = edges[y, x] > np.quantile(edges[::8, ::8], 0.6)
            x, y = x[keep], y[keep]
        n = len(x)
        turn = angle[y, x] + rng.normal(0, artist.habit["stray"], n)
        tint = under[y, x] + rng.normal(0, stray, (n, 1)) + rng.normal(0, stray * 0.6, (n, 3))
        if artist.habit.get("pure", 0) > 0:
            grey = tint.mean(axis=1, keepdims=True)
            tint = grey + (tint - grey) * (1 + artist.habit["pure"] * rng.random((n, 1)) * 1.6)
        tones = np.clip(tint * 255, 0, 255).astype(int).tolist()
        half = length * rng.uniform(0.3, 0.6, n)
        dx, dy = np.cos(turn) * half, np.sin(turn) * half
        at = np.round(np.stack([x - dx, y - dy, x + dx, y + dy], axis=1) * 4).astype(int).tolist()
        for (x0, y0, x1, y1), tone in zip(at, tones, strict=True):
            cv2.line(out, (x0, y0), (x1, y1), tone, width, cv2.LINE_AA, 2)
    painted: Array = out.astype(np.float32) / np.float32(255)
    return painted


SCENES = {
    "harbour": harbour,
    "poplars": poplars,
    "field": field,
    "lilies": lilies,
    "stacks": stacks,
}


SCHOOL = School(
    place="Belcour",
    style="Belcour Impressionism",
    media=("oil on canvas",),
    artists=(
        Artist(
            "Claire Vauquelin",
            (1869, 1894),
            ("5f84b8", "a9c4de", "f4e3cf", "466a5a", "f58f45"),
            ("harbour", "lilies", "harbour", "poplars"),
            {"brush": 0.034, "fat": 0.34, "stray": 0.2},
        ),
        Artist(
            "Etienne Marsaud",
            (1874, 1901),
            ("7aa7cf", "c7dcea", "fbeecb", "6f8f3f", "f0c14b"),
            ("stacks", "field", "stacks", "poplars"),
            {"brush": 0.042, "fat": 0.26, "stray": 0.3},
        ),
        Artist(
            "Odile Perrin-Lac",
            (1880, 1908),
            ("8fa6c9", "dcc6d8", "f9e4d4", "5d8a73", "ea94a4"),
            ("lilies", "field", "lilies", "harbour"),
            {"brush": 0.028, "fat": 0.5, "stray": 0.35},
        ),
        Artist(
            "Paul Sernin",
            (1886, 1912),
            ("3f7cc4", "8fc1e8", "fff0b8", "2f8a55", "ff8a2b"),
            ("harbour", "poplars", "field", "stacks"),
            {"brush": 0.017, "fat": 0.85, "stray": 1.5, "pure": 0.8},
        ),
        Artist(
            "Hugo Brandeval",
            (1885, 1906),
            ("2c4f8c", "6d93b8", "efd98f", "4f6b2a", "e5a52c"),
            ("poplars", "stacks", "lilies", "field"),
            {"brush": 0.062, "fat": 0.2, "stray": 0.45, "pure": 0.35},
        ),
    ),
    motifs={
        "harbour": Motif(
            "marine",
            (
                "Harbour at Dusk",
                "Harbour at {hour}",
                "Sailing Boats off {place}",
                "Impression, {hour}",
            ),
            (1.25, 1.5, 1.0),
        ),
        "poplars": Motif(
            "landscape",
            ("Poplars at {hour}", "Row of Poplars, {season}", "Poplars near {place}"),
            (0.82, 1.0, 1.25),
        ),
        "field": Motif(
            "landscape",
            ("Poppy Field near {place}", "Walk in the Fields", "{season} Meadow"),
            (1.3, 1.6, 0.85),
        ),
        "lilies": Motif(
            "landscape",
            ("Water Lilies", "The Lily Pond at {hour}", "Pond at {place}, {season}"),
            (1.0, 1.3, 2.0),
        ),
        "stacks": Motif(
            "landscape",
            ("Haystacks at {hour}", "Haystacks, {season}", "{season} Landscape"),
            (1.3, 1.5, 1.1),
        ),
    },
    paint=paint,
)
