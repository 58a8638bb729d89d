"""Simulated photographs of works: a generator, seeded, that says what it did to each.

A work hangs in a frame on a wall, is a postcard on a table, or stands on a page with text. A
pinhole camera sees it from up to 35 degrees aside; then come shadow, glare, blur, a cast of colour,
noise and JPEG, 640 pixels a photograph.

    photograph(pixels, np.random.default_rng(0)).jpeg
"""

from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

LONG, SHORT = 640, 480
STEEPEST = 35.0
_LONGEST = 720  # pixels of a work's side as it hangs there: more is not seen at 640
Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]
Rng = np.random.Generator


@dataclass(frozen=True)
class Conditions:
    """What one photograph is like; angles in degrees, lengths as shares of the longer side."""

    setting: str
    angle: float
    roll: float
    fills: float
    seen: float
    glare: float
    blur: float
    motion: float
    cast: float
    noise: float
    quality: int


@dataclass(frozen=True)
class Photograph:
    """A JPEG, where the work's corners lie in it (fractions, [4, 2]), and its conditions."""

    jpeg: bytes
    outline: Floats
    conditions: Conditions

    def row(self) -> dict[str, Any]:
        """The conditions as columns of a table."""
        told = asdict(self.conditions)
        return {n: round(v, 3) if isinstance(v, float) else v for n, v in told.items()}


def photograph(pixels: Pixels, rng: Rng) -> Photograph:
    """A photograph of the work ``pixels``, uint8 RGB [H, W, 3]."""
    setting = str(rng.choice(["wall", "postcard", "page"], p=[0.6, 0.2, 0.2]))
    scale = _LONGEST / max(pixels.shape[:2])
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    scene, corners = {"wall": _wall, "postcard": _postcard, "page": _page}[setting](pixels, rng)
    angle, roll = float(rng.uniform(0, STEEPEST)), float(rng.uniform(-8, 8))
    cropped = rng.random() < 0.25
    fills = float(rng.uniform(1.05, 1.35) if cropped else rng.uniform(0.45, 0.95))
    size = (LONG, SHORT) if pixels.shape[1] >= pixels.shape[0] else (SHORT, LONG)
    seen_from = _camera(corners, angle, float(rng.uniform(0, 360)), roll, fills, size, rng)
    image = cv2.warpPerspective(
        scene, seen_from, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)
    outline = cv2.perspectiveTransform(corners[None], seen_from)[0]
    glare = float(rng.uniform(0.2, 0.9)) if rng.random() < 0.5 else 0.0
    blur, motion = float(rng.uniform(0.3, 1.5)), 0.0
    if rng.random() < 0.25:
        motion = float(rng.uniform(2, 6))
    cast, noise = float(rng.uniform(0, 0.2)), float(rng.uniform(1, 8))
    quality = int(rng.integers(45, 92))
    image = _lit(image, outline, glare, rng)
    image = cv2.GaussianBlur(image, (0, 0), blur)
    if motion:
        image = cv2.filter2D(image, -1, _streak(motion, float(rng.uniform(0, np.pi))))
    image *= (1 + rng.uniform(-cast, cast, 3)).astype(np.float32)
    image = 255 * (np.clip(image, 0, 255) / 255) ** rng.uniform(0.8, 1.3)
    image += rng.normal(0, noise, image.shape)
    final = np.clip(image, 0, 255).astype(np.uint8)
    _, data = cv2.imencode(".jpg", final[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    frame = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    shared, _ = cv2.intersectConvexConvex(outline.astype(np.float32), frame)
    seen = float(shared / cv2.contourArea(outline.astype(np.float32)))
    told = Conditions(setting, angle, roll, fills, seen, glare, blur, motion, cast, noise, quality)
    return Photograph(data.tobytes(), outline / size, told)


def _laid(ground: Pixels, thing: Pixels, left: int, top: int) -> None:
    ground[top : top + thing.shape[0], left : left + thing.shape[1]] = thing


def _corners(left: float, top: float, width: float, height: float) -> Floats:
    return np.array([[0, 0], [width, 0], [width, height], [0, height]]) + np.array(
        [left, top], float
    )


def _ground(height: int, width: int, colour: Floats, grain: float, rng: Rng) -> Pixels:
    """A surface of one colour with soft stains and a fine grain."""
    stains = rng.normal(0, 1, (8, 8)).astype(np.float32)
    soft = cv2.resize(stains, (width, height), interpolation=cv2.INTER_CUBIC)
    fine = rng.normal(0, grain, (height, width)).astype(np.float32)
    return np.clip(colour + (6 * soft + fine)[..., None], 0, 255).astype(np.uint8)


def _around(pixels: Pixels, width: int, colour: Floats) -> Pixels:
    shade = [float(v) for v in colour]
    return cv2.copyMakeBorder(pixels, *[width] * 4, cv2.BORDER_CONSTANT, value=shade)


def _wall(pixels: Pixels, rng: Rng) -> tuple[Pixels, Floats]:
    """A framed work on a wall, its shadow below it, often a label beside it."""
    longest = max(pixels.shape[:2])
    framed, inner = pixels, 0
    if rng.random() < 0.3:
        inner += (mat := round(longest * rng.uniform(0.04, 0.12)))
        framed = _around(framed, mat, rng.uniform(215, 245, 3))
    wood = rng.uniform(20, 190) * np.array([1.0, rng.uniform(0.7, 1), rng.uniform(0.35, 0.9)])
    for shade in (0.6, 1.15, 0.9, 1.3, 0.5)[: int(rng.integers(1, 6))]:
        inner += (strip := max(2, round(longest * rng.uniform(0.008, 0.03))))
        framed = _around(framed, strip, np.clip(wood * shade, 0, 255))
    height, width = framed.shape[:2]
    room = longest
    wall = _ground(height + 2 * room, width + 2 * room, rng.uniform(90, 245, 3), 2, rng)
    shadow = np.zeros(wall.shape[:2], np.float32)
    drop = round(longest * rng.uniform(0.01, 0.05))
    shadow[room + drop : room + height + drop, room + drop : room + width + drop] = 0.5
    shadow = cv2.GaussianBlur(shadow, (0, 0), drop + 1)
    wall = (wall * (1 - shadow[..., None])).astype(np.uint8)
    _laid(wall, framed, room, room)
    if rng.random() < 0.5:
        label = _text(round(longest * 0.12), round(longest * 0.18), rng)
        _laid(wall, label, room + width + round(longest * 0.08), room + height - label.shape[0])
    return wall, _corners(room + inner, room + inner, *pixels.shape[1::-1])


def _postcard(pixels: Pixels, rng: Rng) -> tuple[Pixels, Floats]:
    """A card with a white rim on a grained table."""
    longest = max(pixels.shape[:2])
    rim = round(longest * rng.uniform(0.0, 0.06))
    card = _around(pixels, rim, rng.uniform(235, 252, 3)) if rim else pixels
    height, width = card.shape[:2]
    room = longest
    table = _ground(height + 2 * room, width + 2 * room, rng.uniform(40, 220, 3), 9, rng)
    table = cv2.blur(table, (31, 1))
    _laid(table, card, room, room)
    return table, _corners(room + rim, room + rim, *pixels.shape[1::-1])


def _page(pixels: Pixels, rng: Rng) -> tuple[Pixels, Floats]:
    """A page with lines of text above and below the picture."""
    longest = max(pixels.shape[:2])
    height, width = pixels.shape[:2]
    page = _ground(height + 2 * longest, width + 2 * longest, rng.uniform(225, 250, 3), 1.5, rng)
    above = _text(round(longest * rng.uniform(0.2, 0.6)), width, rng)
    below = _text(round(longest * rng.uniform(0.2, 0.6)), width, rng)
    gap = round(longest * 0.05)
    _laid(page, above, longest, longest - gap - above.shape[0])
    _laid(page, pixels, longest, longest)
    _laid(page, below, longest, longest + height + gap)
    return page, _corners(longest, longest, width, height)


def _text(height: int, width: int, rng: Rng) -> Pixels:
    """A block of lines like print, uint8 [height, width, 3]."""
    block = np.full((height, width, 3), 242, np.uint8)
    line = max(6, height // int(rng.integers(5, 12)))
    for top in range(line // 2, height - line // 2, line):
        x = 4
        while x < width - 12:
            word = int(rng.integers(line, 4 * line))
            end = (min(x + word, width - 4), top + line // 3)
            cv2.rectangle(block, (x, top), end, (45, 45, 50), -1)
            for gap in range(x + 3, min(x + word, width - 4), max(3, line // 3)):
                cv2.line(block, (gap, top), (gap, top + line // 3), (242, 242, 242), 1)
            x += word + line // 2
    return block


def _camera(
    corners: Floats,
    angle: float,
    towards: float,
    roll: float,
    fills: float,
    size: tuple[int, int],
    rng: Rng,
) -> Floats:
    """The homography of a pinhole camera that looks at the work from ``angle`` degrees aside."""
    middle = corners.mean(axis=0)
    width, height = np.ptp(corners, axis=0)
    way = np.radians(towards)
    lean, _ = cv2.Rodrigues(np.array([np.sin(way), np.cos(way), 0]) * np.radians(angle))
    turn, _ = cv2.Rodrigues(np.array([0, 0, np.radians(roll)]))
    focal = 1.1 * LONG
    away = focal * max(width / size[0], height / size[1]) / fills
    shift = rng.uniform(-0.06, 0.06, 2) * size
    lens = np.array(
        [[focal, 0, size[0] / 2 + shift[0]], [0, focal, size[1] / 2 + shift[1]], [0, 0, 1]]
    )
    plane = (turn @ lean)[:, :2]
    placed = np.column_stack([plane, -plane @ middle + (0, 0, away)])
    return np.asarray(lens @ placed, np.float64)


def _lit(image: Any, outline: Floats, glare: float, rng: Rng) -> Any:
    """Darker corners, and the reflection of a lamp or a window on the work."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    out = np.hypot(x / width - 0.5, y / height - 0.5)
    image = image * (1 - rng.uniform(0, 0.5) * out**2)[..., None]
    if glare:
        at = outline.mean(axis=0) + rng.uniform(-0.35, 0.35, 2) * np.ptp(outline, axis=0)
        wide, tall = rng.uniform(0.06, 0.22, 2) * max(width, height)
        spot = np.exp(-((((x - at[0]) / wide) ** 2 + ((y - at[1]) / tall) ** 2) ** 2))
        image = image + (glare * spot)[..., None] * (255 - image)
    return image.astype(np.float32)


def _streak(length: float, way: float) -> Any:
    """The kernel of a hand that moves ``length`` pixels."""
    kernel = np.zeros((9, 9), np.float32)
    half = np.array([np.cos(way), np.sin(way)]) * length / 2
    one, two = ((4 + half * sign).round().astype(int).tolist() for sign in (-1, 1))
    cv2.line(kernel, one, two, 1.0, 1, cv2.LINE_AA)
    return kernel / kernel.sum()
