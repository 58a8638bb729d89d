"""Generated pictures, the records of their files, and what is decided of them."""

import io

import numpy as np
from PIL import Image

from artsim.collection.quality import Decision, FileRecord, Thresholds, decide
from artsim.collection.quality.inspect import inspect_file


def painting(seed: int, width: int = 240, height: int = 180) -> Image.Image:
    """A generated picture: soft masses of colour, some hard shapes, a little grain."""
    rng = np.random.default_rng(seed)
    small = rng.uniform(30, 225, (6, 8, 3)).astype(np.uint8)
    base = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    pixels = np.asarray(base).astype(np.float32)
    for _ in range(14):
        top, left = rng.integers(0, height - 20), rng.integers(0, width - 20)
        tall, wide = rng.integers(8, 60, 2)
        pixels[top : top + tall, left : left + wide] = rng.uniform(0, 255, 3)
    pixels += rng.normal(0, 4, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def jpeg(image: Image.Image, quality: int = 92) -> bytes:
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


def record(name: str, image: Image.Image, quality: int = 92) -> FileRecord:
    return inspect_file(name, jpeg(image, quality), artwork_id=name.partition(".")[0]).record


def by_file(records: list[FileRecord], limits: Thresholds | None = None) -> dict[str, Decision]:
    return {d.file: d for d in decide(records, limits)}
