"""Small pictures drawn for tests: all different, and sound to any quality check."""

from pathlib import Path

import cv2
import numpy as np

from artsim.core.progress import NULL
from artsim.demo import DemoSource


def draw(seed: int, width: int = 160, height: int = 120) -> np.ndarray:
    """A little landscape of shapes, uint8 [height, width, 3]; another seed, another picture."""
    rng = np.random.default_rng(seed)
    top, bottom = rng.integers(0, 256, (2, 3))
    ramp = np.linspace(0, 1, height)[:, None, None]
    picture = (top * (1 - ramp) + bottom * ramp).repeat(width, axis=1).astype(np.uint8)
    for _ in range(14):
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        if rng.random() < 0.5:
            cv2.circle(picture, (x, y), int(rng.integers(5, height // 4)), colour, -1)
        else:
            far = (x + int(rng.integers(8, width // 2)), y + int(rng.integers(8, height // 2)))
            cv2.rectangle(picture, (x, y), far, colour, -1)
    grain = rng.integers(-6, 7, picture.shape)
    return np.clip(picture.astype(np.int16) + grain, 0, 255).astype(np.uint8)


def jpeg(seed: int, width: int = 160, height: int = 120, quality: int = 92) -> bytes:
    """The bytes of a JPEG file of ``draw(seed)``."""
    encoded = cv2.imencode(".jpg", draw(seed, width, height), [cv2.IMWRITE_JPEG_QUALITY, quality])
    return bytes(encoded[1].tobytes())


def write_pictures(folder: Path, count: int) -> Path:
    """``count`` (8 or more) of the demo's works as p1.jpg, p2.jpg ... in ``folder``, made new."""
    folder.mkdir(parents=True)
    for number, item in enumerate(DemoSource(size=count).items({}, NULL), start=1):
        assert item.data is not None
        (folder / f"p{number}.jpg").write_bytes(item.data)
    return folder
