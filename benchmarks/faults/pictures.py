"""Pictures of every format with bytes changed, left out and doubled, through upload and import."""

import io
import random
import time
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pillow_heif
import pillow_jxl  # noqa: F401 - lets Pillow write JPEG XL
from PIL import Image

from artsim.collection.looking import Looking
from artsim.core.errors import ArtsimError, TooLarge
from artsim.core.limits import IMPORT_LIMITS, UPLOAD_LIMITS
from artsim.images.canonical import canonical_upload

_FORMATS: tuple[tuple[str, dict[str, object]], ...] = (
    ("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}),
    ("WEBP", {"lossless": True}), ("GIF", {}), ("BMP", {}), ("TIFF", {}),
    ("TIFF", {"compression": "tiff_lzw"}), ("TIFF", {"compression": "jpeg"}), ("AVIF", {}),
    ("HEIF", {}), ("JPEG2000", {}), ("JXL", {}),
)  # fmt: skip
_NUMBERS = (
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    bytes(4),
    b"\xff\xff\xff\x7f",
    b"\0\0\xff\xff",
)


def sound() -> list[bytes]:
    """A little picture in each format and compression."""
    pillow_heif.register_heif_opener()
    pixels = np.random.default_rng(1).integers(0, 255, (48, 64, 3), dtype=np.uint8)
    image, files = Image.fromarray(pixels).resize((320, 240)), []
    for format, options in _FORMATS:
        out = io.BytesIO()
        image.save(out, format, **options)
        files.append(out.getvalue())
    return files


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """``count`` files, each a sound one with a mutation."""
    draw, files = random.Random(seed), sound()
    for _ in range(count):
        yield _mutated(bytearray(draw.choice(files)), draw)


def _mutated(data: bytearray, draw: random.Random) -> bytes:
    kind, place = draw.randrange(6), draw.randrange(len(data))
    if kind == 0:
        for _ in range(draw.randint(1, 8)):
            data[draw.randrange(len(data))] = draw.randrange(256)
    elif kind == 1:
        for _ in range(draw.randint(1, 6)):
            data[draw.randrange(min(200, len(data)))] = draw.choice((0, 255, 127, 128))
    elif kind == 2:
        place = draw.randrange(min(300, len(data) - 4))
        data[place : place + 4] = draw.choice(_NUMBERS)
    elif kind == 3:
        del data[max(1, place) :]
    elif kind == 4:
        start = draw.randrange(len(data))
        data[place:place] = data[start : start + draw.randrange(1, 500)]
    else:
        del data[place : place + draw.randrange(1, 200)]
    return bytes(data)


def counts(count: int, seed: int) -> Counter[str]:
    """What came of so many mutants, each uploaded and imported.

    ``unreadable`` are those that end in no sentence, or in one that says only that something
    failed; ``hung`` those that take longer than the limit; ``unsound`` those that an upload takes
    and an import refuses, or the other way, for another reason than the lower limits of uploads.
    """
    found: Counter[str] = Counter()
    with Looking(IMPORT_LIMITS) as looking:
        for data in mutants(count, seed):
            began = time.monotonic()
            said, larger = "", False
            try:
                canonical_upload(data)
            except ArtsimError as error:
                said, larger = str(error), isinstance(error, TooLarge)
            except Exception as error:
                said = f"{type(error).__name__}\n{error}"
            looked = looking.at("picture", data)
            refused = looked.record.error if looked.image is None else ""
            vague = any("\n" in s or "cannot be read as a picture" in s for s in (said, refused))
            found["unreadable"] += vague
            found["hung"] += time.monotonic() - began > UPLOAD_LIMITS.seconds
            found["unsound"] += bool(said) != bool(refused) and not larger
            found["refused"] += bool(said)
            found["broke"] += "broke" in said
    return found
