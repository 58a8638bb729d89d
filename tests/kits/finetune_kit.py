"""A small folder of pictures that labels can be learnt of, and trainings of tiny networks."""

import csv
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from artsim.core.errors import Cancelled
from artsim.core.progress import NullProgress
from artsim.training.config import TrainConfig

STYLES, ARTISTS, GENRES = ("Stripes", "Dots"), 6, ("night", "day")
TINY: dict[str, Any] = {
    "backbone": "test_resnet",
    "pretrained": False,
    "accelerator": "cpu",
    "epochs": 2,
    "image_size": 32,
    "batch_size": 16,
    "unseen_artists": 0.17,
    "validation": 0.2,
}
NUMBERS = {"embed_size": 32.0, "dimension": 8.0}


def write_labelled(folder: Path, count: int = 96, side: int = 40) -> Path:
    """``count`` pictures of two styles, two genres and six artists, with manifest.csv."""
    folder.mkdir(parents=True)
    lines = []
    for i in range(count):
        artist = i % ARTISTS
        style, genre = STYLES[artist % 2], GENRES[(i // ARTISTS) % 2]
        name = f"w{i:03}.png"
        cv2.imwrite(str(folder / name), _picture(i, style, artist, genre, side))
        lines.append((name, style, f"Artist {artist}", genre, f"Work {i}"))
    write_manifest(folder, lines)
    return folder


def write_manifest(folder: Path, lines: list[tuple[str, ...]]) -> None:
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "style", "artist", "genre", "title"), *lines])


def tiny(folder: Path, name: str = "mine", **changes: Any) -> TrainConfig:
    """A training of a tiny network for two epochs; ``changes`` are fields of the config."""
    options = NUMBERS | changes.pop("options", {})
    return TrainConfig(**(TINY | {"source": str(folder), "name": name} | changes), options=options)


class Stops(NullProgress):
    """Cancels when the stage with these words begins."""

    def __init__(self, words: str) -> None:
        self.words = words

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        if what.startswith(self.words):
            raise Cancelled("stop")


def _picture(seed: int, style: str, artist: int, genre: str, side: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    colour = cv2.cvtColor(np.uint8([[[artist * 30, 200, 200]]]), cv2.COLOR_HSV2BGR)[0, 0]
    picture = np.full((side, side, 3), 40 if genre == "night" else 210, np.uint8)
    for _ in range(6):
        x, y = (int(v) for v in rng.integers(0, side, 2))
        if style == "Stripes":
            cv2.line(picture, (x, 0), (x, side), colour.tolist(), 2)
        else:
            cv2.circle(picture, (x, y), 4, colour.tolist(), -1)
    noise = rng.integers(-12, 13, picture.shape)
    return np.clip(picture.astype(np.int16) + noise, 0, 255).astype(np.uint8)
