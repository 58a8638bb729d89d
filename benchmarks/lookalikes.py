"""Pairs of works that look alike and are catalogued apart, made from paintings and drawn anew."""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from benchmarks.damage import jpeg

Pair = tuple[bytes, bytes]
Make = Callable[[Image.Image, Image.Image, np.random.Generator], Pair]


def _state(image: Image.Image, other: Image.Image, rng: np.random.Generator) -> Pair:
    """A later state: about a tenth of the picture shows something else."""
    mask = Image.new("L", image.size)
    width, height = (round(side * rng.uniform(0.3, 0.4)) for side in image.size)
    left = int(rng.integers(0.1 * image.width, image.width - width - 0.1 * image.width))
    top = int(rng.integers(0.1 * image.height, image.height - height - 0.1 * image.height))
    ImageDraw.Draw(mask).ellipse((left, top, left + width, top + height), fill=255)
    changed = Image.composite(
        other.resize(image.size), image, mask.filter(ImageFilter.GaussianBlur(2))
    )
    return jpeg(image), jpeg(changed)


def _variant(image: Image.Image, _other: Image.Image, rng: np.random.Generator) -> Pair:
    """A silkscreen in other inks: the same shapes, five flat colours each."""
    tones = np.asarray(ImageOps.grayscale(image.filter(ImageFilter.GaussianBlur(1.5)))) // 52
    light = np.sort(rng.uniform(30, 225, (5, 1)), axis=0)
    inks = [np.clip(light + rng.uniform(-90, 90, (5, 3)), 0, 255) for _ in range(2)]
    one, two = (jpeg(Image.fromarray(ink[tones].astype(np.uint8))) for ink in inks)
    return one, two


def _strokes(image: Image.Image, rng: np.random.Generator, count: int, reach: float) -> Image.Image:
    drawn = image.copy()
    pen = ImageDraw.Draw(drawn)
    for _ in range(count):
        x, y = rng.uniform(0.15, 0.85, 2) * image.size
        dx, dy = rng.uniform(-reach, reach, 2) * max(image.size)
        colour = tuple(int(v) for v in rng.integers(0, 255, 3))
        pen.line((x, y, x + dx, y + dy), fill=colour, width=2)
    return drawn


def _pendants(image: Image.Image, _other: Image.Image, rng: np.random.Generator) -> Pair:
    """Two wings that face each other, each with details of its own."""
    mirrored = ImageOps.mirror(image)
    return jpeg(_strokes(image, rng, 12, 0.1)), jpeg(_strokes(mirrored, rng, 12, 0.1))


def _infrared(image: Image.Image, _other: Image.Image, rng: np.random.Generator) -> Pair:
    """What lies below the paint: other tones, and a drawing that the light does not show."""
    red, green, blue = (np.asarray(band, np.float32) for band in image.split())
    below = 0.9 * red - 0.5 * blue + 0.4 * green
    seen = Image.fromarray(np.clip(200 - 0.5 * np.abs(below - 128), 0, 255).astype(np.uint8))
    return jpeg(image), jpeg(_strokes(seen.convert("RGB"), rng, 30, 0.2))


def _studies(image: Image.Image, other: Image.Image, _rng: np.random.Generator) -> Pair:
    """Two small motifs on the same plain ground."""
    made = []
    for motif in (image, other):
        ground = Image.new("RGB", (420, 520), (214, 203, 178))
        ground.paste(motif.resize((150, 150)), (135, 170))
        made.append(jpeg(ground))
    return made[0], made[1]


def _icons(image: Image.Image, _other: Image.Image, rng: np.random.Generator) -> Pair:
    """Two icons after one model: the same figure, ornaments that differ."""
    plain = ImageOps.posterize(image.filter(ImageFilter.GaussianBlur(4)), 3)
    return jpeg(_strokes(plain, rng, 60, 0.06)), jpeg(_strokes(plain, rng, 60, 0.06))


def _coins(_image: Image.Image, _other: Image.Image, rng: np.random.Generator) -> Pair:
    """Two coins of one size, each with its own head."""
    made = []
    for _ in range(2):
        coin = Image.new("RGB", (400, 400), (245, 245, 245))
        pen = ImageDraw.Draw(coin)
        pen.ellipse((40, 40, 360, 360), fill=(150, 120, 70), outline=(90, 70, 40), width=6)
        pen.ellipse((140, 110, 260, 290), fill=(180, 150, 95))
        made.append(jpeg(_strokes(coin, rng, 25, 0.15)))
    return made[0], made[1]


def _pages(_image: Image.Image, _other: Image.Image, rng: np.random.Generator) -> Pair:
    """Two pages of a manuscript: one layout, other words."""
    made = []
    for _ in range(2):
        page = Image.new("RGB", (400, 520), (232, 218, 186))
        pen = ImageDraw.Draw(page)
        for top in range(60, 460, 18):
            x = 50
            while x < 340:
                word = int(rng.integers(8, 40))
                pen.line((x, top, x + word, top + int(rng.integers(-3, 4))), (60, 40, 20), 5)
                x += word + int(rng.integers(6, 12))
        made.append(jpeg(page))
    return made[0], made[1]


LOOK_ALIKES: dict[str, Make] = {
    "states of a print": _state,
    "colour variants": _variant,
    "pendants": _pendants,
    "infrared": _infrared,
    "studies on a plain ground": _studies,
    "icons after one model": _icons,
    "coins": _coins,
    "manuscript pages": _pages,
}
