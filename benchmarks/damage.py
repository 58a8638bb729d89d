"""Copies and damage like those that collections hold, made from sound paintings."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

Make = Callable[[Image.Image, np.random.Generator], bytes]


def jpeg(image: Image.Image, quality: int = 90) -> bytes:
    """JPEG bytes of an image."""
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def _crop(share: float) -> Make:
    def make(image: Image.Image, rng: np.random.Generator) -> bytes:
        x, y = share * image.width, share * image.height
        left, top = rng.uniform(0, x), rng.uniform(0, y)
        box = (left, top, image.width - x + left, image.height - y + top)
        return jpeg(image.crop(tuple(round(v) for v in box)))

    return make


def _crop_all_sides(share: float) -> Make:
    def make(image: Image.Image, _rng: np.random.Generator) -> bytes:
        return jpeg(ImageOps.crop(image, round(share * min(image.size))))

    return make


def _resize(low: float, high: float) -> Make:
    def make(image: Image.Image, rng: np.random.Generator) -> bytes:
        factor = rng.uniform(low, high)
        return jpeg(image.resize((round(image.width * factor), round(image.height * factor))))

    return make


def _mat(image: Image.Image, rng: np.random.Generator) -> bytes:
    colours = ("white", "#808080", "#e8e0d0", "#203040", "black", "#d8d8d8")
    width = round(rng.uniform(0.04, 0.25) * max(image.size))
    return jpeg(ImageOps.expand(image, width, colours[rng.integers(len(colours))]))


def _letterbox(image: Image.Image, rng: np.random.Generator) -> bytes:
    side = round(max(image.size) * rng.choice([1.0, 1.0, 1.2]))
    colour = ("black", "white")[rng.integers(2)]
    return jpeg(ImageOps.pad(image, (side, side), color=colour))


def _light(image: Image.Image, rng: np.random.Generator) -> bytes:
    brightness = rng.choice([0.75, 0.85, 0.9, 1.1, 1.15, 1.25])
    changed = ImageEnhance.Brightness(image).enhance(brightness)
    return jpeg(ImageEnhance.Contrast(changed).enhance(rng.uniform(0.75, 1.25)))


def _temperature(image: Image.Image, rng: np.random.Generator) -> bytes:
    shift = rng.choice([-1, 1]) * rng.uniform(0.08, 0.2)
    gains = np.array([1 + shift, 1, 1 - shift])
    return jpeg(Image.fromarray(np.clip(np.asarray(image) * gains, 0, 255).astype(np.uint8)))


def _sepia(image: Image.Image, _rng: np.random.Generator) -> bytes:
    return jpeg(ImageOps.colorize(ImageOps.grayscale(image), "#1a1008", "#fff0d8"))


def _blur(low: float, high: float) -> Make:
    def make(image: Image.Image, rng: np.random.Generator) -> bytes:
        # Radii are meant at a longest side of 224 pixels.
        radius = rng.uniform(low, high) * max(image.size) / 224
        blurred = image.filter(ImageFilter.GaussianBlur(radius))
        return jpeg(blurred, int(rng.choice([75, 85, 92])))

    return make


def _noise(image: Image.Image, rng: np.random.Generator) -> bytes:
    grain = rng.normal(0, rng.uniform(50, 90), (image.height, image.width, 3))
    return jpeg(Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)))


def _blank(image: Image.Image, rng: np.random.Generator) -> bytes:
    colour = int(rng.choice([255, 250, 128, 0]))
    out = np.full((image.height, image.width, 3), colour, np.uint8)
    share = rng.uniform(0.001, 0.03)
    if rng.integers(2):
        spots = rng.random(out.shape[:2]) < share / 9  # a smoothed speck covers nine pixels
        out[spots] = 255 - colour
    else:
        height = max(1, round(image.height * share**0.5))
        width = max(1, round(image.width * share**0.5))
        out[5 : 5 + height, 5 : 5 + width] = np.asarray(image)[:height, :width]
    return jpeg(Image.fromarray(out), 92)


def _truncated(image: Image.Image, rng: np.random.Generator) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=92, progressive=bool(rng.integers(2)))
    data = out.getvalue()
    return data[: int(len(data) * rng.uniform(0.1, 0.95))]


def _tiny(image: Image.Image, rng: np.random.Generator) -> bytes:
    side = int(rng.integers(16, 49))
    return jpeg(ImageOps.contain(image, (side, side)), 92)


COPIES: dict[str, Make] = {
    "re-encoded, quality 20 to 50": lambda i, r: jpeg(i, int(r.integers(20, 51))),
    "resized 40 to 90 %": _resize(0.4, 0.9),
    "resized 110 to 200 %": _resize(1.1, 2.0),
    "cropped 3 %": _crop(0.03),
    "cropped 5 %": _crop(0.05),
    "cropped 8 %": _crop(0.08),
    "cropped 5 % on each side": _crop_all_sides(0.05),
    "brightness and contrast": _light,
    "colour temperature": _temperature,
    "grey": lambda i, _: jpeg(ImageOps.grayscale(i)),
    "sepia": _sepia,
    "mirrored": lambda i, r: jpeg(ImageOps.mirror(i), int(r.integers(60, 91))),
    "matted": _mat,
    "letterboxed": _letterbox,
}
DAMAGE: dict[str, Make] = {
    "blurred, radius 5 to 20": _blur(5, 20),
    "blurred, radius 4.3": _blur(4.3, 4.3),
    "noise, sigma 50 to 90": _noise,
    "nearly blank, 97 to 99.9 %": _blank,
    "truncated at 10 to 95 %": _truncated,
    "tiny, 16 to 48 px": _tiny,
}
HARMLESS: dict[str, Make] = {"slightly soft, radius 1": _blur(1, 1)}
